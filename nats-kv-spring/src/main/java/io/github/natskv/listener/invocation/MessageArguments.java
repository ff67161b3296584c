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

import java.util.List;

import io.github.natskv.listener.InvalidListenerException;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Arguments taken from messages: payload, headers and tokens of the subject.
 */
public final class MessageArguments extends HandlerArguments<Message> {

	private final List<SubjectPattern> subjects;

	private final HeaderArguments headers;

	private final PayloadArguments payloads;

	public MessageArguments(ListenerMethod method, List<SubjectPattern> subjects, BeanParameters beans,
			HeaderArguments headers, PayloadArguments payloads, List<HandlerMethodArgumentResolver> customResolvers) {
		super(method, DeliveryType.MESSAGE, beans, customResolvers);
		this.subjects = subjects;
		this.headers = headers;
		this.payloads = payloads;
	}

	@Override
	@Nullable ArgumentResolver<Message> byTypeOrAnnotation(MethodParameter parameter) {
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
		return (type == org.springframework.messaging.Message.class) ? this.payloads.message(parameter) : null;
	}

	@Override
	ArgumentResolver<Message> payload(MethodParameter parameter) {
		return this.payloads.payload(parameter);
	}

	@Override
	void checkOnlyCandidate(MethodParameter candidate) {
		throw method().invalid(
				"there is a bean for parameter " + BeanParameters.describe(candidate)
						+ ", which is the only one that could be the payload",
				"Mark it with @Payload if it is the payload, or with @Autowired if it is the bean");
	}

	@Override
	void checkNoPayload(String beans) {
		throw method().invalid("parameters " + beans + " are all beans, none is left for the payload",
				"Mark the payload with @Payload, or the beans with @Autowired");
	}

	@Override
	InvalidListenerException severalPayloads(String parameters) {
		return method().invalid(
				"parameters " + parameters
						+ " could each be the payload, and there is not exactly one bean for any of them",
				"Mark the payload with @Payload and the others with @Header, @DestinationVariable or @Autowired");
	}

}
