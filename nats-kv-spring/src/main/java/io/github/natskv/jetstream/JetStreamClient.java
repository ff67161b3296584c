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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.natskv.core.connection.PermissionViolation;
import io.github.natskv.jetstream.JetStreamRequestException.Reason;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Requests to JetStream that tell apart in which way they fail, which jnats' own do not.
 */
public final class JetStreamClient {

	private static final Duration PER_SUBJECT = Duration.ofNanos(10_000);

	private final Connection connection;

	private final String prefix;

	private final boolean defaultPrefix;

	private final Duration timeout;

	private final Function<JetStreamRequestException, RuntimeException> failures;

	/**
	 * Create a client.
	 * @param options the prefix of the API and the request timeout, by default the
	 * connection timeout
	 * @param failures what to throw for a request that was not answered
	 */
	public JetStreamClient(Connection connection, JetStreamOptions options,
			Function<JetStreamRequestException, RuntimeException> failures) {
		this.connection = connection;
		this.prefix = options.getPrefix();
		this.defaultPrefix = options.isDefaultPrefix();
		Duration requestTimeout = options.getRequestTimeout();
		this.timeout = (requestTimeout != null) ? requestTimeout : connection.getOptions().getConnectionTimeout();
		this.failures = failures;
	}

	public Connection connection() {
		return this.connection;
	}

	public Duration timeout() {
		return this.timeout;
	}

	/**
	 * Return what the subjects of the API begin with.
	 * @return the prefix, with a dot at the end
	 */
	public String prefix() {
		return this.prefix;
	}

	public boolean isDefaultPrefix() {
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
			throw notConnected("Not connected to a NATS server (%s%s), nothing was sent".formatted(status,
					(reason != null) ? ": " + reason : ""), null);
		}
	}

	RuntimeException notConnected(String message, @Nullable Throwable cause) {
		return this.failures.apply(new JetStreamRequestException(Reason.NOT_CONNECTED, message, cause));
	}

	/**
	 * Call the API.
	 * @param subject the subject after the prefix
	 * @param json the request
	 */
	public Message call(String subject, @Nullable String json) {
		return call(subject, json, this.timeout);
	}

	/**
	 * Call the API.
	 * @param subject the subject after the prefix
	 * @param json the request
	 * @param timeout how long to wait for the response
	 * @return the response
	 */
	public Message call(String subject, @Nullable String json, Duration timeout) {
		return request(this.prefix + subject, null, (json != null) ? json.getBytes(StandardCharsets.UTF_8) : null,
				timeout, null);
	}

	/**
	 * Return how long the server may take to list subjects: it goes through all of them
	 * for each page.
	 * @param subjects how many there are
	 */
	public Duration timeout(long subjects) {
		return this.timeout.plus(PER_SUBJECT.multipliedBy(subjects));
	}

	/**
	 * Call the API without waiting for the response.
	 * @param subject the subject after the prefix
	 * @param body the request
	 * @param timeout how long the response may take
	 */
	public JetStreamReply send(String subject, byte @Nullable [] body, Duration timeout) {
		return send(this.prefix + subject, null, body, timeout);
	}

	/** Send a request without waiting for the response. */
	public JetStreamReply begin(String subject, @Nullable Headers headers, byte @Nullable [] body) {
		return begin(subject, headers, body, this.timeout);
	}

	/**
	 * Send a request without waiting for the response.
	 * @param timeout how long the response may take
	 */
	public JetStreamReply begin(String subject, @Nullable Headers headers, byte @Nullable [] body, Duration timeout) {
		return send(subject, headers, body, timeout);
	}

	private JetStreamReply send(String subject, @Nullable Headers headers, byte @Nullable [] body, Duration timeout) {
		return sent(() -> {
			long errorsBefore = this.connection.getStatistics().getErrs();
			return new JetStreamReply(this.connection, subject, timeout, errorsBefore,
					this.connection.requestWithTimeout(subject, headers, body, timeout), this.prefix);
		});
	}

	/**
	 * Send a request whose responses, of which there may be many, arrive at an inbox.
	 * @param subject the subject after the prefix
	 */
	public void publish(String subject, String inbox, byte[] body) {
		sent(() -> {
			this.connection.publish(this.prefix + subject, inbox, body);
			return body;
		});
	}

	/**
	 * Send messages that take effect together, with the last of them, and wait for the
	 * response to that one.
	 * @param messages the messages, of which one at least
	 * @throws JetStreamRequestException.NoResponders if the server knows nobody to answer
	 */
	public Message requestTogether(List<Message> messages) {
		long errorsBefore = this.connection.getStatistics().getErrs();
		Message last = messages.get(messages.size() - 1);
		sent(() -> {
			messages.subList(0, messages.size() - 1).forEach(this.connection::publish);
			return last;
		});
		Message response = request(last.getSubject(), last.getHeaders(), last.getData());
		if (isIncomplete(response)) {
			Set<String> subjects = messages.stream().map(Message::getSubject).collect(Collectors.toSet());
			PermissionViolation violation = PermissionViolation.ofRequest(this.connection, subjects::contains,
					errorsBefore);
			if (violation != null) {
				throw this.failures.apply(new JetStreamRequestException.Denied(violation.subject(), violation, null));
			}
		}
		return response;
	}

	private static boolean isIncomplete(Message response) {
		try {
			new PublishAck(response);
			return false;
		}
		catch (JetStreamApiException ex) {
			return ex.getApiErrorCode() == JetStreamError.INCOMPLETE_BATCH;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Subscribe to an inbox, with no limits on what may wait there. */
	public Subscription subscribe(String inbox) {
		return sent(() -> {
			Subscription subscription = this.connection.subscribe(inbox);
			// with limits, jnats' reader may fail when a subscription ends while messages
			// arrive
			subscription.setPendingLimits(0, 0);
			return subscription;
		});
	}

	private <T> T sent(Supplier<T> action) {
		requireConnected();
		try {
			return action.get();
		}
		catch (IllegalStateException ex) {
			throw notConnected("Nothing was sent: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Send a request and wait for the response.
	 * @throws JetStreamRequestException.NoResponders if the server knows nobody to answer
	 */
	public Message request(String subject, @Nullable Headers headers, byte @Nullable [] body) {
		return request(subject, headers, body, this.timeout, null);
	}

	/**
	 * Send a request, and look into why there is no response when it is late.
	 * @param timeout how long to wait for the response
	 * @param doubt called once with the time left, may fail
	 * @throws JetStreamRequestException.NoResponders if the server knows nobody to answer
	 */
	public Message request(String subject, @Nullable Headers headers, byte @Nullable [] body, Duration timeout,
			@Nullable Consumer<Duration> doubt) {
		long end = System.nanoTime() + timeout.toNanos();
		JetStreamReply reply = send(subject, headers, body, timeout);
		return translated(reply, () -> {
			if (doubt != null) {
				Duration patience = timeout.dividedBy(4);
				if (!reply.isDoneWithin(patience)) {
					doubt.accept(timeout.minus(patience));
				}
			}
			return reply.await(Duration.ofNanos(end - System.nanoTime()));
		});
	}

	/**
	 * Wait for the response to a request.
	 * @throws JetStreamRequestException.NoResponders if the server knows nobody to answer
	 */
	public Message await(JetStreamReply reply, Duration patience) {
		return translated(reply, () -> reply.await(patience));
	}

	private Message translated(JetStreamReply reply, Waiting waiting) {
		try {
			return waiting.forMessage();
		}
		catch (JetStreamRequestException.NoResponders ex) {
			throw ex;
		}
		catch (JetStreamRequestException ex) {
			throw this.failures.apply(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw this.failures.apply(new JetStreamRequestException(Reason.CANCELLED,
					"Interrupted while waiting for the server" + reply.outcome(), ex));
		}
	}

	private interface Waiting {

		Message forMessage() throws InterruptedException;

	}

}
