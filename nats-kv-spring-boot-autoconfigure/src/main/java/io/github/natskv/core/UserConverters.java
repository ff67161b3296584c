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
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeType;

/**
 * Converters the application brings, in their order.
 */
final class UserConverters {

	private final List<MessageConverter> converters;

	UserConverters(List<MessageConverter> converters) {
		this.converters = List.copyOf(converters);
	}

	boolean isEmpty() {
		return this.converters.isEmpty();
	}

	// null where none of them reads it
	@Nullable Object read(Message message, @Nullable MimeType contentType, Type type) {
		Class<?> target = ResolvableType.forType(type).toClass();
		org.springframework.messaging.Message<byte[]> spring = MessageBuilder.createMessage(message.getData(),
				headers(message.getHeaders(), contentType));
		try {
			for (MessageConverter converter : this.converters) {
				Object value = converter.fromMessage(spring, target);
				if (value != null) {
					return value;
				}
			}
			return null;
		}
		catch (MessageConversionException ex) {
			throw new PayloadConversionException(type, String.valueOf(ex.getMessage()), ex);
		}
	}

	private static MessageHeaders headers(@Nullable Headers source, @Nullable MimeType contentType) {
		Map<String, Object> headers = new HashMap<>();
		if (source != null) {
			source.forEach((name, values) -> headers.put(name, (values.size() == 1) ? values.get(0) : values));
		}
		if (contentType != null) {
			headers.put(MessageHeaders.CONTENT_TYPE, contentType);
		}
		return new MessageHeaders(headers);
	}

	// null where none of them writes it
	byte @Nullable [] write(Object value) {
		try {
			for (MessageConverter converter : this.converters) {
				org.springframework.messaging.Message<?> message = converter.toMessage(value, null);
				if (message != null) {
					return bytes(value, message.getPayload());
				}
			}
			return null;
		}
		catch (MessageConversionException ex) {
			throw new PayloadConversionException(value.getClass(), String.valueOf(ex.getMessage()), ex);
		}
	}

	private static byte[] bytes(Object value, Object payload) {
		if (payload instanceof byte[] bytes) {
			return bytes;
		}
		if (payload instanceof String text) {
			return text.getBytes(StandardCharsets.UTF_8);
		}
		throw new PayloadConversionException(value.getClass(),
				"a message converter made neither byte[] nor String of it but " + payload.getClass().getName(), null);
	}

}
