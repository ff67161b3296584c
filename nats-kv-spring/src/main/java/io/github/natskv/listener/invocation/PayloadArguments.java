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

import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.github.natskv.core.MessageReader;
import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.listener.InvalidMessageException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Arguments taken from the payload of a message.
 */
public final class PayloadArguments {

	private final ListenerMethod method;

	private final PayloadConverter payloadConverter;

	private final @Nullable Validator validator;

	public PayloadArguments(ListenerMethod method, PayloadConverter payloadConverter, @Nullable Validator validator) {
		this.method = method;
		this.payloadConverter = payloadConverter;
		this.validator = validator;
	}

	static boolean isMarked(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(Payload.class) || validationHints(parameter) != null;
	}

	ArgumentResolver<io.nats.client.Message> payload(MethodParameter parameter) {
		Payload annotation = parameter.getParameterAnnotation(Payload.class);
		if (annotation != null && !annotation.expression().isEmpty()) {
			throw this.method.invalid("@Payload expressions are not supported", "Remove the expression");
		}
		Type type = parameter.getGenericParameterType();
		boolean optional = parameter.getParameterType() == Optional.class;
		boolean nullable = !optional && (parameter.isOptional() || (annotation != null && !annotation.required()));
		if (nullable && parameter.getParameterType().isPrimitive()) {
			throw this.method.invalid(
					"parameter " + BeanParameters.describe(parameter) + " cannot be null for an empty message",
					"Use the wrapper type, or make it required");
		}
		Validation validation = validation(parameter);
		if (nullable) {
			MessageReader<Optional<?>> reader = reader(
					ResolvableType.forClassWithGenerics(Optional.class, ResolvableType.forType(type)).getType(),
					parameter);
			return (message, pattern) -> validation.check(reader.read(message).orElse(null));
		}
		MessageReader<Object> reader = reader(type, parameter);
		if (validation == Validation.NONE) {
			return (message, pattern) -> reader.read(message);
		}
		return (message, pattern) -> validation.check(reader.read(message));
	}

	ArgumentResolver<io.nats.client.Message> message(MethodParameter parameter) {
		Type type = parameter.getGenericParameterType();
		MessageReader<Message<?>> reader = reader(type, parameter);
		Validation validation = validation(parameter);
		return (message, pattern) -> {
			Message<?> value = reader.read(message);
			validation.check(value.getPayload());
			return value;
		};
	}

	private <T> MessageReader<T> reader(Type type, MethodParameter parameter) {
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

	private Validation validation(MethodParameter parameter) {
		Object[] hints = validationHints(parameter);
		if (hints == null) {
			return Validation.NONE;
		}
		Validator validator = this.validator;
		if (validator == null) {
			throw this.method.invalid(
					"parameter " + BeanParameters.describe(parameter) + " is to be validated and there is no validator",
					"Add the dependency org.springframework.boot:spring-boot-starter-validation");
		}
		String name = (parameter.getParameterName() != null) ? parameter.getParameterName() : "payload";
		return (value) -> {
			Object target = (value instanceof Optional<?> present) ? present.orElse(null) : value;
			for (Object element : (target instanceof Collection<?> elements) ? elements : singleton(target)) {
				validate(validator, element, name, hints);
			}
			return value;
		};
	}

	private static Collection<?> singleton(@Nullable Object value) {
		return (value != null) ? List.of(value) : List.of();
	}

	private static void validate(Validator validator, Object value, String name, Object[] hints) {
		if (!validator.supports(value.getClass())) {
			return;
		}
		BeanPropertyBindingResult errors = new BeanPropertyBindingResult(value, name);
		if (validator instanceof SmartValidator smartValidator) {
			smartValidator.validate(value, errors, hints);
		}
		else {
			validator.validate(value, errors);
		}
		if (errors.hasErrors()) {
			throw new InvalidMessageException("Payload is not valid: " + errors.getAllErrors()
				.stream()
				.map((error) -> ((error instanceof FieldError field) ? field.getField() : error.getObjectName()) + " "
						+ error.getDefaultMessage())
				.sorted()
				.collect(Collectors.joining("; ")), null);
		}
	}

	private static Object @Nullable [] validationHints(MethodParameter parameter) {
		for (Annotation annotation : parameter.getParameterAnnotations()) {
			Object[] hints = ValidationAnnotationUtils.determineValidationHints(annotation);
			if (hints != null) {
				return hints;
			}
		}
		return null;
	}

	private interface Validation {

		Validation NONE = (value) -> value;

		@Nullable Object check(@Nullable Object value);

	}

}
