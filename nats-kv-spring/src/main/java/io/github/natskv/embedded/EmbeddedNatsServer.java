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

package io.github.natskv.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.FileSystemUtils;

/**
 * A real {@code nats-server} process with JetStream that listens on loopback, for
 * development and tests. It ends with {@link #close()}, and within five seconds of the
 * end of this JVM, whatever ended that. Its log goes to the logger of this class:
 * warnings and errors as warnings, the rest at debug level; which program was started is
 * said at info level.
 * <p>
 * Not available on Windows.
 *
 * @since 0.1.0
 */
public final class EmbeddedNatsServer implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(EmbeddedNatsServer.class);

	private static final String HOST = "127.0.0.1";

	private static final int ANY_PORT = -1;

	private static final Duration START_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

	private static final Pattern CLIENT_PORT = Pattern.compile("\"nats\":\\s*\\[\\s*\"[^\"]*:(\\d+)\"");

	private final Path binary;

	private final Path runDirectory;

	private final Path storeDirectory;

	private @Nullable StoreLock storeLock;

	private int port;

	private ServerProcess process;

	private boolean closed;

	private EmbeddedNatsServer(Builder options) {
		if (File.separatorChar == '\\') {
			throw new EmbeddedNatsServerException("The embedded nats-server is not available on Windows",
					"Start a nats-server yourself (or use WSL) and set 'nats.servers'.", null);
		}
		Path store = options.storeDirectory;
		this.binary = NatsServerBinary.find(options.binary);
		this.runDirectory = createRunDirectory();
		this.storeDirectory = (store != null) ? store.toAbsolutePath() : this.runDirectory;
		this.port = (options.port != 0) ? options.port : ANY_PORT;
		try {
			if (store != null) {
				this.storeLock = StoreLock.acquire(this.storeDirectory, this.binary);
			}
			if (!options.configuration.isBlank()) {
				Files.writeString(configurationFile(), LoopbackListeners.in(options.configuration));
			}
			this.process = launch();
		}
		catch (IOException ex) {
			release();
			throw new EmbeddedNatsServerException("The files of nats-server cannot be written: " + ex, ex);
		}
		catch (RuntimeException ex) {
			release();
			throw ex;
		}
	}

	/**
	 * Begin to describe a server.
	 * @return a builder with every option at its default
	 */
	public static Builder builder() {
		return new Builder();
	}

	private static Path createRunDirectory() {
		try {
			return Files.createTempDirectory("nats-server-").toAbsolutePath();
		}
		catch (IOException ex) {
			throw new EmbeddedNatsServerException("There is no place for the files of nats-server: " + ex, ex);
		}
	}

	private ServerProcess launch() {
		ServerProcess launched;
		try {
			launched = new ServerProcess(command(), this.runDirectory);
		}
		catch (IOException ex) {
			throw new EmbeddedNatsServerException("A shell for %s cannot be started: %s".formatted(this, ex), ex);
		}
		try {
			this.port = awaitPort(launched);
			if (this.storeLock != null) {
				this.storeLock.record(launched.pid());
			}
			launched.reportUnexpectedEnd();
			logger.info("Started " + this);
			return launched;
		}
		catch (IOException ex) {
			launched.kill();
			throw new EmbeddedNatsServerException("%s cannot be used: %s".formatted(this, ex), ex);
		}
		catch (RuntimeException ex) {
			launched.kill();
			throw ex;
		}
	}

	private List<String> command() {
		List<String> command = new ArrayList<>();
		command.add(this.binary.toString());
		command.addAll(List.of("-a", HOST, "-p", String.valueOf(this.port)));
		command.addAll(List.of("-js", "-sd", this.storeDirectory.toString()));
		command.addAll(List.of("--ports_file_dir", this.runDirectory.toString()));
		if (Files.exists(configurationFile())) {
			command.addAll(List.of("-c", configurationFile().toString()));
		}
		return command;
	}

	// The server writes its ports file once it accepts connections
	private int awaitPort(ServerProcess launched) throws IOException {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		while (true) {
			boolean ended = launched.awaitEnd(Duration.ofMillis(10));
			if (ended || Thread.currentThread().isInterrupted() || System.nanoTime() - deadline > 0) {
				launched.kill();
				String problem = ended ? "ended while starting"
						: (Thread.currentThread().isInterrupted() ? "was interrupted while starting"
								: "was not ready within " + START_TIMEOUT.toSeconds() + " s");
				throw new EmbeddedNatsServerException(
						"%s %s. Its last words:%s".formatted(this, problem, launched.tail()));
			}
			Integer found = readPort(launched.pid());
			if (found != null) {
				return found;
			}
		}
	}

	private @Nullable Integer readPort(long pid) throws IOException {
		Path file = this.runDirectory.resolve(this.binary.getFileName() + "_" + pid + ".ports");
		if (!Files.exists(file)) {
			return null;
		}
		Matcher matcher = CLIENT_PORT.matcher(Files.readString(file));
		return matcher.find() ? Integer.valueOf(matcher.group(1)) : null;
	}

	private Path configurationFile() {
		return this.runDirectory.resolve("nats.conf");
	}

	/**
	 * Return the URL clients connect to.
	 * @return {@code nats://127.0.0.1:<port>}
	 */
	public String getUrl() {
		return "nats://" + HOST + ":" + getPort();
	}

	/**
	 * Return the port the server listens on, the same throughout its life.
	 * @return the port
	 */
	public synchronized int getPort() {
		return this.port;
	}

	/**
	 * Return the process id of the server, another one after each restart.
	 * @return the process id
	 */
	public synchronized long getPid() {
		return this.process.pid();
	}

	/**
	 * Return whether the server process is there. Its unexpected end is logged as an
	 * error.
	 * @return {@code true} from the start to a stop or crash
	 */
	public synchronized boolean isRunning() {
		return this.process.isAlive();
	}

	/**
	 * Stop the server as SIGTERM does, and wait for its end; after five seconds it is
	 * killed. What it has stored stays.
	 */
	public synchronized void stop() {
		this.process.stop(STOP_PATIENCE);
	}

	/**
	 * Kill the server as SIGKILL does, and wait for its end. What it has stored stays.
	 */
	public synchronized void kill() {
		this.process.kill();
	}

	/**
	 * Start the server again on the same port and store, after stopping it where it runs.
	 * @throws EmbeddedNatsServerException if it does not start within 10 seconds
	 */
	public synchronized void restart() {
		Assert.state(!this.closed, "The server has been closed");
		stop();
		this.process = launch();
	}

	/**
	 * Stop the server and delete its files, but for a store directory that was given.
	 */
	@Override
	public synchronized void close() {
		if (!this.closed) {
			this.closed = true;
			stop();
			release();
		}
	}

	private void release() {
		try {
			FileSystemUtils.deleteRecursively(this.runDirectory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			if (this.storeLock != null) {
				this.storeLock.close();
			}
		}
	}

	@Override
	public String toString() {
		return "nats-server (binary '%s', port %s, store directory '%s')".formatted(this.binary,
				(this.port == ANY_PORT) ? "0" : this.port, this.storeDirectory);
	}

	/**
	 * Options of an embedded server.
	 *
	 * @since 0.1.0
	 */
	public static final class Builder {

		private @Nullable Path binary;

		private @Nullable Path storeDirectory;

		private int port;

		private String configuration = "";

		private Builder() {
		}

		/**
		 * The {@code nats-server} program; looked for as {@link NatsServerBinary#find}
		 * does by default.
		 * @param binary the program, or {@code null} for the default
		 * @return this
		 */
		public Builder binary(@Nullable Path binary) {
			this.binary = binary;
			return this;
		}

		/**
		 * The directory JetStream stores to, made if it is missing and used by one server
		 * at a time; by default a temporary one that is deleted with the server.
		 * @param storeDirectory the directory, or {@code null} for the default
		 * @return this
		 */
		public Builder storeDirectory(@Nullable Path storeDirectory) {
			this.storeDirectory = storeDirectory;
			return this;
		}

		/**
		 * The port to listen on; 0, the default, takes a free one.
		 * @param port from 0 to 65535
		 * @return this
		 */
		public Builder port(int port) {
			Assert.isTrue(port >= 0 && port <= 65535, () -> "The port has to be from 0 to 65535, but is " + port);
			this.port = port;
			return this;
		}

		/**
		 * Further configuration in the server's own format, such as accounts, TLS or a
		 * cluster. The options above win where it names them too.
		 * @param configuration the text, empty by default
		 * @return this
		 */
		public Builder configuration(String configuration) {
			this.configuration = configuration;
			return this;
		}

		/**
		 * Start the server and wait until it accepts connections.
		 * @return the running server
		 * @throws NatsServerBinaryNotFoundException if there is no {@code nats-server}
		 * @throws EmbeddedNatsServerException if it ends, or is not ready within 10
		 * seconds, or its store directory is not writable or in use
		 */
		public EmbeddedNatsServer start() {
			return new EmbeddedNatsServer(this);
		}

	}

}
