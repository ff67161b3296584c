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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.MessageHeaders;
import org.springframework.util.ObjectUtils;

/**
 * Names of message headers, and how to read them.
 *
 * @since 0.1.0
 */
public final class NatsHeaders {

	/**
	 * Header of a Spring {@code Message} that carries the subject it was received on. It
	 * does not travel over the wire.
	 */
	public static final String SUBJECT = "nats_subject";

	/**
	 * Header of a Spring {@code Message} that carries the subject a reply is expected on.
	 * It does not travel over the wire.
	 */
	public static final String REPLY_TO = "nats_replyTo";

	/**
	 * Header of a message of a stream that tells how often it has been delivered, this
	 * time included. It does not travel over the wire.
	 */
	public static final String DELIVERY_ATTEMPT = "nats_deliveryAttempt";

	/**
	 * Media type of the payload, as {@code application/json} or
	 * {@code text/plain;charset=ISO-8859-1}.
	 */
	public static final String CONTENT_TYPE = "Content-Type";

	/**
	 * Description of the error in an error reply.
	 */
	public static final String SERVICE_ERROR = "Nats-Service-Error";

	/**
	 * Code of the error in an error reply.
	 */
	public static final String SERVICE_ERROR_CODE = "Nats-Service-Error-Code";

	private NatsHeaders() {
	}

	/**
	 * Return the values of a header. Names are case-sensitive in NATS, but not all
	 * clients write them as others do: the name as it is comes first, then any other
	 * case.
	 * @param headers the headers, or {@code null}
	 * @param name the name
	 * @return the values, or {@code null} if there is no such header
	 */
	public static @Nullable List<String> values(@Nullable Headers headers, String name) {
		if (headers == null) {
			return null;
		}
		List<String> values = headers.get(name);
		return (values != null) ? values : headers.getIgnoreCase(name);
	}

	/**
	 * Return the first value of a header.
	 * @param headers the headers, or {@code null}
	 * @param name the name
	 * @return the value, or {@code null} if there is no such header
	 * @see #values(Headers, String)
	 */
	public static @Nullable String first(@Nullable Headers headers, String name) {
		List<String> values = values(headers, name);
		return (values != null && !values.isEmpty()) ? values.get(0) : null;
	}

	/**
	 * Return how often a message of a stream has been delivered, this time included.
	 * @param message the message
	 * @return the number, {@code null} for a message that no consumer of a stream has
	 * delivered
	 */
	public static @Nullable Long deliveryAttempt(Message message) {
		return message.isJetStream() ? (Long) message.metaData().deliveredCount() : null;
	}

	/**
	 * Return the headers of a message as Spring has them, {@link #SUBJECT},
	 * {@link #REPLY_TO} and {@link #DELIVERY_ATTEMPT} included. Several values of a
	 * header are a list. {@code id} and {@code timestamp} are Spring's own and not what
	 * the message has in headers of these names, for which see {@link #first}.
	 * @param message the message
	 * @return the headers
	 */
	public static MessageHeaders toMessageHeaders(Message message) {
		Map<String, Object> headers = toMap(message.getHeaders());
		headers.put(SUBJECT, message.getSubject());
		if (message.getReplyTo() != null) {
			headers.put(REPLY_TO, message.getReplyTo());
		}
		Long attempt = deliveryAttempt(message);
		if (attempt != null) {
			headers.put(DELIVERY_ATTEMPT, attempt);
		}
		return new MessageHeaders(headers);
	}

	/**
	 * Return headers as a map. Several values of a header are a list.
	 * @param headers the headers, or {@code null}
	 * @return a new map
	 */
	public static Map<String, Object> toMap(@Nullable Headers headers) {
		Map<String, Object> map = new HashMap<>();
		if (headers != null) {
			headers.forEach(
					(name, values) -> map.put(name, (values.size() == 1) ? values.get(0) : new ArrayList<>(values)));
		}
		return map;
	}

	// Collections and arrays are several values, null and an empty Optional are none,
	// bytes and characters are text, anything else is its toString().
	static Headers of(Map<String, ?> values) {
		Headers headers = new Headers();
		values.forEach((name, value) -> {
			try {
				List<?> several = several(ObjectUtils.unwrapOptional(value));
				if (several != null) {
					headers.put(name, several.stream().flatMap((element) -> text(element).stream()).toList());
				}
				else {
					text(value).ifPresent((text) -> headers.put(name, text));
				}
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("Header '" + name + "' cannot be sent: " + ex.getMessage(), ex);
			}
		});
		return headers;
	}

	private static @Nullable List<?> several(@Nullable Object value) {
		if (value instanceof Collection<?> collection) {
			return new ArrayList<>(collection);
		}
		boolean text = value instanceof byte[] || value instanceof char[];
		return (!text && ObjectUtils.isArray(value)) ? Arrays.asList(ObjectUtils.toObjectArray(value)) : null;
	}

	private static Optional<String> text(@Nullable Object value) {
		Object present = ObjectUtils.unwrapOptional(value);
		if (present instanceof byte[] bytes) {
			return Optional.of(new String(bytes, StandardCharsets.UTF_8));
		}
		return Optional.ofNullable((present instanceof char[] characters) ? new String(characters) : present)
			.map(Object::toString);
	}

}
