/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natskv.rounds;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A store that refuses writes with a smaller fencing token than it has seen, for holders
 * in several JVMs. It keeps in mind who said when to have which lock: times are those of
 * the monotonic clock, which the JVMs of a machine share.
 */
final class LockRegister implements AutoCloseable {

	private final ServerSocket listener;

	private final Map<String, NavigableMap<Long, Holding>> locks = new HashMap<>();

	/** By their tokens. */
	private final NavigableMap<Long, String> offences = new TreeMap<>();

	LockRegister() throws IOException {
		this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
		daemon(this::accept);
	}

	int port() {
		return this.listener.getLocalPort();
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "lock-register");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = this.listener.accept();
				socket.setTcpNoDelay(true);
				daemon(() -> serve(socket));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(Socket socket) {
		try (socket;
				BufferedReader in = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
				PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				out.println(answer(line.split(" ", 5)));
			}
		}
		catch (IOException ex) {
			// a node that was killed
		}
	}

	private synchronized String answer(String[] request) {
		long token = Long.parseLong(request[2]);
		long time = Long.parseLong(request[3]);
		NavigableMap<Long, Holding> tokens = this.locks.computeIfAbsent(request[1], (lock) -> new TreeMap<>());
		switch (request[0]) {
			case "write" -> {
				Holding holding = tokens.computeIfAbsent(token, (any) -> new Holding(token, request[4], time));
				holding.lastValid = time;
				if (!holding.node.equals(request[4])) {
					this.offences.put(token, "Token %d of %s was given twice".formatted(token, request[1]));
				}
				return (tokens.lastKey() > token) ? "refused" : "taken";
			}
			case "release" -> {
				Holding holding = tokens.get(token);
				if (holding != null) {
					holding.lastValid = time;
					holding.released = time;
				}
			}
			default -> this.offences.put(token, "Token %d of %s: %s".formatted(token, request[1], request[4]));
		}
		return "noted";
	}

	/** The node that has the lock and has not said that it gives it up. */
	synchronized @Nullable Holding holder(String lock) {
		NavigableMap<Long, Holding> tokens = this.locks.get(lock);
		Holding last = (tokens != null && !tokens.isEmpty()) ? tokens.lastEntry().getValue() : null;
		return (last != null && last.released == 0) ? last : null;
	}

	/** The next one that has the lock. */
	synchronized @Nullable Holding after(String lock, long token) {
		Map.Entry<Long, Holding> next = this.locks.getOrDefault(lock, new TreeMap<>()).higherEntry(token);
		return (next != null) ? next.getValue() : null;
	}

	synchronized long lastToken(String lock) {
		NavigableMap<Long, Holding> tokens = this.locks.get(lock);
		return (tokens != null && !tokens.isEmpty()) ? tokens.lastKey() : 0;
	}

	/**
	 * Two valid holders of a lock, and what nodes reported.
	 * @param lost the last token before the bucket was recreated: its holder may go on
	 * until its next renewal
	 */
	synchronized List<String> offences(long lost) {
		List<String> found = new ArrayList<>(this.offences.tailMap(lost, false).values());
		this.locks.forEach((lock, tokens) -> {
			Holding previous = null;
			Holding offender = null;
			for (Holding holding : tokens.values()) {
				if (previous != null && previous != offender && previous.lastValid - holding.since >= 0
						&& previous.token > lost) {
					offender = previous;
					found.add("%s had two valid holders for %d us: %s and %s".formatted(lock,
							(previous.lastValid - holding.since) / 1000, previous, holding));
				}
				if (previous == null || holding.lastValid - previous.lastValid > 0) {
					previous = holding;
				}
			}
		});
		return found;
	}

	/**
	 * Nanoseconds from each release to the next holder, and how many holders there were.
	 */
	synchronized int collect(List<Long> takeovers) {
		int count = 0;
		for (NavigableMap<Long, Holding> tokens : this.locks.values()) {
			Holding previous = null;
			for (Holding holding : tokens.values()) {
				if (previous != null && previous.released != 0) {
					takeovers.add(holding.since - previous.released);
				}
				previous = holding;
				count++;
			}
		}
		return count;
	}

	@Override
	public void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A lock that was held.
	 */
	static final class Holding {

		final long token;

		final String node;

		final long since;

		long lastValid;

		long released;

		Holding(long token, String node, long since) {
			this.token = token;
			this.node = node;
			this.since = since;
		}

		@Override
		public String toString() {
			return "%s with token %d".formatted(this.node, this.token);
		}

	}

	/**
	 * A connection to the register.
	 */
	static final class Client implements AutoCloseable {

		private final Socket socket;

		private final BufferedReader in;

		private final PrintWriter out;

		Client(int port) throws IOException {
			this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
			this.socket.setTcpNoDelay(true);
			this.in = new BufferedReader(new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
			this.out = new PrintWriter(this.socket.getOutputStream(), true, StandardCharsets.UTF_8);
		}

		boolean send(String action, String lock, long token, long time, String text) {
			this.out.println("%s %s %d %d %s".formatted(action, lock, token, time, text));
			try {
				String answer = this.in.readLine();
				if (answer == null) {
					throw new IllegalStateException("The register is gone");
				}
				return !answer.equals("refused");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
