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

package io.github.natskv.openfeature;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

import dev.openfeature.sdk.ImmutableStructure;
import dev.openfeature.sdk.Value;
import io.github.natskv.openfeature.TargetingRule.Share;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads flags from JSON. What it does not understand makes a flag invalid, as a rule that
 * is passed over would turn a flag on for others.
 */
final class FlagParser {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final Set<String> RULE_FIELDS = Set.of("when", "variant", "fraction", "split");

	private static final Map<String, BiPredicate<String, String>> TEXTS = Map.of("startsWith", String::startsWith,
			"endsWith", String::endsWith, "contains", String::contains);

	private static final Map<String, Predicate<Integer>> COMPARISONS = Map.of("<", (result) -> result < 0, "<=",
			(result) -> result <= 0, ">", (result) -> result > 0, ">=", (result) -> result >= 0);

	private final JsonNode json;

	private final Map<String, Variant> variants = new LinkedHashMap<>();

	private FlagParser(JsonNode json) {
		this.json = json;
	}

	static Flag parse(String key, byte[] json) {
		try {
			return new FlagParser(MAPPER.readTree(json)).parse(key);
		}
		catch (JacksonException ex) {
			return Flag.invalid("it is not JSON: " + ex.getOriginalMessage());
		}
		catch (IllegalArgumentException ex) {
			return Flag.invalid(String.valueOf(ex.getMessage()));
		}
	}

	private Flag parse(String key) {
		check(this.json.isObject(), "it is not a JSON object");
		JsonNode all = this.json.path("variants");
		check(all.isObject() && !all.isEmpty(), "'variants' is not an object with at least one variant");
		all.properties().forEach((variant) -> this.variants.put(variant.getKey(), variant(variant)));
		String state = text(this.json.path("state"), "state", "ENABLED");
		check(Set.of("ENABLED", "DISABLED").contains(state), "'state' is neither ENABLED nor DISABLED");
		return new Flag(state.equals("ENABLED"), text(this.json.path("seed"), "seed", key),
				rules(this.json.path("targeting")), variant(this.json.path("defaultVariant"), "defaultVariant"), null);
	}

	private static String text(JsonNode node, String field, String otherwise) {
		check(node.isMissingNode() || node.isString(), "'" + field + "' is not text");
		return node.isString() ? node.stringValue() : otherwise;
	}

	private static Variant variant(Map.Entry<String, JsonNode> variant) {
		JsonNode value = variant.getValue();
		check(!value.isNull(), "variant '" + variant.getKey() + "' is null");
		Object plain = scalar(value);
		return new Variant(variant.getKey(), (plain != null) ? plain : value(value));
	}

	private static @Nullable Object scalar(JsonNode node) {
		if (node.isBoolean()) {
			return node.booleanValue();
		}
		if (node.isString()) {
			return node.stringValue();
		}
		if (node.isNumber()) {
			return (node.isIntegralNumber() && node.canConvertToLong()) ? (Object) node.longValue()
					: (Object) node.doubleValue();
		}
		return null;
	}

	private static Value value(JsonNode node) {
		if (node.isObject()) {
			Map<String, Value> fields = new LinkedHashMap<>();
			node.properties().forEach((field) -> fields.put(field.getKey(), value(field.getValue())));
			return new Value(new ImmutableStructure(fields));
		}
		if (node.isArray()) {
			return new Value(node.valueStream().map(FlagParser::value).toList());
		}
		Object scalar = scalar(node);
		if (scalar instanceof Boolean value) {
			return new Value(value);
		}
		if (scalar instanceof String value) {
			return new Value(value);
		}
		if (scalar instanceof Long value) {
			return (value == value.intValue()) ? new Value(value.intValue()) : new Value(value);
		}
		return (scalar instanceof Double value) ? new Value(value) : new Value();
	}

	private Variant variant(JsonNode name, String field) {
		Variant variant = name.isString() ? this.variants.get(name.stringValue()) : null;
		if (variant == null) {
			throw new IllegalArgumentException("'%s' is %s, which is none of the variants %s".formatted(field,
					name.isMissingNode() ? "missing" : name.toString(), this.variants.keySet()));
		}
		return variant;
	}

	private List<TargetingRule> rules(JsonNode node) {
		check(node.isMissingNode() || node.isArray(), "'targeting' is not an array of rules");
		return node.valueStream().map(this::rule).toList();
	}

	private TargetingRule rule(JsonNode rule) {
		check(rule.isObject(), "a rule of 'targeting' is not an object");
		Set<String> unknown = new TreeSet<>(rule.propertyNames());
		unknown.removeAll(RULE_FIELDS);
		check(unknown.isEmpty(), "a rule has %s, but may have %s".formatted(unknown, new TreeSet<>(RULE_FIELDS)));
		check(rule.has("variant") != rule.has("split"), "a rule has not one of 'variant' and 'split': " + rule);
		check(rule.has("variant") || !rule.has("fraction"), "a rule has 'fraction' without 'variant': " + rule);
		JsonNode when = rule.path("when");
		check(when.isMissingNode() || when.isObject(), "'when' is not an object: " + when);
		List<Condition> conditions = new ArrayList<>();
		when.properties().forEach((attribute) -> conditions.addAll(conditions(attribute)));
		return new TargetingRule(List.copyOf(conditions),
				rule.has("split") ? split(rule.path("split"))
						: List.of(new Share(fraction(rule.path("fraction")), variant(rule.path("variant"), "variant"))),
				rule.has("split") || rule.has("fraction"));
	}

	private static double fraction(JsonNode fraction) {
		if (fraction.isMissingNode()) {
			return 1;
		}
		double value = fraction.isNumber() ? fraction.doubleValue() : -1;
		check(value >= 0 && value <= 1, "'fraction' is not a number from 0 to 1: " + fraction);
		return value;
	}

	private List<Share> split(JsonNode split) {
		check(split.isObject() && !split.isEmpty(), "'split' is not an object of variants and weights: " + split);
		double sum = 0;
		for (JsonNode weight : split) {
			check(weight.isNumber() && weight.doubleValue() >= 0, "a weight of 'split' is not a number: " + weight);
			sum += weight.doubleValue();
		}
		check(sum > 0 && sum < Double.MAX_VALUE, "the weights of 'split' have no sum: " + split);
		List<Share> shares = new ArrayList<>();
		double begun = 0;
		for (Map.Entry<String, JsonNode> weight : split.properties()) {
			Variant variant = this.variants.get(weight.getKey());
			check(variant != null, "'split' has '%s', which is none of the variants".formatted(weight.getKey()));
			begun += weight.getValue().doubleValue();
			shares.add(new Share(begun / sum, Objects.requireNonNull(variant)));
		}
		return List.copyOf(shares);
	}

	private static List<Condition> conditions(Map.Entry<String, JsonNode> entry) {
		String attribute = entry.getKey();
		JsonNode wanted = entry.getValue();
		if (!wanted.isObject()) {
			return List.of(new Condition(attribute, isOneOf(wanted), false));
		}
		check(!wanted.isEmpty(), "'when' has no operator for '%s'".formatted(attribute));
		return wanted.properties()
			.stream()
			.map((operator) -> condition(attribute, operator.getKey(), operator.getValue()))
			.toList();
	}

	private static Condition condition(String attribute, String operator, JsonNode operand) {
		if (operator.equals("not")) {
			return new Condition(attribute, isOneOf(operand).negate(), true);
		}
		if (operator.equals("exists")) {
			check(operand.isBoolean(), "'exists' is neither true nor false: " + operand);
			return new Condition(attribute, (value) -> operand.booleanValue(), !operand.booleanValue());
		}
		BiPredicate<String, String> text = TEXTS.get(operator);
		if (text != null) {
			check(operand.isString(), "'%s' needs text: %s".formatted(operator, operand));
			String wanted = operand.stringValue();
			return new Condition(attribute, (value) -> value instanceof String has && text.test(has, wanted), false);
		}
		Predicate<Integer> comparison = COMPARISONS.get(operator);
		check(comparison != null, "'when' has the operator '%s' for '%s', which is none of %s".formatted(operator,
				attribute, "not, exists, startsWith, endsWith, contains, <, <=, >, >="));
		return new Condition(attribute, comparison(Objects.requireNonNull(comparison), operator, operand), false);
	}

	private static Predicate<Object> comparison(Predicate<Integer> comparison, String operator, JsonNode operand) {
		check(operand.isNumber() || operand.isString(), "'%s' needs a number or text: %s".formatted(operator, operand));
		if (operand.isString()) {
			String wanted = operand.stringValue();
			return (value) -> value instanceof String has && comparison.test(has.compareTo(wanted));
		}
		double wanted = operand.doubleValue();
		return (value) -> value instanceof Double has && comparison.test(Double.compare(has, wanted));
	}

	private static Predicate<Object> isOneOf(JsonNode wanted) {
		List<Object> values = new ArrayList<>();
		for (JsonNode one : wanted.isArray() ? wanted.values() : List.of(wanted)) {
			Object scalar = scalar(one);
			check(scalar != null, "'when' compares with %s, which is neither text, number nor boolean".formatted(one));
			values.add(
					(scalar instanceof Number number) ? (Object) number.doubleValue() : Objects.requireNonNull(scalar));
		}
		check(!values.isEmpty(), "'when' compares with an empty array");
		if (values.size() == 1) {
			return values.get(0)::equals;
		}
		Set<Object> set = Set.copyOf(values);
		return set::contains;
	}

	private static void check(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

}
