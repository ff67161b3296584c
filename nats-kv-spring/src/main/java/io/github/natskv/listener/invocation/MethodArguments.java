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
import java.util.stream.Collectors;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;

/**
 * Decides once what each parameter of a handler method is.
 */
public final class MethodArguments {

	private final HandlerMethod method;

	private final List<SubjectPattern> subjects;

	private final BeanParameters beans;

	private final HeaderArguments headers;

	private final PayloadArguments payloads;

	public MethodArguments(HandlerMethod method, List<SubjectPattern> subjects, BeanParameters beans,
			HeaderArguments headers, PayloadArguments payloads) {
		this.method = method;
		this.subjects = subjects;
		this.beans = beans;
		this.headers = headers;
		this.payloads = payloads;
	}

	public ArgumentResolver[] resolve() {
		MethodParameter[] parameters = this.method.getMethodParameters();
		ArgumentResolver[] resolvers = new ArgumentResolver[parameters.length];
		List<MethodParameter> marked = new ArrayList<>();
		List<MethodParameter> candidates = new ArrayList<>();
		for (MethodParameter parameter : parameters) {
			if (parameter.hasParameterAnnotation(Payload.class)) {
				marked.add(parameter);
				continue;
			}
			ArgumentResolver resolver = byTypeOrAnnotation(parameter);
			if (resolver != null) {
				resolvers[parameter.getParameterIndex()] = resolver;
			}
			else if (PayloadArguments.isMarked(parameter)) {
				marked.add(parameter);
			}
			else {
				candidates.add(parameter);
			}
		}
		resolveRest(resolvers, marked, candidates);
		return resolvers;
	}

	private void resolveRest(ArgumentResolver[] resolvers, List<MethodParameter> marked,
			List<MethodParameter> candidates) {
		List<MethodParameter> payload = new ArrayList<>(marked);
		boolean ambiguous = marked.size() + candidates.size() > 1;
		for (MethodParameter candidate : candidates) {
			if (!ambiguous && this.beans.isResolvable(candidate)) {
				throw this.method.invalid(
						"there is a bean for parameter " + BeanParameters.describe(candidate)
								+ ", which is the only one that could be the payload",
						"Mark it with @Payload if it is the payload, or with @Autowired if it is the bean");
			}
			if (ambiguous && this.beans.isResolvable(candidate)) {
				resolvers[candidate.getParameterIndex()] = bean(candidate);
			}
			else {
				payload.add(candidate);
			}
		}
		if (payload.size() > 1) {
			throw this.method.invalid(
					"parameters " + describe(payload)
							+ " could each be the payload, and there is not exactly one bean for any of them",
					"Mark the payload with @Payload and the others with @Header, @DestinationVariable or @Autowired");
		}
		if (payload.isEmpty() && ambiguous) {
			throw this.method.invalid(
					"parameters " + describe(candidates) + " are all beans, none is left for the payload",
					"Mark the payload with @Payload, or the beans with @Autowired");
		}
		for (MethodParameter parameter : payload) {
			resolvers[parameter.getParameterIndex()] = this.payloads.payload(parameter);
		}
	}

	private @Nullable ArgumentResolver byTypeOrAnnotation(MethodParameter parameter) {
		Header header = parameter.getParameterAnnotation(Header.class);
		if (header != null) {
			return this.headers.header(parameter, header);
		}
		DestinationVariable variable = parameter.getParameterAnnotation(DestinationVariable.class);
		if (variable != null) {
			return this.headers.destinationVariable(parameter, variable, this.subjects);
		}
		Class<?> type = parameter.getParameterType();
		if (parameter.hasParameterAnnotation(org.springframework.messaging.handler.annotation.Headers.class)
				|| type == Headers.class || type == MessageHeaders.class) {
			return this.headers.headers(parameter);
		}
		if (type == Message.class) {
			return (message, pattern) -> message;
		}
		if (type == org.springframework.messaging.Message.class) {
			return this.payloads.message(parameter);
		}
		return (this.beans.isBean(parameter)) ? bean(parameter) : null;
	}

	private ArgumentResolver bean(MethodParameter parameter) {
		Object bean = this.beans.resolve(this.method.getMethod(), parameter);
		return (message, pattern) -> bean;
	}

	private static String describe(List<MethodParameter> parameters) {
		return parameters.stream().map(BeanParameters::describe).collect(Collectors.joining(", "));
	}

}
