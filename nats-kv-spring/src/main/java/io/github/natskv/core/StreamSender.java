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

package io.github.natskv.core;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.core.connection.PermissionViolation;
import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamReply;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages until a stream acknowledges them. A message that no stream answered for
 * was not stored, so it is sent again, as there is no answer while a stream has no
 * leader.
 */
final class StreamSender {

	private static final long FIRST_PAUSE = 20;

	private static final int MAX_DOUBLINGS = 4;

	private final JetStreamClient client;

	private final AsyncRequests requests;

	StreamSender(Connection connection, Duration timeout, int maxInFlight) {
		this.client = new JetStreamClient(connection, JetStreamOptions.builder().requestTimeout(timeout).build(),
				(failure) -> failure);
		this.requests = new AsyncRequests(maxInFlight);
	}

	Duration timeout() {
		return this.client.timeout();
	}

	Acknowledged send(OutgoingMessage message, Duration timeout) {
		Sending sending = new Sending(message, timeout);
		while (true) {
			try {
				return sending.read(
						this.client.request(sending.subject, sending.headers, message.payload(), sending.left(), null));
			}
			catch (IllegalStateException | IllegalArgumentException ex) {
				throw sending.notSent(this.client.connection(), ex);
			}
			catch (JetStreamRequestException.NoResponders ex) {
				sleep(sending, sending.pause(ex));
			}
			catch (JetStreamRequestException ex) {
				throw sending.translate(ex);
			}
		}
	}

	private static void sleep(Sending sending, long pause) {
		try {
			Thread.sleep(pause);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NatsException("Interrupted while waiting for a stream with subject '%s', nothing was stored"
				.formatted(sending.subject), ex);
		}
	}

	CompletableFuture<Acknowledged> sendAsync(OutgoingMessage message, Duration timeout) {
		return sendAsync(message, timeout, Function.identity());
	}

	<R> CompletableFuture<R> sendAsync(OutgoingMessage message, Duration timeout, Function<Acknowledged, R> result) {
		Sending sending = new Sending(message, timeout);
		CompletableFuture<R> acknowledged = this.requests.call(() -> sending.begin(this.client), Function.identity(),
				(reply) -> result.apply(sending.read(reply)));
		if (!acknowledged.isCompletedExceptionally()) {
			return acknowledged;
		}
		CompletableFuture<R> failed = new CompletableFuture<>();
		acknowledged.whenComplete((nothing, failure) -> failed.completeExceptionally(notSent(message, failure)));
		return failed;
	}

	private static NatsException notSent(OutgoingMessage message, Throwable failure) {
		return (failure instanceof NatsException exception) ? exception
				: new NatsException(
						"Message for subject '%s' was not sent: %s".formatted(message.subject(), failure.getMessage()),
						failure);
	}

	/**
	 * An acknowledgement.
	 *
	 * @param message the message it was read from
	 * @param ack the acknowledgement
	 */
	record Acknowledged(Message message, PublishAck ack) {

		static Acknowledged of(String subject, Message reply) {
			try {
				return new Acknowledged(reply, new PublishAck(reply));
			}
			catch (JetStreamApiException ex) {
				// jnats says so of what is no JSON, too
				throw (ex.getApiErrorCode() > 0) ? refused(subject, ex) : notOfStream(subject, ex);
			}
			catch (IOException ex) {
				throw notOfStream(subject, ex);
			}
		}

		private static NatsException notOfStream(String subject, Exception ex) {
			return new NatsException(
					("Message for subject '%s' was answered, but not by a stream: %s. Somebody else who"
							+ " listens on the subject replied first")
						.formatted(subject, ex.getMessage()),
					ex);
		}

		private static NatsException refused(String subject, JetStreamApiException ex) {
			JetStreamError error = JetStreamError.of(ex);
			if (error.kind() == JetStreamError.Kind.CONFLICT || error.code() == JetStreamError.STREAM_NOT_EXPECTED) {
				return new SendConflictException(subject, error.code(),
						"Message for subject '%s' was not stored, as its stream is not as expected: %s (%d)"
							.formatted(subject, ex.getErrorDescription(), error.code()),
						ex);
			}
			return new NatsException("Message for subject '%s' was not stored: %s (%d)".formatted(subject,
					ex.getErrorDescription(), error.code()), ex);
		}

	}

	/** A message that is being sent. */
	private static final class Sending {

		private final String subject;

		private final @Nullable Headers headers;

		private final byte[] payload;

		private final Duration timeout;

		private volatile int attempts;

		private volatile long end;

		Sending(OutgoingMessage message, Duration timeout) {
			this.subject = message.subject();
			this.headers = ((UnsentMessage) message).sentHeaders();
			this.payload = message.payload();
			this.timeout = timeout;
			this.end = System.nanoTime() + timeout.toNanos();
		}

		// waiting for room does not count
		JetStreamReply begin(JetStreamClient client) {
			boolean first = this.attempts == 0;
			if (first) {
				this.end = System.nanoTime() + this.timeout.toNanos();
			}
			try {
				return client.begin(this.subject, this.headers, this.payload,
						(first && this.timeout.toMillis() > 0) ? this.timeout : left());
			}
			catch (JetStreamRequestException ex) {
				throw translate(ex);
			}
			catch (IllegalStateException | IllegalArgumentException ex) {
				throw notSent(client.connection(), ex);
			}
		}

		NatsException notSent(Connection connection, RuntimeException ex) {
			return NatsTemplate.translate(connection, this.subject, this.payload, ex);
		}

		Acknowledged read(JetStreamReply reply) {
			try {
				return read(reply.await(Duration.ZERO));
			}
			catch (JetStreamRequestException.NoResponders ex) {
				throw new AsyncRequests.AgainException(pause(ex));
			}
			catch (JetStreamRequestException ex) {
				throw translate(ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new NatsException("Interrupted while reading an acknowledgement" + unknown(), ex);
			}
		}

		Acknowledged read(Message reply) {
			return Acknowledged.of(this.subject, reply);
		}

		Duration left() {
			return Duration.ofNanos(Math.max(1_000_000, this.end - System.nanoTime()));
		}

		long pause(JetStreamRequestException.NoResponders failure) {
			long pause = FIRST_PAUSE << Math.min(this.attempts, MAX_DOUBLINGS);
			this.attempts++;
			String reason = failure.explanation();
			if (reason != null) {
				throw new NoStreamException(this.subject,
						"No stream takes messages for subject '%s': %s".formatted(this.subject, reason), null);
			}
			if (System.nanoTime() + Duration.ofMillis(pause).toNanos() >= this.end) {
				throw new NoStreamException(this.subject,
						("No stream takes messages for subject '%s': none answered within %d ms (503), nothing was"
								+ " stored. Correct the subject, declare a stream that has it below"
								+ " 'nats.streams.definitions', or send again where a cluster elects a leader")
							.formatted(this.subject, this.timeout.toMillis()),
						null);
			}
			return pause;
		}

		NatsException translate(JetStreamRequestException ex) {
			return switch (ex.reason()) {
				case NOT_CONNECTED -> new NatsNotConnectedException(
						"Message for subject '%s' was not sent: %s".formatted(this.subject, ex.getMessage()), ex);
				case DENIED -> denied((JetStreamRequestException.Denied) ex);
				case CANCELLED, NO_RESPONDERS, UNANSWERED ->
					new NatsTimeoutException("No acknowledgement of a message for subject '%s': %s%s"
						.formatted(this.subject, ex.getMessage(), unknown()), ex);
			};
		}

		private NatsPermissionException denied(JetStreamRequestException.Denied ex) {
			PermissionViolation violation = ex.violation();
			return new NatsPermissionException(
					"Message for subject '%s' was not acknowledged: %s".formatted(this.subject, violation.describe()),
					violation.operation(), violation.subject(), ex);
		}

		private String unknown() {
			String id = Stream.ofNullable(this.headers)
				.map((all) -> all.get(NatsJetStreamConstants.MSG_ID_HDR))
				.flatMap((values) -> (values != null) ? values.stream() : Stream.empty())
				.collect(Collectors.joining());
			return (id.isEmpty())
					? ". With a message id (SendOptions) it could be sent again without being stored twice"
					: (". It can be sent again with its message id '%s', and is stored once within the duplicate window"
							+ " of the stream")
						.formatted(id);
		}

	}

}
