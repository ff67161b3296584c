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

package io.github.natskv.kv.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the heartbeats watches share.
 */
class BucketPulseTests {

	private static final int WATCHES = 12;

	private final List<AtomicInteger> changes = new ArrayList<>();

	@Test
	void idleWatchesOfABucketCauseLittleTraffic() throws Exception {
		try (NatsServer server = NatsServer.start();
				WatchScene scene = new WatchScene(List.of(server.url()), WatchScene.memory(), false)) {
			watch(scene);
			awaitRest(scene.watching());
			scene.keyValue().put("key", "1");
			awaitChanges(1);
		}
	}

	@Test
	void whenTheWatchThatListensStopsAnotherListens() throws Exception {
		try (NatsServer server = NatsServer.start();
				WatchScene scene = new WatchScene(List.of(server.url()), WatchScene.memory(), false)) {
			BucketPulse pulse = scene.watches().glances().pulse(WatchScene.BUCKET, "");
			List<WatchLoop> watches = watch(scene);
			awaitRest(scene.watching());
			WatchSession first = pulse.listening();
			assertThat(first).isNotNull();
			for (WatchLoop watch : watches.subList(0, WATCHES - 1)) {
				watch.close();
			}
			Awaitility.await().until(() -> pulse.listening() != null && pulse.listening() != first);
		}
	}

	@Test
	void watchesThatRestLearnThatTheServerOfTheirConsumersIsGone() throws Exception {
		try (NatsCluster cluster = NatsCluster.start();
				WatchScene scene = new WatchScene(List.of(cluster.node(0).url()), WatchScene.file().replicas(3),
						false)) {
			watch(scene);
			awaitRest(scene.watching());
			Map<String, Long> consumers = scene.other()
				.jetStreamManagement()
				.getConsumers(WatchScene.STREAM)
				.stream()
				.map(ConsumerInfo::getClusterInfo)
				.collect(Collectors.groupingBy((info) -> info.getLeader(), Collectors.counting()));
			String connected = scene.watching().getServerInfo().getServerName();
			int gone = -1;
			for (int node = 1; node < 3; node++) {
				try (Connection connection = cluster.node(node).connect()) {
					String name = connection.getServerInfo().getServerName();
					assertThat(name).isNotEqualTo(connected);
					gone = (consumers.getOrDefault(name, 0L) > 1) ? node : gone;
				}
			}
			assertThat(gone).as("a node with several consumers: %s", consumers).isPositive();
			cluster.killNode(gone);
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.ignoreExceptions()
				.until(() -> scene.keyValue().put("key", "1") > 0);
			awaitChanges(1);
			assertThat(scene.watching().getServerInfo().getServerName()).isEqualTo(connected);
		}
	}

	@Test
	void aSilenceThatOneSessionHearsEndsTheOthers() throws Exception {
		WatchSettings settings = WatchSettings.defaults();
		WatchSettings patient = new WatchSettings(settings.heartbeat(), Duration.ofMinutes(1), settings.pullExpiry(),
				settings.inactiveThreshold(), settings.batchSize(), settings.batchBytes(), settings.requestTimeout(),
				settings.maxBackoff(), settings.retries(), settings.retryBackoff(), settings.closeTimeout());
		BucketPulse pulse = new BucketPulse();
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			Buckets.create(connection, Buckets.configuration(WatchScene.BUCKET).build());
			WatchSession listening = session(connection, settings, pulse);
			CompletableFuture<Throwable> first = CompletableFuture.supplyAsync(() -> end(listening),
					BucketPulseTests::start);
			Awaitility.await().until(() -> pulse.listening() == listening);
			WatchSession other = session(connection, patient, pulse);
			CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(() -> end(other), BucketPulseTests::start);
			server.suspend();
			try {
				assertThat(first.get(20, TimeUnit.SECONDS)).hasMessageContaining("Neither a change nor a heartbeat");
				assertThat(end.get(20, TimeUnit.SECONDS)).hasMessageContaining("Another watch heard no heartbeat");
			}
			finally {
				server.resume();
				listening.abandon();
				other.abandon();
			}
		}
	}

	private static WatchSession session(Connection connection, WatchSettings settings, BucketPulse pulse)
			throws Exception {
		WatchApi api = new WatchApi(connection, JetStreamOptions.DEFAULT_JS_OPTIONS, Duration.ofSeconds(10),
				WatchScene.BUCKET, () -> false);
		WatchSession session = new WatchSession(connection, api, settings, null, (server) -> pulse);
		session.open(List.of("$KV." + WatchScene.BUCKET + ".>"), DeliverPolicy.LastPerSubject, 0);
		return session;
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
	}

	private static Throwable end(WatchSession session) {
		return catchThrowable(() -> {
			while (true) {
				session.next();
			}
		});
	}

	private List<WatchLoop> watch(WatchScene scene) throws Exception {
		List<WatchLoop> watches = new ArrayList<>();
		for (int i = 0; i < WATCHES; i++) {
			AtomicInteger count = new AtomicInteger();
			this.changes.add(count);
			watches.add(scene.watch((change) -> count.incrementAndGet(), WatchOptions.of()));
		}
		return watches;
	}

	// without sharing there would be 48 messages in two seconds
	private void awaitRest(Connection connection) {
		AtomicInteger before = new AtomicInteger(Integer.MAX_VALUE);
		Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofSeconds(2)).until(() -> {
			int now = (int) connection.getStatistics().getInMsgs();
			int last = before.getAndSet(now);
			return now >= last && now - last < 24;
		});
	}

	private void awaitChanges(int count) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.changes.stream().allMatch((changes) -> changes.get() >= count));
	}

}
