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

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Types of cached values and the text stored with each value, as
 * {@code java.util.List<com.acme.Order>}. Classes are only looked up by a name that came
 * over the wire if they are trusted: those of the JDK listed here, those in trusted
 * packages, and those this application has written or declared.
 */
final class ValueTypes {

	private static final Set<String> OF_JDK = names(List.of(Object.class, String.class, Boolean.class, Character.class,
			Byte.class, Short.class, Integer.class, Long.class, Float.class, Double.class, BigInteger.class,
			BigDecimal.class, UUID.class, URI.class, Locale.class, Currency.class, Date.class, Collection.class,
			List.class, Set.class, Map.class, Optional.class));

	private static final List<Class<?>> CONTAINERS = List.of(List.class, Set.class, Map.class);

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	private final Set<String> packages = new CopyOnWriteArraySet<>();

	private final Map<String, ResolvableType> parsed = new ConcurrentHashMap<>();

	private final @Nullable ClassLoader classLoader;

	ValueTypes(@Nullable ClassLoader classLoader) {
		this.classLoader = classLoader;
	}

	private static Set<String> names(Collection<Class<?>> types) {
		return Set.copyOf(types.stream().map(Class::getName).toList());
	}

	void trustPackages(Collection<String> packages) {
		packages.forEach((name) -> this.packages.add(name + "."));
	}

	void trust(ResolvableType type) {
		Class<?> raw = type.resolve();
		if (raw != null) {
			this.known.add((raw.isArray() ? ClassUtils.resolvePrimitiveIfNecessary(component(raw)) : raw).getName());
		}
		for (ResolvableType generic : type.getGenerics()) {
			trust(generic);
		}
		if (type.isArray()) {
			trust(type.getComponentType());
		}
	}

	private static Class<?> component(Class<?> array) {
		Class<?> component = array;
		while (component.isArray()) {
			component = component.getComponentType();
		}
		return component;
	}

	ResolvableType of(Object value, @Nullable ResolvableType declared) {
		ResolvableType type = (declared != null && declared.hasGenerics() && !declared.hasUnresolvableGenerics()
				&& declared.toClass().isInstance(value)) ? declared : inferred(value);
		trust(type);
		return type;
	}

	private static ResolvableType inferred(@Nullable Object value) {
		if (value == null) {
			return ResolvableType.forClass(Object.class);
		}
		for (Class<?> container : CONTAINERS) {
			if (container.isInstance(value) && isOfJdk(value.getClass())) {
				return (value instanceof Map<?, ?> map)
						? ResolvableType.forClassWithGenerics(container, common(map.keySet()), common(map.values()))
						: ResolvableType.forClassWithGenerics(container, common((Collection<?>) value));
			}
		}
		Class<?> type = (value instanceof Enum<?> constant) ? constant.getDeclaringClass() : value.getClass();
		if (type.isHidden() || type.isAnonymousClass() || ClassUtils.isLambdaClass(type)) {
			throw new IllegalArgumentException(
					"A value of class '%s' cannot be cached, as it could not be read again".formatted(type.getName()));
		}
		if (type.getTypeParameters().length > 0) {
			throw new IllegalArgumentException(
					"A value of class '%s' cannot be cached, as the types of its parts are not known: declare them as the return type of the cached method"
						.formatted(type.getName()));
		}
		return ResolvableType.forClass(type);
	}

	private static boolean isOfJdk(Class<?> type) {
		return type.getName().startsWith("java.util.");
	}

	private static ResolvableType common(Collection<?> elements) {
		ResolvableType common = null;
		for (Object element : elements) {
			ResolvableType type = (element != null) ? inferred(element) : common;
			if (common != null && type != null && !name(common).equals(name(type))) {
				throw new IllegalArgumentException(
						"A collection of '%s' and '%s' cannot be cached, as the types of its elements would be lost: declare one as the return type of the cached method"
							.formatted(name(common), name(type)));
			}
			common = type;
		}
		return (common != null) ? common : ResolvableType.forClass(Object.class);
	}

	static String name(ResolvableType type) {
		Class<?> raw = type.toClass();
		if (type.isArray()) {
			return name(type.getComponentType()) + "[]";
		}
		if (!type.hasGenerics()) {
			return raw.getName();
		}
		StringBuilder text = new StringBuilder(raw.getName()).append('<');
		for (int i = 0; i < type.getGenerics().length; i++) {
			text.append((i > 0) ? "," : "").append(name(type.getGeneric(i)));
		}
		return text.append('>').toString();
	}

	/**
	 * Return the type that is stored with a value.
	 * @param name the text stored with the value
	 * @param declared the type the application expects, if known
	 * @return the type
	 * @throws IllegalArgumentException if it is not trusted, there is no such class, or
	 * it is not what the application expects
	 */
	Type parse(String name, @Nullable ResolvableType declared) {
		if (declared != null && declared.hasGenerics() && name(declared).equals(name)) {
			return declared.getType();
		}
		ResolvableType type = this.parsed.get(name);
		if (type == null) {
			type = new Parser(name).parse();
			this.parsed.put(name, type);
		}
		Class<?> expected = (declared != null) ? declared.resolve() : null;
		Assert.isTrue(expected == null || ClassUtils.isAssignable(expected, type.toClass()),
				() -> "it is a '%s', but a '%s' is wanted".formatted(name, declared));
		return type.getType();
	}

	private Class<?> load(String name) {
		Class<?> primitive = ClassUtils.resolvePrimitiveClassName(name);
		if (primitive != null) {
			return primitive;
		}
		Assert.isTrue(
				OF_JDK.contains(name) || name.startsWith("java.time.") || this.known.contains(name)
						|| this.packages.stream().anyMatch(name::startsWith),
				() -> "class '%s' is not trusted: add its package to nats.cache.trusted-packages".formatted(name));
		try {
			return Class.forName(name, false, this.classLoader);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			throw new IllegalArgumentException("there is no class '%s'".formatted(name), ex);
		}
	}

	/** Reads one text. */
	private final class Parser {

		private final String text;

		private int position;

		Parser(String text) {
			this.text = text;
		}

		ResolvableType parse() {
			ResolvableType type = type();
			Assert.isTrue(this.position == this.text.length(), () -> "'%s' is not a type".formatted(this.text));
			return type;
		}

		private ResolvableType type() {
			int start = this.position;
			while (this.position < this.text.length() && "<>,[]".indexOf(this.text.charAt(this.position)) < 0) {
				this.position++;
			}
			Class<?> raw = load(this.text.substring(start, this.position));
			ResolvableType type = ResolvableType.forClass(raw);
			if (next('<')) {
				List<ResolvableType> generics = new ArrayList<>();
				do {
					generics.add(type());
				}
				while (next(','));
				Assert.isTrue(next('>') && raw.getTypeParameters().length == generics.size(),
						() -> "'%s' is not a type".formatted(this.text));
				type = ResolvableType.forClassWithGenerics(raw, generics.toArray(new ResolvableType[0]));
			}
			while (next('[')) {
				Assert.isTrue(next(']'), () -> "'%s' is not a type".formatted(this.text));
				type = ResolvableType.forArrayComponent(type);
			}
			return type;
		}

		private boolean next(char expected) {
			if (this.position < this.text.length() && this.text.charAt(this.position) == expected) {
				this.position++;
				return true;
			}
			return false;
		}

	}

}
