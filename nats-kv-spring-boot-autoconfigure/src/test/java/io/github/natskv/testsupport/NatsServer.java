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
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.awaitility.Awaitility;

/**
 * A real {@code nats-server} with JetStream on loopback, for tests.
 */
public final class NatsServer implements AutoCloseable {

	private final Path directory;

	private final int port;

	private final String configuration;

	private Process process;

	private NatsServer(int port, String configuration) throws IOException {
		this.directory = Files.createTempDirectory("nats-server-");
		this.port = port;
		this.configuration = configuration;
	}

	public static NatsServer start() {
		return start("");
	}

	public static NatsServer start(String extraConfiguration) {
		try (ServerSocket socket = new ServerSocket(0)) {
			NatsServer server = new NatsServer(socket.getLocalPort(), extraConfiguration);
			socket.close();
			server.launch();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void launch() {
		try {
			Path config = this.directory.resolve("nats.conf");
			Files.writeString(config, """
					listen: "127.0.0.1:%d"
					jetstream { store_dir: "%s" }
					%s
					""".formatted(this.port, this.directory, this.configuration));
			String binary = System.getenv().getOrDefault("NATS_SERVER_BINARY", "nats-server");
			this.process = new ProcessBuilder(binary, "-c", config.toString()).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.directory.resolve("server.log").toFile()))
				.start();
			Awaitility.await().pollInterval(Duration.ofMillis(20)).until(this::accepts);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean accepts() throws IOException {
		try {
			String log = Files.readString(this.directory.resolve("server.log"));
			new java.net.Socket("127.0.0.1", this.port).close();
			return log.contains("Server is ready");
		}
		catch (java.net.ConnectException ex) {
			if (!this.process.isAlive()) {
				throw new IllegalStateException(Files.readString(this.directory.resolve("server.log")));
			}
			return false;
		}
	}

	public String url() {
		return "nats://127.0.0.1:" + this.port;
	}

	public int port() {
		return this.port;
	}

	/** SIGTERM, and wait for the end. */
	public void stop() {
		this.process.destroy();
		this.process.onExit().join();
	}

	/** SIGKILL, and wait for the end. */
	public void kill() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

	/** Start again on the same port and store. */
	public void restart() {
		launch();
	}

	/** SIGSTOP. */
	public void suspend() {
		signal("STOP");
	}

	/** SIGCONT. */
	public void resume() {
		signal("CONT");
	}

	private void signal(String name) {
		try {
			new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).start().onExit().join();
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
		this.process.destroyForcibly();
		this.process.onExit().join();
		org.springframework.util.FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
