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

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A real {@code nats-server} with JetStream on loopback, for tests. The program is the
 * one of the system property {@code nats-server.binary} or the environment variable
 * {@code NATS_SERVER_BINARY}, else the first on the {@code PATH}, else the one the build
 * has put into its cache.
 */
public final class NatsServer implements AutoCloseable {

	private final EmbeddedNatsServer server;

	private NatsServer(EmbeddedNatsServer server) {
		this.server = server;
	}

	public static NatsServer start() {
		return start("");
	}

	public static NatsServer start(String extraConfiguration) {
		return start(extraConfiguration, 0);
	}

	/** Start on a port, where another one was before. */
	public static NatsServer start(String extraConfiguration, int port) {
		return new NatsServer(
				EmbeddedNatsServer.builder().binary(binary()).configuration(extraConfiguration).port(port).start());
	}

	/** Start on a store of the test's own, which stays when the server is closed. */
	public static NatsServer startOn(Path storeDirectory) {
		return new NatsServer(EmbeddedNatsServer.builder().binary(binary()).storeDirectory(storeDirectory).start());
	}

	/**
	 * The program the tests were told to use, or {@code null} to look for one.
	 */
	public static @Nullable Path binary() {
		return Stream.of(System.getProperty("nats-server.binary"), System.getenv("NATS_SERVER_BINARY"))
			.filter(StringUtils::hasText)
			.findFirst()
			.map(Path::of)
			.orElse(null);
	}

	public String url() {
		return this.server.getUrl();
	}

	public int port() {
		return this.server.getPort();
	}

	/** SIGTERM, and wait for the end. */
	public void stop() {
		this.server.stop();
	}

	/** SIGKILL, and wait for the end. */
	public void kill() {
		this.server.kill();
	}

	/** Start again on the same port and store. */
	public void restart() {
		this.server.restart();
	}

	/** SIGSTOP. */
	public void suspend() {
		signal("STOP");
		// the signal reaches one thread after the other
		Awaitility.await().pollInterval(Duration.ofMillis(1)).until(this::isSuspended);
	}

	private boolean isSuspended() {
		File[] threads = new File("/proc/" + this.server.getPid() + "/task").listFiles();
		return threads == null || Arrays.stream(threads).allMatch(NatsServer::isStopped);
	}

	private static boolean isStopped(File thread) {
		try {
			String status = Files.readString(thread.toPath().resolve("stat"));
			return status.charAt(status.lastIndexOf(')') + 2) == 'T';
		}
		catch (IOException ex) {
			return true;
		}
	}

	/** SIGCONT. */
	public void resume() {
		signal("CONT");
	}

	/** Tell the clients that the server is about to stop. */
	public void lameDuck() {
		signal("USR2");
	}

	/** Replace the configuration, and have the server read it. */
	public void reload(String configuration) {
		try {
			List<String> command = List
				.of(Files.readString(Path.of("/proc/" + this.server.getPid() + "/cmdline")).split("\0"));
			Files.writeString(Path.of(command.get(command.indexOf("-c") + 1)), configuration);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		signal("HUP");
	}

	private void signal(String name) {
		try {
			new ProcessBuilder("kill", "-" + name, String.valueOf(this.server.getPid())).start().onExit().join();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public Connection connect() {
		try {
			return Nats.connect(Options.builder().server(url()).build());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.server.kill();
		this.server.close();
	}

}
