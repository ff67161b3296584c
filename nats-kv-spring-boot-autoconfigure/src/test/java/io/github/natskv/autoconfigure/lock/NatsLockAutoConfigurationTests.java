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

package io.github.natskv.autoconfigure.lock;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.endpoint.NatsEndpointAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natskv.endpoint.LocksDescriptor;
import io.github.natskv.endpoint.NatsEndpoint;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.lock.LockLostEvent;
import io.github.natskv.metrics.NatsLockMetrics;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The locks of the configuration.
 */
class NatsLockAutoConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final String bucket = "l" + UUID.randomUUID();

	private final ApplicationContextRunner plain = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsLockAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	private final ApplicationContextRunner runner = this.plain.withPropertyValues("nats.locks.bucket=" + this.bucket);

	private static void assumeNew() throws Exception {
		try (Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
		}
	}

	@Test
	void applicationsShareLocksOfABucketThatIsMade() throws Exception {
		assumeNew();
		this.runner.run((one) -> this.runner.run((two) -> {
			try (BucketLease lease = one.getBean(BucketLocks.class).tryAcquire("reports")) {
				assertThat(lease).isNotNull();
				assertThat(two.getBean(BucketLocks.class).tryAcquire("reports")).isNull();
			}
			StreamConfiguration stream = one.getBean(Connection.class)
				.jetStreamManagement()
				.getStreamInfo("KV_" + this.bucket)
				.getConfiguration();
			assertThat(stream.getStorageType()).isEqualTo(StorageType.File);
			assertThat(stream.getMaxMsgsPerSubject()).isEqualTo(1);
			assertThat(stream.getSubjectDeleteMarkerTtl()).hasSeconds(1);
		}));
	}

	@Test
	void fencingTokensGrowWhenTheBucketIsMadeAgain() throws Exception {
		assumeNew();
		long[] token = new long[1];
		this.runner.run((context) -> {
			try (BucketLease lease = context.getBean(BucketLocks.class).tryAcquire("reports")) {
				token[0] = lease.fencingToken();
			}
			context.getBean(Connection.class).keyValueManagement().delete(this.bucket);
		});
		this.runner.withPropertyValues("nats.kv.buckets." + this.bucket + ".limit-marker-ttl=1s").run((context) -> {
			try (BucketLease lease = context.getBean(BucketLocks.class).tryAcquire("reports")) {
				assertThat(lease.fencingToken()).isGreaterThan(token[0]);
			}
		});
	}

	@Test
	void locksAreGivenUpWhenTheApplicationEnds() throws Exception {
		assumeNew();
		this.runner.run((context) -> assertThat(context.getBean(BucketLocks.class).tryAcquire("reports")).isNotNull());
		this.runner.run((context) -> assertThat(context.getBean(BucketLocks.class).tryAcquire("reports")).isNotNull());
	}

	@Test
	void theBucketMayBeOnAnotherConnection() throws Exception {
		assumeNew();
		this.runner.withPropertyValues("nats.connections.other.servers=" + server.url(), "nats.locks.connection=other")
			.run((context) -> assertThat(context.getBean(BucketLocks.class).tryAcquire("reports")).isNotNull());
	}

	@Test
	void bucketsThatLoseLocksFailTheStart() throws Exception {
		assumeNew();
		assertBucketRefused("'limit-marker-ttl' must be at most the lease of PT30S", "limit-marker-ttl=1m");
		assertBucketRefused("'history' must be 1", "limit-marker-ttl=1s", "history=2");
		assertBucketRefused("'storage' must be file", "limit-marker-ttl=1s", "storage=memory");
		assertBucketRefused("set its option limit-marker-ttl", "history=1");
	}

	private void assertBucketRefused(String problem, String... options) {
		String name = "l" + UUID.randomUUID();
		ApplicationContextRunner declared = this.plain.withPropertyValues("nats.locks.bucket=" + name)
			.withPropertyValues(Stream.of(options)
				.map((option) -> "nats.kv.buckets.%s.%s".formatted(name, option))
				.toArray(String[]::new));
		declared.run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("'nats.locks.bucket'", name, problem);
			assertThat(analysis.getAction()).contains("name another one");
		});
		declared.withPropertyValues("nats.kv.provisioning=none")
			.run((context) -> assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
				.isThrownBy(() -> context.getBean(BucketLocks.class).tryAcquire("reports"))
				.withMessageContaining(problem));
	}

	@Test
	void aBucketThatIsOnlyBoundIsLookedAtWithTheFirstLock() throws Exception {
		assumeNew();
		this.runner.withPropertyValues("nats.kv.provisioning=none")
			.run((context) -> assertThatExceptionOfType(BucketNotFoundException.class)
				.isThrownBy(() -> context.getBean(BucketLocks.class).tryAcquire("reports"))
				.withMessageContaining(this.bucket));
	}

	@Test
	void locksAreGivenOnceThereIsAServer() throws Exception {
		assumeNew();
		try (NetworkProxy proxy = NetworkProxy.to(server.port())) {
			proxy.swallow();
			this.runner
				.withPropertyValues("nats.servers=" + proxy.url(), "nats.startup=retry",
						"nats.connection-timeout=500ms")
				.run((context) -> {
					BucketLocks locks = context.getBean(BucketLocks.class);
					assertThatExceptionOfType(KeyValueNotConnectedException.class)
						.isThrownBy(() -> locks.tryAcquire("reports"));
					assertThatExceptionOfType(CannotAcquireLockException.class)
						.isThrownBy(() -> locks.acquire("reports", Duration.ofMillis(200)))
						.withMessageContaining("the server is out of reach");
					proxy.pass();
					// the bucket is made a moment after the server was reached
					Awaitility.await()
						.ignoreException(BucketNotFoundException.class)
						.until(() -> locks.acquire("reports", Duration.ofSeconds(20)).isValid());
				});
		}
	}

	@Test
	void aBucketThatLosesLocksIsAProblemOnceThereIsAServer() throws Exception {
		assumeNew();
		try (NetworkProxy proxy = NetworkProxy.to(server.port())) {
			proxy.swallow();
			this.runner
				.withPropertyValues("nats.servers=" + proxy.url(), "nats.startup=retry",
						"nats.connection-timeout=500ms", "nats.kv.buckets." + this.bucket + ".limit-marker-ttl=1m")
				.run((context) -> {
					LockBucketCheck check = context.getBean(LockBucketCheck.class);
					assertThat(check.problem()).isNull();
					proxy.pass();
					Awaitility.await()
						.atMost(Duration.ofSeconds(20))
						.untilAsserted(() -> assertThat(check.problem()).contains("'nats.locks.bucket'",
								"'limit-marker-ttl' must be at most"));
				});
		}
	}

	@Test
	void whatBecomesOfLocksIsMeasuredAndShown() throws Exception {
		assumeNew();
		MeterRegistry registry = new SimpleMeterRegistry();
		List<LockLostEvent> events = new CopyOnWriteArrayList<>();
		this.runner
			.withConfiguration(AutoConfigurations.of(NatsMetricsAutoConfiguration.class,
					NatsHealthContributorAutoConfiguration.class, NatsEndpointAutoConfiguration.class))
			.withPropertyValues("nats.connections.other.servers=" + server.url(), "nats.locks.connection=other",
					"management.endpoints.web.exposure.include=nats")
			.withBean(MeterRegistry.class, () -> registry)
			.withInitializer(
					(context) -> context.addApplicationListener((ApplicationListener<LockLostEvent>) events::add))
			.run((context) -> {
				context.getBean(NatsLockMetrics.class).bindTo(registry);
				BucketLocks locks = context.getBean(BucketLocks.class);
				BucketLease lease = locks.tryAcquire("secret");
				assertThat(locks.tryAcquire("secret")).isNull();
				assertThatExceptionOfType(CannotAcquireLockException.class)
					.isThrownBy(() -> locks.acquire("secret", Duration.ofMillis(50)));
				assertThat(meter(registry, "nats.kv.lock.held")).isEqualTo(1);
				assertThat(details(context)).containsEntry("held", 1).containsEntry("lost", 0L);
				KeyValue keys = context.getBean("otherNatsConnection", Connection.class).keyValue(this.bucket);
				keys.delete(keys.keys().get(0));
				lease.close();
				assertThat(meter(registry, "nats.kv.lock.lost")).isEqualTo(1);
				assertThat(meter(registry, "nats.kv.lock.waiting")).isZero();
				for (String outcome : List.of("ok", "held", "timeout")) {
					assertThat(meter(registry, "nats.kv.lock.acquisition", "outcome", outcome)).as(outcome)
						.isEqualTo(1);
				}
				assertThat(details(context)).containsEntry("held", 0).containsEntry("lost", 1L);
				assertThat(context.getBean(NatsEndpoint.class).nats().connections().get("other").locks())
					.isEqualTo(new LocksDescriptor(this.bucket, Duration.ofSeconds(30), 0, 0, 1));
				Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !events.isEmpty());
				assertThat(events).singleElement().satisfies((event) -> {
					assertThat(event.getLockName()).isEqualTo("secret");
					assertThat(event.getFencingToken()).isEqualTo(lease.fencingToken());
					assertThat(event.getBucketKey()).isEqualTo(this.bucket);
					assertThat(event.getConnectionName()).isEqualTo("other");
					assertThat(event.toString()).doesNotContain("secret");
				});
			});
	}

	private double meter(MeterRegistry registry, String name, String... tags) {
		return registry.get(name)
			.tags("connection", "other", "bucket", this.bucket)
			.tags(tags)
			.meter()
			.measure()
			.iterator()
			.next()
			.getValue();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> details(ApplicationContext context) {
		Map<String, Object> details = context.getBean(NatsHealthIndicator.class).health().getDetails();
		Map<String, Map<String, Map<String, Object>>> named = (Map<String, Map<String, Map<String, Object>>>) details
			.get("connections");
		return named.get("other").get("locks");
	}

	@Test
	void childContextsUseTheLocksOfTheirParent() throws Exception {
		assumeNew();
		this.runner.run((parent) -> this.runner.withParent(parent)
			.run((child) -> assertThat(child.getBean(BucketLocks.class)).isSameAs(parent.getBean(BucketLocks.class))));
	}

	@Test
	void olderServersFailTheStart() throws Exception {
		try (Connection connection = server.connect()) {
			assumeFalse(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
		}
		assertRefused("2.11", "nats.locks.lease=30s");
		assertRefused("2.11", "nats.kv.buckets." + this.bucket + ".history=1");
	}

	@Test
	void nothingIsMadeWithoutABucket() {
		this.plain.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(BucketLocks.class));
	}

	@Test
	void badOptionsAreRefused() {
		assertRefused("nats.locks.lease", "nats.locks.lease=1500ms");
		assertRefused("nats.locks.connection", "nats.locks.connection=other");
		assertRefused("nats.locks.bukket", "nats.locks.bukket=a");
		assertRefused("nats.locks.bucket", "nats.locks.bucket=a b");
		assertRefused("it is empty", "nats.locks.bucket=");
	}

	private void assertRefused(String property, String value) {
		this.runner.withPropertyValues(value)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining(property));
	}

}
