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
import java.lang.reflect.WildcardType;
import java.util.List;

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

/**
 * Arguments taken from changes of a bucket that were written together: a list of entries.
 */
public final class TransactionArguments extends HandlerArguments<List<BucketChange<Object>>> {

	private static final String ACTION = "Take what there is to know of each change from its BucketEntry, or take single changes instead of a list";

	private final PayloadValidation validation;

	private @Nullable Type valueType;

	private boolean hasList;

	public TransactionArguments(ListenerMethod method, BeanParameters beans, PayloadValidation validation,
			List<HandlerMethodArgumentResolver> customResolvers) {
		super(method, DeliveryType.CHANGES, beans, customResolvers);
		this.validation = validation;
	}

	/**
	 * Whether a method takes a list of entries.
	 * @param method the method
	 * @return whether one of its parameters is one
	 */
	public static boolean isWanted(ListenerMethod method) {
		return method.parameters().stream().anyMatch((parameter) -> entry(parameter) != null);
	}

	// null where the parameter is no list of entries
	private static @Nullable Type entry(MethodParameter parameter) {
		if (parameter.getParameterType() != List.class
				|| !(parameter.getGenericParameterType() instanceof ParameterizedType list)) {
			return null;
		}
		Type element = list.getActualTypeArguments()[0];
		if (element instanceof WildcardType wildcard) {
			element = wildcard.getUpperBounds()[0];
		}
		Type raw = (element instanceof ParameterizedType parameterized) ? parameterized.getRawType() : element;
		return (raw == BucketEntry.class) ? element : null;
	}

	// What values are decoded to, null where the method does not say.
	public @Nullable Type valueType() {
		return this.valueType;
	}

	@Override
	@Nullable ArgumentResolver<List<BucketChange<Object>>> byTypeOrAnnotation(MethodParameter parameter) {
		Type entry = entry(parameter);
		if (entry != null) {
			return list(parameter, entry);
		}
		Class<?> type = parameter.getParameterType();
		if (type == BucketEntry.class || type == KeyValueEntry.class || type == KeyValueOperation.class
				|| parameter.hasParameterAnnotation(DestinationVariable.class)
				|| parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class)) {
			throw method().invalid("parameter " + BeanParameters.describe(parameter)
					+ " belongs to a single change, and the method takes a list of them", ACTION);
		}
		return null;
	}

	private ArgumentResolver<List<BucketChange<Object>>> list(MethodParameter parameter, Type entry) {
		if (this.hasList) {
			throw method().invalid("it takes two lists of entries", "Remove one of them");
		}
		this.hasList = true;
		this.valueType = ChangeArguments.entryType(entry);
		PayloadValidation.Check validation = this.validation.check(method(), parameter);
		return (changes, pattern) -> entries(changes, validation);
	}

	private static List<BucketEntry<Object>> entries(List<BucketChange<Object>> changes,
			PayloadValidation.Check validation) {
		List<BucketEntry<Object>> entries = changes.stream().map(BucketChange::entry).toList();
		entries.forEach((entry) -> validation.check(entry.value()));
		return entries;
	}

	@Override
	ArgumentResolver<List<BucketChange<Object>>> payload(MethodParameter parameter) {
		Type entry = entry(parameter);
		if (entry == null) {
			throw severalPayloads(BeanParameters.describe(parameter));
		}
		return list(parameter, entry);
	}

	@Override
	boolean hasPayload() {
		return this.hasList;
	}

	@Override
	InvalidListenerException severalPayloads(String parameters) {
		return method().invalid(
				"parameter " + parameters + " is neither a bean nor the list of entries that the method takes", ACTION);
	}

}
