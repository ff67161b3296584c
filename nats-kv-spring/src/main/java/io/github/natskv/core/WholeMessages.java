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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Messages, of jnats and of Spring, where a payload could be, and {@code Void} for none.
 */
final class WholeMessages {

	private static final Set<String> LOCAL_HEADERS = Set.of(MessageHeaders.ID, MessageHeaders.TIMESTAMP,
			MessageHeaders.CONTENT_TYPE, MessageHeaders.REPLY_CHANNEL, MessageHeaders.ERROR_CHANNEL,
			NatsHeaders.SUBJECT, NatsHeaders.REPLY_TO);

	private WholeMessages() {
	}

	// null where the type is that of a payload
	@SuppressWarnings({ "unchecked", "NullAway" })
	static <T> @Nullable MessageReader<T> reader(Type type, PayloadConverter converter) {
		if (type == Void.class || type == void.class) {
			return (message) -> null;
		}
		if (type == Message.class) {
			return (message) -> (T) message;
		}
		ResolvableType resolvable = ResolvableType.forType(type);
		return (resolvable.toClass() == org.springframework.messaging.Message.class)
				? (MessageReader<T>) springReader(resolvable.getGeneric(0), converter) : null;
	}

	private static MessageReader<org.springframework.messaging.Message<?>> springReader(ResolvableType payloadType,
			PayloadConverter converter) {
		MessageReader<Object> reader = converter
			.messageReader((payloadType.resolve() != null) ? payloadType.getType() : byte[].class);
		return (message) -> MessageBuilder.createMessage(reader.read(message), NatsHeaders.toMessageHeaders(message));
	}

	// The headers given win over those of the message.
	static MessageContent write(Object value, @Nullable Headers headers, MessageWriter payloadWriter) {
		if (value instanceof org.springframework.messaging.Message<?> message) {
			return payloadWriter.write(message.getPayload(), merge(headers(message.getHeaders()), headers));
		}
		if (value instanceof Message message) {
			return new MessageContent(message.getData(), merge(new Headers(message.getHeaders()), headers));
		}
		return payloadWriter.write(value, headers);
	}

	private static @Nullable Headers merge(Headers headers, @Nullable Headers winning) {
		if (winning != null) {
			winning.forEach((name, values) -> headers.put(name, List.copyOf(values)));
		}
		return (headers.isEmpty()) ? null : headers;
	}

	private static Headers headers(MessageHeaders values) {
		Map<String, Object> travelling = new HashMap<>(values);
		travelling.keySet().removeAll(LOCAL_HEADERS);
		Headers headers = NatsHeaders.of(travelling);
		Object contentType = values.get(MessageHeaders.CONTENT_TYPE);
		if (contentType != null) {
			headers.put(NatsHeaders.CONTENT_TYPE, contentType.toString());
		}
		return headers;
	}

}
