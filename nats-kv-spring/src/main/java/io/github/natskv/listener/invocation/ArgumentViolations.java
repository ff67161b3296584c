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

import java.lang.reflect.Method;
import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.listener.InvalidMessageException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.MethodValidationException;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;

/**
 * Tells what the validation of a {@code @Validated} bean finds wrong with the arguments
 * of a handler method, which is the sender's fault, from what else it finds.
 */
final class ArgumentViolations {

	private static final boolean BEAN_VALIDATION = ClassUtils.isPresent("jakarta.validation.Validator",
			ArgumentViolations.class.getClassLoader());

	private ArgumentViolations() {
	}

	static Throwable translate(Method method, Throwable failure) {
		String violations = null;
		if (failure instanceof MethodValidationException result) {
			violations = (!result.isForReturnValue() && isSame(method, result.getMethod())) ? describe(result) : null;
		}
		else if (BEAN_VALIDATION) {
			violations = BeanValidation.describe(method, failure);
		}
		return (violations != null) ? new InvalidMessageException("Message is not valid: " + violations, failure)
				: failure;
	}

	private static boolean isSame(Method method, Method validated) {
		return method.getName().equals(validated.getName())
				&& method.getParameterCount() == validated.getParameterCount()
				&& (method.getDeclaringClass().isAssignableFrom(validated.getDeclaringClass())
						|| validated.getDeclaringClass().isAssignableFrom(method.getDeclaringClass()));
	}

	private static String describe(MethodValidationException result) {
		return join(Stream.concat(result.getParameterValidationResults().stream().flatMap(ArgumentViolations::describe),
				result.getCrossParameterValidationResults().stream().map((error) -> "" + error.getDefaultMessage())));
	}

	private static Stream<String> describe(ParameterValidationResult result) {
		String name = result.getMethodParameter().getParameterName();
		if (result instanceof ParameterErrors errors) {
			return errors.getAllErrors()
				.stream()
				.map((error) -> name + ((error instanceof FieldError field) ? "." + field.getField() : "") + " "
						+ error.getDefaultMessage());
		}
		return result.getResolvableErrors().stream().map((error) -> name + " " + error.getDefaultMessage());
	}

	private static String join(Stream<String> violations) {
		return violations.sorted().collect(Collectors.joining("; "));
	}

	private static final class BeanValidation {

		static @Nullable String describe(Method method, Throwable failure) {
			if (!(failure instanceof ConstraintViolationException violations)
					|| violations.getConstraintViolations() == null || violations.getConstraintViolations().isEmpty()
					|| !violations.getConstraintViolations()
						.stream()
						.allMatch((violation) -> isOfArgument(method, violation))) {
				return null;
			}
			return join(violations.getConstraintViolations()
				.stream()
				.map((violation) -> withoutMethod(violation) + " " + violation.getMessage()));
		}

		private static boolean isOfArgument(Method method, ConstraintViolation<?> violation) {
			Iterator<Path.Node> path = violation.getPropertyPath().iterator();
			Path.Node first = path.hasNext() ? path.next() : null;
			if (first == null || first.getKind() != ElementKind.METHOD || !path.hasNext()
					|| path.next().getKind() == ElementKind.RETURN_VALUE) {
				return false;
			}
			return method.getName().equals(first.getName())
					&& method.getParameterCount() == first.as(Path.MethodNode.class).getParameterTypes().size()
					&& method.getDeclaringClass().isAssignableFrom(violation.getRootBeanClass());
		}

		private static String withoutMethod(ConstraintViolation<?> violation) {
			String path = violation.getPropertyPath().toString();
			return path.substring(path.indexOf('.') + 1);
		}

	}

}
