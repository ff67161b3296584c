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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SubjectPatternTests {

	@Test
	void variablesAreSubscribedAsWildcards() {
		SubjectPattern pattern = SubjectPattern.parse("orders.{region}.*.{kind}.>");
		assertThat(pattern.subject()).isEqualTo("orders.*.*.*.>");
		assertThat(pattern.variableNames()).containsExactly("region", "kind");
	}

	@Test
	void variablesTakeTheTokenAtTheirPlace() {
		SubjectPattern pattern = SubjectPattern.parse("{first}.b.{third}");
		assertThat(pattern.variable("first", "one.b.three")).isEqualTo("one");
		assertThat(pattern.variable("third", "one.b.three")).isEqualTo("three");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a.b", "*", ">", "a.*.c", "a.>", "$KV.bucket.>", "{a}", "ünï.code" })
	void subjectsAreAccepted(String subject) {
		assertThat(SubjectPattern.parse(subject)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a..b", ".a", "a.", ".", "a b", "a\tb", "a.>.b", "a*", "a.b>", "{a", "a}", "{}",
			"x{a}", "{a}x", "{a.b}", "{a}.{a}", "{a b}", "{1}", "{{a}}" })
	void brokenSubjectsAreRefused(String subject) {
		assertThatIllegalArgumentException().isThrownBy(() -> SubjectPattern.parse(subject));
	}

}
