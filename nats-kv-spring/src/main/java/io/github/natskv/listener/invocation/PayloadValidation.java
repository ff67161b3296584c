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
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.natskv.listener.InvalidMessageException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Validates payloads and values marked with {@code @Valid} or {@code @Validated}, or
 * whose elements are. Of collections, maps and arrays the elements are validated.
 */
public final class PayloadValidation {

	private final @Nullable Validator validator;

	private final Supplier<Map<String, Validator>> candidates;

	/**
	 * Create a validation.
	 * @param validator the validator, if there is a single one
	 * @param candidates all beans that are validators, by name
	 */
	public PayloadValidation(@Nullable Validator validator, Supplier<Map<String, Validator>> candidates) {
		this.validator = validator;
		this.candidates = candidates;
	}

	static boolean isMarked(MethodParameter parameter) {
		return hints(parameter) != null;
	}

	Check check(ListenerMethod method, MethodParameter parameter) {
		Object[] hints = hints(parameter);
		if (hints == null) {
			return Check.NONE;
		}
		Validator validator = this.validator;
		if (validator == null) {
			throw missing(method, parameter);
		}
		String name = (parameter.getParameterName() != null) ? parameter.getParameterName() : "payload";
		return (value) -> forEach(value, (element) -> validate(validator, element, name, hints));
	}

	private RuntimeException missing(ListenerMethod method, MethodParameter parameter) {
		String problem = "parameter " + BeanParameters.describe(parameter) + " is to be validated and there is no ";
		List<String> names = this.candidates.get()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().supports(Object.class)
					|| entry.getValue().supports(parameter.getParameterType()))
			.map(Map.Entry::getKey)
			.toList();
		return (names.size() > 1)
				? method.invalid(problem + "single validator; the validators are " + names,
						"Mark one of these beans as @Primary")
				: method.invalid(problem + "validator",
						"Add the dependency org.springframework.boot:spring-boot-starter-validation");
	}

	private static void forEach(@Nullable Object value, Consumer<Object> consumer) {
		if (value instanceof Optional<?> optional) {
			optional.ifPresent((content) -> forEach(content, consumer));
		}
		else if (value instanceof Map<?, ?> map) {
			map.values().forEach((element) -> forEach(element, consumer));
		}
		else if (value instanceof Collection<?> collection) {
			collection.forEach((element) -> forEach(element, consumer));
		}
		else if (value instanceof Object[] array) {
			Arrays.asList(array).forEach((element) -> forEach(element, consumer));
		}
		else if (value != null) {
			consumer.accept(value);
		}
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

	// null where neither the parameter nor a type argument of it is marked
	private static Object @Nullable [] hints(MethodParameter parameter) {
		Object[] hints = hints(parameter.getParameterAnnotations());
		return (hints != null) ? hints : hintsOfArguments(parameter.getParameter().getAnnotatedType());
	}

	private static Object @Nullable [] hintsOfArguments(AnnotatedType type) {
		if (type instanceof AnnotatedParameterizedType parameterized) {
			for (AnnotatedType argument : parameterized.getAnnotatedActualTypeArguments()) {
				Object[] hints = hints(argument.getAnnotations());
				hints = (hints != null) ? hints : hintsOfArguments(argument);
				if (hints != null) {
					return hints;
				}
			}
		}
		return null;
	}

	private static Object @Nullable [] hints(Annotation[] annotations) {
		for (Annotation annotation : annotations) {
			Object[] hints = ValidationAnnotationUtils.determineValidationHints(annotation);
			if (hints != null) {
				return hints;
			}
		}
		return null;
	}

	/**
	 * Validates one value, or nothing.
	 */
	interface Check {

		Check NONE = (value) -> {
		};

		void check(@Nullable Object value);

	}

}
