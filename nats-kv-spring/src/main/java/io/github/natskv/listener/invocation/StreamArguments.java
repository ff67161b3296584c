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

import io.github.natskv.listener.Acknowledgment;
import io.github.natskv.listener.InvalidListenerException;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Arguments taken from messages of a stream: those of any message, and their
 * acknowledgment.
 */
public final class StreamArguments extends HandlerArguments<StreamDelivery> {

	private final MessageArguments messages;

	private final boolean manual;

	private boolean hasAcknowledgment;

	public StreamArguments(ListenerMethod method, List<SubjectPattern> subjects, BeanParameters beans,
			HeaderArguments headers, PayloadArguments payloads, List<HandlerMethodArgumentResolver> customResolvers,
			boolean manual) {
		super(method, DeliveryType.STREAM, beans, customResolvers);
		this.messages = new MessageArguments(method, subjects, beans, headers, payloads, customResolvers);
		this.manual = manual;
	}

	public boolean hasAcknowledgment() {
		return this.hasAcknowledgment;
	}

	@Override
	@Nullable ArgumentResolver<StreamDelivery> byTypeOrAnnotation(MethodParameter parameter) {
		if (parameter.getParameterType() == Acknowledgment.class) {
			requireManual(method(), this.manual);
			this.hasAcknowledgment = true;
			return (delivery, pattern) -> delivery.acknowledgment();
		}
		ArgumentResolver<Message> resolver = this.messages.byTypeOrAnnotation(parameter);
		return (resolver != null) ? of(resolver) : null;
	}

	static void requireManual(ListenerMethod method, boolean manual) {
		if (!manual) {
			throw method.invalid("it takes an Acknowledgment, but its messages are acknowledged by the listener",
					"Add ack = \"manual\", or remove the parameter");
		}
	}

	private static ArgumentResolver<StreamDelivery> of(ArgumentResolver<Message> resolver) {
		return (delivery, pattern) -> resolver.resolve(delivery.message(), pattern);
	}

	@Override
	ArgumentResolver<StreamDelivery> payload(MethodParameter parameter) {
		return of(this.messages.payload(parameter));
	}

	@Override
	void checkOnlyCandidate(MethodParameter candidate) {
		this.messages.checkOnlyCandidate(candidate);
	}

	@Override
	void checkNoPayload(String beans) {
		this.messages.checkNoPayload(beans);
	}

	@Override
	InvalidListenerException severalPayloads(String parameters) {
		return this.messages.severalPayloads(parameters);
	}

}
