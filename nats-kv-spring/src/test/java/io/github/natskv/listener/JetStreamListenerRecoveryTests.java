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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link JetStreamListener} methods survive.
 */
@Timeout(120)
class JetStreamListenerRecoveryTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final Duration AFTER_ACK_WAIT = Duration.ofSeconds(50);

	@Test
	void aListenerGoesOnAfterTheServerWasKilledAndItsConsumerAndStreamWereDeleted() {
		try (NatsServer server = NatsServer.start(); StreamTestScene scene = new StreamTestScene(server)) {
			scene.stream("s", "s.in");
			try (ListenerTestContext test = scene.start(Listener.class)) {
				Listener listener = test.bean(Listener.class);
				scene.publish("s.in", "first");
				await().until(() -> listener.handled.contains("first"));
				await().until(() -> scene.isAllAcknowledged("s", "c"));
				server.kill();
				listener.gate = new CountDownLatch(1);
				server.restart();
				await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> scene.publish("s.in", "killed"));
				await().atMost(PATIENCE).until(() -> listener.begun.contains("killed"));
				// what is handled while there is no connection is acknowledged later
				server.stop();
				await().until(() -> test.bean(Connection.class).getStatus() != Connection.Status.CONNECTED);
				listener.gate.countDown();
				await().until(() -> listener.handled.contains("killed"));
				server.restart();
				// a server that is killed may forget what it was told just before, and
				// deliver again
				await().atMost(AFTER_ACK_WAIT).ignoreExceptions().until(() -> scene.isAllAcknowledged("s", "c"));
				assertThat(listener.handled).containsOnlyOnce("killed");

				StreamTestScene.get(() -> scene.management().deleteConsumer("s", "c"));
				scene.publish("s.in", "consumer");
				await().atMost(PATIENCE).until(() -> listener.handled.contains("consumer"));

				StreamTestScene.get(() -> scene.management().deleteStream("s"));
				scene.stream("s", "s.in");
				scene.publish("s.in", "stream");
				await().atMost(PATIENCE).until(() -> listener.handled.contains("stream"));
				await().until(() -> scene.isAllAcknowledged("s", "c"));
			}
		}
	}

	@Test
	void aMessageOfAStreamThatIsNoMoreIsNotAcknowledgedInTheNextOne() {
		try (NatsServer server = NatsServer.start(); StreamTestScene scene = new StreamTestScene(server)) {
			scene.stream("s", "s.in");
			try (ListenerTestContext test = scene.start(Listener.class)) {
				Listener listener = test.bean(Listener.class);
				listener.gate = new CountDownLatch(1);
				scene.publish("s.in", "old");
				await().until(() -> listener.begun.contains("old"));
				StreamTestScene.get(() -> scene.management().deleteStream("s"));
				scene.stream("s", "s.in");
				scene.publish("s.in", "new");
				await().atMost(PATIENCE).until(() -> listener.begun.contains("new"));
				assertThat(scene.consumer("s", "c").getNumAckPending()).isEqualTo(1);
				listener.only = "old";
				listener.gate.countDown();
				await().until(() -> listener.handled.contains("old"));
				scene.publish("s.in", "last");
				await().atMost(PATIENCE).until(() -> listener.handled.contains("last"));
				ConsumerInfo info = scene.consumer("s", "c");
				assertThat(info.getNumAckPending()).isEqualTo(1);
				listener.other.countDown();
				await().until(() -> scene.isAllAcknowledged("s", "c"));
			}
		}
	}

	@Test
	void nothingOfAReplicatedStreamIsLostWhenAListenerStopsAndWhenTheLeaderIsKilled() throws Exception {
		try (NatsCluster cluster = NatsCluster.start();
				Connection connection = Nats.connect(Options.builder()
					.servers(cluster.urls().toArray(String[]::new))
					.reconnectBufferSize(0)
					.reconnectWait(Duration.ofMillis(50))
					.maxReconnects(-1)
					.build())) {
			handBack(connection);
			connection.jetStreamManagement()
				.addStream(StreamConfiguration.builder().name("s").subjects("s.in").replicas(3).build());
			connection.jetStreamManagement()
				.addOrUpdateConsumer("s",
						ConsumerConfiguration.builder().durable("c").ackWait(Duration.ofSeconds(5)).build());
			try (ListenerTestContext test = ListenerTestContext.start(connection, (context) -> {
				context.registerBean(StreamListenerSettings.class,
						() -> new StreamListenerSettings(StreamTestScene.BACKOFF, 50));
				context.register(Listener.class);
			})) {
				Listener listener = test.bean(Listener.class);
				Set<String> stored = ConcurrentHashMap.newKeySet();
				for (int i = 0; i < 400; i++) {
					if (i == 200) {
						cluster.killNode(cluster.leaderOf("s"));
					}
					publish(connection, "m" + i, stored);
				}
				await().atMost(Duration.ofSeconds(40)).until(() -> listener.handled.containsAll(stored));
				await().pollDelay(Duration.ZERO).atMost(PATIENCE).ignoreExceptions().until(() -> {
					ConsumerInfo info = connection.jetStreamManagement().getConsumerInfo("s", "c");
					return info.getNumAckPending() == 0 && info.getNumPending() == 0;
				});
				assertThat(stored).hasSizeGreaterThan(390);
			}
		}
	}

	private static void handBack(Connection connection) throws Exception {
		connection.jetStreamManagement().addStream(StreamConfiguration.builder().name("stopping").replicas(3).build());
		connection.jetStreamManagement()
			.addOrUpdateConsumer("stopping",
					ConsumerConfiguration.builder().durable("c").ackWait(Duration.ofMinutes(5)).build());
		try (ListenerTestContext first = ListenerTestContext.start(connection, (context) -> {
			context.registerBean(StreamListenerSettings.class,
					() -> new StreamListenerSettings(StreamTestScene.BACKOFF, 500));
			context.register(Stopping.class);
		})) {
			for (int i = 0; i < 500; i++) {
				connection.jetStream().publishAsync("stopping", ("" + i).getBytes());
			}
			Stopping busy = first.bean(Stopping.class);
			await().atMost(PATIENCE)
				.until(() -> connection.jetStreamManagement()
					.getConsumerInfo("stopping", "c")
					.getNumAckPending() == 500);
			try (ListenerTestContext second = ListenerTestContext.start(connection,
					(context) -> context.register(Stopping.class))) {
				Stopping other = second.bean(Stopping.class);
				other.release.countDown();
				CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> first.registry().stop("stopping"));
				await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> other.handled.size() == 499);
				busy.release.countDown();
				stopped.join();
				assertThat(busy.handled).hasSize(1).doesNotContainAnyElementsOf(other.handled);
			}
		}
	}

	private static void publish(Connection connection, String text, Set<String> stored) {
		await().pollDelay(Duration.ZERO).atMost(PATIENCE).ignoreExceptions().until(() -> {
			connection.jetStream().publish("s.in", text.getBytes());
			return stored.add(text);
		});
	}

	static class Stopping {

		private final CountDownLatch release = new CountDownLatch(1);

		private final Set<String> handled = ConcurrentHashMap.newKeySet();

		@JetStreamListener(id = "stopping", stream = "stopping", consumer = "c")
		void on(String text) throws InterruptedException {
			this.handled.add(text);
			this.release.await();
		}

	}

	static class Listener {

		private final List<String> begun = new CopyOnWriteArrayList<>();

		private final List<String> handled = new CopyOnWriteArrayList<>();

		private final CountDownLatch other = new CountDownLatch(1);

		private volatile CountDownLatch gate = new CountDownLatch(0);

		private volatile String only = "";

		@JetStreamListener(stream = "s", consumer = "c", subjects = "s.in", concurrency = "3")
		void on(String text) throws InterruptedException {
			this.begun.add(text);
			this.gate.await();
			if (!this.only.isEmpty() && !text.equals(this.only) && !text.equals("last")) {
				this.other.await();
			}
			this.handled.add(text);
		}

	}

}
