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

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.core.connection.PermissionViolation;
import io.nats.client.Connection;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.support.NatsRequestCompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request whose reply is awaited. Its reply fails with the exceptions of the template.
 */
final class PendingRequest {

	private final Connection connection;

	private final String subject;

	private final Duration timeout;

	private final boolean asynchronous;

	private final long errorsBefore;

	private volatile @Nullable CompletableFuture<Message> sent;

	private volatile boolean direct;

	private volatile @Nullable Throwable failure;

	private volatile @Nullable NatsException translated;

	PendingRequest(Connection connection, String subject, Duration timeout, boolean asynchronous) {
		this.connection = connection;
		this.subject = subject;
		this.timeout = timeout;
		this.asynchronous = asynchronous;
		this.errorsBefore = MockedConnection.is(connection) ? 0 : connection.getStatistics().getErrs();
	}

	boolean isAsynchronous() {
		return this.asynchronous;
	}

	/**
	 * Take the reply of a request that was sent.
	 * @param future the reply as jnats completes it
	 * @return the reply for interceptors and callers
	 */
	CompletableFuture<Message> sent(CompletableFuture<Message> future) {
		this.sent = future;
		if (this.asynchronous) {
			future.orTimeout(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		CompletableFuture<Message> reply = new CompletableFuture<>();
		future.whenComplete((message, failure) -> {
			if (failure == null) {
				reply.complete(message);
				return;
			}
			NatsException translated = translate(future, failure);
			this.failure = failure;
			this.translated = translated;
			reply.completeExceptionally(translated);
		});
		return reply;
	}

	/**
	 * Take the reply of a request that was sent, for a caller that waits for it.
	 * @param future the reply as jnats completes it
	 * @return the same
	 */
	CompletableFuture<Message> sentDirectly(CompletableFuture<Message> future) {
		this.sent = future;
		this.direct = true;
		return future;
	}

	/**
	 * End the waiting for a synchronous reply, ahead of jnats.
	 * @param ex the failure of the reply
	 */
	void timedOut(TimeoutException ex) {
		CompletableFuture<Message> sent = this.sent;
		if (sent != null) {
			sent.completeExceptionally(ex);
		}
	}

	/**
	 * Return what to throw, with the stack trace of the caller.
	 * @param failure the failure of the reply, after interceptors
	 * @return the exception for the caller
	 */
	NatsException exception(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		CompletableFuture<Message> sent = this.sent;
		if (this.direct && sent != null) {
			return translate(sent, cause);
		}
		Throwable original = this.failure;
		if (cause == this.translated && original != null && sent != null) {
			return translate(sent, original);
		}
		if (cause instanceof NatsException exception) {
			return exception;
		}
		return (cause instanceof TimeoutException) ? noReply(cause) : failed(cause);
	}

	private NatsException translate(CompletableFuture<Message> future, Throwable failure) {
		if (future instanceof NatsRequestCompletableFuture request && request.wasCancelledClosing()) {
			return new NatsTimeoutException("The connection was lost while waiting for the reply to a request on"
					+ " subject '" + this.subject + "'; whether it was received is unknown", cause(failure));
		}
		if (failure instanceof TimeoutException
				|| (future instanceof NatsRequestCompletableFuture request && request.wasCancelledTimedOut())) {
			return noReply(failure);
		}
		return (failure instanceof CancellationException || failure instanceof JetStreamStatusException)
				? new NoRespondersException(this.subject, null) : failed(failure);
	}

	private NatsException noReply(Throwable failure) {
		PermissionViolation violation = PermissionViolation.ofRequest(this.connection, this.subject, this.errorsBefore);
		if (violation != null) {
			return new NatsPermissionException(
					"No reply to a request on subject '%s' within %d ms: %s".formatted(this.subject,
							this.timeout.toMillis(), violation.describe()),
					violation.operation(), violation.subject(), cause(failure));
		}
		return new NatsTimeoutException("No reply to a request on subject '" + this.subject + "' within "
				+ this.timeout.toMillis() + " ms; whether it was received is unknown", cause(failure));
	}

	// how jnats says it has no message, and the trace of one of its threads at most
	private static @Nullable Throwable cause(Throwable failure) {
		return (failure instanceof CancellationException || failure instanceof TimeoutException) ? null : failure;
	}

	private NatsException failed(Throwable failure) {
		return new NatsException("Request on subject '" + this.subject + "' failed: " + failure.getMessage(), failure);
	}

}
