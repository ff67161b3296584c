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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.endpoint.NatsEndpointAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.NatsEvent;
import io.github.natskv.endpoint.NatsEndpoint;
import io.github.natskv.endpoint.StreamDescriptor;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.provisioning.ConsumerProvisionedEvent;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.ProvisionedEvent;
import io.github.natskv.provisioning.Provisioner;
import io.github.natskv.provisioning.StreamProvisionedEvent;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams and consumers of applications.
 */
@ExtendWith(OutputCaptureExtension.class)
class StreamConfigurationTests {

	private static final String ORDERS = "nats.streams.definitions.orders";

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	@BeforeEach
	void deleteStreams() throws Exception {
		for (String name : connection.jetStreamManagement().getStreamNames()) {
			connection.jetStreamManagement().deleteStream(name);
		}
	}

	private ApplicationContextRunner runner(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsHealthContributorAutoConfiguration.class, NatsEndpointAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "management.endpoints.web.exposure.include=nats")
			.withPropertyValues(properties);
	}

	private static Health health(ApplicationContext context) {
		return context.getBean(NatsHealthIndicator.class).health();
	}

	@Test
	void areMadeAtTheStartAndTold() {
		runner(ORDERS + ".subjects=orders.>", ORDERS + ".name=ORDERS", ORDERS + ".consumers.billing.max-deliver=5",
				"nats.connections.archive.servers=" + server.url(),
				"nats.connections.archive.streams.definitions.audit.consumers.log.description=x")
			.withBean(Events.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(connection.jetStreamManagement().getConsumerNames("ORDERS")).containsExactly("billing");
				assertThat(connection.jetStreamManagement().getConsumerNames("audit")).containsExactly("log");
				assertThat(context.getBean(DeclaredStreams.class).nameOf("orders")).isEqualTo("ORDERS");
				assertThat(context.getBean(NatsConnections.class).get("archive", DeclaredStreams.class).nameOf("audit"))
					.isEqualTo("audit");
				Queue<NatsEvent> events = context.getBean(Events.class).all;
				Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> events.size() == 4);
				assertThat(context.getBean(Events.class).either).hasSameElementsAs(events);
				assertThat(events).map((event) -> event.getConnectionName() + " " + event)
					.containsExactlyInAnyOrder("default StreamProvisionedEvent[CREATED, ORDERS, " + ORDERS + "]",
							"default ConsumerProvisionedEvent[CREATED, billing of ORDERS, " + ORDERS
									+ ".consumers.billing]",
							"archive StreamProvisionedEvent[CREATED, audit, nats.connections.archive.streams.definitions.audit]",
							"archive ConsumerProvisionedEvent[CREATED, log of audit, nats.connections.archive.streams.definitions.audit.consumers.log]");
			});
	}

	@Test
	void aRefusedStartSaysWhatWasWantedAndFoundAndWhatToDo() throws Exception {
		connection.jetStreamManagement()
			.addStream(StreamConfiguration.builder().name("orders").subjects("orders.>").build());
		runner(ORDERS + ".storage=memory", "nats.streams.provisioning=update").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).isEqualTo("Stream 'orders' differs from its declaration by " + ORDERS
					+ ": storage is file instead of memory.");
			assertThat(analysis.getAction()).startsWith("The server cannot change this on an existing stream");
		});
		runner(ORDERS + ".consumers.billing.ack-wait=1s", "nats.streams.provisioning=validate").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).isEqualTo("Consumer 'billing' of stream 'orders', declared by "
					+ ORDERS + ".consumers.billing, is not on the server.");
			assertThat(analysis.getAction())
				.isEqualTo("Make the consumer, or set '" + ORDERS + ".consumers.billing.provisioning' to 'create'.");
		});
		runner("nats.streams.definitions.KV_profiles.subjects=a").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("bucket 'profiles'");
			assertThat(analysis.getAction()).contains("Declare the bucket in 'nats.kv.buckets'");
		});
		assertThat(connection.jetStreamManagement().getConsumerNames("orders")).isEmpty();
	}

	@Test
	void followTheServerWhereTheStartDoesNotWaitForIt(CapturedOutput output) throws Exception {
		connection.jetStreamManagement()
			.addStream(StreamConfiguration.builder().name("strict").subjects("strict.>").build());
		server.kill();
		runner("nats.startup=retry", "nats.reconnect-wait=50ms", ORDERS + ".subjects=orders.>",
				ORDERS + ".consumers.billing.ack-wait=9s", "nats.streams.definitions.strict.provisioning=validate",
				"nats.streams.definitions.strict.subjects=others.>",
				"nats.streams.definitions.strict.consumers.late.provisioning=create")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
				server.restart();
				Provisioner provisioner = context.getBean(Provisioner.class);
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.ignoreExceptions()
					.until(() -> connection.jetStreamManagement().getConsumerNames("orders").contains("billing"));
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(provisioner.getFailures()).containsOnlyKeys("stream 'strict'"));
				assertThat(health(context).getDetails().get("problems")).asString()
					.contains("Stream 'strict' differs from its declaration",
							"subjects is [strict.>] instead of [others.>]");
				assertThat(output)
					.contains("set 'nats.streams.definitions.strict.provisioning' to 'update' or 'create'");
			});
	}

	@Test
	@SuppressWarnings("unchecked")
	void healthAndEndpointTellOfThem() {
		runner(ORDERS + ".subjects=orders.>", ORDERS + ".max-messages=100",
				ORDERS + ".consumers.billing.filter-subjects=orders.a", ORDERS + ".consumers.billing.max-deliver=5",
				ORDERS + ".consumers.billing.backoff=1s,10s", "nats.streams.definitions.others.provisioning=none",
				"nats.connections.archive.servers=" + server.url(),
				"nats.connections.archive.streams.definitions.audit.subjects=audit")
			.run((context) -> {
				connection.jetStream().publish("orders.a", new byte[10]);
				connection.jetStream().publish("orders.b", new byte[10]);
				Health health = health(context);
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				Map<String, Map<String, Object>> streams = (Map<String, Map<String, Object>>) health.getDetails()
					.get("streams");
				assertThat(streams.get("orders")).containsEntry("streamName", "orders")
					.containsEntry("messages", 2L)
					.containsEntry("replicas", 1)
					.containsEntry("currentReplicas", 1);
				Map<String, Map<String, Object>> consumers = (Map<String, Map<String, Object>>) streams.get("orders")
					.get("consumers");
				assertThat(consumers.get("billing")).containsEntry("consumerName", "billing")
					.containsEntry("lag", 1L)
					.containsEntry("pending", 1L)
					.containsEntry("ackPending", 0L)
					.containsEntry("redelivered", 0L);
				assertThat(streams.get("others")).containsEntry("problem", "it is not on the server");
				NatsEndpoint.NatsDescriptor everything = context.getBean(NatsEndpoint.class).nats();
				StreamDescriptor orders = everything.streams().get("orders");
				assertThat(orders.declaredBy()).isEqualTo(ORDERS);
				assertThat(orders.lastSequence()).isEqualTo(2);
				assertThat(orders.configuration()).satisfies((configuration) -> {
					assertThat(configuration.subjects()).containsExactly("orders.>");
					assertThat(configuration.retention()).isEqualTo("limits");
					assertThat(configuration.maxMessages()).isEqualTo(100);
				});
				assertThat(orders.consumers().get("billing")).satisfies((consumer) -> {
					assertThat(consumer.lag()).isEqualTo(1);
					assertThat(consumer.filterSubjects()).containsExactly("orders.a");
					assertThat(consumer.maxDeliver()).isEqualTo(5);
					assertThat(consumer.backoff()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(10));
				});
				assertThat(everything.connections().get("archive").streams()).containsOnlyKeys("audit");
			});
	}

	@Test
	void healthIsDownWhileOneIsMissing() {
		runner(ORDERS + ".consumers.billing.ack-wait=9s").run((context) -> {
			connection.jetStreamManagement().deleteConsumer("orders", "billing");
			awaitProblem(context, "Consumer 'billing' of stream 'orders' cannot be used: it is not on the server");
			connection.jetStreamManagement().deleteStream("orders");
			awaitProblem(context, "Stream 'orders' cannot be used: it is not on the server");
			context.getBean(DeclaredStreams.class).all().forEach(context.getBean(Provisioner.class)::restore);
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> health(context).getStatus().equals(Status.UP));
		});
	}

	private static void awaitProblem(ApplicationContext context, String problem) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(health(context).getDetails().get("problems")).isEqualTo(List.of(problem)));
	}

	@Test
	void aChildContextSharesThoseOfItsParent() {
		runner(ORDERS + ".consumers.billing.ack-wait=9s").withBean(Events.class)
			.run((parent) -> runner(ORDERS + ".consumers.billing.ack-wait=9s").withParent(parent).run((child) -> {
				assertThat(child.getBean(DeclaredStreams.class)).isSameAs(parent.getBean(DeclaredStreams.class));
				assertThat(child.getBean(Provisioner.class)).isSameAs(parent.getBean(Provisioner.class));
			}));
	}

	static class Events {

		final Queue<NatsEvent> all = new ConcurrentLinkedQueue<>();

		final Queue<NatsEvent> either = new ConcurrentLinkedQueue<>();

		@Order(Ordered.HIGHEST_PRECEDENCE)
		@EventListener
		void onEither(ProvisionedEvent<?> event) {
			this.either.add(event);
		}

		@EventListener
		void on(StreamProvisionedEvent event) {
			this.all.add(event);
		}

		@EventListener
		void on(ConsumerProvisionedEvent event) {
			this.all.add(event);
		}

	}

}
