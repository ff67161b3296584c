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

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.converter.MessageConverter;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.MimeType;

/**
 * Converts between values and payloads: {@code byte[]} as it is, {@code String} as UTF-8,
 * numbers and booleans as plain text, everything else by a {@link PayloadFormat}, which
 * is JSON where Jackson is present. An empty payload read as an {@code Optional} is an
 * empty one, and the other way round. In messages, message converters of the application
 * come first, but for {@code byte[]}.
 *
 * @since 0.1.0
 */
public class PayloadConverter {

	private static final byte[] EMPTY = {};

	private static final PayloadReader<@Nullable Object> BYTES = (payload) -> payload;

	private static final PayloadReader<@Nullable Object> STRING = (payload) -> new String(payload,
			StandardCharsets.UTF_8);

	private final @Nullable PayloadFormat format;

	private final UserConverters converters;

	private final Map<Type, PayloadReader<?>> readers = new ConcurrentReferenceHashMap<>();

	private final Map<Type, MessageReader<?>> messageReaders = new ConcurrentReferenceHashMap<>();

	private final Map<Type, PayloadWriter> writers = new ConcurrentReferenceHashMap<>();

	/**
	 * Create a converter without a format: bytes and plain text only.
	 */
	public PayloadConverter() {
		this(null);
	}

	/**
	 * Create a converter that reads and writes JSON by Jackson with its defaults, where
	 * that is on the class path.
	 * @return the converter
	 */
	public static PayloadConverter withDefaultFormat() {
		return new PayloadConverter(
				ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper", PayloadConverter.class.getClassLoader())
						? JacksonPayloadFormat.withDefaults() : null);
	}

	/**
	 * Create a converter.
	 * @param format what converts everything that is neither bytes nor plain text
	 */
	public PayloadConverter(@Nullable PayloadFormat format) {
		this(format, List.of());
	}

	/**
	 * Create a converter with message converters of the application.
	 * @param format what converts everything that is neither bytes nor plain text
	 * @param converters what is asked first, in this order
	 */
	public PayloadConverter(@Nullable PayloadFormat format, List<MessageConverter> converters) {
		this.format = format;
		this.converters = new UserConverters(converters);
	}

	/**
	 * Prepare reading a type.
	 * @param type the type
	 * @param <T> the type
	 * @return the reader, which never returns {@code null}
	 * @throws PayloadConversionException if payloads of that type need JSON and there is
	 * no Jackson
	 */
	@SuppressWarnings("unchecked")
	public <T> PayloadReader<T> reader(Type type) {
		PayloadReader<T> known = (PayloadReader<T>) this.readers.get(type);
		return (known != null) ? known : (PayloadReader<T>) this.readers.computeIfAbsent(type, this::createReader);
	}

	/**
	 * Prepare reading a type from messages, which honours their {@code Content-Type}: the
	 * charset of text, and no attempt to read as JSON what says to be something else. A
	 * {@link Message} is the message as it is, a
	 * {@link org.springframework.messaging.Message} has its headers, too.
	 * @param type the type
	 * @param <T> the type
	 * @return the reader, which returns {@code null} only for {@code Void}
	 * @throws PayloadConversionException if payloads of that type need JSON and there is
	 * no Jackson
	 */
	@SuppressWarnings("unchecked")
	public <T> MessageReader<T> messageReader(Type type) {
		MessageReader<T> known = (MessageReader<T>) this.messageReaders.get(type);
		if (known != null) {
			return known;
		}
		MessageReader<T> reader = this.<T>createMessageReader(type);
		this.messageReaders.put(type, reader);
		return reader;
	}

	private <T> MessageReader<T> createMessageReader(Type type) {
		MessageReader<T> whole = WholeMessages.reader(type, this);
		if (whole != null) {
			return whole;
		}
		Type optional = optionalOf(type);
		Type target = (optional != null) ? optional : type;
		PayloadReader<T> reader = (this.converters.isEmpty()) ? reader(type)
				: (payload) -> this.<T>reader(type).read(payload);
		if (target == byte[].class) {
			return (message) -> reader.read(message.getData());
		}
		UserConverters.TypeHint hint = new UserConverters.TypeHint(target);
		return (message) -> (message.getHeaders() == null && this.converters.isEmpty()) ? reader.read(message.getData())
				: read(message, reader, hint, optional != null);
	}

	@SuppressWarnings("unchecked")
	private <T> T read(Message message, PayloadReader<T> reader, UserConverters.TypeHint hint, boolean optional) {
		if (optional && message.getData().length == 0) {
			return reader.read(message.getData());
		}
		MimeType contentType = UserConverters.ContentType.of(message.getHeaders());
		Object value = (this.converters.isEmpty()) ? null : this.converters.read(message, contentType, hint);
		if (value == null && contentType != null) {
			Type target = hint.getGenericParameterType();
			if (target == String.class || target == CharSequence.class) {
				value = new String(message.getData(), UserConverters.ContentType.charset(contentType));
			}
			else if (!UserConverters.ContentType.mayBeJson(contentType)) {
				throw new PayloadConversionException(target,
						"its content type is '" + contentType + "', which no MessageConverter bean reads", null);
			}
		}
		if (value == null) {
			return reader.read(message.getData());
		}
		return (T) ((optional) ? Optional.of(value) : value);
	}

	/**
	 * Prepare writing a type.
	 * @param type the declared type; values may be of a subtype
	 * @return the writer
	 * @throws PayloadConversionException if payloads of that type need JSON and there is
	 * no Jackson
	 */
	public PayloadWriter writer(Type type) {
		return this.writers.computeIfAbsent(type, this::createWriter);
	}

	/**
	 * Prepare writing a type to messages, which honours the {@code Content-Type} in their
	 * headers: the charset of text, and what message converters are asked for. A
	 * {@link Message} is written as it is, of a
	 * {@link org.springframework.messaging.Message} the payload with its headers.
	 * @param type the declared type; values may be of a subtype
	 * @return the writer
	 * @throws PayloadConversionException if payloads of that type need JSON and there is
	 * no Jackson
	 */
	public MessageWriter messageWriter(Type type) {
		MessageWriter writer = valueWriter(type);
		return (value, headers) -> WholeMessages.write(value, headers, writer);
	}

	/**
	 * Write a value by its own type to a message. A {@link TypedPayload} is written by
	 * the type it names.
	 * @param value the value
	 * @param headers the headers of the message, which may be added to, {@code null} for
	 * none
	 * @return payload and headers of the message
	 * @throws PayloadConversionException if the value cannot be written
	 * @see #messageWriter(Type)
	 */
	public MessageContent write(Object value, @Nullable Headers headers) {
		return WholeMessages.write(value, headers, this::writeValue);
	}

	private MessageContent writeValue(Object value, @Nullable Headers headers) {
		if (value instanceof byte[] bytes) {
			return new MessageContent(bytes, headers);
		}
		return (value instanceof TypedPayload<?> typed) ? valueWriter(typed.type()).write(typed.value(), headers)
				: valueWriter(value.getClass()).write(value, headers);
	}

	private MessageWriter valueWriter(Type type) {
		if (this.converters.isEmpty()) {
			PayloadWriter writer = writer(type);
			return (value, headers) -> new MessageContent(write(value, headers, writer), headers);
		}
		Type optionalType = optionalOf(type);
		Type contentType = (optionalType != null) ? optionalType : type;
		return (value, headers) -> {
			Object content = (value instanceof Optional<?> optional) ? optional.orElse(null) : value;
			MessageContent converted = (content == null || content instanceof byte[]) ? null
					: this.converters.write(content, contentType, headers);
			return (converted != null) ? converted : new MessageContent(write(value, headers, writer(type)), headers);
		};
	}

	private static byte[] write(Object value, @Nullable Headers headers, PayloadWriter writer) {
		MimeType contentType = (headers != null && value instanceof CharSequence)
				? UserConverters.ContentType.of(headers) : null;
		return (contentType != null) ? value.toString().getBytes(UserConverters.ContentType.charset(contentType))
				: writer.write(value);
	}

	/**
	 * Write a value by its own type. A {@link TypedPayload} is written by the type it
	 * names.
	 * @param value the value
	 * @return the bytes
	 * @throws PayloadConversionException if the value cannot be written
	 */
	public byte[] write(Object value) {
		if (value instanceof byte[] bytes) {
			return bytes;
		}
		return (value instanceof TypedPayload<?> typed) ? writer(typed.type()).write(typed.value())
				: writer(value.getClass()).write(value);
	}

	private PayloadReader<?> createReader(Type type) {
		Type optional = optionalOf(type);
		if (optional != null) {
			PayloadReader<@Nullable Object> reader = simpleReader(optional);
			return (payload) -> (payload.length == 0) ? Optional.empty() : Optional.ofNullable(reader.read(payload));
		}
		PayloadReader<@Nullable Object> reader = simpleReader(type);
		if (reader == BYTES || reader == STRING) {
			return reader;
		}
		return (payload) -> {
			if (payload.length == 0) {
				throw new PayloadConversionException(type, "the payload is empty", null);
			}
			Object value = reader.read(payload);
			if (value == null) {
				throw new PayloadConversionException(type, "the payload is a JSON null", null);
			}
			return value;
		};
	}

	private PayloadReader<@Nullable Object> simpleReader(Type type) {
		if (type == byte[].class) {
			return BYTES;
		}
		if (type == String.class || type == CharSequence.class) {
			return STRING;
		}
		PayloadReader<@Nullable Object> plainText = PlainText.reader(type);
		return (plainText != null) ? plainText : format(type).reader(type);
	}

	private PayloadWriter createWriter(Type type) {
		if (type == byte[].class) {
			return (value) -> (byte[]) value;
		}
		if (PlainText.supports(type)
				|| (type instanceof Class<?> clazz && CharSequence.class.isAssignableFrom(clazz))) {
			return (value) -> value.toString().getBytes(StandardCharsets.UTF_8);
		}
		if (type == Object.class) {
			// a bare Object is written as JSON, anything else by its own type
			return (value) -> (value.getClass() != Object.class) ? write(value)
					: format(type).writer(type).write(value);
		}
		Type optional = optionalOf(type);
		if (optional != null) {
			PayloadWriter writer = writer(optional);
			return (value) -> ((Optional<?>) value).<byte[]>map(writer::write).orElse(EMPTY);
		}
		return format(type).writer(type);
	}

	private PayloadFormat format(Type type) {
		if (this.format == null) {
			throw new PayloadConversionException(type, "it needs JSON and Jackson is missing, add the dependency"
					+ " org.springframework.boot:spring-boot-starter-jackson, or use byte[] or String", null);
		}
		return this.format;
	}

	private static @Nullable Type optionalOf(Type type) {
		if (type == Optional.class) {
			return Object.class;
		}
		return (type instanceof ParameterizedType parameterized && parameterized.getRawType() == Optional.class)
				? parameterized.getActualTypeArguments()[0] : null;
	}

}
