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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code nats-server}, under a shell that ends it when this JVM is gone.
 */
final class ServerProcess {

	/**
	 * Runs the server and, beside it, a reader of standard input, which is a pipe from
	 * the JVM. However the JVM ends, the pipe does too: the reader then ends the server
	 * and removes the run directory. The first line of the output is the server's process
	 * id.
	 */
	private static final String SUPERVISOR = """
			directory=$1
			shift
			exec 3<&0
			sh -c 'echo $$; exec "$@"' sh "$@" </dev/null 2>&1 3<&- &
			server=$!
			(
				while read -r line; do :; done
				trap '' TERM
				kill -TERM $server
				for second in 1 2 3; do
					kill -0 $server || break
					sleep 1
				done
				kill -KILL $server
				rm -rf "$directory"
			) <&3 >/dev/null 2>&1 &
			watchdog=$!
			set +m
			wait $server
			status=$?
			kill $watchdog
			exit $status
			""";

	private static final int TAIL_SIZE = 40;

	private static final Log logger = LogFactory.getLog(EmbeddedNatsServer.class);

	private final Process supervisor;

	private final Deque<String> tail = new ArrayDeque<>();

	/** 0 if the shell failed to name one. */
	private final CompletableFuture<Long> pid = new CompletableFuture<>();

	private final Thread reader;

	private volatile boolean endExpected;

	ServerProcess(List<String> command, Path runDirectory) throws IOException {
		List<String> line = new ArrayList<>(shell());
		line.add("nats-server-supervisor");
		line.add(runDirectory.toString());
		line.addAll(command);
		this.supervisor = new ProcessBuilder(line).redirectErrorStream(true).start();
		this.reader = new Thread(this::read, "nats-server-log");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	// A shell outside the terminal's foreground process group: Ctrl-C reaches the
	// application only, which stops the server when it has drained
	private static List<String> shell() {
		Path setsid = NatsServerBinary.onPath("setsid");
		if (setsid != null) {
			return List.of(setsid.toString(), "sh", "-c", SUPERVISOR);
		}
		return List.of("bash", "-c", "trap '' INT QUIT\nset -m\n" + SUPERVISOR);
	}

	private void read() {
		try (BufferedReader output = this.supervisor.inputReader(StandardCharsets.UTF_8)) {
			String line;
			while ((line = output.readLine()) != null) {
				if (!this.pid.isDone() && line.matches("\\d+")) {
					this.pid.complete(Long.valueOf(line));
				}
				else {
					log(line);
				}
			}
		}
		catch (IOException | UncheckedIOException ex) {
			logger.debug("The output of nats-server ended", ex);
		}
		finally {
			this.pid.complete(0L);
		}
	}

	// To be called once the server is ready: an earlier end is for the caller to report
	void reportUnexpectedEnd() {
		this.supervisor.onExit().thenRun(() -> {
			awaitEnd(null);
			if (!this.endExpected) {
				logger.error("nats-server ended by itself. Its last words:" + tail());
			}
		});
	}

	private void log(String line) {
		synchronized (this.tail) {
			if (this.tail.size() == TAIL_SIZE) {
				this.tail.removeFirst();
			}
			this.tail.add(line);
		}
		if (line.contains("[WRN]") || line.contains("[ERR]") || line.contains("[FTL]")) {
			logger.warn(line);
		}
		else {
			logger.debug(line);
		}
	}

	String tail() {
		synchronized (this.tail) {
			StringBuilder text = new StringBuilder();
			this.tail.forEach((line) -> text.append(System.lineSeparator()).append("    ").append(line));
			return text.toString();
		}
	}

	boolean isAlive() {
		return this.supervisor.isAlive();
	}

	long pid() {
		return this.pid.join();
	}

	void stop(Duration patience) {
		this.endExpected = true;
		signal(ProcessHandle::destroy);
		if (!awaitEnd(patience)) {
			logger.warn("nats-server did not stop within " + patience.toSeconds() + " s and is killed");
			kill();
		}
	}

	void kill() {
		this.endExpected = true;
		signal(ProcessHandle::destroyForcibly);
		awaitEnd(null);
	}

	private void signal(Predicate<ProcessHandle> signal) {
		if (pid() != 0 && isAlive()) {
			ProcessHandle.of(pid()).ifPresent(signal::test);
		}
	}

	boolean awaitEnd(@Nullable Duration timeout) {
		boolean interrupted = false;
		long deadline = System.nanoTime() + ((timeout != null) ? timeout.toNanos() : 0);
		try {
			while (true) {
				try {
					long remaining = (timeout != null) ? deadline - System.nanoTime() : Long.MAX_VALUE;
					if (!this.supervisor.waitFor(remaining, TimeUnit.NANOSECONDS)) {
						return false;
					}
					this.reader.join();
					return true;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
