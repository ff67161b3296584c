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

package io.github.natskv.autoconfigure.cache;

import java.util.UUID;

import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Times to live of caches that the server or the bucket cannot keep.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class CacheTimeToLiveTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private static boolean isNew;

	private final String bucket = "c" + UUID.randomUUID();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsCacheAutoConfiguration.class, CacheAutoConfiguration.class,
				NatsHealthContributorAutoConfiguration.class))
		.withUserConfiguration(Caching.class)
		.withPropertyValues("nats.servers=" + server.url(), "nats.cache.bucket=cache",
				"nats.kv.buckets.cache.name=" + this.bucket, "nats.kv.buckets.cache.storage=memory");

	@BeforeAll
	static void askForVersion() throws InterruptedException {
		try (Connection connection = server.connect()) {
			isNew = connection.getServerInfo().isSameOrNewerThanVersion("2.11.0");
		}
	}

	@Test
	void oneThatCannotBeKeptFailsTheStart() {
		this.runner.withPropertyValues("nats.cache.caches.orders.ttl=1h").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("'nats.cache.caches.orders.ttl'", "PT1H",
					isNew ? this.bucket : "2.11.0");
			assertThat(analysis.getAction()).contains("limit-marker-ttl", "2.11");
		});
		this.runner.withPropertyValues("nats.cache.ttl=1h", "nats.kv.buckets.cache.ttl=2h")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("'nats.cache.ttl'"));
	}

	@Test
	void aHistoryFailsTheStart() {
		assumeTrue(isNew, "needs server 2.11");
		this.runner
			.withPropertyValues("nats.cache.ttl=1h", "nats.kv.buckets.cache.limit-marker-ttl=1s",
					"nats.kv.buckets.cache.history=3")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("'nats.cache.ttl'",
					"history: 1", "keeps 3"));
	}

	@Test
	void oneThatCanBeKeptDoesNot() {
		this.runner.withPropertyValues("nats.cache.ttl=1h", "nats.kv.buckets.cache.ttl=1h").run(this::assertWorks);
		if (isNew) {
			this.runner
				.withPropertyValues("nats.cache.ttl=1h", "nats.kv.buckets.cache.limit-marker-ttl=1s",
						"nats.kv.buckets.cache.provisioning=update", "nats.kv.buckets.cache.ttl=2h")
				.run(this::assertWorks);
		}
	}

	private void assertWorks(ApplicationContext context) {
		Cache cache = cache(context);
		cache.put("a", "1");
		assertThat(cache.get("a", String.class)).isEqualTo("1");
		assertThat(health(context).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void afterALateConnectItIsRefusedWhereItIsUsed(CapturedOutput output) throws Exception {
		try (NatsServer late = NatsServer.start()) {
			late.kill();
			this.runner
				.withPropertyValues("nats.servers=" + late.url(), "nats.startup=retry", "nats.reconnect-wait=50ms",
						"nats.cache.ttl=1h")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					late.restart();
					Awaitility.await()
						.untilAsserted(() -> assertThat(health(context).getDetails().get("problems")).asString()
							.contains("'nats.cache.ttl'"));
					assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
					assertThat(output).contains("Writes to its caches are refused");
					assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
						.isThrownBy(() -> cache(context).put("a", "1"));
				});
		}
	}

	private static Cache cache(ApplicationContext context) {
		Cache cache = context.getBean(CacheManager.class).getCache("orders");
		assertThat(cache).isNotNull();
		return cache;
	}

	private static Health health(ApplicationContext context) {
		Health health = context.getBean(NatsHealthIndicator.class).health();
		assertThat(health).isNotNull();
		return health;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

	}

}
