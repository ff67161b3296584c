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

package io.github.natskv.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.test.EmbeddedNats;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What Prometheus scrapes of the sample is what the documentation says.
 */
@SpringBootTest(properties = { "management.prometheus.metrics.export.enabled=true",
		"nats.streams.definitions.orders.consumers.billing.max-deliver=5",
		"nats.streams.definitions.orders.subjects=ordered.>", "nats.kv.buckets.copied.local-copy.enabled=true",
		"nats.kv.buckets.copied.value-type=Integer", "nats.locks.bucket=locks", "nats.leadership.roles=reports",
		"nats.kv.buckets.locks.provisioning=none" })
@EmbeddedNats
class MetricsTests {

	private static final Pattern DOCUMENTED = Pattern.compile("^\\| `nats[^|]*\\| `(nats_[a-z_]+)`", Pattern.MULTILINE);

	@Test
	void everyDocumentedMeterIsScraped(@Autowired PrometheusMeterRegistry registry, @Autowired NatsOperations nats,
			@Autowired KeyValueBucket<String> bucket) throws IOException {
		nats.request("subject", "Hi!", String.class);
		beginTransaction(bucket);
		List<String> documented = DOCUMENTED.matcher(Files.readString(Path.of("../docs/operating.md")))
			.results()
			.map((MatchResult result) -> result.group(1))
			.toList();
		assertThat(documented).hasSizeGreaterThan(15);
		await().untilAsserted(() -> assertThat(registry.scrape()).contains(documented)
			.contains(
					"nats_listener_handling_seconds_count{connection=\"default\",listener_id=\"greeter.on\",outcome=\"ok\"}",
					"nats_kv_operations_seconds_count{bucket=\"bucket\""));
	}

	private static void beginTransaction(KeyValueBucket<String> bucket) {
		try {
			bucket.transactionWithoutResult((transaction) -> transaction.exists("key"));
		}
		catch (UnsupportedServerFeatureException ex) {
			// counted as well
		}
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Listeners {

		@JetStreamListener(stream = "orders", consumer = "shipping", deadLetter = "dead.orders")
		void on(String order) {
		}

	}

}
