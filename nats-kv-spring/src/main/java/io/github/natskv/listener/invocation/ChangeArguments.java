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

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.watch.BucketChange;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.util.ClassUtils;

/**
 * Decides once what each parameter of a handler method for changes of a bucket is.
 */
public final class ChangeArguments {

	private final HandlerMethod method;

	private final List<SubjectPattern> keys;

	private final boolean deletions;

	private final BeanParameters beans;

	private final HeaderArguments variables;

	private final @Nullable ChangeArgument[] arguments;

	private @Nullable Type valueType;

	private boolean hasEntry;

	public ChangeArguments(HandlerMethod method, List<SubjectPattern> keys, boolean deletions, BeanParameters beans,
			HeaderArguments variables) {
		this.method = method;
		this.keys = keys;
		this.deletions = deletions;
		this.beans = beans;
		this.variables = variables;
		this.arguments = new ChangeArgument[method.getMethodParameters().length];
		resolve();
	}

	public List<ChangeArgument> list() {
		return List.of(this.arguments);
	}

	// What values are decoded to, null where the method does not say.
	public @Nullable Type valueType() {
		return this.valueType;
	}

	private void resolve() {
		List<MethodParameter> values = new ArrayList<>();
		List<MethodParameter> candidates = new ArrayList<>();
		for (MethodParameter parameter : this.method.getMethodParameters()) {
			if (parameter.hasParameterAnnotation(Payload.class)) {
				values.add(parameter);
				continue;
			}
			ChangeArgument argument = byTypeOrAnnotation(parameter);
			if (argument != null) {
				this.arguments[parameter.getParameterIndex()] = argument;
			}
			else {
				candidates.add(parameter);
			}
		}
		boolean ambiguous = this.hasEntry || values.size() + candidates.size() > 1;
		for (MethodParameter candidate : candidates) {
			if (ambiguous && this.beans.isResolvable(candidate)) {
				this.arguments[candidate.getParameterIndex()] = bean(candidate);
			}
			else {
				values.add(candidate);
			}
		}
		if (values.size() > 1) {
			throw this.method.invalid(
					"parameters " + describe(values)
							+ " could each be the value, and there is not exactly one bean for any of them",
					"Mark the value with @Payload and the others with @DestinationVariable or @Autowired");
		}
		values.forEach((value) -> this.arguments[value.getParameterIndex()] = value(value));
	}

	private @Nullable ChangeArgument byTypeOrAnnotation(MethodParameter parameter) {
		DestinationVariable variable = parameter.getParameterAnnotation(DestinationVariable.class);
		if (variable != null) {
			HeaderArguments.Variable argument = this.variables.variable(parameter, variable, this.keys);
			return (change, pattern) -> argument.resolve(pattern, change.key());
		}
		if (parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class)) {
			throw this.method.invalid(
					"parameter " + BeanParameters.describe(parameter) + " is a header, which changes of a bucket lack",
					"Take what there is to know of a change from a BucketEntry");
		}
		Class<?> type = parameter.getParameterType();
		if (type == BucketEntry.class) {
			this.hasEntry = true;
			wantType(parameter, entryType(this.method.resolve(parameter.getGenericParameterType())));
			return (change, pattern) -> change.entry();
		}
		if (type == KeyValueEntry.class) {
			this.hasEntry = true;
			return (change, pattern) -> change.raw();
		}
		if (type == KeyValueOperation.class) {
			return (change, pattern) -> change.operation();
		}
		return (this.beans.isBean(parameter)) ? bean(parameter) : null;
	}

	private ChangeArgument bean(MethodParameter parameter) {
		Object bean = this.beans.resolve(this.method.getMethod(), parameter);
		return (change, pattern) -> bean;
	}

	private ChangeArgument value(MethodParameter parameter) {
		Type type = this.method.resolve(parameter.getGenericParameterType());
		if (parameter.getParameterType() == Optional.class) {
			wantType(parameter, entryType(type));
			return (change, pattern) -> Optional.ofNullable(valueOf(change));
		}
		if (this.deletions && isNonNull(parameter)) {
			throw this.method.invalid(
					"parameter " + BeanParameters.describe(parameter) + " cannot be null, which it is for a deletion",
					"Make its type nullable, take a BucketEntry, or set ignoreDeletes = true");
		}
		wantType(parameter,
				(type instanceof Class<?> valueClass) ? ClassUtils.resolvePrimitiveIfNecessary(valueClass) : type);
		return (change, pattern) -> valueOf(change);
	}

	private static @Nullable Object valueOf(BucketChange<Object> change) {
		return change.entry().value();
	}

	private static boolean isNonNull(MethodParameter parameter) {
		return parameter.getParameterType().isPrimitive()
				|| (KotlinDetector.isKotlinType(parameter.getContainingClass())
						&& Nullness.forMethodParameter(parameter) == Nullness.NON_NULL);
	}

	// null where it can be anything
	private static @Nullable Type entryType(Type type) {
		Type argument = (type instanceof ParameterizedType parameterized) ? parameterized.getActualTypeArguments()[0]
				: null;
		if (argument instanceof WildcardType wildcard) {
			argument = wildcard.getUpperBounds()[0];
			return (argument != Object.class) ? argument : null;
		}
		return (argument instanceof TypeVariable) ? null : argument;
	}

	private void wantType(MethodParameter parameter, @Nullable Type type) {
		if (type == null) {
			return;
		}
		if (this.valueType != null && !this.valueType.equals(type)) {
			throw this.method.invalid(
					"parameter " + BeanParameters.describe(parameter) + " wants the value as " + type.getTypeName()
							+ ", another one as " + this.valueType.getTypeName(),
					"Use one type for the value, and mark other parameters with @DestinationVariable or @Autowired");
		}
		this.valueType = type;
	}

	private static String describe(List<MethodParameter> parameters) {
		return parameters.stream().map(BeanParameters::describe).collect(Collectors.joining(", "));
	}

}
