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

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.OpenFeatureAPI;
import io.github.natskv.test.InMemoryNats;
import io.github.natskv.test.MutableClock;
import io.github.natskv.test.NatsKvTest;
import io.nats.client.KeyValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Import;

/**
 * Tests for feature flags in a bucket in memory.
 */
@NatsKvTest(properties = { "nats.kv.buckets.flags.history=1", "nats.openfeature.bucket=flags",
		"nats.openfeature.domain=in-memory" })
@InMemoryNats
@Import({ Prices.class, MutableClock.class })
class InMemoryFlagsTests {

	private final Client client = OpenFeatureAPI.getInstance().getClient("in-memory");

	@Test
	void aFlagIsEvaluated(@Autowired @Qualifier("flags") KeyValue flags) throws Exception {
		flags.put("on", "{\"variants\": {\"on\": true}, \"defaultVariant\": \"on\"}".getBytes());
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.client.getBooleanValue("on", false));
	}

}
