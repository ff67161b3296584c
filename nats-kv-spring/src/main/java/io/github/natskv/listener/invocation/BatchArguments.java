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
import java.util.Objects;

import io.github.natskv.core.MessageReader;
import io.github.natskv.listener.Acknowledgment;
import io.github.natskv.listener.InvalidListenerException;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Arguments taken from batches of messages of a stream: the list of payloads or messages,
 * and their acknowledgment.
 */
public final class BatchArguments extends HandlerArguments<StreamBatch> {

	private static final String ACTION = "Take a List of the payload's type or of Spring's Message, an Acknowledgment,"
			+ " and beans; or remove the attribute 'batch'";

	private final PayloadArguments payloads;

	private final boolean manual;

	private @Nullable MessageReader<Object> reader;

	private PayloadValidation.@Nullable Check validation;

	private boolean hasAcknowledgment;

	public BatchArguments(ListenerMethod method, BeanParameters beans, PayloadArguments payloads,
			List<HandlerMethodArgumentResolver> customResolvers, boolean manual) {
		super(method, DeliveryType.BATCH, beans, customResolvers);
		this.payloads = payloads;
		this.manual = manual;
	}

	public boolean hasAcknowledgment() {
		return this.hasAcknowledgment;
	}

	/**
	 * Return what converts a message to an element of the list.
	 */
	public MessageReader<Object> elements() {
		MessageReader<Object> reader = this.reader;
		PayloadValidation.Check validation = this.validation;
		if (reader == null || validation == null) {
			throw method().invalid("it takes batches, but no List", ACTION);
		}
		return (message) -> {
			Object value = reader.read(message);
			validation.check((value instanceof org.springframework.messaging.Message<?> envelope)
					? envelope.getPayload() : value);
			return value;
		};
	}

	@Override
	@Nullable ArgumentResolver<StreamBatch> byTypeOrAnnotation(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		if (type == Acknowledgment.class) {
			StreamArguments.requireManual(method(), this.manual);
			this.hasAcknowledgment = true;
			return (batch, pattern) -> batch.acknowledgment();
		}
		if (type == Message.class || type == Headers.class || type == org.springframework.messaging.Message.class
				|| parameter.hasParameterAnnotation(DestinationVariable.class)
				|| parameter.hasParameterAnnotation(Header.class)
				|| parameter.hasParameterAnnotation(org.springframework.messaging.handler.annotation.Headers.class)) {
			throw method().invalid("parameter " + BeanParameters.describe(parameter)
					+ " belongs to a single message, and the method takes batches", ACTION);
		}
		return null;
	}

	@Override
	ArgumentResolver<StreamBatch> payload(MethodParameter parameter) {
		if (parameter.getParameterType() != List.class) {
			throw severalPayloads(BeanParameters.describe(parameter));
		}
		Type element = element(parameter.getGenericParameterType());
		this.reader = this.payloads.reader(element, parameter);
		this.validation = this.payloads.validation(parameter);
		return (batch, pattern) -> batch.values();
	}

	private static Type element(Type list) {
		Type element = (list instanceof ParameterizedType parameterized) ? parameterized.getActualTypeArguments()[0]
				: Object.class;
		return (element instanceof WildcardType wildcard) ? Objects.requireNonNull(wildcard.getUpperBounds()[0])
				: element;
	}

	@Override
	InvalidListenerException severalPayloads(String parameters) {
		return method().invalid("parameter " + parameters + " is neither a bean nor a List of the messages of a batch",
				ACTION);
	}

}
