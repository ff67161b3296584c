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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.autoconfigure.lock.NatsLockAutoConfiguration;
import io.github.natskv.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.interceptor.BucketOperation;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.lock.LeaderElection;
import io.github.natskv.testsupport.Flood;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.beans.BeansException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class NatsMetricsTests {

	private static final Pattern DOCUMENTED = Pattern.compile("`(nats_[a-z_]+)`");

	private static final Pattern SCRAPED = Pattern.compile("(?m)^(nats_[a-z_]+)(\\{.*)?");

	@AutoClose
	private final NatsServer server = NatsServer.start();

	private ApplicationContextRunner runner(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsListenerAutoConfiguration.class, NatsLockAutoConfiguration.class,
					NatsMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, PrometheusMetricsExportAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.kv.buckets.flags.max-bytes=1MB",
					"nats.kv.buckets.profiles.history=5", "nats.jetstream.request-timeout=300ms",
					"nats.streams.definitions.orders.subjects=stored.>", "nats.streams.definitions.orders.name=ORDERS",
					"nats.streams.definitions.orders.consumers.billing.filter-subjects=stored.a")
			.withPropertyValues(properties)
			.withBean(Listeners.class);
	}

	private static double value(ApplicationContext context, String meter, String... tags) {
		return context.getBean(MeterRegistry.class)
			.get(meter)
			.tags(tags)
			.meter()
			.measure()
			.iterator()
			.next()
			.getValue();
	}

	private static void await(ApplicationContext context, double expected, String meter, String... tags) {
		Awaitility.await().until(() -> value(context, meter, tags) == expected);
	}

	private static double operations(ApplicationContext context, String operation, String outcome) {
		return value(context, "nats.kv.operations", "bucket", "profiles", "operation", operation, "outcome", outcome);
	}

	@Test
	void tellsOfDeclaredStreamsAndConsumers() {
		runner("nats.connections.archive.servers=" + this.server.url(),
				"nats.connections.archive.streams.definitions.audit.subjects=audit")
			.run((context) -> {
				JetStream jetStream = context.getBean(JetStream.class);
				jetStream.publish("stored.a", new byte[10]);
				jetStream.publish("stored.b", new byte[10]);
				assertThat(value(context, "nats.stream.messages", "stream", "orders", "connection", "default"))
					.isEqualTo(2);
				assertThat(value(context, "nats.stream.bytes", "stream", "orders")).isPositive();
				assertThat(value(context, "nats.stream.replicas.current", "stream", "orders")).isEqualTo(1);
				assertThat(value(context, "nats.consumer.pending", "stream", "orders", "consumer", "billing"))
					.isEqualTo(1);
				assertThat(value(context, "nats.consumer.ack.pending", "consumer", "billing")).isZero();
				assertThat(value(context, "nats.consumer.redelivered", "consumer", "billing")).isZero();
				assertThat(value(context, "nats.stream.messages", "stream", "audit", "connection", "archive")).isZero();
			});
	}

	@Test
	void tellsWhatWaitsForListenersOnStreamsWithoutDeclaredConsumers() {
		runner("nats.streams.definitions.dead.subjects=dead.stored")
			.withConfiguration(AutoConfigurations.of(NatsHealthContributorAutoConfiguration.class))
			.withBean(StreamListeners.class)
			.run((context) -> {
				NatsOperations operations = context.getBean(NatsOperations.class);
				operations.send("stored.c", "poison");
				await(context, 1, "nats.listener.dead.letters", "listener.id", "stored");
				NatsListenerRegistry listeners = context.getBean(NatsListenerRegistry.class);
				listeners.pause("stored");
				operations.send("stored.c", "1");
				operations.send("stored.c", "2");
				Awaitility.await().until(() -> context.getBean(StreamListeners.class).read.get() == 3);
				await(context, 2, "nats.consumer.pending", "stream", "orders", "consumer", "free");
				assertThat(value(context, "nats.consumer.ack.pending", "consumer", "free")).isZero();
				assertThat(value(context, "nats.consumer.redelivered", "consumer", "free")).isZero();
				assertThat(value(context, "nats.consumer.pending", "stream", "orders", "consumer", "reader")).isZero();
				assertThat(value(context, "nats.listener.dead.letters.waiting", "listener.id", "stored")).isEqualTo(1);
				assertThat(value(context, "nats.listener.dead.letters.waiting", "listener.id", "homeless")).isNaN();
				assertThat(context.getBean(MeterRegistry.class).get("nats.listener.dead.letters.waiting").meters())
					.hasSize(2);
				assertThat(backlog(context, "stored")).containsEntry("lag", 2L)
					.containsEntry("redelivered", 0L)
					.containsEntry("deadLettersWaiting", 1L);
				assertThat(backlog(context, "homeless")).containsEntry("lag", 0L)
					.containsEntry("deadLettersWaiting", "unknown");
				assertThat(backlog(context, "reader")).containsEntry("lag", 0L).doesNotContainKey("deadLettersWaiting");
			});
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> backlog(ApplicationContext context, String listener) {
		Object listeners = context.getBean(NatsHealthIndicator.class).health().getDetails().get("listeners");
		return ((Map<String, Map<String, Map<String, Object>>>) listeners).get(listener).get("backlog");
	}

	@Test
	void aScrapeShowsTheDocumentedNames() {
		runner("nats.listener.observation-enabled=true", "nats.kv.buckets.flags.local-copy.enabled=true",
				"nats.locks.bucket=locks", "nats.kv.buckets.locks.provisioning=none")
			.withBean(StreamListeners.class)
			.withBean(LeaderElection.class, () -> election("reports"))
			.run((context) -> {
				context.getBean(KeyValueBuckets.class).bucket("flags", String.class).put("key", "value");
				context.getBean(NatsOperationMetrics.class)
					.intercept(BucketOperation.of("default", "flags", "flags", true, BucketOperation.Kind.TRANSACTION,
							null, () -> 2), () -> null);
				assertThat(value(context, "nats.kv.transaction.retries", "bucket", "flags")).isEqualTo(2);
				context.getBean(Connection.class).publish("orders", "1".getBytes());
				await(context, 1, "nats.listener.handling", "outcome", "ok", "listener.id", "orders");
				String scrape = context.getBean(PrometheusMeterRegistry.class).scrape();
				Set<String> names = new TreeSet<>();
				SCRAPED.matcher(scrape)
					.results()
					.map((MatchResult match) -> match.group(1).replaceAll("_seconds_(count|sum|max)$", "_seconds"))
					.filter((name) -> !name.startsWith("nats_listener_seconds"))
					.forEach(names::add);
				assertThat(names).isNotEmpty().isEqualTo(documented());
				assertThat(scrape).contains("nats_kv_bucket_entries{bucket=\"flags\",connection=\"default\"} 1.0")
					.contains(
							"nats_listener_handling_seconds_count{connection=\"default\",listener_id=\"orders\",outcome=\"ok\"} 1");
			});
	}

	private static LeaderElection election(String role) {
		LeaderElection election = mock(LeaderElection.class);
		given(election.role()).willReturn(role);
		return election;
	}

	private static Set<String> documented() throws IOException {
		String page = Files.readString(Path.of("../docs/operating.md"));
		String section = page.substring(page.indexOf("\n## Metrics"));
		Set<String> names = new TreeSet<>();
		DOCUMENTED.matcher(section.substring(0, section.indexOf("\n## ", 2)))
			.results()
			.map((MatchResult match) -> match.group(1))
			.forEach(names::add);
		return names;
	}

	@Test
	void countsTheConnection() {
		runner().run((context) -> {
			double before = value(context, "nats.connection.messages", "connection", "default", "direction", "out");
			context.getBean(Connection.class).publish("nobody", "1234".getBytes());
			Awaitility.await().until(() -> value(context, "nats.connection.messages", "direction", "out") > before);
			assertThat(value(context, "nats.connection.bytes", "direction", "out")).isPositive();
			assertThat(value(context, "nats.connection.connected")).isEqualTo(1);
			this.server.kill();
			await(context, 0, "nats.connection.connected");
			this.server.restart();
			await(context, 1, "nats.connection.connected");
			await(context, 1, "nats.connection.reconnects");
			await(context, 1, "nats.kv.watch.recoveries", "bucket", "flags");
		});
	}

	@Test
	void countsLameDuckNotices() {
		runner().run((context) -> {
			assertThat(value(context, "nats.connection.lame.duck", "connection", "default")).isZero();
			this.server.lameDuck();
			await(context, 1, "nats.connection.lame.duck", "connection", "default");
		});
	}

	@Test
	void countsMessagesThatAreDiscardedInsteadOfSent() {
		runner("nats.max-messages-in-outgoing-queue=10", "nats.discard-messages-when-outgoing-queue-full=true",
				"nats.startup=retry")
			.run((context) -> {
				assertThat(value(context, "nats.connection.dropped", "connection", "default", "direction", "out"))
					.isZero();
				this.server.suspend();
				try {
					byte[] payload = new byte[200_000];
					Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> {
						context.getBean(Connection.class).publish("nobody", payload);
						return value(context, "nats.connection.dropped", "connection", "default", "direction",
								"out") > 0;
					});
				}
				finally {
					this.server.resume();
				}
			});
	}

	@Test
	void namedConnectionsAreMeasuredByTheirNames() {
		runner("nats.connections.archive.servers=" + this.server.url(),
				"nats.connections.archive.kv.buckets.audit.history=2")
			.run((context) -> {
				assertThat(value(context, "nats.connection.connected", "connection", "archive")).isEqualTo(1);
				assertThat(context.getBean(MeterRegistry.class).get("nats.connection.connected").meters())
					.extracting((meter) -> meter.getId().getTag("connection"))
					.containsExactlyInAnyOrder("default", "archive");
				context.getBean("audit", KeyValue.class).put("key", "1");
				assertThat(value(context, "nats.kv.bucket.entries", "connection", "archive", "bucket", "audit"))
					.isEqualTo(1);
				assertThat(value(context, "nats.kv.operations", "connection", "archive", "bucket", "audit"))
					.isEqualTo(1);
			});
	}

	@Test
	void timesListeners() {
		runner().run((context) -> {
			Connection connection = context.getBean(Connection.class);
			int count = 10_000;
			for (int i = 0; i < count; i++) {
				connection.publish("orders", "1".getBytes());
			}
			await(context, count, "nats.listener.handling", "outcome", "ok", "listener.id", "orders");
			assertThat(context.getBean(MeterRegistry.class)
				.get("nats.listener.handling")
				.tags("listener.id", "orders", "outcome", "ok")
				.functionTimer()
				.totalTime(TimeUnit.NANOSECONDS)).isPositive();
			connection.publish("orders", "bad".getBytes());
			await(context, 1, "nats.listener.handling", "outcome", "error", "listener.id", "orders");
			assertThat(value(context, "nats.listener.handling", "outcome", "ok", "listener.id", "orders"))
				.isEqualTo(count);
			assertThat(value(context, "nats.listener.dropped", "listener.id", "orders")).isZero();
			for (int i = 0; i < 10; i++) {
				connection.publish("parallel", "1".getBytes());
			}
			await(context, 2, "nats.listener.in.flight", "listener.id", "parallel");
			context.getBean(Listeners.class).release.countDown();
			await(context, 10, "nats.listener.handling", "outcome", "ok", "listener.id", "parallel");
			await(context, 0, "nats.listener.in.flight", "listener.id", "parallel");
		});
	}

	@Test
	void listenersThatTurnOutToBeInvalidLaterDoNotDisturbScrapes() {
		runner().withBean(InvalidListener.class, InvalidListener::new, (definition) -> definition.setLazyInit(true))
			.withBean(InvalidKeyValueListener.class, InvalidKeyValueListener::new,
					(definition) -> definition.setLazyInit(true))
			.withBean(InvalidStreamListener.class, InvalidStreamListener::new,
					(definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThatExceptionOfType(BeansException.class).isThrownBy(() -> context.getBean(InvalidListener.class))
					.withStackTraceContaining("onInvalid");
				assertThatExceptionOfType(BeansException.class)
					.isThrownBy(() -> context.getBean(InvalidKeyValueListener.class))
					.withStackTraceContaining("onInvalid");
				assertThatExceptionOfType(BeansException.class)
					.isThrownBy(() -> context.getBean(InvalidStreamListener.class))
					.withStackTraceContaining("onInvalid");
				assertThat(context.getBean(PrometheusMeterRegistry.class).scrape()).contains("listener_id=\"orders\"")
					.doesNotContain("listener_id=\"invalid\"")
					.doesNotContain("listener_id=\"unacknowledged\"");
			});
	}

	@Test
	void tellsHowFarBehindAWatchIs() {
		runner().run((context) -> {
			KeyValueBucket<String> flags = context.getBean(KeyValueBuckets.class).bucket("flags", String.class);
			flags.put("stuck", "1");
			flags.put("second", "1");
			flags.put("third", "1");
			await(context, 3, "nats.kv.watch.lag", "bucket", "flags");
			await(context, 1, "nats.listener.in.flight", "listener.id", "flags");
			await(context, 2, "nats.listener.pending", "listener.id", "flags");
			context.getBean(Listeners.class).release.countDown();
			await(context, 0, "nats.kv.watch.lag", "bucket", "flags");
			await(context, 3, "nats.listener.handling", "outcome", "ok", "listener.id", "flags");
			assertThat(value(context, "nats.kv.watch.lag", "bucket", "profiles")).isZero();
		});
	}

	@Test
	void tellsOfLocalCopies() {
		runner("nats.kv.buckets.profiles.local-copy.enabled=true", "nats.kv.buckets.profiles.local-copy.max-entries=2",
				"nats.connections.archive.servers=" + this.server.url(),
				"nats.connections.archive.kv.buckets.audit.local-copy.enabled=true")
			.run((context) -> {
				assertThat(value(context, "nats.kv.local.copy.entries", "bucket", "profiles")).isZero();
				KeyValueBucket<String> profiles = context.getBean(KeyValueBuckets.class)
					.bucket("profiles", String.class);
				profiles.get("none");
				profiles.put("a", "1");
				profiles.put("b", "22");
				profiles.put("c", "3");
				profiles.get("a");
				profiles.get("c");
				assertThat(value(context, "nats.kv.local.copy.entries", "bucket", "profiles")).isEqualTo(2);
				assertThat(value(context, "nats.kv.local.copy.bytes", "bucket", "profiles")).isEqualTo(5);
				assertThat(value(context, "nats.kv.local.copy.hits", "bucket", "profiles")).isEqualTo(2);
				assertThat(value(context, "nats.kv.local.copy.misses", "bucket", "profiles")).isEqualTo(1);
				assertThat(value(context, "nats.kv.local.copy.evictions", "bucket", "profiles")).isPositive();
				assertThat(value(context, "nats.kv.local.copy.age", "bucket", "profiles")).isZero();
				this.server.suspend();
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> value(context, "nats.kv.local.copy.age", "bucket", "profiles") > 1);
				this.server.resume();
				await(context, 0, "nats.kv.local.copy.age", "bucket", "profiles");
				assertThat(value(context, "nats.kv.local.copy.entries", "connection", "archive", "bucket", "audit"))
					.isZero();
				assertThat(context.getBean(MeterRegistry.class).find("nats.kv.local.copy.entries").meters()).hasSize(2);
			});
	}

	@Test
	void tellsWhichListenersArePaused() {
		runner().run((context) -> {
			NatsListenerRegistry listeners = context.getBean(NatsListenerRegistry.class);
			for (String id : List.of("orders", "flags")) {
				assertThat(value(context, "nats.listener.paused", "listener.id", id)).isZero();
				listeners.pause(id);
				assertThat(value(context, "nats.listener.paused", "listener.id", id)).isEqualTo(1);
				assertThat(value(context, "nats.listener.paused", "listener.id", "parallel")).isZero();
				listeners.resume(id);
				assertThat(value(context, "nats.listener.paused", "listener.id", id)).isZero();
			}
		});
	}

	@Test
	void tellsAttemptsAtAChangeFromItsFailure() {
		runner("nats.listener.retry.max-retries=2", "nats.listener.retry.delay=1ms").run((context) -> {
			context.getBean(KeyValueBuckets.class).bucket("flags", String.class).put("bad", "1");
			await(context, 1, "nats.listener.handling", "listener.id", "flags", "outcome", "error");
			assertThat(value(context, "nats.listener.handling", "listener.id", "flags", "outcome", "retried"))
				.isEqualTo(2);
			assertThat(value(context, "nats.listener.handling", "listener.id", "flags", "outcome", "ok")).isZero();
		});
	}

	@Test
	void timesOperationsWithTheirOutcome() {
		runner().run((context) -> {
			KeyValueBucket<String> profiles = context.getBean(KeyValueBuckets.class).bucket("profiles", String.class);
			long revision = profiles.put("key", "1");
			profiles.get("key");
			profiles.get("absent");
			profiles.exists("absent");
			profiles.putIfAbsent("key", "2");
			profiles.update("key", "2", revision);
			assertThatExceptionOfType(RevisionConflictException.class)
				.isThrownBy(() -> profiles.update("key", "3", revision));
			profiles.keys();
			assertThat(operations(context, "put", "ok")).isEqualTo(1);
			assertThat(operations(context, "get", "ok")).isEqualTo(1);
			assertThat(operations(context, "get", "absent")).isEqualTo(2);
			assertThat(operations(context, "create", "conflict")).isEqualTo(1);
			assertThat(operations(context, "update", "ok")).isEqualTo(1);
			assertThat(operations(context, "update", "conflict")).isEqualTo(1);
			assertThat(operations(context, "list", "ok")).isEqualTo(1);
			this.server.suspend();
			assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> profiles.get("key"));
			assertThat(operations(context, "get", "timeout")).isEqualTo(1);
			this.server.resume();
		});
	}

	@Test
	void observationsMeasureOperationsInPlaceOfTheTimers() {
		SimpleMeterRegistry observed = new SimpleMeterRegistry();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(observed));
		runner().withBean(ObservationRegistry.class, () -> registry)
			.withPropertyValues("nats.kv.observation-enabled=true")
			.run((context) -> {
				context.getBean(KeyValueBuckets.class).bucket("profiles", String.class).get("key");
				assertThat(observed.get("nats.kv.operation")
					.tag("db.collection.name", "profiles")
					.tag("nats.outcome", "absent")
					.timer()
					.count()).isEqualTo(1);
				assertThat(context.getBean(MeterRegistry.class).find("nats.kv.operations").meters()).isEmpty();
				assertThat(context).hasSingleBean(NatsBucketMetrics.class);
			});
	}

	@Test
	void operationsOnBucketsThatAreNotConfiguredShareATag() {
		runner()
			.withBean("declared", KeyValueConfiguration.class, () -> KeyValueConfiguration.builder("declared").build())
			.run((context) -> {
				KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
				for (int i = 0; i < 5; i++) {
					KeyValueBucket<String> missing = buckets.bucket("missing-" + i, String.class);
					assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> missing.get("key"));
				}
				buckets.bucket("profiles", String.class).get("key");
				buckets.bucket("declared", String.class).get("key");
				assertThat(context.getBean(MeterRegistry.class).get("nats.kv.operations").meters())
					.extracting((meter) -> meter.getId().getTag("bucket"))
					.containsExactlyInAnyOrder("other", "profiles", "declared");
				assertThat(value(context, "nats.kv.operations", "bucket", "other")).isEqualTo(5);
			});
	}

	@Test
	void timesOperationsOfTheKeyValueBeans() {
		runner().run((context) -> {
			KeyValue profiles = context.getBean("profiles", KeyValue.class);
			long revision = profiles.put("key", "1");
			profiles.get("key");
			profiles.get("absent");
			profiles.update("key", "2", revision);
			assertThatExceptionOfType(JetStreamApiException.class)
				.isThrownBy(() -> profiles.update("key", "3", revision));
			profiles.delete("key");
			profiles.history("key");
			assertThat(operations(context, "put", "ok")).isEqualTo(1);
			assertThat(operations(context, "get", "ok")).isEqualTo(1);
			assertThat(operations(context, "get", "absent")).isEqualTo(1);
			assertThat(operations(context, "update", "conflict")).isEqualTo(1);
			assertThat(operations(context, "delete", "ok")).isEqualTo(1);
			assertThat(operations(context, "history", "ok")).isEqualTo(1);
			this.server.suspend();
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> profiles.get("key"));
			assertThat(operations(context, "get", "timeout")).isEqualTo(1);
			this.server.resume();
		});
	}

	@Test
	void aScrapeAsksOnceAndDoesNotWaitForAServerThatDoesNotAnswer() throws Exception {
		AtomicInteger requests = new AtomicInteger();
		try (Connection other = this.server.connect()) {
			runner().run((context) -> {
				PrometheusMeterRegistry registry = context.getBean(PrometheusMeterRegistry.class);
				other.createDispatcher((message) -> requests.incrementAndGet())
					.subscribe("$JS.API.STREAM.INFO.KV_profiles");
				other.flush(Duration.ofSeconds(5));
				for (int i = 0; i < 20; i++) {
					assertThat(registry.scrape())
						.contains("nats_kv_bucket_max_bytes{bucket=\"flags\",connection=\"default\"} 1048576.0");
				}
				other.flush(Duration.ofSeconds(5));
				assertThat(requests.get()).isEqualTo(1);
			});
		}
		runner().run((context) -> {
			this.server.suspend();
			long start = System.nanoTime();
			assertThat(context.getBean(PrometheusMeterRegistry.class).scrape())
				.contains("nats_kv_bucket_entries{bucket=\"flags\",connection=\"default\"} NaN");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
			this.server.resume();
		});
	}

	@Test
	void aScrapeKeepsNobodyWaitingWhileTheServerTakesNothing() throws Exception {
		try (NatsServer second = NatsServer.start()) {
			runner("nats.servers=" + this.server.url() + "," + second.url(), "nats.randomize-servers=false",
					"nats.max-messages-in-outgoing-queue=10", "nats.ping-interval=1s")
				.run((context) -> {
					Connection connection = context.getBean(Connection.class);
					assertThat(connection.getConnectedUrl()).isEqualTo(this.server.url());
					this.server.suspend();
					Thread publisher = Flood.start(connection);
					try {
						assertThat(CompletableFuture
							.supplyAsync(() -> context.getBean(PrometheusMeterRegistry.class).scrape()))
							.succeedsWithin(Duration.ofSeconds(2))
							.asString()
							.contains("nats_kv_bucket_entries{bucket=\"flags\",connection=\"default\"} NaN")
							.contains("nats_connection_pending_messages{connection=\"default\"} NaN");
						Awaitility.await()
							.atMost(Duration.ofSeconds(30))
							.until(() -> second.url().equals(connection.getConnectedUrl()));
					}
					finally {
						publisher.interrupt();
						this.server.resume();
					}
				});
		}
	}

	@Test
	void canBeSwitchedOff() {
		runner("management.metrics.enable.nats=false").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(ListenerInstrumentation.class);
			context.getBean("profiles", KeyValue.class).put("key", "1");
			assertThat(context.getBean(MeterRegistry.class).getMeters())
				.noneMatch((meter) -> meter.getId().getName().startsWith("nats"));
		});
	}

	@Test
	void isAbsentWithoutMicrometer() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsListenerAutoConfiguration.class, NatsMetricsAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url())
			.withBean(Listeners.class)
			.withPropertyValues("nats.kv.buckets.flags.history=1")
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Connection.class)
				.doesNotHaveBean(NatsMetricsAutoConfiguration.class));
	}

	static class InvalidListener {

		@NatsListener(value = "orders", id = "invalid")
		void onInvalid(String order, Thread unknown) {
		}

	}

	static class InvalidStreamListener {

		@JetStreamListener(id = "unacknowledged", stream = "orders", consumer = "billing", ack = "manual")
		void onInvalid(String order) {
		}

	}

	static class InvalidKeyValueListener {

		@KeyValueListener(value = "flags", keys = { "a.*", "a.>" }, id = "overlapping")
		void onInvalid(String value) {
		}

	}

	static class StreamListeners {

		final AtomicInteger read = new AtomicInteger();

		@JetStreamListener(id = "stored", stream = "orders", consumer = "free", subjects = "stored.c",
				deadLetter = "dead.stored")
		void onStored(Integer number) {
		}

		@JetStreamListener(id = "homeless", stream = "orders", consumer = "homeless", subjects = "stored.d",
				deadLetter = "nowhere")
		void onHomeless(String text) {
		}

		@JetStreamListener(id = "reader", stream = "orders", ordered = "true")
		void read(String text) {
			this.read.incrementAndGet();
		}

	}

	static class Listeners {

		final CountDownLatch release = new CountDownLatch(1);

		@NatsListener(value = "orders", id = "orders")
		void onOrder(String order) {
			if (order.equals("bad")) {
				throw new IllegalStateException("bad order");
			}
		}

		@NatsListener(value = "parallel", id = "parallel", concurrency = "2")
		void onParallel(String order) throws InterruptedException {
			this.release.await();
		}

		@KeyValueListener(value = "flags", id = "flags")
		void onFlag(BucketEntry<String> change) throws InterruptedException {
			if (change.key().equals("stuck")) {
				this.release.await();
			}
			if (change.key().equals("bad")) {
				throw new IllegalStateException("bad flag");
			}
		}

	}

}
