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

import java.util.Map;
import java.util.stream.IntStream;

import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what flags say, to whom.
 */
class FlagTests {

	private static final String VARIANTS = "'variants': {'on': true, 'off': false}, 'defaultVariant': 'off'";

	private static Flag flag(String json) {
		return FlagParser.parse("flag", json.replace('\'', '"').getBytes());
	}

	private static EvaluationContext context(String targetingKey, Map<String, Value> attributes) {
		return new ImmutableContext(targetingKey, attributes);
	}

	private static ProviderEvaluation<Boolean> evaluate(String targeting, EvaluationContext context) {
		return flag("{%s, 'targeting': %s}".formatted(VARIANTS, targeting)).evaluate("flag", false, context,
				FlagType.BOOLEAN);
	}

	@Test
	void aFlagWithoutRulesIsTheSameForAll() {
		ProviderEvaluation<Boolean> evaluation = flag("{'variants': {'on': true}, 'defaultVariant': 'on'}")
			.evaluate("flag", false, null, FlagType.BOOLEAN);
		assertThat(evaluation.getValue()).isTrue();
		assertThat(evaluation.getVariant()).isEqualTo("on");
		assertThat(evaluation.getReason()).isEqualTo("STATIC");
		assertThat(evaluation.getErrorCode()).isNull();
	}

	@Test
	void aDisabledFlagHasTheDefaultOfTheCaller() {
		ProviderEvaluation<Boolean> evaluation = flag("{'state': 'DISABLED', %s}".formatted(VARIANTS)).evaluate("flag",
				true, null, FlagType.BOOLEAN);
		assertThat(evaluation.getValue()).isTrue();
		assertThat(evaluation.getReason()).isEqualTo("DISABLED");
		assertThat(evaluation.getVariant()).isNull();
	}

	@Test
	void valuesHaveTypes() {
		Flag text = flag("{'variants': {'a': 'red'}, 'defaultVariant': 'a'}");
		assertThat(text.evaluate("flag", "x", null, FlagType.STRING).getValue()).isEqualTo("red");
		assertMismatch(text.evaluate("flag", true, null, FlagType.BOOLEAN), true);
		Flag number = flag("{'variants': {'a': 5}, 'defaultVariant': 'a'}");
		assertThat(number.evaluate("flag", 0, null, FlagType.INTEGER).getValue()).isEqualTo(5);
		assertThat(number.evaluate("flag", 0L, null, FlagType.LONG).getValue()).isEqualTo(5L);
		assertThat(number.evaluate("flag", 0.0, null, FlagType.DOUBLE).getValue()).isEqualTo(5.0);
		assertMismatch(number.evaluate("flag", "x", null, FlagType.STRING), "x");
		Flag large = flag("{'variants': {'a': 5000000000}, 'defaultVariant': 'a'}");
		assertThat(large.evaluate("flag", 0L, null, FlagType.LONG).getValue()).isEqualTo(5_000_000_000L);
		assertMismatch(large.evaluate("flag", 1, null, FlagType.INTEGER), 1);
		Flag fraction = flag("{'variants': {'a': 1.5}, 'defaultVariant': 'a'}");
		assertThat(fraction.evaluate("flag", 0.0, null, FlagType.DOUBLE).getValue()).isEqualTo(1.5);
		assertMismatch(fraction.evaluate("flag", 1, null, FlagType.INTEGER), 1);
		Flag object = flag("{'variants': {'a': {'size': 3, 'of': ['x', null]}}, 'defaultVariant': 'a'}");
		Value value = object.evaluate("flag", new Value(), null, FlagType.OBJECT).getValue();
		assertThat(value.asStructure().getValue("size").asInteger()).isEqualTo(3);
		assertThat(value.asStructure().getValue("of").asList()).hasSize(2);
		assertMismatch(object.evaluate("flag", "x", null, FlagType.STRING), "x");
		assertMismatch(text.evaluate("flag", new Value(7), null, FlagType.OBJECT), new Value(7));
	}

	private static <T> void assertMismatch(ProviderEvaluation<T> evaluation, T defaultValue) {
		assertThat(evaluation.getErrorCode()).isEqualTo(ErrorCode.TYPE_MISMATCH);
		assertThat(evaluation.getReason()).isEqualTo("ERROR");
		assertThat(evaluation.getValue()).isEqualTo(defaultValue);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"country": "de"}                   | true
			{"country": ["at", "de"]}           | true
			{"country": "at"}                   | false
			{"country": {"not": "at"}}          | true
			{"country": {"not": ["de"]}}        | false
			{"missing": {"not": "x"}}           | true
			{"missing": "x"}                    | false
			{"missing": {"exists": false}}      | true
			{"country": {"exists": true}}       | true
			{"missing": {"exists": true}}       | false
			{"age": 30}                         | true
			{"age": {">=": 30, "<": 31}}        | true
			{"age": {">": 30}}                  | false
			{"age": {"<=": 29.5}}               | false
			{"country": {"<": "df"}}            | true
			{"country": {">": 1}}               | false
			{"mail": {"endsWith": "@acme.com"}} | true
			{"mail": {"startsWith": "bob"}}     | false
			{"mail": {"contains": "@"}}         | true
			{"beta": true}                      | true
			{"beta": false}                     | false
			{"country": "de", "age": 31}        | false
			{"targetingKey": "ann"}             | true
			{}                                  | true
			""", quoteCharacter = '`')
	void conditionsAreAboutAttributes(String when, boolean holds) {
		EvaluationContext context = context("ann", Map.of("country", new Value("de"), "age", new Value(30), "mail",
				new Value("ann@acme.com"), "beta", new Value(true)));
		ProviderEvaluation<Boolean> evaluation = evaluate("[{'when': %s, 'variant': 'on'}]".formatted(when), context);
		assertThat(evaluation.getErrorCode()).isNull();
		assertThat(evaluation.getValue()).isEqualTo(holds);
		assertThat(evaluation.getReason()).isEqualTo(holds ? "TARGETING_MATCH" : "DEFAULT");
	}

	@Test
	void theFirstRuleThatDecidesCounts() {
		String targeting = "[{'when': {'plan': 'pro'}, 'variant': 'off'}, {'variant': 'on'}]";
		assertThat(evaluate(targeting, context("a", Map.of("plan", new Value("pro")))).getValue()).isFalse();
		assertThat(evaluate(targeting, context("a", Map.of())).getValue()).isTrue();
	}

	@Test
	void aFractionGetsAVariantAndOthersGoOn() {
		long tenth = count("[{'variant': 'on', 'fraction': 0.1}]");
		assertThat(tenth).isBetween(900L, 1100L);
		long half = count("[{'variant': 'on', 'fraction': 0.1}, {'variant': 'on', 'fraction': 0.5}]");
		assertThat(half).isBetween(4800L, 5200L);
		assertThat(count("[{'variant': 'on', 'fraction': 0}]")).isZero();
		assertThat(count("[{'variant': 'on', 'fraction': 1}]")).isEqualTo(10_000);
		ProviderEvaluation<Boolean> evaluation = evaluate("[{'variant': 'on', 'fraction': 1}]",
				context("ann", Map.of()));
		assertThat(evaluation.getReason()).isEqualTo("SPLIT");
	}

	@Test
	void whoeverIsInAFractionStaysWhenItGrows() {
		assertThat(IntStream.range(0, 1000)
			.mapToObj((i) -> context("user-" + i, Map.of()))
			.filter((context) -> evaluate("[{'variant': 'on', 'fraction': 0.2}]", context).getValue())).isNotEmpty()
			.allMatch((context) -> evaluate("[{'variant': 'on', 'fraction': 0.3}]", context).getValue());
	}

	private static long count(String targeting) {
		Flag flag = flag("{%s, 'targeting': %s}".formatted(VARIANTS, targeting));
		return IntStream.range(0, 10_000)
			.filter((i) -> flag.evaluate("flag", false, context("user-" + i, Map.of()), FlagType.BOOLEAN).getValue())
			.count();
	}

	@Test
	void aSplitIsByWeights() {
		Flag flag = flag("{'variants': {'a': 'a', 'b': 'b', 'c': 'c'}, 'defaultVariant': 'c',"
				+ " 'targeting': [{'split': {'a': 1, 'b': 3}}]}");
		long third = IntStream.range(0, 10_000)
			.mapToObj((i) -> flag.evaluate("flag", "", context("user-" + i, Map.of()), FlagType.STRING))
			.peek((evaluation) -> assertThat(evaluation.getReason()).isEqualTo("SPLIT"))
			.filter((evaluation) -> evaluation.getValue().equals("a"))
			.count();
		assertThat(third).isBetween(2300L, 2700L);
	}

	@Test
	void positionsAreTheSameForEver() {
		assertThat(Position.of("flag", "ann")).isEqualTo(0.204604260686861);
		assertThat(Position.of("a", "bc")).isNotEqualTo(Position.of("ab", "c"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[{'variant': 'on', 'fraction': 0.5}]" })
	void aFractionNeedsATargetingKey(String ignored) {
		ProviderEvaluation<Boolean> evaluation = evaluate("[{'variant': 'on', 'fraction': 0.5}]",
				ignored.isEmpty() ? new ImmutableContext() : null);
		assertThat(evaluation.getErrorCode()).isEqualTo(ErrorCode.TARGETING_KEY_MISSING);
		assertThat(evaluation.getValue()).isFalse();
		assertThat(evaluate("[{'when': {'a': 1}, 'variant': 'on', 'fraction': 0.5}]", null).getReason())
			.isEqualTo("DEFAULT");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "not json", "[]", "5", "{}", "{'variants': {}, 'defaultVariant': 'a'}",
			"{'variants': {'a': null}, 'defaultVariant': 'a'}", "{'variants': {'a': 1}}",
			"{'variants': {'a': 1}, 'defaultVariant': 'b'}",
			"{'state': 'ON', 'variants': {'a': 1}, 'defaultVariant': 'a'}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': {}}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'variant': 'b'}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'variant': 'a', 'split': {'a': 1}}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'variant': 'a', 'fraction': 2}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'split': {'b': 1}}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'split': {'a': 0}}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'wehn': {'x': 1}, 'variant': 'a'}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'when': {'x': {'==': 1}}, 'variant': 'a'}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'when': {'x': []}, 'variant': 'a'}]}",
			"{'variants': {'a': 1}, 'defaultVariant': 'a', 'targeting': [{'when': {'x': null}, 'variant': 'a'}]}" })
	void anInvalidFlagHasTheDefaultOfTheCaller(String json) {
		ProviderEvaluation<Integer> evaluation = flag(json).evaluate("flag", 7, null, FlagType.INTEGER);
		assertThat(evaluation.getErrorCode()).isEqualTo(ErrorCode.PARSE_ERROR);
		assertThat(evaluation.getValue()).isEqualTo(7);
		assertThat(evaluation.getErrorMessage()).startsWith("Flag 'flag' is invalid: ").doesNotContain("null: ");
	}

}
