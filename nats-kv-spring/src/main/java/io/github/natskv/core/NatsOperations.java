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
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Publishing and requesting over core NATS, and sending to streams. Payloads are
 * {@code byte[]}, {@code String}, or anything JSON can express; a Spring {@code Message}
 * brings its headers, also with a request. They are never {@code null}; an empty message
 * is an empty {@code byte[]} or {@code String}. Publishing is at most once; what is sent
 * to a stream is acknowledged.
 * <p>
 * A reply may be read as the same types. {@code Void} waits for it and returns
 * {@code null}, {@code io.nats.client.Message} is the reply as it is, and
 * {@code Message<T>} of Spring has its headers. An empty reply is an error for all others
 * but {@code byte[]}, {@code String} and {@code Optional}.
 * <p>
 * Implemented by {@link NatsTemplate}. Applications call this interface and replace it in
 * tests; methods may be added to it.
 *
 * @since 0.1.0
 */
public interface NatsOperations {

	/**
	 * Publish a message.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @throws NatsNotConnectedException if there is no connection; nothing was sent then
	 */
	default void publish(String subject, Object payload) {
		publish(subject, payload, Map.of());
	}

	/**
	 * Publish a message with headers.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param headers the headers; a {@code Collection} or an array becomes several
	 * values, bytes are UTF-8, anything else is written as its {@code toString()}, and
	 * {@code null} and an empty {@code Optional} are not sent
	 * @throws NatsNotConnectedException if there is no connection; nothing was sent then
	 */
	void publish(String subject, Object payload, Map<String, ?> headers);

	/**
	 * Send a message to a stream, and wait until the stream has stored it.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @return the acknowledgement of the stream
	 * @see #send(String, Object, SendOptions)
	 */
	default PublishAck send(String subject, Object payload) {
		return send(subject, payload, SendOptions.of());
	}

	/**
	 * Send a message to a stream, and wait until the stream has stored it. Where no
	 * stream answers, which happens while one has no leader, it is sent again, with
	 * pauses of 20 to 320 ms, until the time is over. A message with an
	 * {@linkplain SendOptions#messageId id} that the stream has had already is
	 * acknowledged as {@linkplain PublishAck#isDuplicate() duplicate}.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param options the message id, what is expected, headers and the timeout
	 * @return the acknowledgement of the stream
	 * @throws NatsNotConnectedException if there is no connection; nothing was sent then
	 * @throws NoStreamException if no stream has the subject; nothing was stored then
	 * @throws SendConflictException if the stream is not as expected; nothing was stored
	 * then
	 * @throws NatsPermissionException if the server does not allow the message or its
	 * acknowledgement, which is known when the time is over
	 * @throws NatsTimeoutException if no acknowledgement arrived in time: whether the
	 * message was stored is unknown, and sending it again is safe with a message id
	 * @throws NatsException if the stream refused the message for another reason
	 */
	PublishAck send(String subject, Object payload, SendOptions options);

	/**
	 * Send a message to a stream, without waiting until it is stored.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @return the future acknowledgement
	 * @see #sendAsync(String, Object, SendOptions)
	 */
	default CompletableFuture<PublishAck> sendAsync(String subject, Object payload) {
		return sendAsync(subject, payload, SendOptions.of());
	}

	/**
	 * Send a message to a stream, without waiting until it is stored. The future
	 * completes with the acknowledgement, or with the exceptions of
	 * {@link #send(String, Object, SendOptions)}, on a thread that may be blocked. At
	 * most {@code nats.jetstream.max-in-flight} (1,000) messages of a connection are
	 * unacknowledged: beyond that the caller waits. Messages of one thread are stored in
	 * the order of its calls, but for those that are sent again.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param options the message id, what is expected, headers and the timeout
	 * @return the future acknowledgement
	 */
	CompletableFuture<PublishAck> sendAsync(String subject, Object payload, SendOptions options);

	/**
	 * Send a request and wait for its reply, for the default request timeout.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param replyType the type to convert the reply to
	 * @param <T> the type of the reply, nullable where that is {@code Void}
	 * @return the reply
	 * @throws NatsNotConnectedException if there is no connection; nothing was sent then
	 * @throws NoRespondersException if nobody listens on the subject
	 * @throws NatsReplyException if the responder answered with an error
	 * @throws NatsPermissionException if the server does not allow the request or its
	 * reply, which is known when the time is over
	 * @throws NatsTimeoutException if no reply arrived in time
	 */
	default <T extends @Nullable Object> T request(String subject, Object payload, Class<T> replyType) {
		return this.<T>request(subject, payload, ParameterizedTypeReference.<T>forType(replyType));
	}

	/**
	 * Send a request and wait for its reply.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param replyType the type to convert the reply to
	 * @param timeout how long to wait
	 * @param <T> the type of the reply
	 * @return the reply
	 * @see #request(String, Object, Class)
	 */
	default <T extends @Nullable Object> T request(String subject, Object payload, Class<T> replyType,
			Duration timeout) {
		return this.<T>request(subject, payload, ParameterizedTypeReference.<T>forType(replyType), timeout);
	}

	/**
	 * Send a request and wait for its reply, for the default request timeout.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param replyType the type to convert the reply to
	 * @param <T> the type of the reply
	 * @return the reply
	 * @see #request(String, Object, Class)
	 */
	<T extends @Nullable Object> T request(String subject, Object payload, ParameterizedTypeReference<T> replyType);

	/**
	 * Send a request and wait for its reply.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param replyType the type to convert the reply to
	 * @param timeout how long to wait
	 * @param <T> the type of the reply
	 * @return the reply
	 * @see #request(String, Object, Class)
	 */
	<T extends @Nullable Object> T request(String subject, Object payload, ParameterizedTypeReference<T> replyType,
			Duration timeout);

	/**
	 * Send a request; the future completes with the reply, or with the exceptions of
	 * {@link #request(String, Object, Class)}.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param replyType the type to convert the reply to
	 * @param <T> the type of the reply
	 * @return the future reply
	 */
	default <T extends @Nullable Object> CompletableFuture<T> requestAsync(String subject, Object payload,
			Class<T> replyType) {
		return requestAsync(subject, payload, ParameterizedTypeReference.<T>forType(replyType));
	}

	/**
	 * Send a request; the future completes with the reply, or with the exceptions of
	 * {@link #request(String, Object, Class)}.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param replyType the type to convert the reply to
	 * @param timeout how long to wait
	 * @param <T> the type of the reply
	 * @return the future reply
	 */
	default <T extends @Nullable Object> CompletableFuture<T> requestAsync(String subject, Object payload,
			Class<T> replyType, Duration timeout) {
		return requestAsync(subject, payload, ParameterizedTypeReference.<T>forType(replyType), timeout);
	}

	/**
	 * Send a request; the future completes with the reply, or with the exceptions of
	 * {@link #request(String, Object, Class)}.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param replyType the type to convert the reply to
	 * @param <T> the type of the reply
	 * @return the future reply
	 */
	<T extends @Nullable Object> CompletableFuture<T> requestAsync(String subject, Object payload,
			ParameterizedTypeReference<T> replyType);

	/**
	 * Send a request; the future completes with the reply, or with the exceptions of
	 * {@link #request(String, Object, Class)}.
	 * @param subject the subject, without wildcards
	 * @param payload the payload
	 * @param replyType the type to convert the reply to
	 * @param timeout how long to wait
	 * @param <T> the type of the reply
	 * @return the future reply
	 */
	<T extends @Nullable Object> CompletableFuture<T> requestAsync(String subject, Object payload,
			ParameterizedTypeReference<T> replyType, Duration timeout);

}
