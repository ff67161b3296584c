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

package io.github.natskv.listener;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsHeaders;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.metrics.NatsListenerMetrics;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link JetStreamListener} methods and {@code nats.streams}.
 */
class StreamListenerConfigurationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@AutoClose
	private static final NatsServer main = NatsServer.start();

	@AutoClose
	private static final NatsServer archive = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + main.url(), "nats.connections.archive.servers=" + archive.url(),
				"nats.connections.archive.streams.definitions.audit.subjects=audit.>");

	@Test
	void aDeclaredConsumerHasItsAttemptsKeptByTheListener() {
		this.runner
			.withPropertyValues("nats.streams.definitions.orders.name=ORDERS",
					"nats.streams.definitions.orders.subjects=orders.>",
					"nats.streams.definitions.orders.consumers.billing.filter-subjects=orders.*.created",
					"nats.streams.definitions.orders.consumers.billing.max-deliver=3",
					"nats.streams.definitions.orders.consumers.billing.backoff=10ms,20ms",
					"nats.streams.definitions.dead.subjects=dead.>", "nats.jetstream.listener.prefetch=20")
			.withBean(Billing.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(NatsOperations.class).send("orders.eu.created", "poison");
				DeadLetters letters = context.getBean(DeadLetters.class);
				await().until(() -> letters.list("billing").size() == 1);
				assertThat(context.getBean(Billing.class).calls).hasSize(3);
				ConsumerInfo consumer = context.getBean(Connection.class)
					.jetStreamManagement()
					.getConsumerInfo("ORDERS", "billing");
				assertThat(consumer.getConsumerConfiguration().getMaxDeliver()).isEqualTo(-1);
				await().until(() -> context.getBean(Connection.class)
					.jetStreamManagement()
					.getConsumerInfo("ORDERS", "billing")
					.getNumWaiting() == 1);
			});
	}

	@Test
	void aConsumerThatIsMissingIsNotMadeWhereThePolicySaysSo() {
		this.runner.withPropertyValues("nats.streams.provisioning=none").withBean(Unmade.class).run((context) -> {
			try (Connection connection = main.connect()) {
				connection.jetStreamManagement().addStream(StreamConfiguration.builder().name("unmade").build());
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(NatsListenerRegistry.class).status("unmade").running()).isTrue();
				await().until(() -> context.getBean(NatsListenerRegistry.class).status("unmade").problem() != null);
				assertThat(connection.jetStreamManagement().getConsumerNames("unmade")).isEmpty();
			}
		});
	}

	@Test
	void aDeclaredStreamThatWasDeletedIsMadeAgainWithItsConsumersWhileTheConnectionStays() {
		this.runner
			.withPropertyValues("nats.streams.definitions.gone.name=GONE",
					"nats.streams.definitions.gone.subjects=gone.>", "nats.streams.definitions.gone.max-messages=77",
					"nats.streams.definitions.gone.consumers.declared.ack-wait=11s")
			.withBean(Gone.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Gone gone = context.getBean(Gone.class);
				NatsOperations operations = context.getBean(NatsOperations.class);
				JetStreamManagement management = context.getBean(Connection.class).jetStreamManagement();
				for (String text : List.of("first", "second")) {
					await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> operations.send("gone.x", text));
					await().atMost(PATIENCE).untilAsserted(() -> {
						assertThat(gone.declared).contains(text);
						assertThat(gone.undeclared).contains(text);
						assertThat(gone.ordered).contains(text);
					});
					assertThat(management.getStreamInfo("GONE").getConfiguration().getMaxMsgs()).isEqualTo(77);
					assertThat(management.getConsumerInfo("GONE", "declared").getConsumerConfiguration().getAckWait())
						.isEqualTo(Duration.ofSeconds(11));
					management.deleteStream("GONE");
				}
			});
	}

	@Test
	void aDeletedStreamStaysDeletedWhereThePolicySaysSo() {
		this.runner
			.withPropertyValues("nats.streams.definitions.gone.name=KEPT",
					"nats.streams.definitions.gone.subjects=kept.>", "nats.streams.provisioning=validate")
			.withBean(Gone.class)
			.withInitializer((context) -> stream("KEPT", "kept.>"))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				JetStreamManagement management = context.getBean(Connection.class).jetStreamManagement();
				assertThat(management.getConsumerNames("KEPT")).doesNotContain("undeclared");
				management.deleteStream("KEPT");
				NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
				await().atMost(PATIENCE)
					.untilAsserted(
							() -> assertThat(registry.status("undeclared").problem()).contains("stream not found"));
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(registry.status("ordered").problem()).contains("stream not found"));
				assertThat(management.getStreamNames()).doesNotContain("KEPT");
			});
	}

	private static void stream(String name, String... subjects) {
		try (Connection connection = main.connect()) {
			connection.jetStreamManagement()
				.addStream(StreamConfiguration.builder().name(name).subjects(subjects).build());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aListenerReadsAStreamOfItsConnection() {
		MeterRegistry meters = new SimpleMeterRegistry();
		this.runner.withBean(Audit.class).withBean(NatsListenerMetrics.class, meters).run((context) -> {
			assertThat(context).hasNotFailed();
			Audit audit = context.getBean(Audit.class);
			context.getBean("archiveNatsTemplate", NatsOperations.class).send("audit.login", "ann");
			await().untilAsserted(() -> assertThat(audit.handled).containsExactly("ann"));
			await().until(() -> meters.get("nats.listener.ack.latency").functionTimer().count() == 1);
			assertThat(meters.get("nats.listener.ack.latency").functionTimer().totalTime(TimeUnit.NANOSECONDS))
				.isPositive();
		});
	}

	@Test
	void listenersOfAChildContextWithANamedConnectionUseTheDefaultOneOfItsParent() {
		plain(main)
			.withPropertyValues("nats.streams.definitions.family.name=FAMILY",
					"nats.streams.definitions.family.subjects=family.>", "nats.kv.buckets.family.history=1",
					"nats.kv.buckets.positions.history=1")
			.withBean(Parent.class)
			.run((parent) -> {
				NatsOperations operations = parent.getBean(NatsOperations.class);
				JetStreamManagement management = parent.getBean(Connection.class).jetStreamManagement();
				child(parent).withBean(Child.class).run((child) -> {
					assertThat(child).hasNotFailed();
					operations.send("family.a", "message");
					operations.publish("core.a", "subject");
					parent.getBean("family", KeyValue.class).put("key", "bucket");
					await().atMost(PATIENCE)
						.untilAsserted(() -> assertThat(child.getBean(Child.class).handled)
							.containsExactlyInAnyOrder("stream message", "in order message", "subject", "bucket"));
					await().atMost(PATIENCE)
						.until(() -> parent.getBean("positions", KeyValue.class).get("family") != null);
				});
				// the listeners of the child are stopped, and nothing else
				operations.send("family.a", "afterwards");
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(parent.getBean(Parent.class).handled).containsExactly("message",
							"afterwards"));
				assertThat(management.getConsumerInfo("FAMILY", "child").getNumPending()).isEqualTo(1);
				await().atMost(PATIENCE)
					.until(() -> management.getConsumerInfo("FAMILY", "child").getNumWaiting() == 0);
			});
	}

	@Test
	void theConnectionOfAChildContextIsThatOfItsListeners() throws Exception {
		try (Connection own = archive.connect()) {
			plain(main).run((parent) -> child(parent).withBean("own", Connection.class, () -> own)
				.withBean(OnSubject.class)
				.run((child) -> {
					assertThat(child).hasNotFailed();
					own.publish("core.a", "own".getBytes(StandardCharsets.UTF_8));
					await().atMost(PATIENCE).until(() -> child.getBean(OnSubject.class).handled.contains("own"));
				}));
		}
	}

	private static ApplicationContextRunner child(ApplicationContext parent) {
		return plain(archive).withParent(parent)
			.withPropertyValues("nats.connections.archive.servers=" + archive.url(),
					"nats.connections.archive.kv.buckets.archived.history=1",
					"nats.connections.archive.streams.definitions.audit.subjects=audit.>");
	}

	private static ApplicationContextRunner plain(NatsServer server) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url());
	}

	@Test
	void annotationsMayBeComposedAndRepeatedAndAttributesBePlaceholders() {
		this.runner
			.withPropertyValues("nats.streams.definitions.forms.subjects=forms.>", "forms.stream=forms",
					"forms.size=10")
			.withBean(Forms.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				NatsOperations operations = context.getBean(NatsOperations.class);
				for (String name : List.of("composed", "first", "second", "batch")) {
					operations.send("forms." + name, name);
				}
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(context.getBean(Forms.class).handled).containsExactlyInAnyOrder(
							"composed", "repeated first", "repeated second", "batch forms.batch"));
			});
	}

	@Test
	void aStartWithoutAServerIsCaughtUpWith() {
		NatsServer later = NatsServer.start();
		try {
			later.kill();
			this.runner
				.withPropertyValues("nats.servers=" + later.url(), "nats.startup=retry",
						"nats.streams.definitions.orders.subjects=orders.>", "nats.reconnect-wait=50ms")
				.withBean(Late.class)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					later.restart();
					await().atMost(Duration.ofSeconds(20))
						.ignoreExceptions()
						.untilAsserted(() -> context.getBean(NatsOperations.class).send("orders.x", "late"));
					await().atMost(Duration.ofSeconds(20))
						.until(() -> context.getBean(Late.class).handled.contains("late"));
				});
		}
		finally {
			later.close();
		}
	}

	static class Billing {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		@JetStreamListener(id = "billing", stream = "orders", consumer = "billing",
				subjects = "orders.{region}.created", deadLetter = "dead.billing")
		void on(String text) {
			this.calls.add(text);
			throw new IllegalStateException("failing on purpose");
		}

	}

	static class Unmade {

		@JetStreamListener(id = "unmade", stream = "unmade", consumer = "c")
		void on(String text) {
		}

	}

	static class Gone {

		private final List<String> declared = new CopyOnWriteArrayList<>();

		private final List<String> undeclared = new CopyOnWriteArrayList<>();

		private final List<String> ordered = new CopyOnWriteArrayList<>();

		@JetStreamListener(id = "declared", stream = "gone", consumer = "declared")
		void declared(String text) {
			this.declared.add(text);
		}

		@JetStreamListener(id = "undeclared", stream = "gone", consumer = "undeclared")
		void undeclared(String text) {
			this.undeclared.add(text);
		}

		@JetStreamListener(id = "ordered", stream = "gone", ordered = "true")
		void ordered(String text) {
			this.ordered.add(text);
		}

	}

	static class Audit {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "audit", consumer = "c", connection = "archive")
		void on(String text, @Qualifier("archive") Connection connection) {
			this.handled.add(text);
		}

	}

	static class Parent {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "family", consumer = "parent")
		void on(String text) {
			this.handled.add(text);
		}

	}

	static class Child {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "family", consumer = "child")
		void onMessage(String text) {
			this.handled.add("stream " + text);
		}

		@JetStreamListener(stream = "family", ordered = "true", position = "positions/family")
		void inOrder(String text) {
			this.handled.add("in order " + text);
		}

		@NatsListener("core.a")
		void onSubject(String text) {
			this.handled.add(text);
		}

		@KeyValueListener("family")
		void onKey(String text) {
			this.handled.add(text);
		}

	}

	static class OnSubject {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@NatsListener("core.a")
		void on(String text) {
			this.handled.add(text);
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@JetStreamListener(stream = "${forms.stream}")
	@interface OnForms {

		@AliasFor(annotation = JetStreamListener.class)
		String consumer();

		@AliasFor(annotation = JetStreamListener.class)
		String[] subjects();

	}

	static class Forms {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@OnForms(consumer = "composed", subjects = "forms.composed")
		void composed(String text) {
			this.handled.add(text);
		}

		@JetStreamListener(stream = "forms", consumer = "first", subjects = "forms.first")
		@JetStreamListener(stream = "forms", consumer = "second", subjects = "forms.second")
		void repeated(String text) {
			this.handled.add("repeated " + text);
		}

		@JetStreamListener(stream = "#{'forms'}", consumer = "batch", subjects = "forms.batch", batch = "${forms.size}")
		void batch(List<Message<String>> messages) {
			messages.forEach((message) -> this.handled
				.add(message.getPayload() + " " + message.getHeaders().get(NatsHeaders.SUBJECT)));
		}

	}

	static class Late {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "orders", consumer = "c", subjects = "orders.x")
		void on(String text) {
			this.handled.add(text);
		}

	}

}
