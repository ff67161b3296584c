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

package io.github.natskv.cache;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Types of cached values.
 */
class ValueTypesTests {

	private final ValueTypes types = new ValueTypes(getClass().getClassLoader());

	@Test
	void typesAreReadAsTheyWereWritten() {
		for (Object value : List.of("a", 1, new Item("a"), List.of(new Item("a")), new ArrayList<>(List.of(1L)),
				Arrays.asList("a", null), Set.of("a"), Map.of("a", List.of(new Item("a"))), List.of(), new Item[0],
				new int[0][0], TimeUnit.DAYS)) {
			ResolvableType type = this.types.of(value, null);
			String name = ValueTypes.name(type);
			assertThat(ResolvableType.forType(this.types.parse(name, null)).toString()).isEqualTo(type.toString());
		}
		assertThat(ValueTypes.name(this.types.of(List.of(new Item("a")), null)))
			.isEqualTo("java.util.List<io.github.natskv.cache.ValueTypesTests$Item>");
	}

	@Test
	void theReturnTypeOfTheMethodTellsWhatTheValueDoesNot() {
		ResolvableType declared = ResolvableType.forClassWithGenerics(List.class, Number.class);
		assertThat(ValueTypes.name(this.types.of(List.of(1, 2L), declared)))
			.isEqualTo("java.util.List<java.lang.Number>");
		assertThatIllegalArgumentException().isThrownBy(() -> this.types.of(List.of(1, 2L), null))
			.withMessageContaining("declare");
	}

	@Test
	void onlyTrustedClassesAreLookedUp() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.types.parse(File.class.getName(), null))
			.withMessageContaining("not trusted");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.types.parse("java.util.List<" + File.class.getName() + ">", null))
			.withMessageContaining("not trusted");
		assertThatIllegalArgumentException().isThrownBy(() -> this.types.parse(Item.class.getName(), null));
		this.types.trustPackages(List.of("io.github.natskv"));
		assertThat(this.types.parse(Item.class.getName(), null)).isEqualTo(Item.class);
		assertThatIllegalArgumentException().isThrownBy(() -> this.types.parse("io.github.natskv.Gone", null))
			.withMessageContaining("no class");
	}

	@Test
	void declaredTypesAreTrusted() {
		this.types.trust(ResolvableType.forClassWithGenerics(Optional.class, Item[].class));
		assertThat(this.types.parse(Item.class.getName(), null)).isEqualTo(Item.class);
	}

	@Test
	void aTypeThatIsNotExpectedIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.types.parse("java.lang.String", ResolvableType.forClass(Integer.class)))
			.withMessageContaining("wanted");
		assertThat(this.types.parse("java.lang.Integer", ResolvableType.forClass(int.class))).isEqualTo(Integer.class);
	}

	@Test
	void whatIsNoTypeIsRefused() {
		this.types.trustPackages(List.of("java"));
		for (String text : List.of("", "java.util.List<", "java.util.List<java.lang.String", "java.lang.String>",
				"java.lang.String<java.lang.String>", "java.util.Map<java.lang.String>", "java.lang.String[",
				"java.lang.String,java.lang.String")) {
			assertThatIllegalArgumentException().as(text).isThrownBy(() -> this.types.parse(text, null));
		}
	}

	@Test
	void aValueThatCouldNotBeReadAgainIsRefused() {
		Runnable lambda = () -> {
		};
		assertThatIllegalArgumentException().isThrownBy(() -> this.types.of(lambda, null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.types.of(new Holder<>("a"), null))
			.withMessageContaining("return type");
	}

	record Item(String name) {

	}

	record Holder<T>(T value) {

	}

}
