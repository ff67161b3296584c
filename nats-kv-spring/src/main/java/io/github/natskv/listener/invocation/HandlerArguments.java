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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.github.natskv.listener.InvalidListenerException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Decides once what each parameter of a handler method is. What a kind of delivery has to
 * offer is said by subclasses; beans and the argument resolvers of users are offered to
 * all kinds.
 *
 * @param <D> what is delivered
 */
public abstract class HandlerArguments<D> {

	private final ListenerMethod method;

	private final DeliveryType<D> type;

	private final BeanParameters beans;

	private final List<HandlerMethodArgumentResolver> customResolvers;

	private final Map<Integer, ArgumentResolver<D>> resolvers = new TreeMap<>();

	HandlerArguments(ListenerMethod method, DeliveryType<D> type, BeanParameters beans,
			List<HandlerMethodArgumentResolver> customResolvers) {
		this.method = method;
		this.type = type;
		this.beans = beans;
		this.customResolvers = customResolvers;
	}

	public final List<ArgumentResolver<D>> resolve() {
		List<MethodParameter> payloads = new ArrayList<>();
		List<MethodParameter> candidates = new ArrayList<>();
		for (MethodParameter parameter : this.method.parameters()) {
			ArgumentResolver<D> resolver = parameter.hasParameterAnnotation(Payload.class) ? null : find(parameter);
			if (resolver != null) {
				this.resolvers.put(parameter.getParameterIndex(), resolver);
			}
			else {
				(isPayload(parameter) ? payloads : candidates).add(parameter);
			}
		}
		boolean ambiguous = hasPayload() || payloads.size() + candidates.size() > 1;
		for (MethodParameter candidate : candidates) {
			boolean bean = this.beans.isResolvable(candidate);
			if (bean && !ambiguous) {
				checkOnlyCandidate(candidate);
			}
			if (bean && ambiguous) {
				this.resolvers.put(candidate.getParameterIndex(), bean(candidate));
			}
			else {
				payloads.add(candidate);
			}
		}
		if (payloads.size() > 1) {
			throw severalPayloads(describe(payloads));
		}
		if (payloads.isEmpty() && !candidates.isEmpty()) {
			checkNoPayload(describe(candidates));
		}
		payloads.forEach((parameter) -> this.resolvers.put(parameter.getParameterIndex(), payload(parameter)));
		return List.copyOf(this.resolvers.values());
	}

	private @Nullable ArgumentResolver<D> find(MethodParameter parameter) {
		ArgumentResolver<D> resolver = byTypeOrAnnotation(parameter);
		if (resolver != null) {
			return resolver;
		}
		if (this.beans.isBean(parameter)) {
			return bean(parameter);
		}
		return isPayload(parameter) ? null : custom(parameter);
	}

	private ArgumentResolver<D> bean(MethodParameter parameter) {
		Object bean = this.beans.resolve(this.method.getMethod(), parameter);
		return (delivery, pattern) -> bean;
	}

	private @Nullable ArgumentResolver<D> custom(MethodParameter parameter) {
		for (HandlerMethodArgumentResolver resolver : this.customResolvers) {
			if (resolver.supportsParameter(parameter)) {
				return (delivery, pattern) -> resolver.resolveArgument(parameter, this.type.toMessage(delivery));
			}
		}
		return null;
	}

	final ListenerMethod method() {
		return this.method;
	}

	// What a delivery itself has for a parameter that says so by type or annotation.
	abstract @Nullable ArgumentResolver<D> byTypeOrAnnotation(MethodParameter parameter);

	// Whether a parameter is marked as the payload.
	private static boolean isPayload(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(Payload.class) || PayloadValidation.isMarked(parameter);
	}

	abstract ArgumentResolver<D> payload(MethodParameter parameter);

	// Whether the method is given the payload otherwise.
	boolean hasPayload() {
		return false;
	}

	void checkOnlyCandidate(MethodParameter candidate) {
	}

	void checkNoPayload(String beans) {
	}

	abstract InvalidListenerException severalPayloads(String parameters);

	private static String describe(List<MethodParameter> parameters) {
		return parameters.stream().map(BeanParameters::describe).collect(Collectors.joining(", "));
	}

}
