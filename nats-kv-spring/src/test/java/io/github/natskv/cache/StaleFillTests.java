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

package io.github.natskv.cache;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Races of evictions and {@code clear} against loads, on two nodes.
 * {@code -Dnats-kv.test.races=20000} plays more of them in each scenario.
 */
@Timeout(3600)
class StaleFillTests {

	private static final Log logger = LogFactory.getLog(StaleFillTests.class);

	private static final Integer RACES = Integer.getInteger("nats-kv.test.races");

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final String bucket = "c" + UUID.randomUUID();

	@ParameterizedTest
	@EnumSource
	void noLoadStoresWhatWasEvictedMeanwhile(Scenario scenario) throws Exception {
		boolean isNew = connection.getServerInfo().isSameOrNewerThanVersion("2.11.0");
		assumeTrue(scenario != Scenario.EXPIRING || isNew, "needs server 2.11");
		KeyValueConfiguration.Builder configuration = Buckets.configuration(this.bucket);
		Buckets.create(connection,
				((scenario == Scenario.EXPIRING) ? configuration.limitMarker(Duration.ofSeconds(1)) : configuration)
					.build());
		int races = (RACES != null) ? RACES : scenario.races;
		ExecutorService threads = Executors.newCachedThreadPool();
		try (Node one = new Node(scenario, this.bucket);
				Node two = new Node(scenario, this.bucket);
				CacheNode truth = new CacheNode(connection, Duration.ofSeconds(30), this.bucket,
						NatsCacheConfiguration.defaults())) {
			List<CompletableFuture<?>> players = new ArrayList<>();
			for (int player = 0; player < scenario.players; player++) {
				String keys = "p" + player + "-";
				int own = races / scenario.players + ((player < races % scenario.players) ? 1 : 0);
				players.add(CompletableFuture.runAsync(() -> {
					for (int race = 0; race < own; race++) {
						// a key that is new, evicted, expired, or has a value
						new Race(keys + ThreadLocalRandom.current().nextInt(10), one, two, truth.cache("races"),
								threads)
							.play();
					}
				}, threads));
			}
			CompletableFuture.allOf(players.toArray(CompletableFuture[]::new)).get(1, TimeUnit.HOURS);
			long refused = one.cache.getStatistics().refusedFills() + two.cache.getStatistics().refusedFills();
			long failures = one.cache.getStatistics().failures() + two.cache.getStatistics().failures();
			logger.info(
					"%s: %d races, %d fills refused, %d requests failed".formatted(scenario, races, refused, failures));
			assertThat(refused).isPositive();
		}
		finally {
			threads.shutdownNow();
		}
	}

	enum Scenario {

		PLAIN(300, 8),

		SINGLE_FLIGHT(200, 8),

		LOCAL(300, 8),

		/** Entries live for a second or two, and some loads take longer. */
		EXPIRING(50, 25),

		/** Servers up to 400 ms away, less in the normal build. */
		DISTANT(60, 60);

		private final int races;

		private final int players;

		Scenario(int races, int players) {
			this.races = races;
			this.players = players;
		}

		private NatsCacheConfiguration configuration() {
			NatsCacheConfiguration configuration = NatsCacheConfiguration.defaults()
				.singleFlight(this == SINGLE_FLIGHT)
				.local(this == LOCAL);
			return (this == EXPIRING)
					? configuration.ttl((key, value) -> Duration.ofSeconds(ThreadLocalRandom.current().nextInt(1, 3)))
					: configuration;
		}

		private void pauseAtTimes() {
			if (this == EXPIRING && ThreadLocalRandom.current().nextInt(10) == 0) {
				LockSupport.parkNanos(ThreadLocalRandom.current()
					.nextLong(TimeUnit.MILLISECONDS.toNanos((RACES != null) ? 2500 : 1200)));
			}
		}

	}

	/**
	 * The truth changes, then it is evicted: from then on nothing older may be there.
	 */
	private record Race(String key, Node one, Node two, NatsCache stored, ExecutorService threads) {

		void play() {
			AtomicLong truth = new AtomicLong();
			if (ThreadLocalRandom.current().nextInt(3) == 0) {
				this.two.cache.put(this.key, truth.get());
			}
			CountDownLatch start = new CountDownLatch(1);
			CompletableFuture<?> loads = CompletableFuture.allOf(run(start, () -> this.one.load(this.key, truth)),
					run(start, () -> this.two.load(this.key, truth)));
			CompletableFuture<?> eviction = run(start, () -> {
				this.one.scenario.pauseAtTimes();
				truth.set(1);
				(ThreadLocalRandom.current().nextBoolean() ? this.one : this.two).evict(this.key);
			});
			start.countDown();
			eviction.join();
			loads.join();
			assertThat(isStale(this.stored)).as(this.key).isFalse();
			for (Node node : List.of(this.one, this.two)) {
				if (isStale(node.cache)) {
					assertThat(node.scenario).isEqualTo(Scenario.LOCAL);
					Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> !isStale(node.cache));
				}
			}
			this.one.cache.evict(this.key);
		}

		private boolean isStale(NatsCache cache) {
			Long held = cache.get(this.key, Long.class);
			return held != null && held == 0;
		}

		private CompletableFuture<Void> run(CountDownLatch start, Runnable task) {
			return CompletableFuture.runAsync(() -> {
				try {
					start.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				task.run();
			}, this.threads);
		}

	}

	private static final class Node implements AutoCloseable {

		private final Scenario scenario;

		private final NetworkProxy proxy;

		private final Connection connection;

		private final CacheNode node;

		private final NatsCache cache;

		Node(Scenario scenario, String bucket) {
			this.scenario = scenario;
			this.proxy = NetworkProxy.to(server.port());
			this.connection = (scenario == Scenario.DISTANT) ? this.proxy.connect() : server.connect();
			BucketSettings settings = BucketSettings.of(bucket);
			this.node = new CacheNode(this.connection, Duration.ofSeconds(30), bucket, scenario.configuration(),
					(scenario == Scenario.LOCAL) ? settings.withLocalCopy(LocalCopySettings.ofAll()) : settings);
			this.cache = this.node.cache("races");
			if (scenario == Scenario.DISTANT) {
				Duration delay = Duration.ofMillis((RACES != null) ? 200 : 20);
				this.proxy.roundTrip(delay, delay);
			}
		}

		void load(String key, AtomicLong truth) {
			switch (ThreadLocalRandom.current().nextInt(3)) {
				case 0 -> this.cache.get(key, () -> read(truth));
				case 1 -> this.cache.retrieve(key, () -> CompletableFuture.completedFuture(read(truth))).join();
				default -> {
					// as Spring does for @Cacheable
					InvocationCache view = new InvocationCache(this.cache, ResolvableType.forClass(Long.class), true);
					if (view.get(key) == null) {
						view.put(key, read(truth));
					}
				}
			}
		}

		private long read(AtomicLong truth) {
			long value = truth.get();
			Thread.yield();
			this.scenario.pauseAtTimes();
			return value;
		}

		void evict(String key) {
			switch (ThreadLocalRandom.current().nextInt(8)) {
				case 0, 1, 2 -> this.cache.evict(key);
				case 3, 4, 5 -> this.cache.evictIfPresent(key);
				case 6 -> this.cache.clear();
				default -> this.cache.invalidate();
			}
		}

		@Override
		public void close() throws IOException, InterruptedException {
			this.node.close();
			this.connection.close();
			this.proxy.close();
		}

	}

}
