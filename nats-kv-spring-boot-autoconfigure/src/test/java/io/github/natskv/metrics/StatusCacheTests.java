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

package io.github.natskv.metrics;

import java.time.Duration;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.jetstream.StatusCache;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketStatus;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class StatusCacheTests {

	@Test
	void tellsWhatThereWasBeforeWhileASlowServerIsAsked() throws Exception {
		try (NatsServer server = NatsServer.start();
				NetworkProxy proxy = NetworkProxy.to(server.port()).roundTrip(Duration.ofMillis(500), Duration.ZERO)) {
			new ApplicationContextRunner()
				.withConfiguration(
						AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
				.withPropertyValues("nats.servers=" + proxy.url(), "nats.jetstream.request-timeout=10s",
						"nats.kv.buckets.profiles.history=1")
				.run((context) -> {
					StatusCache<BucketStatus> cache = new StatusCache<>(context.getBean(BucketMonitor.class)::statuses,
							BucketStatus::bucketKey, Duration.ZERO);
					assertThat(cache.get("profiles")).isNull();
					BucketStatus known = Awaitility.await()
						.until(() -> cache.get("profiles"), (status) -> status != null && status.problem() == null);
					assertThat(cache.get("profiles")).isSameAs(known);
					server.suspend();
					Awaitility.await().until(() -> {
						BucketStatus status = cache.get("profiles");
						return status != null && status.problem() != null;
					});
					server.resume();
				});
		}
	}

}
