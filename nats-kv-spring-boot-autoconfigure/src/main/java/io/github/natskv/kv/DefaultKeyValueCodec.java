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

package io.github.natskv.kv;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.NumberUtils;

/**
 * The default codec: {@code byte[]} as it is, {@code String}, numbers and booleans as
 * their plain text in UTF-8, and everything else as JSON, by another codec.
 *
 * @since 0.1.0
 */
public class DefaultKeyValueCodec implements KeyValueCodec {

	private final @Nullable KeyValueCodec json;

	/**
	 * Create a codec.
	 * @param json what writes JSON, {@code null} if there is nothing that can
	 */
	public DefaultKeyValueCodec(@Nullable KeyValueCodec json) {
		this.json = json;
	}

	@Override
	public byte[] encode(Object value, Type type) {
		if (value instanceof byte[] bytes) {
			return bytes;
		}
		return isText(type) ? value.toString().getBytes(StandardCharsets.UTF_8) : json(type).encode(value, type);
	}

	@Override
	public Object decode(byte[] bytes, Type type) {
		return decoder(type).apply(bytes);
	}

	@Override
	public Function<byte[], Object> decoder(Type type) {
		if (type == byte[].class) {
			return (bytes) -> bytes;
		}
		if (!isText(type)) {
			return json(type).decoder(type);
		}
		Class<?> wrapper = ClassUtils.resolvePrimitiveIfNecessary((Class<?>) type);
		return (bytes) -> parse(new String(bytes, StandardCharsets.UTF_8), wrapper);
	}

	private static boolean isText(Type type) {
		if (!(type instanceof Class<?> valueClass)) {
			return false;
		}
		Class<?> wrapper = ClassUtils.resolvePrimitiveIfNecessary(valueClass);
		return wrapper == String.class || wrapper == Boolean.class
				|| (wrapper != Number.class && NumberUtils.STANDARD_NUMBER_TYPES.contains(wrapper));
	}

	@SuppressWarnings("unchecked")
	private static Object parse(String text, Class<?> type) {
		if (type == String.class) {
			return text;
		}
		if (type == Boolean.class) {
			Assert.isTrue(text.equals("true") || text.equals("false"), () -> "Neither true nor false: '" + text + "'");
			return Boolean.valueOf(text);
		}
		return NumberUtils.parseNumber(text, (Class<? extends Number>) type);
	}

	private KeyValueCodec json(Type type) {
		Assert.state(this.json != null, () -> "Values of type '" + type.getTypeName()
				+ "' are written as JSON, which needs Jackson: add spring-boot-starter-jackson, or a KeyValueCodec bean");
		return this.json;
	}

}
