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

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.nats.client.support.Validator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.cache.interceptor.SimpleKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Keys of caches as keys of buckets.
 */
class CacheKeysTests {

	private final CacheKeys keys = new CacheKeys("orders");

	@Test
	void simpleKeysCanBeRead() {
		assertThat(this.keys.of("a-1_B")).isEqualTo("orders.s.a-1_B");
		assertThat(this.keys.of(42)).isEqualTo("orders.i.42");
		assertThat(this.keys.of(-42L)).isEqualTo("orders.l.-42");
		assertThat(this.keys.marker()).isEqualTo("orders");
	}

	@Test
	void keysOfAnyKindAreValidAndDifferent() {
		List<Object> all = List.of("", "a", "a b", "a.b", "me@example.org", "ü", "x".repeat(10_000), "1", 1, 1L,
				(short) 1, (byte) 1, 1.0, 1.0f, '1', true, "true", new BigDecimal("1.0"), new BigDecimal("1.00"),
				LocalDate.of(2026, 11, 28), TimeUnit.DAYS, "DAYS", String.class, List.of(), List.of(List.of()),
				List.of("a", "b"), List.of("b", "a"), List.of("a,b"), Set.of("a", "b"), Map.of("a", "b"),
				Map.of("b", "a"), new SimpleKey(), new SimpleKey("a", "b"), new SimpleKey("a,b"),
				new SimpleKey("ab", ""), new SimpleKey("a", null), new SimpleKey("a", "null"), new Name("a", "b"),
				new Other("a", "b"), new Name("a", null), new Bean("a", 1), new Bean("a", 2), new int[] { 1 },
				new long[] { 1 }, new Integer[] { 1 });
		List<String> encoded = all.stream().map(this.keys::of).toList();
		assertThat(encoded).doesNotHaveDuplicates()
			.allSatisfy((key) -> assertThat(Validator.validateNonWildcardKvKeyRequired(key)).hasSizeLessThan(120));
	}

	@Test
	void equalKeysAreTheSame() {
		assertSame(List.of("a", 1), new ArrayList<>(Arrays.asList("a", 1)));
		assertSame(new LinkedHashSet<>(List.of("a", "b")), new LinkedHashSet<>(List.of("b", "a")));
		assertSame(new LinkedHashMap<>(Map.of("a", 1)), new HashMap<>(Map.of("a", 1)));
		assertSame(new SimpleKey("a", new int[] { 1 }), new SimpleKey("a", new int[] { 1 }));
		assertSame(new Name("a", "b"), new Name("a", "b"));
		assertSame(new Bean("a", 1), new Bean("a", 1));
	}

	private void assertSame(Object one, Object other) {
		assertThat(this.keys.of(one)).isEqualTo(this.keys.of(other));
	}

	@Test
	void keysThatNoOtherNodeCouldFindAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.keys.of(new Object()))
			.withMessageContaining("java.lang.Object")
			.withMessageContaining("orders")
			.withMessageContaining("identities");
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		assertThatIllegalArgumentException().isThrownBy(() -> this.keys.of(endless)).withMessageContaining("itself");
	}

	@Test
	void cachesOfAnyNameHavePrefixesOfTheirOwn() {
		List<String> names = List.of("a", "A", "a.b", "a b", "_kv", "=a", "", "ü", "x".repeat(100), "x".repeat(101),
				"x".repeat(102));
		assertThat(names.stream().map((name) -> new CacheKeys(name).marker()).toList()).doesNotHaveDuplicates()
			.allSatisfy((prefix) -> assertThat(prefix).matches("[A-Za-z0-9_=-]+").isNotEqualTo("_kv"));
	}

	record Name(@Nullable String first, @Nullable String last) {

	}

	record Other(@Nullable String first, @Nullable String last) {

	}

	static class Base {

		private final String name;

		Base(String name) {
			this.name = name;
		}

	}

	static final class Bean extends Base {

		private final int number;

		Bean(String name, int number) {
			super(name);
			this.number = number;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Bean bean && bean.number == this.number
					&& Objects.equals(((Base) bean).name, ((Base) this).name);
		}

		@Override
		public int hashCode() {
			return this.number;
		}

	}

}
