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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.NoRespondersException;
import io.github.natskv.core.NoStreamException;
import io.github.natskv.core.SendOptions;
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
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
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

class NatsObservationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url())
		.withBean(Handlers.class);

	private final ApplicationContextRunner observed = this.runner
		.withPropertyValues("nats.template.observation-enabled=true", "nats.listener.observation-enabled=true");

	@Test
	void nothingIsObservedUnlessToldTo() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.runner.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			assertThat(context.getBean(NatsOperations.class).request("observed.1", "a", String.class)).isEqualTo("a");
			TestObservationRegistryAssert.assertThat(registry).doesNotHaveAnyObservation();
			assertThat(context).doesNotHaveBean(ListenerObservations.class);
		});
	}

	@Test
	void requestsHandlingAndRepliesAreObserved() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.observed.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			context.getBean(NatsOperations.class).request("observed.1", "a", String.class);
			awaitObservations(registry, 3);
			TestObservationRegistryAssert.assertThat(registry)
				.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.template")
					.hasContextualNameEqualTo("nats request")
					.hasLowCardinalityKeyValue("connection", "default")
					.hasLowCardinalityKeyValue("messaging.system", "nats")
					.hasLowCardinalityKeyValue("messaging.operation.name", "request")
					.hasLowCardinalityKeyValue("messaging.operation.type", "send")
					.hasLowCardinalityKeyValue("error.type", "none")
					.hasHighCardinalityKeyValue("messaging.destination.name", "observed.1"))
				.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.listener")
					.hasContextualNameEqualTo("process observed.*")
					.hasLowCardinalityKeyValue("messaging.destination.template", "observed.*")
					.hasLowCardinalityKeyValue("connection", "default")
					.hasLowCardinalityKeyValue("nats.listener.id", "echo")
					.hasLowCardinalityKeyValue("messaging.operation.type", "process")
					.hasLowCardinalityKeyValue("messaging.consumer.group.name", "echoes")
					.hasHighCardinalityKeyValue("messaging.destination.name", "observed.1")
					.doesNotHaveError())
				.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.template")
					.hasContextualNameEqualTo("nats reply"));
		});
	}

	@Test
	void whatIsSentToAStreamIsObservedUntilItIsAcknowledged() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.observed.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			context.getBean(JetStreamManagement.class)
				.addStream(StreamConfiguration.builder().name("sent").subjects("sent.*").build());
			NatsOperations nats = context.getBean(NatsOperations.class);
			nats.send("sent.1", "a");
			nats.sendAsync("sent.2", "a").join();
			SendOptions options = SendOptions.of().timeout(Duration.ofMillis(50));
			assertThatExceptionOfType(NoStreamException.class).isThrownBy(() -> nats.send("unsent.1", "a", options));
			awaitObservations(registry, 3);
			for (String subject : new String[] { "sent.1", "sent.2" }) {
				TestObservationRegistryAssert.assertThat(registry)
					.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("nats publish")
						.hasHighCardinalityKeyValue("messaging.destination.name", subject)
						.hasLowCardinalityKeyValue("messaging.operation.type", "send")
						.doesNotHaveError());
			}
			TestObservationRegistryAssert.assertThat(registry)
				.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("nats publish")
					.thenError()
					.isInstanceOf(NoStreamException.class));
		});
	}

	@Test
	void theHandlingOfAMessageOfAStreamBelongsToTheTraceOfItsSending() {
		InMemorySpanExporter spans = InMemorySpanExporter.create();
		ObservationRegistry registry = tracing(spans);
		this.observed.withBean(ObservationRegistry.class, () -> registry).withBean(OnStream.class).run((context) -> {
			context.getBean(JetStreamManagement.class)
				.addStream(StreamConfiguration.builder().name("joined").subjects("joined.*").build());
			context.getBean(NatsOperations.class).send("joined.1", "a");
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> spans.getFinishedSpanItems().size() == 2);
			SpanData sending = find(spans, SpanKind.PRODUCER);
			SpanData handling = find(spans, SpanKind.CONSUMER);
			assertThat(handling.getTraceId()).isEqualTo(sending.getTraceId());
			assertThat(handling.getParentSpanId()).isEqualTo(sending.getSpanId());
		});
	}

	@Test
	void failuresAreObservedOnBothSides() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.observed.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			for (String subject : new String[] { "failing", "failing.async" }) {
				registry.clear();
				assertThatExceptionOfType(NatsReplyException.class)
					.isThrownBy(() -> nats.request(subject, "a", String.class));
				awaitObservations(registry, 3);
				Awaitility.await()
					.untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
						.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.template")
							.thenError()
							.isInstanceOf(NatsReplyException.class))
						.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.listener")
							.hasLowCardinalityKeyValue("messaging.consumer.group.name", "none")
							.hasLowCardinalityKeyValue("error.type", IllegalStateException.class.getName())
							.thenError()
							.isInstanceOf(IllegalStateException.class)));
			}
			registry.clear();
			assertThatExceptionOfType(NoRespondersException.class)
				.isThrownBy(() -> nats.request("nobody", "a", String.class));
			awaitObservations(registry, 1);
			Awaitility.await()
				.untilAsserted(
						() -> TestObservationRegistryAssert.assertThat(registry).hasSingleObservationThat().hasError());
		});
	}

	@Test
	void theUsersConventionsWin() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.observed.withBean(ObservationRegistry.class, () -> registry)
			.withBean(NatsTemplateObservationConvention.class, () -> new DefaultNatsTemplateObservationConvention() {
				@Override
				public String getName() {
					return "my.template";
				}
			})
			.withBean(NatsListenerObservationConvention.class, () -> new DefaultNatsListenerObservationConvention() {
				@Override
				public String getName() {
					return "my.listener";
				}
			})
			.run((context) -> {
				context.getBean(NatsOperations.class).request("observed.1", "a", String.class);
				awaitObservations(registry, 3);
				TestObservationRegistryAssert.assertThat(registry)
					.hasNumberOfObservationsWithNameEqualTo("my.template", 2)
					.hasNumberOfObservationsWithNameEqualTo("my.listener", 1);
			});
	}

	@Test
	void traceContextTravelsInHeadersThereAndBack() {
		InMemorySpanExporter spans = InMemorySpanExporter.create();
		ObservationRegistry registry = tracing(spans);
		this.observed.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			assertThat(nats.request("observed.1", "a", String.class)).isEqualTo("a");
			Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 3);
			SpanData request = find(spans, SpanKind.CLIENT);
			SpanData handling = find(spans, SpanKind.SERVER);
			SpanData reply = find(spans, SpanKind.PRODUCER);
			assertThat(spans.getFinishedSpanItems()).extracting(SpanData::getTraceId)
				.containsOnly(request.getTraceId());
			assertThat(handling.getParentSpanId()).isEqualTo(request.getSpanId());
			assertThat(reply.getParentSpanId()).isEqualTo(handling.getSpanId());
			spans.reset();
			for (String subject : new String[] { "observed.2", "observed.async", "failing", "failing.async" }) {
				Message message = context.getBean(Connection.class).request(subject, null, Duration.ofSeconds(5));
				assertThat(message).as(subject).isNotNull();
				assertThat(message.getHeaders()).as(subject).isNotNull();
				Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 2);
				assertThat(message.getHeaders().getFirst("traceparent"))
					.contains(find(spans, SpanKind.SERVER).getTraceId());
				assertThat(find(spans, SpanKind.PRODUCER).getTraceId())
					.isEqualTo(find(spans, SpanKind.SERVER).getTraceId());
				assertThat(find(spans, SpanKind.SERVER).getStatus().getStatusCode() == StatusCode.ERROR)
					.isEqualTo(subject.startsWith("failing"));
				spans.reset();
			}
		});
	}

	@Test
	void traceContextIsNeitherWrittenNorReadWherePropagationIsOff() {
		InMemorySpanExporter spans = InMemorySpanExporter.create();
		ObservationRegistry registry = tracing(spans);
		this.observed.withPropertyValues("nats.observation.propagation-enabled=false")
			.withBean(ObservationRegistry.class, () -> registry)
			.run((context) -> {
				Headers headers = new Headers().put("traceparent",
						"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
				Message reply = context.getBean(Connection.class)
					.request("observed.1", headers, null, Duration.ofSeconds(5));
				assertThat(reply.hasHeaders()).isFalse();
				Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 2);
				assertThat(find(spans, SpanKind.SERVER).getParentSpanContext().isValid()).isFalse();
				spans.reset();
				Message seen = context.getBean(NatsOperations.class).request("headers", "a", Message.class);
				assertThat(seen.getData()).asString().isEqualTo("false");
				Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 3);
			});
	}

	@Test
	void traceContextOfClientsThatCapitalizeHeadersIsFound() {
		InMemorySpanExporter spans = InMemorySpanExporter.create();
		ObservationRegistry registry = tracing(spans);
		this.observed.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			String traceId = "0af7651916cd43dd8448eb211c80319c";
			context.getBean(Connection.class)
				.request("observed.1", new Headers().put("Traceparent", "00-" + traceId + "-b7ad6b7169203331-01"), null,
						Duration.ofSeconds(5));
			Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 2);
			assertThat(find(spans, SpanKind.SERVER).getTraceId()).isEqualTo(traceId);
		});
	}

	private static SpanData find(InMemorySpanExporter spans, SpanKind kind) {
		List<SpanData> found = spans.getFinishedSpanItems().stream().filter((span) -> span.getKind() == kind).toList();
		assertThat(found).hasSize(1);
		return found.get(0);
	}

	private static void awaitObservations(TestObservationRegistry registry, int count) {
		Awaitility.await()
			.untilAsserted(
					() -> TestObservationRegistryAssert.assertThat(registry).hasNumberOfObservationsEqualTo(count));
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

	static class OnStream {

		@JetStreamListener(stream = "joined", consumer = "c")
		void on(String text) {
		}

	}

	static class Handlers {

		@NatsListener(subjects = "observed.*", id = "echo", queue = "echoes")
		CompletableFuture<String> echo(String text, Message message) {
			return (message.getSubject().endsWith("async")) ? CompletableFuture.supplyAsync(() -> text)
					: CompletableFuture.completedFuture(text);
		}

		@NatsListener("headers")
		boolean headers(Message message) {
			return message.hasHeaders();
		}

		@NatsListener("failing")
		String failing(String text) {
			throw new IllegalStateException("failing");
		}

		@NatsListener("failing.async")
		CompletableFuture<String> failingAsync(String text) {
			return CompletableFuture.supplyAsync(() -> failing(text));
		}

	}

}
