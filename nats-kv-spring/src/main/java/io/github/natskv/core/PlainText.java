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
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Numbers and booleans, whose payload is their plain text.
 */
final class PlainText {

	private static final Map<Type, Function<String, Object>> PARSERS = new HashMap<>();

	static {
		add(Byte.class, byte.class, Byte::valueOf);
		add(Short.class, short.class, Short::valueOf);
		add(Integer.class, int.class, Integer::valueOf);
		add(Long.class, long.class, Long::valueOf);
		add(Float.class, float.class, Float::valueOf);
		add(Double.class, double.class, Double::valueOf);
		add(Boolean.class, boolean.class, PlainText::parseBoolean);
		PARSERS.put(BigInteger.class, NumberLimits::bigInteger);
		PARSERS.put(BigDecimal.class, NumberLimits::bigDecimal);
	}

	private PlainText() {
	}

	private static void add(Class<?> wrapper, Class<?> primitive, Function<String, Object> parser) {
		PARSERS.put(wrapper, parser);
		PARSERS.put(primitive, parser);
	}

	private static Boolean parseBoolean(String text) {
		return switch (text.toLowerCase(Locale.ROOT)) {
			case "true" -> Boolean.TRUE;
			case "false" -> Boolean.FALSE;
			default -> throw new IllegalArgumentException("Neither true nor false");
		};
	}

	static boolean supports(Type type) {
		return PARSERS.containsKey(type);
	}

	static @Nullable PayloadReader<@Nullable Object> reader(Type type) {
		Function<String, Object> parser = PARSERS.get(type);
		if (parser == null) {
			return null;
		}
		return (payload) -> {
			// before anything looks at it, or quotes it in an exception
			if (payload.length > NumberLimits.MAX_TEXT) {
				throw new PayloadConversionException(type,
						"the %d bytes are more than the text of a number or boolean may have (%d)"
							.formatted(payload.length, NumberLimits.MAX_TEXT),
						null);
			}
			try {
				return parser.apply(new String(payload, StandardCharsets.UTF_8).trim());
			}
			catch (IllegalArgumentException ex) {
				throw new PayloadConversionException(type, "the " + payload.length + " bytes are not its plain text",
						ex);
			}
		};
	}

}
