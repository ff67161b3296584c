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

package io.github.natskv.benchmarks;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * A contestant's process, and the messages sent to it: never more than it can hold.
 */
public final class ConsumerProcess implements AutoCloseable {

	private static final long WINDOW = 5L * Meter.STEP;

	private static final long START_SECONDS = 60;

	private final Contestant contestant;

	private final Connection connection;

	private final Process process;

	private final Dispatcher progress;

	private long sent;

	private long handled;

	private ConsumerProcess(Contestant contestant, Connection connection, Process process) {
		this.contestant = contestant;
		this.connection = connection;
		this.process = process;
		this.progress = connection.createDispatcher((message) -> progressed(message));
		this.progress.subscribe(Meter.progressSubject(contestant.subject()));
	}

	public static ConsumerProcess start(Contestant contestant, Connection connection) throws Exception {
		String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
		Process process = new ProcessBuilder(
				List.of(java, "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
						contestant.mainClass(), connection.getConnectedUrl(), contestant.subject()))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.to(log(contestant)))
			.start();
		ConsumerProcess consumer = new ConsumerProcess(contestant, connection, process);
		consumer.awaitStart();
		return consumer;
	}

	private static File log(Contestant contestant) {
		return new File(System.getProperty("java.io.tmpdir"), "benchmark-" + contestant.subject() + ".log");
	}

	private void awaitStart() throws Exception {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
		while (request(Meter.usageSubject(this.contestant.subject()), new byte[0]) == null) {
			if (!this.process.isAlive() || System.nanoTime() > deadline) {
				close();
				throw new IllegalStateException(
						this.contestant.label() + " did not start, see " + log(this.contestant));
			}
			TimeUnit.MILLISECONDS.sleep(100);
		}
	}

	// A service that is not there answers with a status, and so does not count.
	private @Nullable Message request(String subject, byte[] data) throws Exception {
		Message reply = null;
		try {
			reply = this.connection.request(subject, data).get(2, TimeUnit.SECONDS);
		}
		catch (CancellationException | TimeoutException ex) {
			// not there yet
		}
		return reply;
	}

	/**
	 * Send messages and wait until they have been handled.
	 * @return what the process has used for them
	 */
	Usage flood(Payload payload, int messages) throws Exception {
		String subject = payload.subject(this.contestant);
		Usage before = usage();
		for (int i = 0; i < messages; i += Meter.STEP) {
			for (int j = 0; j < Meter.STEP; j++) {
				this.connection.publish(subject, payload.data());
			}
			this.sent += Meter.STEP;
			awaitHandled(this.sent - WINDOW);
		}
		awaitHandled(this.sent);
		return usage().minus(before);
	}

	public String echoSubject() {
		return this.contestant.subject() + ".echo";
	}

	byte[] echo(byte[] data) throws Exception {
		Message reply = this.connection.request(echoSubject(), data, Duration.ofSeconds(10));
		if (reply == null) {
			throw new IllegalStateException(this.contestant.label() + " did not reply");
		}
		return reply.getData();
	}

	Usage usage() throws Exception {
		Message reply = request(Meter.usageSubject(this.contestant.subject()), new byte[0]);
		if (reply == null) {
			throw new IllegalStateException(this.contestant.label() + " did not tell what it has used");
		}
		return Usage.of(reply.getData());
	}

	private synchronized void progressed(Message message) {
		this.handled = Long.parseLong(new String(message.getData(), StandardCharsets.UTF_8));
		notifyAll();
	}

	private synchronized void awaitHandled(long count) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
		while (this.handled < count) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(
						this.contestant.label() + " handled " + this.handled + " of " + this.sent + " messages");
			}
			wait(TimeUnit.SECONDS.toMillis(1));
		}
	}

	@Override
	public void close() throws InterruptedException {
		this.process.destroyForcibly();
		this.process.waitFor();
		this.connection.closeDispatcher(this.progress);
	}

}
