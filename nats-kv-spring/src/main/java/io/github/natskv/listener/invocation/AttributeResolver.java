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
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.BeanExpressionResolver;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ObjectUtils;

/**
 * Resolves placeholders and expressions in annotation attributes.
 */
public final class AttributeResolver {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ListenerMethod method;

	public AttributeResolver(ConfigurableListableBeanFactory beanFactory, ListenerMethod method) {
		this.beanFactory = beanFactory;
		this.method = method;
	}

	public List<String> strings(String attribute, String... values) {
		List<String> strings = new ArrayList<>();
		for (String value : values) {
			flatten(evaluate(attribute, value), strings);
		}
		return strings;
	}

	public List<SubjectPattern> subjects(String attribute, String... values) {
		return patterns(attribute, SubjectPattern::parse, "a subject", "subject", values);
	}

	public List<SubjectPattern> keys(String attribute, String... values) {
		return patterns(attribute, SubjectPattern::parseKeys, "a filter for keys", "keys", values);
	}

	private List<SubjectPattern> patterns(String attribute, Function<String, SubjectPattern> parser, String what,
			String noun, String... values) {
		List<SubjectPattern> patterns = new ArrayList<>();
		for (String value : strings(attribute, values)) {
			try {
				patterns.add(parser.apply(value));
			}
			catch (IllegalArgumentException ex) {
				throw this.method.invalid("'%s' is not %s: %s".formatted(value, what, ex.getMessage()),
						"Correct the " + noun, ex);
			}
		}
		return patterns;
	}

	private static void flatten(@Nullable Object value, List<String> strings) {
		if (value instanceof Collection<?> collection) {
			collection.forEach((element) -> flatten(element, strings));
		}
		else if (ObjectUtils.isArray(value)) {
			flatten(List.of(ObjectUtils.toObjectArray(value)), strings);
		}
		else {
			strings.add((value != null) ? value.toString().trim() : "");
		}
	}

	public String string(String attribute, String value) {
		if (value.isEmpty()) {
			return value;
		}
		Object resolved = evaluate(attribute, value);
		return (resolved != null) ? resolved.toString().trim() : "";
	}

	public int integer(String attribute, String value, int defaultValue) {
		String text = string(attribute, value);
		if (text.isEmpty()) {
			return defaultValue;
		}
		int number = -1;
		try {
			number = Integer.parseInt(text);
		}
		catch (NumberFormatException ex) {
			// reported below
		}
		if (number < 1) {
			throw this.method.invalid("attribute '" + attribute + "' is '" + text + "'" + expression(value, text),
					"Make it a whole number of at least 1");
		}
		return number;
	}

	public boolean bool(String attribute, String value, boolean defaultValue) {
		String text = string(attribute, value).toLowerCase(Locale.ROOT);
		return switch (text) {
			case "" -> defaultValue;
			case "true" -> true;
			case "false" -> false;
			default ->
				throw this.method.invalid("attribute '" + attribute + "' is '" + text + "'" + expression(value, text),
						"Make it true or false");
		};
	}

	private static String expression(String value, String text) {
		return (value.equals(text)) ? "" : " (from '" + value + "')";
	}

	@Nullable Object evaluate(String attribute, String value) {
		try {
			String resolved = this.beanFactory.resolveEmbeddedValue(value);
			BeanExpressionResolver expressions = this.beanFactory.getBeanExpressionResolver();
			return (expressions != null)
					? expressions.evaluate(resolved, new BeanExpressionContext(this.beanFactory, null)) : resolved;
		}
		catch (RuntimeException ex) {
			throw this.method.invalid(
					"attribute '" + attribute + "' cannot be resolved, '" + value + "': " + ex.getMessage(),
					"Define the property, or correct the placeholder or expression", ex);
		}
	}

}
