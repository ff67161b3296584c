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

package io.github.natskv.rounds;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import io.github.natskv.annotation.EnableNats;
import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.listener.StreamListenerSettings;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The time until another instance begins what a listener that stops or pauses has not
 * begun, while messages come, for the profile {@code rounds}.
 */
class StreamHandoverTests {

	private static final int TIMES = 20;

	private static final int WAITING = 60;

	@ParameterizedTest
	@EnumSource(names = { "SINGLE", "REPLICATED" })
	void whatIsNotBegunIsBegunByAnotherInstanceWithinASecond(Topology topology) throws Exception {
		assumeTrue(RoundRunner.isInProfile(), "only in the profile 'rounds'");
		try (RoundServers servers = new RoundServers(topology)) {
			servers.request((management) -> management.addStream(
					StreamConfiguration.builder().name("s").subjects("s").replicas(topology.replicas()).build()));
			servers.request((management) -> management.addOrUpdateConsumer("s",
					ConsumerConfiguration.builder().durable("c").ackWait(Duration.ofSeconds(30)).build()));
			List<NatsServer> nodes = servers.nodes();
			try (Instance first = new Instance(nodes.get(0));
					Instance second = new Instance(nodes.get(nodes.size() / 2))) {
				second.registry().pause("s");
				List<Long> nanos = new ArrayList<>();
				for (int i = 0; i < TIMES; i++) {
					nanos.add((i % 2 == 0) ? handOver(servers, first, second) : handOver(servers, second, first));
				}
				nanos.sort(null);
				System.out.printf("%s: %d hand-overs, median %.1f ms, max %.1f ms%n", topology, TIMES,
						nanos.get(TIMES / 2) / 1e6, nanos.get(TIMES - 1) / 1e6);
				assertThat(Duration.ofNanos(nanos.get(TIMES - 1))).isLessThan(Duration.ofSeconds(1));
			}
		}
	}

	// return the longest time from the stop, or the publication, to the other instance
	private static long handOver(RoundServers servers, Instance from, Instance to) throws Exception {
		Map<Integer, Long> published = new ConcurrentHashMap<>();
		CountDownLatch gate = new CountDownLatch(1);
		from.worker.gate = gate;
		to.worker.gate = new CountDownLatch(0);
		to.worker.begun.clear();
		publish(servers, published, WAITING);
		Awaitility.await().until(() -> consumer(servers).getNumAckPending() == WAITING);
		to.registry().resume("s");
		Awaitility.await().until(() -> consumer(servers).getNumWaiting() >= 2);
		CompletableFuture<Void> more = CompletableFuture.runAsync(() -> publish(servers, published, WAITING));
		Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> published.size() > WAITING + WAITING / 3);
		long start = System.nanoTime();
		CompletableFuture<Void> paused = CompletableFuture.runAsync(() -> from.registry().pause("s"));
		more.join();
		Awaitility.await().atMost(RoundServers.PATIENCE).until(() -> to.worker.begun.size() == 2 * WAITING - 1);
		gate.countDown();
		paused.join();
		Awaitility.await().until(() -> consumer(servers).getNumAckPending() == 0);
		return to.worker.begun.entrySet()
			.stream()
			.mapToLong((begun) -> begun.getValue() - Math.max(start, published.get(begun.getKey())))
			.max()
			.orElseThrow();
	}

	private static void publish(RoundServers servers, Map<Integer, Long> published, int count) {
		for (int i = 0; i < count; i++) {
			try {
				int number = published.size();
				published.put(number, System.nanoTime());
				servers.connection().jetStream().publish("s", String.valueOf(number).getBytes(StandardCharsets.UTF_8));
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	private static ConsumerInfo consumer(RoundServers servers) throws Exception {
		return servers.management(Duration.ofSeconds(5)).getConsumerInfo("s", "c");
	}

	/**
	 * An application with a listener.
	 */
	private static final class Instance implements AutoCloseable {

		private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

		private final Worker worker = new Worker();

		Instance(NatsServer server) {
			this.context.register(Application.class);
			this.context.registerBean(Connection.class, server::connect);
			this.context.registerBean(Worker.class, () -> this.worker);
			this.context.refresh();
		}

		NatsListenerRegistry registry() {
			return this.context.getBean(NatsListenerRegistry.class);
		}

		@Override
		public void close() {
			this.worker.gate.countDown();
			this.context.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class Application {

		@Bean
		StreamListenerSettings streamListenerSettings() {
			return new StreamListenerSettings(List.of(Duration.ofMillis(100)), 2 * WAITING);
		}

	}

	static final class Worker {

		private final Map<Integer, Long> begun = new ConcurrentHashMap<>();

		private volatile CountDownLatch gate = new CountDownLatch(1);

		@JetStreamListener(id = "s", stream = "s", consumer = "c")
		void on(String number) throws InterruptedException {
			this.begun.put(Integer.valueOf(number), System.nanoTime());
			this.gate.await();
		}

	}

}
