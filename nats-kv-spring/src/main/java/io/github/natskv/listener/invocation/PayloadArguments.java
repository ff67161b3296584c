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

import java.lang.reflect.Type;
import java.util.Optional;

import io.github.natskv.core.MessageReader;
import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.core.PayloadConverter;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;

/**
 * Arguments taken from the payload of a message.
 */
public final class PayloadArguments {

	private final ListenerMethod method;

	private final PayloadConverter payloadConverter;

	private final PayloadValidation validation;

	public PayloadArguments(ListenerMethod method, PayloadConverter payloadConverter, PayloadValidation validation) {
		this.method = method;
		this.payloadConverter = payloadConverter;
		this.validation = validation;
	}

	ArgumentResolver<io.nats.client.Message> payload(MethodParameter parameter) {
		Payload annotation = parameter.getParameterAnnotation(Payload.class);
		if (annotation != null && !annotation.expression().isEmpty()) {
			throw this.method.invalid("@Payload expressions are not supported", "Remove the expression");
		}
		Type type = parameter.getGenericParameterType();
		boolean optional = parameter.getParameterType() == Optional.class;
		boolean nullable = !optional && (parameter.isOptional() || (annotation != null && !annotation.required()));
		if (nullable && !this.method.isNullable(parameter)) {
			throw this.method.invalid(
					"parameter " + BeanParameters.describe(parameter) + " cannot be null for an empty message",
					"Use the wrapper type (in Kotlin: make its type nullable), or make it required");
		}
		PayloadValidation.Check validation = this.validation.check(this.method, parameter);
		if (nullable) {
			MessageReader<Optional<?>> reader = reader(
					ResolvableType.forClassWithGenerics(Optional.class, ResolvableType.forType(type)).getType(),
					parameter);
			return (message, pattern) -> checked(reader.read(message).orElse(null), validation);
		}
		MessageReader<Object> reader = reader(type, parameter);
		return (message, pattern) -> checked(reader.read(message), validation);
	}

	private static @Nullable Object checked(@Nullable Object value, PayloadValidation.Check validation) {
		validation.check(value);
		return value;
	}

	ArgumentResolver<io.nats.client.Message> message(MethodParameter parameter) {
		Type type = parameter.getGenericParameterType();
		MessageReader<Message<?>> reader = reader(type, parameter);
		PayloadValidation.Check validation = this.validation.check(this.method, parameter);
		return (message, pattern) -> {
			Message<?> value = reader.read(message);
			validation.check(value.getPayload());
			return value;
		};
	}

	PayloadValidation.Check validation(MethodParameter parameter) {
		return this.validation.check(this.method, parameter);
	}

	<T> MessageReader<T> reader(Type type, MethodParameter parameter) {
		try {
			return this.payloadConverter.messageReader(type);
		}
		catch (PayloadConversionException ex) {
			throw this.method.invalid("the payload, parameter " + BeanParameters.describe(parameter)
					+ ", cannot be converted: " + ex.getMessage(), "Change the type or add what is missing", ex);
		}
		catch (RuntimeException ex) {
			throw this.method.invalid(
					"no payload can be converted to parameter " + BeanParameters.describe(parameter) + ": " + ex,
					"Use a type JSON can be read as, or mark a bean with @Autowired", ex);
		}
	}

}
