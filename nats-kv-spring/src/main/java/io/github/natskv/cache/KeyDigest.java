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

package io.github.natskv.cache;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.util.ReflectionUtils;

/**
 * Digests of cache keys: equal for keys that are equal, different for others. A key is
 * written down with types and lengths, so that no two are the same text, and digested by
 * SHA-256.
 */
final class KeyDigest {

	private static final int MAX_DEPTH = 64;

	/** Classes whose text has all of their value. */
	private static final List<Class<?>> BY_TEXT = List.of(Boolean.class, Character.class, Byte.class, Short.class,
			Integer.class, Long.class, Float.class, Double.class, BigInteger.class, BigDecimal.class, UUID.class,
			URI.class, Locale.class, Currency.class, TemporalAccessor.class, TemporalAmount.class, ZoneId.class);

	private final DataOutputStream out;

	private final int depth;

	private KeyDigest(DataOutputStream out, int depth) {
		this.out = out;
		this.depth = depth;
	}

	static byte[] of(@Nullable Object key) {
		return of(key, 0);
	}

	private static byte[] of(@Nullable Object key, int depth) {
		try {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			new KeyDigest(new DataOutputStream(bytes), depth).write(key);
			return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void write(@Nullable Object value) throws IOException {
		if (this.depth > MAX_DEPTH) {
			throw new IllegalArgumentException(
					"it refers to itself, or is nested more than %d levels deep".formatted(MAX_DEPTH));
		}
		if (value == null) {
			tag('0', "");
		}
		else if (value instanceof String text) {
			tag('S', text);
		}
		else if (value instanceof Enum<?> constant) {
			tag('N', constant.getDeclaringClass().getName());
			tag('S', constant.name());
		}
		else if (value instanceof Class<?> type) {
			tag('C', type.getName());
		}
		else if (value instanceof Date date) {
			tag('D', date.getClass().getName());
			// the text of a timestamp has nanoseconds
			tag('S', date.getTime() + ((date.getClass() != Date.class) ? " " + date : ""));
		}
		else if (BY_TEXT.stream().anyMatch((type) -> type.isInstance(value))) {
			tag('V', value.getClass().getName());
			tag('S', value.toString());
		}
		else {
			writeParts(value);
		}
	}

	private void writeParts(Object value) throws IOException {
		if (value instanceof SimpleKey key) {
			tag('K', "");
			ordered(Arrays.asList((Object[]) field(key, SimpleKey.class, "params")));
		}
		else if (value.getClass().isArray()) {
			tag('A', value.getClass().getComponentType().isPrimitive() ? value.getClass().getName() : "");
			List<@Nullable Object> elements = new ArrayList<>();
			for (int i = 0; i < Array.getLength(value); i++) {
				elements.add(Array.get(value, i));
			}
			ordered(elements);
		}
		else if (value instanceof List<?> list) {
			tag('L', "");
			ordered(list);
		}
		else if (value instanceof Set<?> set) {
			tag('T', "");
			unordered(set);
		}
		else if (value instanceof Map<?, ?> map) {
			tag('M', "");
			unordered(map.entrySet());
		}
		else if (value instanceof Map.Entry<?, ?> entry) {
			tag('E', "");
			ordered(Arrays.asList(entry.getKey(), entry.getValue()));
		}
		else if (value instanceof Optional<?> optional) {
			tag('O', "");
			ordered(optional.stream().toList());
		}
		else if (value.getClass().isRecord()) {
			tag('R', value.getClass().getName());
			ordered(components(value));
		}
		else {
			tag('F', value.getClass().getName());
			ordered(fields(value));
		}
	}

	private void tag(char kind, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		this.out.writeByte(kind);
		this.out.writeInt(bytes.length);
		this.out.write(bytes);
	}

	private void ordered(Collection<? extends @Nullable Object> elements) throws IOException {
		this.out.writeInt(elements.size());
		KeyDigest nested = new KeyDigest(this.out, this.depth + 1);
		for (Object element : elements) {
			nested.write(element);
		}
	}

	private void unordered(Collection<? extends @Nullable Object> elements) throws IOException {
		List<byte[]> digests = new ArrayList<>();
		for (Object element : elements) {
			digests.add(of(element, this.depth + 1));
		}
		digests.sort(Arrays::compare);
		this.out.writeInt(digests.size());
		for (byte[] digest : digests) {
			this.out.write(digest);
		}
	}

	private static List<@Nullable Object> components(Object value) {
		List<@Nullable Object> components = new ArrayList<>();
		for (RecordComponent component : value.getClass().getRecordComponents()) {
			components.add(field(value, value.getClass(), component.getName()));
		}
		return components;
	}

	private static List<@Nullable Object> fields(Object value) {
		if (isByIdentity(value)) {
			throw new IllegalArgumentException(
					"its equals() compares identities, so that no other node could find it. Use a text, number, record, "
							+ "collection, or a class with an equals() of its own");
		}
		List<@Nullable Object> fields = new ArrayList<>();
		for (Class<?> type = value.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
			for (Field field : type.getDeclaredFields()) {
				if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
					fields.add(field(value, type, field.getName()));
				}
			}
		}
		return fields;
	}

	private static boolean isByIdentity(Object value) {
		try {
			return value.getClass().getMethod("equals", Object.class).getDeclaringClass() == Object.class;
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable Object field(Object value, Class<?> type, String name) {
		Field field = ReflectionUtils.findField(type, name);
		try {
			if (field != null) {
				field.setAccessible(true);
				return field.get(value);
			}
		}
		catch (InaccessibleObjectException | IllegalAccessException ex) {
			// said below
		}
		throw new IllegalArgumentException(
				"its field '%s' of '%s' cannot be read. Use a text, number, record or collection".formatted(name,
						type.getName()));
	}

}
