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

package io.github.natskv.listener.invocation;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ResolvableType;

/**
 * The type variables of generic base classes and interfaces, and what a class has in
 * their places. {@link GenericTypeResolver} replaces them one level deep.
 */
final class TypeVariables {

	@SuppressWarnings("rawtypes")
	private final Map<TypeVariable, Type> types;

	TypeVariables(Class<?> type) {
		this.types = GenericTypeResolver.getTypeVariableMap(type);
	}

	Type resolve(Type type) {
		if (type instanceof TypeVariable<?> variable) {
			Type resolved = this.types.get(variable);
			return (resolved != null) ? resolve(resolved) : type;
		}
		if (type instanceof GenericArrayType array) {
			return array(array, resolve(array.getGenericComponentType()));
		}
		if (type instanceof ParameterizedType parameterized) {
			return parameterized(parameterized, resolve(parameterized.getActualTypeArguments()));
		}
		return (type instanceof WildcardType wildcard) ? wildcard(wildcard) : type;
	}

	private Type @Nullable [] resolve(Type[] types) {
		Type[] resolved = Stream.of(types).map(this::resolve).toArray(Type[]::new);
		for (int i = 0; i < types.length; i++) {
			if (resolved[i] != types[i]) {
				return resolved;
			}
		}
		return null;
	}

	private static Type array(GenericArrayType type, Type component) {
		if (component instanceof Class<?> componentType) {
			return componentType.arrayType();
		}
		return (component != type.getGenericComponentType()) ? new ResolvedArray(component) : type;
	}

	private static Type parameterized(ParameterizedType type, Type @Nullable [] arguments) {
		return (arguments != null) ? ResolvableType
			.forClassWithGenerics((Class<?>) type.getRawType(),
					Stream.of(arguments).map(ResolvableType::forType).toArray(ResolvableType[]::new))
			.getType() : type;
	}

	private Type wildcard(WildcardType type) {
		Type[] lower = resolve(type.getLowerBounds());
		if (lower != null) {
			return lower[0];
		}
		Type[] upper = resolve(type.getUpperBounds());
		return (upper != null) ? upper[0] : type;
	}

	/**
	 * An array whose elements have a generic type.
	 *
	 * @param getGenericComponentType the type of the elements
	 */
	private record ResolvedArray(Type getGenericComponentType) implements GenericArrayType {

		@Override
		public String toString() {
			return this.getGenericComponentType.getTypeName() + "[]";
		}

	}

}
