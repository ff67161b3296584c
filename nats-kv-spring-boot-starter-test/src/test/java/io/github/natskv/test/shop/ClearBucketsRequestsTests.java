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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.test.ClearBuckets;
import io.github.natskv.test.EmbeddedNats;
import io.github.natskv.test.NatsKvTest;
import io.nats.client.Connection;
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
 * Tests for {@link ClearBuckets} of a class: what it asks of the server.
 */
@NatsKvTest(useDefaultFilters = false)
@EmbeddedNats
@ClearBuckets
@Import(ClearBucketsRequestsTests.Requests.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledOnOs({ OS.LINUX, OS.MAC })
class ClearBucketsRequestsTests {

	@Autowired
	private KeyValueBucket<Receipt> receipts;

	@Autowired
	private Requests requests;

	@Test
	@Order(1)
	void eachMethodBeginsWithEmptyBuckets() {
		assertThat(this.receipts.keys()).isEmpty();
		this.receipts.put("eu", new Receipt("eu", "tea", 3));
		this.requests.subjects.clear();
	}

	@Test
	@Order(2)
	void eachBucketIsEmptiedByOneRequest() {
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.requests.subjects).containsExactly("$JS.API.STREAM.PURGE.KV_receipts",
					"$JS.API.STREAM.PURGE.KV_stock-of-the-shop"));
		assertThat(this.receipts.keys()).isEmpty();
	}

	/**
	 * Listens to what JetStream is asked.
	 */
	static class Requests {

		final List<String> subjects = new CopyOnWriteArrayList<>();

		Requests(Connection connection) {
			connection.createDispatcher((message) -> this.subjects.add(message.getSubject())).subscribe("$JS.API.>");
		}

	}

}
