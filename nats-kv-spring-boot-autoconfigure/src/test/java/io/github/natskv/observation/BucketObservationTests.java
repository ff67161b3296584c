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

package io.github.natskv.observation;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.KeyValueConfiguration;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class BucketObservationTests {

	@AutoClose
	private final NatsServer server = NatsServer.start();

	private ApplicationContextRunner runner(ObservationRegistry registry, String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.kv.buckets.orders.name=all-orders",
					"nats.kv.buckets.orders.history=5")
			.withPropertyValues(properties)
			.withBean(ObservationRegistry.class, () -> registry);
	}

	@Test
	void nothingIsObservedUnlessToldTo() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		runner(registry).run((context) -> {
			assertThat(context).doesNotHaveBean(BucketObservations.class);
			context.getBean("orders", KeyValue.class).put("1", "a");
			TestObservationRegistryAssert.assertThat(registry).doesNotHaveAnyObservation();
		});
	}

	@Test
	void operationsAreObservedWithTheirOutcome() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		runner(registry, "nats.kv.observation-enabled=true").run((context) -> {
			KeyValueBucket<String> orders = context.getBean(KeyValueBuckets.class).bucket("orders", String.class);
			long revision = orders.put("1", "a");
			orders.get("2");
			orders.delete("1");
			orders.keys();
			assertThatExceptionOfType(RevisionConflictException.class)
				.isThrownBy(() -> orders.update("1", "b", revision));
			context.getBean("orders", KeyValue.class).create("3", "c".getBytes());
			TestObservationRegistryAssert.assertThat(registry)
				.hasNumberOfObservationsEqualTo(6)
				.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.kv.operation")
					.hasContextualNameEqualTo("put orders")
					.hasLowCardinalityKeyValue("connection", "default")
					.hasLowCardinalityKeyValue("db.collection.name", "orders")
					.hasLowCardinalityKeyValue("db.system.name", "nats")
					.hasLowCardinalityKeyValue("db.operation.name", "put")
					.hasLowCardinalityKeyValue("nats.outcome", "ok")
					.hasLowCardinalityKeyValue("error.type", "none")
					.hasHighCardinalityKeyValue("nats.key", "1")
					.doesNotHaveHighCardinalityKeyValueWithKey("nats.bucket.name")
					.doesNotHaveError())
				.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("get orders")
					.hasLowCardinalityKeyValue("nats.outcome", "absent"))
				.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("delete orders")
					.hasLowCardinalityKeyValue("nats.outcome", "ok"))
				.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("list orders")
					.doesNotHaveHighCardinalityKeyValueWithKey("nats.key"))
				.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("create orders")
					.hasHighCardinalityKeyValue("nats.key", "3"))
				.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("update orders")
					.hasLowCardinalityKeyValue("nats.outcome", "conflict")
					.hasLowCardinalityKeyValue("error.type", RevisionConflictException.class.getName())
					.thenError()
					.isInstanceOf(RevisionConflictException.class));
		});
	}

	@Test
	void aTransactionIsObservedWithWhatIsDoneInIt() {
		assumeTrue(isNew(), "needs server 2.14.5");
		TestObservationRegistry registry = TestObservationRegistry.create();
		runner(registry, "nats.kv.observation-enabled=true", "nats.kv.buckets.orders.transactions=true")
			.run((context) -> {
				KeyValueBucket<String> orders = context.getBean(KeyValueBuckets.class).bucket("orders", String.class);
				AtomicInteger calls = new AtomicInteger();
				orders.transactionWithoutResult((tx) -> {
					tx.get("1");
					if (calls.incrementAndGet() == 1) {
						orders.put("1", "changed");
					}
					tx.put("2", "a");
					tx.delete("3");
				});
				TestObservationRegistryAssert.assertThat(registry)
					.hasNumberOfObservationsEqualTo(8)
					.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("transaction orders")
						.hasLowCardinalityKeyValue("nats.outcome", "ok")
						.hasHighCardinalityKeyValue("nats.transaction.retries", "1")
						.doesNotHaveHighCardinalityKeyValueWithKey("nats.key"))
					.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("put orders")
						.hasHighCardinalityKeyValue("nats.key", "2")
						.doesNotHaveHighCardinalityKeyValueWithKey("nats.transaction.retries"))
					.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("delete orders"));
			});
	}

	private boolean isNew() {
		try (Connection connection = this.server.connect()) {
			return connection.getServerInfo().isSameOrNewerThanVersion("2.14.5");
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void bucketsThatAreNotConfiguredShareALowCardinalityName() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		runner(registry, "nats.kv.observation-enabled=true").run((context) -> {
			context.getBean(KeyValueManagement.class).create(KeyValueConfiguration.builder("tenant-1").build());
			KeyValueBucket<String> tenant = context.getBean(KeyValueBuckets.class).bucket("tenant-1", String.class);
			try (BucketWatch watch = tenant.watch(">", (entry) -> {
			})) {
				tenant.put("1", "a");
				context.getBean(KeyValueBuckets.class).keyValue("tenant-1").get("1");
				Awaitility.await()
					.untilAsserted(
							() -> TestObservationRegistryAssert.assertThat(registry).hasNumberOfObservationsEqualTo(3));
				TestObservationRegistryAssert.assertThat(registry)
					.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("put other")
						.hasLowCardinalityKeyValue("db.collection.name", "other")
						.hasHighCardinalityKeyValue("nats.bucket.name", "tenant-1")
						.hasHighCardinalityKeyValue("nats.key", "1"))
					.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("get other")
						.hasLowCardinalityKeyValue("db.collection.name", "other")
						.hasHighCardinalityKeyValue("nats.bucket.name", "tenant-1"))
					.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("watch other")
						.hasLowCardinalityKeyValue("db.collection.name", "other")
						.hasHighCardinalityKeyValue("nats.bucket.name", "tenant-1"));
			}
		});
	}

	@Test
	void whatWatchesDeliverIsObserved() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		runner(registry, "nats.kv.observation-enabled=true").withBean(Changes.class).run((context) -> {
			KeyValueBucket<String> orders = context.getBean(KeyValueBuckets.class).bucket("orders", String.class);
			try (BucketWatch watch = orders.watch("1", (entry) -> {
			})) {
				long revision = orders.put("1", "a");
				orders.put("bad", "b");
				// the handler of the listener is called four times for 'bad'
				Awaitility.await()
					.untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
						.hasNumberOfObservationsWithNameEqualTo("nats.kv.watch", 6));
				TestObservationRegistryAssert.assertThat(registry)
					.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.kv.watch")
						.hasContextualNameEqualTo("watch orders")
						.hasLowCardinalityKeyValue("connection", "default")
						.hasLowCardinalityKeyValue("db.collection.name", "orders")
						.hasLowCardinalityKeyValue("db.system.name", "nats")
						.hasLowCardinalityKeyValue("nats.operation", "put")
						.hasLowCardinalityKeyValue("error.type", "none")
						.hasLowCardinalityKeyValue("nats.listener.id", "none")
						.hasHighCardinalityKeyValue("nats.key", "1")
						.hasHighCardinalityKeyValue("nats.revision", String.valueOf(revision)))
					.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.kv.watch")
						.hasLowCardinalityKeyValue("nats.listener.id", "changes")
						.hasHighCardinalityKeyValue("nats.key", "1")
						.doesNotHaveError())
					.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.kv.watch")
						.hasLowCardinalityKeyValue("nats.listener.id", "changes")
						.hasHighCardinalityKeyValue("nats.key", "bad")
						.thenError()
						.isInstanceOf(IllegalStateException.class));
			}
		});
	}

	@Test
	void theUsersConventionsWin() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		runner(registry, "nats.kv.observation-enabled=true").withBean(Changes.class)
			.withBean(NatsBucketObservationConvention.class, () -> new DefaultNatsBucketObservationConvention() {
				@Override
				public String getName() {
					return "my.bucket";
				}
			})
			.withBean(NatsWatchObservationConvention.class, () -> new DefaultNatsWatchObservationConvention() {
				@Override
				public String getName() {
					return "my.watch";
				}
			})
			.run((context) -> {
				context.getBean("orders", KeyValue.class).put("1", "a");
				// the handler reads what was written
				Awaitility.await()
					.untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
						.hasNumberOfObservationsEqualTo(3)
						.hasNumberOfObservationsWithNameEqualTo("my.bucket", 2)
						.hasNumberOfObservationsWithNameEqualTo("my.watch", 1));
			});
	}

	@Test
	void oneTraceGoesFromPublishOverTheListenerToTheBucketAndTheDeliveryBeginsAnother() {
		InMemorySpanExporter spans = InMemorySpanExporter.create();
		runner(tracing(spans), "nats.kv.observation-enabled=true", "nats.template.observation-enabled=true",
				"nats.listener.observation-enabled=true")
			.withBean(Orders.class)
			.withBean(Changes.class)
			.run((context) -> {
				context.getBean(NatsOperations.class).publish("orders.new", "a");
				Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 5);
				SpanData publish = find(spans, "nats publish");
				SpanData handling = find(spans, "process orders.new");
				SpanData put = find(spans, "put orders");
				SpanData delivery = find(spans, "watch orders");
				SpanData get = find(spans, "get orders");
				assertThat(publish.getParentSpanContext().isValid()).isFalse();
				assertThat(handling.getParentSpanId()).isEqualTo(publish.getSpanId());
				assertThat(put.getParentSpanId()).isEqualTo(handling.getSpanId());
				assertThat(put.getKind()).isEqualTo(SpanKind.CLIENT);
				assertThat(List.of(handling, put)).extracting(SpanData::getTraceId).containsOnly(publish.getTraceId());
				assertThat(delivery.getTraceId()).isNotEqualTo(publish.getTraceId());
				assertThat(delivery.getParentSpanContext().isValid()).isFalse();
				assertThat(delivery.getKind()).isEqualTo(SpanKind.CONSUMER);
				assertThat(get.getParentSpanId()).isEqualTo(delivery.getSpanId());
			});
	}

	@Test
	void aNamedConnectionIsNotObservedByItself() {
		runner(ObservationRegistry.NOOP, "nats.connections.archive.kv.observation-enabled=true")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining("nats.connections.archive.kv.observation-enabled"));
	}

	private static SpanData find(InMemorySpanExporter spans, String name) {
		List<SpanData> found = spans.getFinishedSpanItems()
			.stream()
			.filter((span) -> span.getName().equals(name))
			.toList();
		assertThat(found).as(name).hasSize(1);
		return found.get(0);
	}

	private static ObservationRegistry tracing(InMemorySpanExporter spans) {
		SdkTracerProvider provider = SdkTracerProvider.builder()
			.addSpanProcessor(SimpleSpanProcessor.create(spans))
			.build();
		io.opentelemetry.api.trace.Tracer otel = provider.get("test");
		OtelTracer tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), (event) -> {
		});
		OtelPropagator propagator = new OtelPropagator(
				ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig()
			.observationHandler(new FirstMatchingCompositeObservationHandler(
					new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
					new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
					new DefaultTracingObservationHandler(tracer)));
		return registry;
	}

	static class Orders {

		@NatsListener("orders.new")
		void onOrder(String order, KeyValue orders) throws Exception {
			orders.put("1", order);
		}

	}

	static class Changes {

		@KeyValueListener(value = "orders", id = "changes")
		void onChange(BucketEntry<String> change, KeyValue orders) throws Exception {
			if (change.key().equals("bad")) {
				throw new IllegalStateException("bad order");
			}
			orders.get(change.key());
		}

	}

}
