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

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

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
	@Nullable Object read(Message message, @Nullable MimeType contentType, TypeHint type) {
		org.springframework.messaging.Message<byte[]> spring = MessageBuilder.createMessage(message.getData(),
				messageHeaders(message.getHeaders(), contentType));
		try {
			for (MessageConverter converter : this.converters) {
				Object value = (converter instanceof SmartMessageConverter smart)
						? smart.fromMessage(spring, type.getParameterType(), type)
						: converter.fromMessage(spring, type.getParameterType());
				if (value != null) {
					return value;
				}
			}
			return null;
		}
		catch (RuntimeException ex) {
			throw failure(type.getGenericParameterType(), ex);
		}
	}

	private static PayloadConversionException failure(Type type, RuntimeException cause) {
		if (cause instanceof PayloadConversionException failure) {
			return failure;
		}
		boolean meant = cause instanceof MessageConversionException;
		return new PayloadConversionException(type, (meant) ? String.valueOf(cause.getMessage()) : cause.toString(),
				cause);
	}

	private static MessageHeaders messageHeaders(@Nullable Headers source, @Nullable MimeType contentType) {
		Map<String, Object> headers = NatsHeaders.toMap(source);
		if (contentType != null) {
			headers.put(MessageHeaders.CONTENT_TYPE, contentType);
		}
		return new MessageHeaders(headers);
	}

	// null where none of them writes it
	@Nullable MessageContent write(Object value, Type type, @Nullable Headers headers) {
		MimeType wanted = ContentType.of(headers);
		MessageHeaders hints = messageHeaders(headers, wanted);
		TypeHint hint = typeHint(value, type);
		try {
			for (MessageConverter converter : this.converters) {
				org.springframework.messaging.Message<?> message = (converter instanceof SmartMessageConverter smart)
						? smart.toMessage(value, hints, hint) : converter.toMessage(value, hints);
				if (message != null) {
					return content(value, message, headers, wanted);
				}
			}
			return null;
		}
		catch (RuntimeException ex) {
			throw failure(value.getClass(), ex);
		}
	}

	// Only where it says more than the class of the value, and never less.
	private static @Nullable TypeHint typeHint(Object value, Type type) {
		if (type instanceof Class) {
			return null;
		}
		Class<?> raw = ResolvableType.forType(type).toClass();
		boolean container = (value instanceof Collection || value instanceof Map) && raw != Object.class;
		return (container || raw == value.getClass()) ? new TypeHint(type) : null;
	}

	private static MessageContent content(Object value, org.springframework.messaging.Message<?> message,
			@Nullable Headers headers, @Nullable MimeType wanted) {
		Object written = message.getHeaders().get(MessageHeaders.CONTENT_TYPE);
		Headers all = headers;
		MimeType contentType = wanted;
		if (written != null && wanted == null) {
			contentType = MimeType.valueOf(written.toString());
			all = (headers != null) ? headers : new Headers();
			all.put(NatsHeaders.CONTENT_TYPE, contentType.toString());
		}
		Charset charset = (contentType != null) ? ContentType.charset(contentType) : StandardCharsets.UTF_8;
		return new MessageContent(bytes(value, message.getPayload(), charset), all);
	}

	private static byte[] bytes(Object value, Object payload, Charset charset) {
		if (payload instanceof byte[] bytes) {
			return bytes;
		}
		if (payload instanceof String text) {
			return text.getBytes(charset);
		}
		throw new PayloadConversionException(value.getClass(),
				"a message converter made neither byte[] nor String of it but " + payload.getClass().getName(), null);
	}

	/**
	 * A type with its generics, in the form in which message converters of Spring take
	 * one for a hint: a parameter of that type, of no method in particular.
	 */
	static final class TypeHint extends MethodParameter {

		private static final Method METHOD = method();

		private final Type type;

		TypeHint(Type type) {
			super(METHOD, 0);
			this.type = type;
		}

		private TypeHint(TypeHint original) {
			super(original);
			this.type = original.type;
		}

		// in a form that is understood when a native image is built
		private static Method method() {
			try {
				return Object.class.getMethod("equals", Object.class);
			}
			catch (NoSuchMethodException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public Class<?> getParameterType() {
			return ResolvableType.forType(this.type).toClass();
		}

		@Override
		public Type getGenericParameterType() {
			return this.type;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof TypeHint hint && super.equals(other) && this.type.equals(hint.type);
		}

		@Override
		public int hashCode() {
			return this.type.hashCode();
		}

		@Override
		public TypeHint clone() {
			return new TypeHint(this);
		}

	}

	/**
	 * The content type of a message.
	 */
	static final class ContentType {

		private static final int MAX_LENGTH = 1000;

		private ContentType() {
		}

		static @Nullable MimeType of(@Nullable Headers headers) {
			String value = NatsHeaders.first(headers, NatsHeaders.CONTENT_TYPE);
			try {
				// Spring keeps what it has parsed
				return (value != null && value.length() <= MAX_LENGTH) ? MimeTypeUtils.parseMimeType(value) : null;
			}
			catch (InvalidMimeTypeException ex) {
				return null;
			}
		}

		static Charset charset(MimeType contentType) {
			Charset charset = contentType.getCharset();
			return (charset != null) ? charset : StandardCharsets.UTF_8;
		}

		// Text and plain bytes say too little to refuse them.
		static boolean mayBeJson(MimeType contentType) {
			return contentType.getSubtype().equals("json") || "json".equals(contentType.getSubtypeSuffix())
					|| contentType.getType().equals("text")
					|| contentType.equalsTypeAndSubtype(MimeTypeUtils.APPLICATION_OCTET_STREAM)
					|| contentType.isWildcardType();
		}

	}

}
