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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsConnectionEvent;
import io.github.natskv.core.NatsConnectionEvent.Kind;
import io.github.natskv.core.NatsDiscardedMessageEvent;
import io.github.natskv.core.NatsSlowConsumerEvent;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.metrics.ConnectionCounts;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Dispatcher;
import io.nats.client.KeyValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class NatsConnectionEventsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withBean(Events.class);

	@Test
	void aLifeOfAConnectionIsTold(CapturedOutput output) {
		try (NatsServer server = NatsServer.start()) {
			this.runner.withPropertyValues("nats.servers=" + server.url()).run((context) -> {
				Events events = context.getBean(Events.class);
				events.await(Kind.CONNECTED);
				server.kill();
				events.await(Kind.DISCONNECTED);
				server.restart();
				events.await(Kind.RECONNECTED);
				server.lameDuck();
				events.await(Kind.LAME_DUCK);
				assertThat(events.kinds()).containsExactly(Kind.CONNECTED, Kind.DISCONNECTED, Kind.RECONNECTED,
						Kind.LAME_DUCK);
				assertThat(events.connection).allSatisfy((event) -> {
					assertThat(event.getConnection()).isSameAs(context.getBean(Connection.class));
					assertThat(event.getServer())
						.isEqualTo((event.getKind() != Kind.DISCONNECTED) ? server.url() : null);
				});
				((ConfigurableApplicationContext) context.getSourceApplicationContext()).close();
				assertThat(events.kinds()).doesNotContain(Kind.CLOSED);
			});
		}
		assertThat(output).containsOnlyOnce("Connection to NATS lost")
			.contains("Reconnected to NATS server", "is about to stop (lame duck mode). The connection stays until")
			.doesNotContain("closed for good");
	}

	@Test
	void aConnectionGivenUpIsAnError(CapturedOutput output) {
		try (NatsServer server = NatsServer.start()) {
			this.runner
				.withPropertyValues("nats.servers=" + server.url(), "nats.max-reconnects=1", "nats.reconnect-wait=10ms")
				.run((context) -> {
					server.kill();
					context.getBean(Events.class).await(Kind.CLOSED);
				});
		}
		assertThat(output).contains("closed for good, after nats.max-reconnects=1 attempts to connect again"
				+ " (the last one failed, as nobody listens there");
	}

	@Test
	void aLoginRefusedWhileReconnectingIsTriedUntilItIsAccepted(CapturedOutput output) {
		String conf = "authorization { user: u, password: %s }";
		try (NatsServer server = NatsServer.start(conf.formatted("secret"))) {
			this.runner.withConfiguration(AutoConfigurations.of(NatsKeyValueAutoConfiguration.class))
				.withBean(Follower.class)
				.withPropertyValues("nats.servers=" + server.url(), "nats.username=u", "nats.password=secret",
						"nats.reconnect-wait=10ms", "nats.connection-timeout=500ms", "nats.kv.buckets.flags.history=2")
				.run((context) -> {
					Events events = context.getBean(Events.class);
					events.await(Kind.CONNECTED);
					Connection connection = context.getBean(Connection.class);
					AtomicInteger attempts = new AtomicInteger();
					connection.addConnectionListener(new AttemptListener(attempts));
					server.close();
					try (NatsServer other = NatsServer.start(conf.formatted("another"), server.port())) {
						int before = attempts.get();
						assertThat(other.port()).isEqualTo(server.port());
						Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> attempts.get() >= before + 5);
					}
					assertThat(events.kinds()).containsExactly(Kind.CONNECTED, Kind.DISCONNECTED);
					try (NatsServer right = NatsServer.start(conf.formatted("secret"), server.port())) {
						assertThat(right.port()).isEqualTo(server.port());
						events.await(Kind.RECONNECTED);
						Follower follower = context.getBean(Follower.class);
						Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
							context.getBean("flags", KeyValue.class).put("a", "b");
							return true;
						});
						connection.publish("follow", "c".getBytes(StandardCharsets.UTF_8));
						Awaitility.await()
							.atMost(Duration.ofSeconds(30))
							.until(() -> follower.seen.containsAll(List.of("a=b", "c")));
					}
				});
		}
		assertThat(output).contains("the server refuses the login (Authorization Violation). Trying again. Check")
			.doesNotContain("closed for good", "secret");
	}

	// as jnats does where the thread that subscribes was interrupted
	@Test
	void aDiscardedProtocolMessageIsNoMessageOfTheApplication(CapturedOutput output) {
		try (NatsServer server = NatsServer.start()) {
			this.runner.withPropertyValues("nats.servers=" + server.url()).run((context) -> {
				Connection connection = context.getBean(Connection.class);
				Dispatcher dispatcher = connection.createDispatcher((message) -> {
				});
				Thread.currentThread().interrupt();
				dispatcher.subscribe("never.heard");
				assertThat(Thread.interrupted()).isTrue();
				Awaitility.await()
					.untilAsserted(() -> assertThat(output).contains("SUB never.heard", "was interrupted"));
				Thread.currentThread().interrupt();
				connection.publish("lost", new byte[0]);
				assertThat(Thread.interrupted()).isTrue();
				Awaitility.await()
					.untilAsserted(() -> assertThat(context.getBean(Events.class).discarded).singleElement()
						.extracting(NatsDiscardedMessageEvent::getSubject)
						.isEqualTo("lost"));
				assertThat(connection.getOptions().getErrorListener()).isInstanceOfSatisfying(ConnectionCounts.class,
						(counts) -> assertThat(counts.discardedMessages()).isOne());
				assertThat(output).doesNotContain("too many are waiting");
			});
		}
	}

	@Test
	void discardedMessagesAreEventsNowAndThen(CapturedOutput output) {
		try (NatsServer server = NatsServer.start()) {
			this.runner
				.withPropertyValues("nats.servers=" + server.url(), "nats.max-messages-in-outgoing-queue=10",
						"nats.discard-messages-when-outgoing-queue-full=true")
				.run((context) -> {
					Events events = context.getBean(Events.class);
					Connection connection = context.getBean(Connection.class);
					server.suspend();
					byte[] payload = new byte[200_000];
					Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> {
						connection.publish("flood", payload);
						return !events.discarded.isEmpty();
					});
					server.resume();
					NatsDiscardedMessageEvent event = events.discarded.peek();
					assertThat(event).isNotNull();
					assertThat(event.getConnection()).isSameAs(connection);
					assertThat(event.getSubject()).isEqualTo("flood");
					assertThat(event.getDiscardedMessages()).isEqualTo(1);
				});
		}
		assertThat(output).contains("Message for subject 'flood' was not sent");
	}

	@Test
	void aSlowListenerIsNamedAndItsLossesCounted(CapturedOutput output) throws Exception {
		try (NatsServer server = NatsServer.start(); Connection publisher = server.connect()) {
			this.runner.withPropertyValues("nats.servers=" + server.url(), "nats.listener.drain-timeout=1ms")
				.withBean(Slow.class)
				.run((context) -> {
					NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
					assertThat(registry.droppedMessages("slow")).isZero();
					byte[] payload = {};
					int count = 540_000;
					for (int i = 0; i < count; i++) {
						publisher.publish("slow", payload);
					}
					Events events = context.getBean(Events.class);
					Awaitility.await().until(() -> !events.slow.isEmpty());
					Awaitility.await()
						.until(() -> registry.droppedMessages("slow") + registry.pendingMessages("slow") == count - 1);
					assertThat(registry.droppedMessages("slow")).isGreaterThan(10_000);
					NatsSlowConsumerEvent event = events.slow.peek();
					assertThat(event).isNotNull();
					assertThat(event.getListenerId()).isEqualTo("slow");
					assertThat(event.getDroppedMessages()).isPositive();
					assertThat(event.getPendingMessages()).isGreaterThan(500_000);
					long dropped = registry.droppedMessages("slow");
					registry.stop("slow");
					registry.start("slow");
					assertThat(registry.droppedMessages("slow")).isEqualTo(dropped);
					context.getBean(Slow.class).release.countDown();
				});
		}
		assertThat(output).containsOnlyOnce("Listener 'slow' is too slow");
	}

	static class Events {

		final Queue<NatsConnectionEvent> connection = new ConcurrentLinkedQueue<>();

		final Queue<NatsDiscardedMessageEvent> discarded = new ConcurrentLinkedQueue<>();

		final Queue<NatsSlowConsumerEvent> slow = new ConcurrentLinkedQueue<>();

		@EventListener
		void on(NatsConnectionEvent event) {
			this.connection.add(event);
		}

		@EventListener
		void on(NatsDiscardedMessageEvent event) {
			this.discarded.add(event);
		}

		@EventListener
		void on(NatsSlowConsumerEvent event) {
			this.slow.add(event);
		}

		List<Kind> kinds() {
			return this.connection.stream().map(NatsConnectionEvent::getKind).toList();
		}

		void await(Kind kind) {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> kinds().contains(kind));
		}

	}

	static class Follower {

		final List<String> seen = new CopyOnWriteArrayList<>();

		@NatsListener("follow")
		void on(String payload) {
			this.seen.add(payload);
		}

		@KeyValueListener("flags")
		void onFlag(BucketEntry<String> change) {
			this.seen.add(change.key() + "=" + change.value());
		}

	}

	// jnats tells of each failed attempt to connect again
	record AttemptListener(AtomicInteger attempts) implements ConnectionListener {

		@Override
		@Deprecated
		public void connectionEvent(Connection connection, ConnectionListener.Events event) {
			if (event == ConnectionListener.Events.DISCONNECTED) {
				this.attempts.incrementAndGet();
			}
		}

	}

	static class Slow {

		final CountDownLatch release = new CountDownLatch(1);

		@NatsListener(subjects = "slow", id = "slow")
		void on(byte[] payload) throws InterruptedException {
			this.release.await();
		}

	}

}
