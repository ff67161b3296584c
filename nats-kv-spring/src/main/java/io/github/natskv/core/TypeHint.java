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

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/**
 * A type with its generics, in the form in which message converters of Spring take one
 * for a hint: a parameter of that type, of no method in particular.
 */
final class TypeHint extends MethodParameter {

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
