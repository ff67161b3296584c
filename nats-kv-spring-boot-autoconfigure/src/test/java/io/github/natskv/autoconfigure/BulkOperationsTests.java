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

package io.github.natskv.autoconfigure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.metrics.NatsOperationMetrics;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asynchronous operations and those on many keys in applications.
 */
@Timeout(60)
class BulkOperationsTests {

	@AutoClose
	private static final NatsServer main = NatsServer.start();

	@AutoClose
	private static final NatsServer far = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + main.url(), "nats.jetstream.request-timeout=1s",
				"nats.kv.buckets.flags.value-type=java.lang.String", "nats.connections.far.servers=" + far.url(),
				"nats.connections.far.jetstream.request-timeout=5s",
				"nats.connections.far.kv.buckets.remote.value-type=java.lang.String");

	@BeforeEach
	void deleteBuckets() throws Exception {
		try (Connection connection = main.connect()) {
			for (String name : connection.keyValueManagement().getBucketNames()) {
				connection.keyValueManagement().delete(name);
			}
		}
	}

	@SuppressWarnings("unchecked")
	private static KeyValueBucket<String> bucket(ApplicationContext context, String name) {
		return context.getBean(name, KeyValueBucket.class);
	}

	@Test
	void eachConnectionHasItsOwnRequestsInFlight() {
		this.runner.withPropertyValues("nats.connections.far.kv.max-in-flight=2").run((context) -> {
			KeyValueBucket<String> remote = bucket(context, "remoteBucket");
			remote.put("a", "1");
			List<CompletableFuture<Long>> futures = Collections.synchronizedList(new ArrayList<>());
			Thread writer = new Thread(() -> {
				for (int i = 0; i < 4; i++) {
					futures.add(remote.putAsync("k" + i, "x"));
				}
			});
			far.suspend();
			try {
				writer.start();
				Awaitility.await().until(() -> futures.size() == 2 && writer.getState() == Thread.State.WAITING);
				assertThat(bucket(context, "flagsBucket").putAll(Map.of("a", "1", "b", "2", "c", "3"))).hasSize(3);
			}
			finally {
				far.resume();
			}
			writer.join();
			CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
			assertThat(remote.getAll(List.of("k0", "k3"))).hasSize(2);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats.kv.max-in-flight", "nats.connections.far.kv.max-in-flight" })
	void noRequestsInFlightRefuseTheStart(String property) {
		this.runner.withPropertyValues(property + "=0")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidNatsPropertyException.class)
				.hasMessageContaining(property));
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats.jetstream.max-in-flight", "nats.connections.far.jetstream.max-in-flight" })
	void noMessagesInFlightRefuseTheStart(String property) {
		this.runner.withPropertyValues(property + "=0")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("'" + property + "'",
					"0 messages"));
	}

	@Test
	void bucketsThatAreOnlyBoundDoTheSame() throws Exception {
		ApplicationContextRunner bound = this.runner.withPropertyValues("nats.kv.provisioning=none");
		bound.run((context) -> {
			KeyValueBucket<String> missing = bucket(context, "flagsBucket");
			try {
				missing.putAll(Map.of("a", "1"));
				throw new AssertionError("Nothing failed");
			}
			catch (BulkOperationException ex) {
				assertThat(ex.getFailures().get("a")).isInstanceOf(BucketNotFoundException.class);
			}
			main.connect().keyValueManagement().create(KeyValueConfiguration.builder("flags").build());
			assertThat(missing.putAll(Map.of("a", "1", "b", "2"))).hasSize(2);
			try (Stream<BucketEntry<String>> entries = missing.stream()) {
				assertThat(entries.toList()).hasSize(2);
			}
			clear(missing);
			assertThat(missing.getAll(List.of("a", "b"))).isEmpty();
		});
	}

	@Test
	void aChildContextUsesTheBucketsOfItsParent() {
		this.runner.run((parent) -> new ApplicationContextRunner().withParent(parent).run((child) -> {
			assertThat(bucket(child, "flagsBucket").putAll(Map.of("a", "1"))).containsOnlyKeys("a");
			assertThat(bucket(child, "flagsBucket").getAsync("a").get(10, TimeUnit.SECONDS)).isEqualTo("1");
		}));
	}

	@Test
	void operationsAreTimedToTheirEnd() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(NatsOperationMetrics.class)
			.run((context) -> {
				KeyValueBucket<String> flags = bucket(context, "flagsBucket");
				flags.putAll(Map.of("a", "1", "b", "2"));
				flags.getAll(List.of("a", "b"));
				flags.getEntries(List.of("a", "b"));
				flags.deleteAll(List.of("b"));
				flags.putAsync("a", "2").get(10, TimeUnit.SECONDS);
				flags.getAsync("none").get(10, TimeUnit.SECONDS);
				CompletableFuture<Throwable> failure = new CompletableFuture<>();
				flags.updateAsync("a", "3", 1).whenComplete((revision, ex) -> failure.complete(ex));
				assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(RevisionConflictException.class);
				try (Stream<BucketEntry<String>> entries = flags.stream()) {
					assertThat(entries.toList()).hasSize(1);
					assertThat(count(context, "list", "ok")).isZero();
				}
				clear(flags);
				assertThat(count(context, "put_all", "ok")).isOne();
				assertThat(count(context, "get_all", "ok")).isEqualTo(2);
				assertThat(count(context, "delete_all", "ok")).isEqualTo(isOld() ? 2 : 1);
				assertThat(count(context, "put", "ok")).isOne();
				assertThat(count(context, "get", "absent")).isOne();
				assertThat(count(context, "update", "conflict")).isOne();
				assertThat(count(context, "list", "ok")).isEqualTo(isOld() ? 2 : 1);
				assertThat(count(context, "clear", isOld() ? "error" : "ok")).isOne();
				bucket(context, "remoteBucket").get("a");
				far.suspend();
				try {
					bucket(context, "remoteBucket").putAsync("a", "1");
					assertThat(context.getBean(MeterRegistry.class)
						.find("nats.kv.operations")
						.tags("bucket", "remote", "operation", "put")
						.timer()).isNull();
				}
				finally {
					far.resume();
				}
				Awaitility.await()
					.until(() -> context.getBean(MeterRegistry.class)
						.find("nats.kv.operations")
						.tags("bucket", "remote", "operation", "put")
						.timer() != null);
			});
	}

	// a server before 2.10 does not clear
	private static void clear(KeyValueBucket<String> bucket) {
		try {
			bucket.clear();
			assertThat(isOld()).isFalse();
		}
		catch (UnsupportedServerFeatureException ex) {
			assertThat(isOld()).isTrue();
			bucket.deleteAll(bucket.keys());
		}
	}

	private static boolean isOld() {
		return main.connect().getServerInfo().isOlderThanVersion("2.10.0");
	}

	private static long count(ApplicationContext context, String operation, String outcome) {
		Timer timer = context.getBean(MeterRegistry.class)
			.find("nats.kv.operations")
			.tags("bucket", "flags", "operation", operation, "outcome", outcome)
			.timer();
		return (timer != null) ? timer.count() : 0;
	}

}
