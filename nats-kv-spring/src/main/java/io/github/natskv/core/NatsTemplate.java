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

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.jetstream.AsyncRequests;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;

/**
 * {@link NatsOperations} on a connection. Replies to asynchronous requests are converted,
 * and what depends on their future is run, on the common pool and not on the threads of
 * the connection.
 *
 * @since 0.1.0
 */
public class NatsTemplate implements NatsOperations {

	private static final Duration DEFAULT_REPLY_TIMEOUT = Duration.ofSeconds(2);

	private final Connection connection;

	private final PayloadConverter payloadConverter;

	private final Duration requestTimeout;

	private final List<PublishInterceptor> interceptors;

	private final StreamPublisher streams;

	/**
	 * Create a template that converts payloads by
	 * {@linkplain PayloadConverter#withDefaultFormat() the defaults}, and waits 2 seconds
	 * for replies unless a request says so itself.
	 * @param connection the connection
	 */
	public NatsTemplate(Connection connection) {
		this(connection, PayloadConverter.withDefaultFormat(), DEFAULT_REPLY_TIMEOUT);
	}

	/**
	 * Create a template.
	 * @param connection the connection
	 * @param payloadConverter what converts payloads
	 * @param requestTimeout how long requests wait unless they say so themselves
	 */
	public NatsTemplate(Connection connection, PayloadConverter payloadConverter, Duration requestTimeout) {
		this(connection, payloadConverter, requestTimeout, List.of());
	}

	/**
	 * Create a template with interceptors.
	 * @param connection the connection
	 * @param payloadConverter what converts payloads
	 * @param requestTimeout how long requests wait unless they say so themselves
	 * @param interceptors what is called around publishing, the outermost first
	 */
	public NatsTemplate(Connection connection, PayloadConverter payloadConverter, Duration requestTimeout,
			List<PublishInterceptor> interceptors) {
		this(connection, payloadConverter, requestTimeout, interceptors, requestTimeout,
				AsyncRequests.DEFAULT_MAX_IN_FLIGHT);
	}

	/**
	 * Create a template that sends to streams.
	 * @param connection the connection
	 * @param payloadConverter what converts payloads
	 * @param requestTimeout how long requests wait unless they say so themselves
	 * @param interceptors what is called around publishing, the outermost first
	 * @param sendTimeout how long the acknowledgement of a stream may take
	 * @param maxInFlight how many messages that nobody waits for may be unacknowledged
	 */
	public NatsTemplate(Connection connection, PayloadConverter payloadConverter, Duration requestTimeout,
			List<PublishInterceptor> interceptors, Duration sendTimeout, int maxInFlight) {
		Assert.isTrue(requestTimeout.compareTo(Duration.ZERO) > 0, "The request timeout must be positive");
		this.connection = connection;
		this.payloadConverter = payloadConverter;
		this.requestTimeout = requestTimeout;
		this.interceptors = List.copyOf(interceptors);
		this.streams = new StreamPublisher(new StreamSender(connection, sendTimeout, maxInFlight), this.interceptors);
	}

	@Override
	public void publish(String subject, Object payload, Map<String, ?> headers) {
		Assert.notNull(headers, "'headers' must not be null");
		check(subject, payload);
		MessageContent content = prepare(subject, (headers.isEmpty()) ? null : NatsHeaders.of(headers), payload);
		if (this.interceptors.isEmpty()) {
			transmit(subject, content.headers(), content.payload());
			return;
		}
		PublishInterceptor.publish(this.interceptors, outgoing(subject, content, null), (message) -> {
			transmit(message.subject(), (message.headers().isEmpty()) ? null : message.headers(), message.payload());
			return null;
		});
	}

	private void transmit(String subject, @Nullable Headers headers, byte[] bytes) {
		try {
			this.connection.publish(subject, headers, bytes);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			throw translate(this.connection, subject, bytes, ex);
		}
	}

	@Override
	public PublishAck send(String subject, Object payload, SendOptions options) {
		return this.streams.publish(message(subject, payload, options), options);
	}

	@Override
	public CompletableFuture<PublishAck> sendAsync(String subject, Object payload, SendOptions options) {
		OutgoingMessage message = message(subject, payload, options);
		try {
			return this.streams.publishAsync(message, options);
		}
		catch (NatsException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private OutgoingMessage message(String subject, Object payload, SendOptions options) {
		check(subject, payload);
		Assert.notNull(options, "'options' must not be null");
		return outgoing(subject, this.payloadConverter.write(payload, options.toHeaders()), null);
	}

	@Override
	public <T extends @Nullable Object> T request(String subject, Object payload,
			ParameterizedTypeReference<T> replyType) {
		return this.<T>exchange(subject, payload, replyType.getType(), this.requestTimeout);
	}

	@Override
	public <T extends @Nullable Object> T request(String subject, Object payload,
			ParameterizedTypeReference<T> replyType, Duration timeout) {
		return this.<T>exchange(subject, payload, replyType.getType(), timeout);
	}

	@Override
	public <T extends @Nullable Object> CompletableFuture<T> requestAsync(String subject, Object payload,
			ParameterizedTypeReference<T> replyType) {
		return exchangeAsync(subject, payload, replyType.getType(), this.requestTimeout);
	}

	@Override
	public <T extends @Nullable Object> CompletableFuture<T> requestAsync(String subject, Object payload,
			ParameterizedTypeReference<T> replyType, Duration timeout) {
		return exchangeAsync(subject, payload, replyType.getType(), timeout);
	}

	private <T extends @Nullable Object> T exchange(String subject, Object payload, Type replyType, Duration timeout) {
		check(subject, payload, timeout);
		MessageReader<T> reader = this.payloadConverter.messageReader(replyType);
		PendingRequest request = new PendingRequest(this.connection, subject, timeout, false);
		CompletableFuture<Message> reply = sendRequest(request, subject, payload, timeout);
		try {
			return read(subject, await(request, reply, timeout), reader);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NatsException("Interrupted while waiting for the reply to a request on subject '" + subject + "'",
					ex);
		}
		catch (ExecutionException ex) {
			throw request.exception((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException | CancellationException ex) {
			throw request.exception(ex);
		}
	}

	private static Message await(PendingRequest request, CompletableFuture<Message> reply, Duration timeout)
			throws InterruptedException, ExecutionException, TimeoutException {
		try {
			return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			// interceptors get to know first, and may have another reply
			request.timedOut(ex);
			return reply.get(0, TimeUnit.NANOSECONDS);
		}
	}

	private <T extends @Nullable Object> CompletableFuture<T> exchangeAsync(String subject, Object payload,
			Type replyType, Duration timeout) {
		check(subject, payload, timeout);
		MessageReader<T> reader = this.payloadConverter.messageReader(replyType);
		PendingRequest request = new PendingRequest(this.connection, subject, timeout, true);
		CompletableFuture<Message> reply;
		try {
			reply = sendRequest(request, subject, payload, timeout);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		if (!this.interceptors.isEmpty()) {
			reply = reply.copy().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		return reply.handleAsync((message, failure) -> {
			if (failure != null) {
				throw request.exception(failure);
			}
			return read(subject, message, reader);
		});
	}

	private CompletableFuture<Message> sendRequest(PendingRequest request, String subject, Object payload,
			Duration timeout) {
		MessageContent content = prepare(subject, null, payload);
		if (this.interceptors.isEmpty()) {
			CompletableFuture<Message> reply = transmitRequest(subject, content.headers(), content.payload(), timeout);
			return request.isAsynchronous() ? request.sent(reply) : request.sentDirectly(reply);
		}
		CompletableFuture<Message> reply = PublishInterceptor.publish(this.interceptors,
				outgoing(subject, content, timeout), (message) -> request
					.sent(transmitRequest(message.subject(), message.headers(), message.payload(), timeout)));
		if (reply == null) {
			throw new NatsException("Request on subject '" + subject + "' has no reply, because a publish interceptor"
					+ " returned none. Let it return what proceed(message) returned, or a future of its own");
		}
		return reply;
	}

	private CompletableFuture<Message> transmitRequest(String subject, @Nullable Headers headers, byte[] bytes,
			Duration timeout) {
		try {
			return this.connection.requestWithTimeout(subject, (headers != null && headers.isEmpty()) ? null : headers,
					bytes, timeout);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			throw translate(this.connection, subject, bytes, ex);
		}
	}

	private static OutgoingMessage outgoing(String subject, MessageContent content, @Nullable Duration replyTimeout) {
		return new UnsentMessage(subject, content.headers(), content.payload(), replyTimeout);
	}

	private static void check(String subject, Object payload, Duration timeout) {
		check(subject, payload);
		Assert.isTrue(timeout.compareTo(Duration.ZERO) > 0, "The timeout must be positive");
	}

	private static void check(String subject, Object payload) {
		Subjects.checkPublishable(subject);
		Assert.notNull(payload, "'payload' must not be null, use an empty byte[] for an empty message");
	}

	private MessageContent prepare(String subject, @Nullable Headers headers, Object payload) {
		MessageContent content = this.payloadConverter.write(payload, headers);
		// ahead of jnats, which takes headers for unsupported before its first connect
		if (this.connection.getStatus() != Connection.Status.CONNECTED && !MockedConnection.is(this.connection)
				&& this.connection.getOptions().getReconnectBufferSize() == 0) {
			throw notConnected(this.connection, subject, null);
		}
		return content;
	}

	static NatsException translate(Connection connection, String subject, byte[] bytes, RuntimeException ex) {
		long maximum = connection.getMaxPayload();
		if (connection.getStatus() != Connection.Status.CONNECTED) {
			return notConnected(connection, subject, ex);
		}
		if (ex instanceof IllegalArgumentException && maximum > 0) {
			return new NatsException("Message for subject '" + subject + "' was not sent: " + ex.getMessage()
					+ " (payload " + bytes.length + " bytes, the server's max_payload is " + maximum
					+ " bytes including headers)", ex);
		}
		return new NatsException("Message for subject '" + subject + "' was not sent: " + ex.getMessage(), ex);
	}

	private static NatsNotConnectedException notConnected(Connection connection, String subject,
			@Nullable Throwable cause) {
		Connection.Status status = connection.getStatus();
		String reason = (status == Connection.Status.CONNECTING) ? connection.getLastError() : null;
		return new NatsNotConnectedException(
				"Message for subject '" + subject + "' was not sent: not connected to a NATS server, status " + status
						+ ((reason != null) ? " (" + reason + ")" : ""),
				cause);
	}

	private <T> T read(String subject, Message message, MessageReader<T> reader) {
		NatsReplyException error = NatsReplyException.of(subject, message);
		if (error != null) {
			throw error;
		}
		return reader.read(message);
	}

}
