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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.github.natskv.testsupport.NetworkProxy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A node with contenders, in a JVM of its own or in this one, and the network between it
 * and the servers.
 */
final class LockNode implements AutoCloseable {

	private final String name;

	private final List<NetworkProxy> networks;

	private final List<String> arguments;

	private final WallClock clock = new WallClock();

	private @Nullable LockContenders here;

	private @Nullable Process process;

	private @Nullable BufferedReader in;

	private @Nullable PrintWriter out;

	LockNode(String name, boolean own, LockContest contest, RoundServers servers, String bucket, Duration lease,
			int port) throws Exception {
		this.name = name;
		this.networks = servers.networks(Duration.ZERO);
		String urls = this.networks.stream().map(NetworkProxy::url).collect(Collectors.joining(","));
		this.arguments = List.of(name, contest.name(), urls, bucket, lease.toString(), String.valueOf(port));
		if (own) {
			start();
		}
		else {
			this.here = new LockContenders(name, contest, urls, bucket, lease, port);
		}
	}

	String name() {
		return this.name;
	}

	boolean hasOwnProcess() {
		return this.here == null;
	}

	List<NetworkProxy> networks() {
		return this.networks;
	}

	/** Start it again, once it was killed. */
	void start() throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx96m",
						"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
						LockContenders.class.getName()));
		command.addAll(this.arguments);
		ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
		this.clock.use(builder);
		Process started = builder.start();
		this.process = started;
		this.in = new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
		this.out = new PrintWriter(started.getOutputStream(), true, StandardCharsets.UTF_8);
		await("ready");
	}

	// past what is logged
	private String await(String word) throws IOException {
		String line;
		do {
			line = this.in.readLine();
			if (line == null) {
				throw new IllegalStateException("Node '%s' ended by itself".formatted(this.name));
			}
		}
		while (!line.startsWith(word));
		return line;
	}

	void begin(String prefix, long seed) throws IOException {
		if (this.here != null) {
			this.here.begin(prefix, seed);
		}
		else {
			this.out.println("begin " + prefix + " " + seed);
			await("begin");
		}
	}

	void askToEnd() throws Exception {
		if (this.out != null) {
			this.out.println("end");
		}
	}

	void awaitEnd() throws Exception {
		if (this.here != null) {
			this.here.end();
		}
		else {
			await("end");
		}
	}

	/** Set the wall clock of its process, if it has one, that many hours ahead. */
	void setClock(int hours) throws IOException {
		if (this.here == null) {
			this.clock.set("%+dh".formatted(hours));
			this.out.println("clock");
			String time = await("clock ").substring(6);
			Duration ahead = Duration.between(Instant.now(), Instant.parse(time));
			Assert.state(Math.abs(ahead.toMinutes() - hours * 60) < 5, () -> "The clock is " + ahead + " ahead");
		}
	}

	/** SIGKILL, and wait for the end. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	/** SIGSTOP or SIGCONT. */
	void signal(String signal) throws Exception {
		new ProcessBuilder("kill", "-" + signal, String.valueOf(this.process.pid())).start().waitFor();
	}

	@Override
	public void close() throws Exception {
		if (this.here != null) {
			this.here.close();
		}
		if (this.process != null) {
			kill();
		}
		for (NetworkProxy network : this.networks) {
			network.close();
		}
		this.clock.close();
	}

}
