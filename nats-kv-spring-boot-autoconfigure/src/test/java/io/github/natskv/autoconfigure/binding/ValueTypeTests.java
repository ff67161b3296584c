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

package io.github.natskv.autoconfigure.binding;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ValueType}.
 */
class ValueTypeTests {

	@ParameterizedTest
	@CsvSource({ "java.lang.String, java.lang.String", "String, java.lang.String", "int, java.lang.Integer",
			"byte[], byte[]", "java.util.Map.Entry, java.util.Map$Entry", "java.util.Map$Entry, java.util.Map$Entry" })
	void classesAreNamedAsInSourceCode(String text, String type) {
		assertThat(ValueType.parse("p", text).getTypeName()).isEqualTo(type);
	}

	@Test
	void typeArgumentsArePartOfTheType() {
		assertThat(ValueType.parse("p", "java.util.Map< String,java.util.List<java.util.UUID[]> >").getTypeName())
			.isEqualTo(new ParameterizedTypeReference<Map<String, List<UUID[]>>>() {
			}.getType().getTypeName());
	}

	@ParameterizedTest
	@ValueSource(strings = { "Profile", "List<String>" })
	void aNameWithoutPackageIsToBeFullyQualified(String text) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(() -> ValueType.parse("p", text))
			.withMessageContaining("There is no class")
			.satisfies((ex) -> assertThat(ex).extracting("action").asString().contains("fully qualified", "com.acme."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "java.util.List<", "java.util.List<String", "java.util.List<>", "String]", "byte[",
			"<String>", "java.util.List<String> x", "," })
	void whatIsNoTypeIsRefused(String text) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(() -> ValueType.parse("p", text))
			.withMessageContaining("is not a type");
	}

	@ParameterizedTest
	@ValueSource(strings = { "java.util.List<String, String>", "String<String>" })
	void theNumberOfTypeArgumentsIsChecked(String text) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(() -> ValueType.parse("p", text))
			.withMessageContaining("type arguments");
	}

}
