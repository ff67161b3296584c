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
import java.util.List;
import java.util.Optional;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.listener.InvalidListenerException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.ClassUtils;

/**
 * Arguments taken from changes of a bucket: entry, value and tokens of the key.
 */
public final class ChangeArguments extends HandlerArguments<BucketChange<Object>> {

	private final List<SubjectPattern> keys;

	private final boolean deletions;

	private final HeaderArguments variables;

	private final PayloadValidation validation;

	private @Nullable Type valueType;

	private boolean hasEntry;

	public ChangeArguments(ListenerMethod method, List<SubjectPattern> keys, boolean deletions, BeanParameters beans,
			HeaderArguments variables, PayloadValidation validation,
			List<HandlerMethodArgumentResolver> customResolvers) {
		super(method, DeliveryType.CHANGE, beans, customResolvers);
		this.keys = keys;
		this.deletions = deletions;
		this.variables = variables;
		this.validation = validation;
	}

	// What values are decoded to, null where the method does not say.
	public @Nullable Type valueType() {
		return this.valueType;
	}

	@Override
	@Nullable ArgumentResolver<BucketChange<Object>> byTypeOrAnnotation(MethodParameter parameter) {
		DestinationVariable variable = parameter.getParameterAnnotation(DestinationVariable.class);
		if (variable != null) {
			HeaderArguments.Variable argument = this.variables.variable(parameter, variable, this.keys);
			return (change, pattern) -> argument.resolve(pattern, change.key());
		}
		if (parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class)) {
			throw method().invalid(
					"parameter " + BeanParameters.describe(parameter) + " is a header, which changes of a bucket lack",
					"Take what there is to know of a change from a BucketEntry");
		}
		Class<?> type = parameter.getParameterType();
		if (type == BucketEntry.class) {
			this.hasEntry = true;
			wantType(parameter, entryType(parameter.getGenericParameterType()));
			PayloadValidation.Check validation = this.validation.check(method(), parameter);
			return (change, pattern) -> {
				BucketEntry<Object> entry = change.entry();
				validation.check(entry.value());
				return entry;
			};
		}
		if (type == KeyValueEntry.class) {
			this.hasEntry = true;
			return (change, pattern) -> change.raw();
		}
		if (type == KeyValueOperation.class) {
			return (change, pattern) -> change.operation();
		}
		return null;
	}

	@Override
	ArgumentResolver<BucketChange<Object>> payload(MethodParameter parameter) {
		Type type = parameter.getGenericParameterType();
		PayloadValidation.Check validation = this.validation.check(method(), parameter);
		if (parameter.getParameterType() == Optional.class) {
			wantType(parameter, entryType(type));
			return (change, pattern) -> Optional.ofNullable(checked(valueOf(change), validation));
		}
		if (this.deletions && !method().isNullable(parameter)) {
			throw method().invalid(
					"parameter " + BeanParameters.describe(parameter) + " cannot be null, which it is for a deletion",
					"Make its type nullable, take a BucketEntry, or set ignoreDeletes = true");
		}
		wantType(parameter,
				(type instanceof Class<?> valueClass) ? ClassUtils.resolvePrimitiveIfNecessary(valueClass) : type);
		return (change, pattern) -> checked(valueOf(change), validation);
	}

	private static @Nullable Object checked(@Nullable Object value, PayloadValidation.Check validation) {
		validation.check(value);
		return value;
	}

	private static @Nullable Object valueOf(BucketChange<Object> change) {
		return change.entry().value();
	}

	// null where it can be anything
	static @Nullable Type entryType(Type type) {
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
			throw method().invalid(
					"parameter " + BeanParameters.describe(parameter) + " wants the value as " + type.getTypeName()
							+ ", another one as " + this.valueType.getTypeName(),
					"Use one type for the value, and mark other parameters with @DestinationVariable or @Autowired");
		}
		this.valueType = type;
	}

	@Override
	boolean hasPayload() {
		return this.hasEntry;
	}

	@Override
	InvalidListenerException severalPayloads(String parameters) {
		return method().invalid(
				"parameters " + parameters
						+ " could each be the value, and there is not exactly one bean for any of them",
				"Mark the value with @Payload and the others with @DestinationVariable or @Autowired");
	}

}
