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

package io.github.natskv.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;

/**
 * The network between clients and a server: delays with jitter, cuts connections in the
 * middle of a message, holds back and loses what is sent. All of it can be changed while
 * clients are connected. Bytes of a connection keep their order, as with TCP.
 */
public final class NetworkProxy implements AutoCloseable {

	private static final String ROUND_TRIPS = "nats-kv.test.round-trips";

	private final ServerSocket listener;

	private final int target;

	private final List<Link> links = new CopyOnWriteArrayList<>();

	/** How many bytes of the server still arrive before a connection is cut. */
	private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);

	private volatile Duration roundTrip = Duration.ZERO;

	private volatile Duration jitter = Duration.ZERO;

	private volatile boolean held;

	private volatile boolean swallowing;

	private NetworkProxy(int target) {
		this.target = target;
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon(this::accept);
	}

	/** A network without delay to a server on this machine. */
	public static NetworkProxy to(int port) {
		return new NetworkProxy(port);
	}

	/**
	 * A network with a round trip that varies by a third, to a server on this machine.
	 */
	public static NetworkProxy to(int port, Duration roundTrip) {
		return new NetworkProxy(port).roundTrip(roundTrip, roundTrip.dividedBy(3));
	}

	/**
	 * The round trips that tests of slow networks run with: 0 and 60 ms, or those of the
	 * system property the profile {@code slow-network} sets.
	 */
	public static Stream<Duration> roundTrips() {
		return Arrays.stream(System.getProperty(ROUND_TRIPS, "0,60").split(","))
			.map((millis) -> Duration.ofMillis(Long.parseLong(millis)));
	}

	/**
	 * How long a message to the server and the answer take together, by half in each
	 * direction.
	 */
	public NetworkProxy roundTrip(Duration roundTrip, Duration jitter) {
		this.roundTrip = roundTrip;
		this.jitter = jitter;
		return this;
	}

	public String url() {
		return "nats://127.0.0.1:" + this.listener.getLocalPort();
	}

	public Connection connect() {
		try {
			return Nats.connect(Options.builder().server(url()).build());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Cut all connections now. */
	public void cut() {
		this.links.forEach(Link::close);
	}

	/**
	 * Cut the connection that gets the server's next bytes, when so many have arrived.
	 */
	public void cutAfter(long bytes) {
		this.left.set(bytes);
	}

	/** Whether the cut of {@link #cutAfter} has happened or none was wanted. */
	public boolean isCut() {
		return this.left.get() == Long.MAX_VALUE;
	}

	/** Hold back everything in both directions until {@link #release()}. */
	public void hold() {
		this.held = true;
	}

	/** Let everything that was held back arrive. */
	public void release() {
		this.held = false;
	}

	/**
	 * Lose everything in both directions until {@link #pass()}. Connections that have
	 * lost something stay silent until they are closed.
	 */
	public void swallow() {
		this.swallowing = true;
	}

	/** Let new connections through, and those that have lost nothing. */
	public void pass() {
		this.swallowing = false;
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			try {
				Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), this.target));
				this.links.add(link);
				link.open();
			}
			catch (IOException ex) {
				client.close();
			}
		}
	}

	private long due() {
		long half = this.roundTrip.toNanos() / 2;
		long spread = this.jitter.toNanos() / 2;
		long deviation = (spread > 0) ? ThreadLocalRandom.current().nextLong(-spread, spread + 1) : 0;
		return System.nanoTime() + Math.max(0, half + deviation);
	}

	private static void daemon(IoTask task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException | InterruptedException ex) {
				// the end of a connection
			}
		}, "network-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		cut();
	}

	private final class Link {

		private final Socket client;

		private final Socket server;

		private volatile boolean lossy;

		Link(Socket client, Socket server) throws IOException {
			this.client = client;
			this.server = server;
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
		}

		void open() {
			carry(this.client, this.server, false);
			carry(this.server, this.client, true);
		}

		private void carry(Socket from, Socket to, boolean fromServer) {
			BlockingQueue<Chunk> underway = new LinkedBlockingQueue<>();
			daemon(() -> {
				try {
					read(from.getInputStream(), underway);
				}
				finally {
					underway.add(new Chunk(new byte[0], due()));
				}
			});
			daemon(() -> {
				try {
					write(underway, to.getOutputStream(), fromServer);
				}
				finally {
					close();
				}
			});
		}

		private void read(InputStream in, BlockingQueue<Chunk> underway) throws IOException {
			byte[] buffer = new byte[8192];
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				underway.add(new Chunk(Arrays.copyOf(buffer, read), due()));
			}
		}

		private void write(BlockingQueue<Chunk> underway, OutputStream out, boolean fromServer)
				throws IOException, InterruptedException {
			for (Chunk chunk = underway.take(); chunk.bytes().length > 0; chunk = underway.take()) {
				TimeUnit.NANOSECONDS.sleep(chunk.due() - System.nanoTime());
				while (NetworkProxy.this.held && !this.client.isClosed()) {
					Thread.sleep(1);
				}
				this.lossy = this.lossy || NetworkProxy.this.swallowing;
				if (!this.lossy && !write(chunk.bytes(), out, fromServer)) {
					return;
				}
			}
		}

		private boolean write(byte[] bytes, OutputStream out, boolean fromServer) throws IOException {
			AtomicLong left = NetworkProxy.this.left;
			if (!fromServer || left.get() == Long.MAX_VALUE) {
				out.write(bytes);
				return true;
			}
			long before = left.getAndUpdate((count) -> (count >= bytes.length) ? count - bytes.length : Long.MAX_VALUE);
			out.write(bytes, 0, (int) Math.min(before, bytes.length));
			return before >= bytes.length;
		}

		void close() {
			NetworkProxy.this.links.remove(this);
			for (Socket socket : List.of(this.client, this.server)) {
				try {
					socket.close();
				}
				catch (IOException ex) {
					// it is closed all the same
				}
			}
		}

	}

	private record Chunk(byte[] bytes, long due) {

	}

	private interface IoTask {

		void run() throws IOException, InterruptedException;

	}

}
