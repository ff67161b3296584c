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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

import io.github.natskv.core.NatsHeaders;
import io.github.natskv.core.NumberLimits;
import io.github.natskv.listener.InvalidMessageException;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.ValueConstants;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;

/**
 * Arguments taken from the headers and the subject of a message.
 */
public final class HeaderArguments {

	private static final TypeDescriptor STRING = TypeDescriptor.valueOf(String.class);

	/**
	 * Longest text that is converted to a type of the JDK other than text. Some take time
	 * that grows with the square of it: compiling a pattern of 900,000 characters takes
	 * minutes.
	 */
	private static final int MAX_LENGTH = 10_000;

	private static final TypeDescriptor STRINGS = TypeDescriptor.collection(List.class, STRING);

	private final ListenerMethod method;

	private final ConversionService conversionService;

	private final AttributeResolver attributes;

	public HeaderArguments(ListenerMethod method, ConversionService conversionService, AttributeResolver attributes) {
		this.method = method;
		this.conversionService = conversionService;
		this.attributes = attributes;
	}

	ArgumentResolver<Message> header(MethodParameter parameter, Header header) {
		String name = name(parameter, header.name(), "Header");
		MethodParameter target = parameter.nestedIfOptional();
		Class<?> targetType = target.getNestedParameterType();
		boolean many = Collection.class.isAssignableFrom(targetType) || targetType.isArray();
		BiFunction<Message, String, @Nullable Object> source = (many) ? HeaderArguments::values
				: HeaderArguments::value;
		Converter converter = converter(parameter, (many) ? STRINGS : STRING, "header '" + name + "'");
		Object missing = missing(parameter, header, converter);
		boolean required = header.required() && !parameter.isOptional() && !hasDefault(header);
		boolean optional = parameter.getParameterType() == Optional.class;
		if (!required && missing == null && !optional && !this.method.isNullable(parameter)) {
			throw this.method.invalid(
					"parameter " + BeanParameters.describe(parameter) + " cannot be null where the header is missing",
					"Give it a default value, or use the wrapper type (in Kotlin: make its type nullable)");
		}
		return (message, pattern) -> {
			Object value = source.apply(message, name);
			if (value == null && required) {
				throw new InvalidMessageException("Header '" + name + "' is missing", null);
			}
			Object argument = (value != null) ? converter.convert(value) : null;
			if (argument == null && required) {
				throw new InvalidMessageException("Header '" + name + "' is empty, wanted " + targetType.getTypeName(),
						null);
			}
			argument = (argument != null) ? argument : missing;
			return (optional) ? Optional.ofNullable(argument) : argument;
		};
	}

	private String name(MethodParameter parameter, String annotated, String annotation) {
		return this.method.parameterName(parameter, this.attributes.string("@" + annotation, annotated), annotation);
	}

	private static boolean hasDefault(Header header) {
		return !ValueConstants.DEFAULT_NONE.equals(header.defaultValue());
	}

	private @Nullable Object missing(MethodParameter parameter, Header header, Converter converter) {
		if (!hasDefault(header)) {
			return null;
		}
		Object value = this.attributes.evaluate("defaultValue", header.defaultValue());
		try {
			return converter.convert((value != null) ? value : "");
		}
		catch (InvalidMessageException ex) {
			throw this.method.invalid("the default value of parameter " + BeanParameters.describe(parameter)
					+ " does not convert: " + ex.getMessage(), "Correct the default value", ex);
		}
	}

	ArgumentResolver<Message> destinationVariable(MethodParameter parameter, DestinationVariable annotation,
			List<SubjectPattern> subjects) {
		Variable variable = variable(parameter, annotation, subjects);
		return (message, pattern) -> variable.resolve(pattern, message.getSubject());
	}

	Variable variable(MethodParameter parameter, DestinationVariable variable, List<SubjectPattern> subjects) {
		String name = name(parameter, variable.value(), "DestinationVariable");
		boolean everywhere = subjects.stream().allMatch((subject) -> subject.variableNames().contains(name));
		if (!everywhere) {
			throw this.method.invalid("not every one of its subjects or keys has a token {" + name + "}",
					"Put {" + name + "} into all of them, or correct the name in @DestinationVariable");
		}
		Converter converter = converter(parameter, STRING, "token {" + name + "}");
		boolean optional = parameter.getParameterType() == Optional.class;
		return (pattern, subject) -> {
			Object value = converter.convert(pattern.variable(name, subject));
			if (value == null) {
				throw new InvalidMessageException("The token {" + name + "} is empty", null);
			}
			return (optional) ? Optional.of(value) : value;
		};
	}

	ArgumentResolver<Message> headers(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		if (type == Headers.class) {
			return (message, pattern) -> (message.getHeaders() != null) ? message.getHeaders() : new Headers();
		}
		if (type == MessageHeaders.class) {
			return (message, pattern) -> NatsHeaders.toMessageHeaders(message);
		}
		if (type.isAssignableFrom(LinkedMultiValueMap.class) && MultiValueMap.class.isAssignableFrom(type)) {
			return (message, pattern) -> new LinkedMultiValueMap<>(lists(message));
		}
		if (type == Map.class) {
			Class<?> valueType = ResolvableType.forMethodParameter(parameter).getGeneric(1).toClass();
			if (valueType == String.class) {
				return (message, pattern) -> firsts(message);
			}
			if (valueType == List.class || valueType == Collection.class) {
				return (message, pattern) -> new LinkedHashMap<>(lists(message));
			}
			if (valueType == Object.class) {
				return (message, pattern) -> NatsHeaders.toMap(message.getHeaders());
			}
		}
		throw this.method.invalid(
				"parameter " + BeanParameters.describe(parameter) + " has a type headers are not converted to",
				"Make it a Map<String, String>, Map<String, List<String>>, Map<String, Object>, MultiValueMap,"
						+ " MessageHeaders or io.nats.client.impl.Headers");
	}

	private static Map<String, String> firsts(Message message) {
		Map<String, String> headers = new LinkedHashMap<>();
		lists(message).forEach((name, values) -> headers.put(name, values.get(0)));
		return headers;
	}

	private static Map<String, List<String>> lists(Message message) {
		Map<String, List<String>> lists = new LinkedHashMap<>();
		Headers headers = message.getHeaders();
		if (headers != null) {
			headers.forEach((name, values) -> lists.put(name, new ArrayList<>(values)));
		}
		return lists;
	}

	private static @Nullable Object value(Message message, String name) {
		List<String> values = values(message, name);
		return (values != null && !values.isEmpty()) ? values.get(0) : null;
	}

	private static @Nullable List<String> values(Message message, String name) {
		List<String> values = NatsHeaders.values(message.getHeaders(), name);
		if (values != null) {
			return values;
		}
		return switch (name) {
			case NatsHeaders.SUBJECT -> List.of(message.getSubject());
			case NatsHeaders.REPLY_TO -> (message.getReplyTo() != null) ? List.of(message.getReplyTo()) : null;
			case NatsHeaders.DELIVERY_ATTEMPT -> {
				Long attempt = NatsHeaders.deliveryAttempt(message);
				yield (attempt != null) ? List.of(attempt.toString()) : null;
			}
			default -> null;
		};
	}

	private Converter converter(MethodParameter parameter, TypeDescriptor source, String what) {
		TypeDescriptor target = new TypeDescriptor(parameter.nestedIfOptional());
		if (!this.conversionService.canConvert(source, target)) {
			throw this.method.invalid(
					"the " + what + " cannot be converted to parameter " + BeanParameters.describe(parameter),
					"Use a String, or register a converter for the type");
		}
		return (value) -> {
			if (value instanceof String && target.getType() == String.class) {
				return value;
			}
			try {
				checkCost(value, target);
				return this.conversionService.convert(value, TypeDescriptor.forObject(value), target);
			}
			catch (ConversionException | NumberFormatException ex) {
				if ("".equals(value)) {
					return null;
				}
				throw new InvalidMessageException("The " + what + " is not a " + target.getName(), ex);
			}
		};
	}

	// Spring splits text at commas for collections and arrays
	private static void checkCost(Object value, TypeDescriptor target) {
		TypeDescriptor element = target.getElementTypeDescriptor();
		Class<?> type = (element != null) ? element.getType() : target.getType();
		if (type == String.class || !(type.isPrimitive() || type.getName().startsWith("java."))) {
			return;
		}
		Collection<?> texts = (value instanceof Collection<?> values) ? values : List.of(value);
		for (Object text : texts) {
			String[] parts = (element != null) ? StringUtils.commaDelimitedListToStringArray(String.valueOf(text))
					: new String[] { String.valueOf(text) };
			for (String part : parts) {
				if (part.length() > MAX_LENGTH) {
					throw new NumberFormatException(
							"%d characters are more than %d".formatted(part.length(), MAX_LENGTH));
				}
				NumberLimits.check(part, type);
			}
		}
	}

	/**
	 * Supplies an argument taken from a subject or key.
	 */
	interface Variable {

		Object resolve(SubjectPattern pattern, String subject);

	}

	private interface Converter {

		// null where an empty text is no value of the type
		@Nullable Object convert(Object value);

	}

}
