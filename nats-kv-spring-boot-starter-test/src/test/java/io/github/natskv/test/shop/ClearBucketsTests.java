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

package io.github.natskv.test.shop;

import java.time.Duration;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.test.ClearBuckets;
import io.github.natskv.test.EmbeddedNats;
import io.github.natskv.test.NatsKvTest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClearBuckets}.
 */
@NatsKvTest
@EmbeddedNats
@Import(Prices.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledOnOs({ OS.LINUX, OS.MAC })
class ClearBucketsTests {

	@Autowired
	private KeyValueBucket<Receipt> receipts;

	@Autowired
	private KeyValueBucket<Integer> shelves;

	@Autowired
	private Stock stock;

	@Test
	@Order(1)
	void bucketsHaveValues() {
		this.receipts.put("eu", new Receipt("eu", "tea", 3));
		this.receipts.put("us", new Receipt("us", "tea", 3));
		this.receipts.delete("us");
		this.shelves.put("shelf.one", 1);
		Awaitility.await().until(() -> this.stock.seen().contains("one=1"));
	}

	@Test
	@Order(2)
	void valuesStayWithoutTheAnnotation() {
		assertThat(this.receipts.exists("eu")).isTrue();
		// is still being handled when the buckets are emptied
		this.shelves.put("shelf.slow", 1);
		Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> this.stock.seen().contains("slow"));
	}

	@Test
	@Order(3)
	@ClearBuckets
	void bucketsAreEmptyAndListenersAreTold() {
		assertThat(this.receipts.keys()).isEmpty();
		assertThat(this.receipts.history("us")).isEmpty();
		assertThat(this.shelves.keys()).isEmpty();
		assertThat(this.stock.seen()).containsOnlyOnce("one=1", "one=gone")
			.containsSubsequence("slow", "slow=1", "slow=gone");
		this.shelves.put("shelf.two", 2);
		Awaitility.await().until(() -> this.stock.seen().contains("two=2"));
	}

}
