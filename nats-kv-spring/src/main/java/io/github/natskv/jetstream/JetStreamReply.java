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

package io.github.natskv.jetstream;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.github.natskv.core.connection.PermissionViolation;
import io.github.natskv.jetstream.JetStreamRequestException.Reason;
import io.nats.client.Connection;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.support.NatsRequestCompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a request that was sent.
 */
public final class JetStreamReply {

	private static final Duration SLICE = Duration.ofMillis(50);

	/**
	 * Requests that change nothing but consumers, so that their outcome does not matter.
	 */
	private static final Pattern READ = Pattern.compile("(STREAM\\.(INFO|MSG\\.GET)|DIRECT\\.GET|CONSUMER)\\.");

	private static final Pattern API = Pattern.compile("\\$JS\\.([^.]+\\.)?API\\." + READ);

	private final Connection connection;

	private final String subject;

	private final Duration timeout;

	private final long errorsBefore;

	private final CompletableFuture<Message> message;

	/** The prefix of the subjects of the API. */
	private final String prefix;

	JetStreamReply(Connection connection, String subject, Duration timeout, long errorsBefore,
			CompletableFuture<Message> message, String prefix) {
		this.connection = connection;
		this.subject = subject;
		this.timeout = timeout;
		this.errorsBefore = errorsBefore;
		this.message = message;
		this.prefix = prefix;
	}

	/** Return the message as jnats completes it. */
	public CompletableFuture<Message> message() {
		return this.message;
	}

	/**
	 * Wait for the message.
	 * @throws JetStreamRequestException if there is none
	 */
	public Message await(Duration patience) throws InterruptedException {
		try {
			return this.message.get(Math.max(patience.toNanos(), 0), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException | ExecutionException | CancellationException ex) {
			throw failure(ex);
		}
	}

	/**
	 * Wait for the message as long as the request may take.
	 * @param cancelled whether to wait no longer, asked every 50 ms
	 * @throws JetStreamRequestException if there is none
	 */
	public Message await(BooleanSupplier cancelled) throws InterruptedException {
		isDoneWithin(this.timeout, cancelled);
		return await(Duration.ZERO);
	}

	/**
	 * Wait until the message, or a failure, is there.
	 * @param cancelled whether to wait no longer, asked every 50 ms
	 * @throws JetStreamRequestException if cancelled
	 */
	public boolean isDoneWithin(Duration patience, BooleanSupplier cancelled) throws InterruptedException {
		long end = System.nanoTime() + patience.toNanos();
		long remaining = patience.toNanos();
		while (!isDoneWithin(Duration.ofNanos(Math.min(SLICE.toNanos(), remaining)))) {
			if (cancelled.getAsBoolean()) {
				throw new JetStreamRequestException(Reason.CANCELLED,
						"The connection was lost, or nobody waited any more, before the server answered", null);
			}
			remaining = end - System.nanoTime();
			if (remaining <= 0) {
				return false;
			}
		}
		return true;
	}

	/** Wait until the message, or a failure, is there. */
	public boolean isDoneWithin(Duration patience) throws InterruptedException {
		try {
			this.message.get(Math.max(patience.toNanos(), 0), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException | CancellationException ex) {
			return true;
		}
	}

	/**
	 * Be told when the message, or a failure, is there: at the latest when the request
	 * has taken as long as it may.
	 * @param timeouts sees to the latter
	 * @param done called by a thread of jnats, which must not be blocked
	 */
	void whenDone(ReplyTimeouts timeouts, Runnable done) {
		timeouts.whenDone(this.message, this.timeout, done);
	}

	/**
	 * Return the reply to whichever of two requests is answered first.
	 * @param other the reply to the same request, sent again
	 */
	public JetStreamReply or(JetStreamReply other) {
		return new JetStreamReply(this.connection, this.subject, this.timeout, this.errorsBefore,
				this.message.applyToEither(other.message, Function.identity()), this.prefix);
	}

	/**
	 * Return what it means that there is no message.
	 * @param failure what jnats says, {@code null} if that is nothing
	 */
	public JetStreamRequestException failure(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof ExecutionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (cause != null && isNoResponders(cause)) {
			return new JetStreamRequestException.NoResponders(explanation(cause));
		}
		// a cancellation has no message, and the trace of a thread of jnats at most
		Throwable told = (cause instanceof CancellationException || cause instanceof TimeoutException) ? null : cause;
		PermissionViolation violation = PermissionViolation.ofRequest(this.connection, this.subject, this.errorsBefore);
		if (violation != null) {
			return new JetStreamRequestException.Denied(this.subject, violation, told);
		}
		Connection.Status status = this.connection.getStatus();
		StringBuilder message = new StringBuilder((status != Connection.Status.CONNECTED)
				? "The connection was lost before the server answered (%s)".formatted(status)
				: "The server did not answer within %d ms".formatted(this.timeout.toMillis()));
		message.append(outcome());
		String error = this.connection.getLastError();
		if (error != null && this.connection.getStatistics().getErrs() > this.errorsBefore) {
			message.append(". The server said: ").append(error);
		}
		return new JetStreamRequestException(Reason.UNANSWERED, message.toString(), told);
	}

	/**
	 * Return what it means for the request that there is no answer.
	 * @return the end of a sentence
	 */
	String outcome() {
		return isRead() ? "" : ", the outcome is unknown";
	}

	private boolean isRead() {
		return API.matcher(this.subject).lookingAt() || (this.subject.startsWith(this.prefix)
				&& READ.matcher(this.subject).region(this.prefix.length(), this.subject.length()).lookingAt());
	}

	// of who is no connection to a server; newer JDKs wrap a cancellation in another one
	private @Nullable String explanation(Throwable cause) {
		if (this.message instanceof NatsRequestCompletableFuture || !(cause instanceof CancellationException)) {
			return null;
		}
		return (cause.getCause() instanceof CancellationException original) ? original.getMessage()
				: cause.getMessage();
	}

	// jnats cancels a request nobody answers, and one that took too long, too
	private boolean isNoResponders(Throwable failure) {
		if (failure instanceof CancellationException) {
			return !(this.message instanceof NatsRequestCompletableFuture request
					&& (request.wasCancelledClosing() || request.wasCancelledTimedOut()));
		}
		return failure instanceof JetStreamStatusException;
	}

}
