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

package io.github.natskv.kv.jetstream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.github.natskv.core.connection.PermissionViolation;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsRequestCompletableFuture;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.PermissionDeniedDataAccessException;

/**
 * Requests to JetStream that tell apart in which way they fail, which jnats' own do not.
 */
public final class JetStreamApi {

	private final Connection connection;

	private final String prefix;

	private final boolean defaultPrefix;

	private final Duration timeout;

	public JetStreamApi(Connection connection, JetStreamOptions options) {
		this.connection = connection;
		this.prefix = options.getPrefix();
		this.defaultPrefix = options.isDefaultPrefix();
		Duration requestTimeout = options.getRequestTimeout();
		this.timeout = (requestTimeout != null) ? requestTimeout : connection.getOptions().getConnectionTimeout();
	}

	public Connection connection() {
		return this.connection;
	}

	Duration timeout() {
		return this.timeout;
	}

	/**
	 * Return what the subjects of the API begin with.
	 * @return the prefix, with a dot at the end
	 */
	public String prefix() {
		return this.prefix;
	}

	boolean isDefaultPrefix() {
		return this.defaultPrefix;
	}

	/**
	 * Fail unless there is a connection. A connection may have a buffer for what is
	 * published while it is lost, and would send that later.
	 */
	public void requireConnected() {
		Connection.Status status = this.connection.getStatus();
		if (status != Connection.Status.CONNECTED) {
			String reason = (status == Connection.Status.CONNECTING) ? this.connection.getLastError() : null;
			throw new KeyValueNotConnectedException("Not connected to a NATS server (%s%s), nothing was sent"
				.formatted(status, (reason != null) ? ": " + reason : ""));
		}
	}

	/**
	 * Call the API.
	 * @param subject the subject after the prefix
	 * @param json the request
	 * @return the response
	 */
	Message call(String subject, @Nullable String json) {
		return request(this.prefix + subject, null, (json != null) ? json.getBytes(StandardCharsets.UTF_8) : null);
	}

	/**
	 * Call the API without waiting for the response.
	 * @param subject the subject after the prefix
	 * @param body the request
	 * @return the response
	 * @throws KeyValueNotConnectedException if there is no connection
	 */
	CompletableFuture<Message> send(String subject, byte @Nullable [] body) {
		requireConnected();
		try {
			return this.connection.requestWithTimeout(this.prefix + subject, body, this.timeout);
		}
		catch (IllegalStateException ex) {
			throw new KeyValueNotConnectedException("Nothing was sent: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Send a request whose responses, of which there may be many, arrive at an inbox.
	 * @param subject the subject after the prefix
	 * @param inbox the inbox
	 * @param body the request
	 * @throws KeyValueNotConnectedException if there is no connection
	 */
	void publish(String subject, String inbox, byte[] body) {
		requireConnected();
		try {
			this.connection.publish(this.prefix + subject, inbox, body);
		}
		catch (IllegalStateException ex) {
			throw new KeyValueNotConnectedException("Nothing was sent: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Subscribe to an inbox, with no limits on what may wait there.
	 * @param inbox the inbox
	 * @return the subscription
	 * @throws KeyValueNotConnectedException if there is no connection
	 */
	Subscription subscribe(String inbox) {
		requireConnected();
		try {
			Subscription subscription = this.connection.subscribe(inbox);
			subscription.setPendingLimits(-1, -1);
			return subscription;
		}
		catch (IllegalStateException ex) {
			throw new KeyValueNotConnectedException("Nothing was sent: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Send a request and wait for the response.
	 * @param subject the subject
	 * @param headers the headers
	 * @param body the body
	 * @return the response
	 * @throws KeyValueNotConnectedException if there is no connection
	 * @throws KeyValueTimeoutException if there is no response in time
	 * @throws PermissionDeniedDataAccessException if the user lacks a permission
	 * @throws NobodyThereException if the server knows nobody to answer
	 */
	Message request(String subject, @Nullable Headers headers, byte @Nullable [] body) {
		return request(subject, headers, body, this.timeout);
	}

	Message request(String subject, @Nullable Headers headers, byte @Nullable [] body, Duration timeout) {
		return request(subject, headers, body, timeout, null);
	}

	/**
	 * Send a request, and look into why there is no response when it is late.
	 * @param subject the subject
	 * @param headers the headers
	 * @param body the body
	 * @param timeout how long to wait for the response
	 * @param doubt called once with the time left, may fail
	 * @return the response
	 */
	Message request(String subject, @Nullable Headers headers, byte @Nullable [] body, Duration timeout,
			@Nullable Consumer<Duration> doubt) {
		requireConnected();
		CompletableFuture<Message> response;
		long errorsBefore = this.connection.getStatistics().getErrs();
		try {
			response = this.connection.requestWithTimeout(subject, headers, body, timeout);
		}
		catch (IllegalStateException ex) {
			throw new KeyValueNotConnectedException("Nothing was sent: " + ex.getMessage(), ex);
		}
		Duration left = timeout;
		if (doubt != null) {
			Duration patience = timeout.dividedBy(4);
			long start = System.nanoTime();
			if (!isDoneWithin(response, patience)) {
				doubt.accept(timeout.minus(patience));
			}
			left = timeout.minusNanos(System.nanoTime() - start);
		}
		return await(response, left, timeout, subject, errorsBefore);
	}

	private static boolean isDoneWithin(CompletableFuture<Message> response, Duration patience) {
		try {
			response.get(patience.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (CancellationException | ExecutionException ex) {
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

	private Message await(CompletableFuture<Message> response, Duration left, Duration timeout, String subject,
			long errorsBefore) {
		try {
			return response.get(Math.max(left.toNanos(), 0), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw timedOut(subject, timeout, errorsBefore, ex);
		}
		catch (CancellationException | ExecutionException ex) {
			Throwable failure = (ex instanceof ExecutionException && ex.getCause() != null) ? ex.getCause() : ex;
			if (isNobodyThere(response, failure)) {
				throw new NobodyThereException(failure);
			}
			throw timedOut(subject, timeout, errorsBefore, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KeyValueTimeoutException("Interrupted while waiting for the server, the outcome is unknown", ex);
		}
	}

	/**
	 * Return whether a request failed because the server knows nobody to answer it.
	 * @param response the response
	 * @param failure what it failed with
	 * @return whether the server said so
	 */
	static boolean isNobodyThere(CompletableFuture<Message> response, @Nullable Throwable failure) {
		if (failure instanceof CancellationException) {
			return !(response instanceof NatsRequestCompletableFuture request
					&& (request.wasCancelledClosing() || request.wasCancelledTimedOut()));
		}
		return failure instanceof JetStreamStatusException;
	}

	private DataAccessException timedOut(String subject, Duration timeout, long errorsBefore, Exception cause) {
		PermissionViolation violation = PermissionViolation.ofRequest(this.connection, subject, errorsBefore);
		if (violation != null) {
			return new PermissionDeniedDataAccessException(
					"The server did not answer a request to '%s': %s".formatted(subject, violation.describe()), cause);
		}
		Connection.Status status = this.connection.getStatus();
		StringBuilder message = new StringBuilder((status != Connection.Status.CONNECTED)
				? "The connection was lost before the server answered (%s)".formatted(status)
				: "The server did not answer within %d ms".formatted(timeout.toMillis()));
		message.append(", the outcome is unknown");
		String error = this.connection.getLastError();
		if (error != null && this.connection.getStatistics().getErrs() > errorsBefore) {
			message.append(". The server said: ").append(error);
		}
		return new KeyValueTimeoutException(message.toString(), cause);
	}

	/**
	 * The server answered that nobody listens to the subject of a request.
	 */
	static final class NobodyThereException extends RuntimeException {

		NobodyThereException(Throwable cause) {
			super("No responders (503)", cause);
		}

	}

}
