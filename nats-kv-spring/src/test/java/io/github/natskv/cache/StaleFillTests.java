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

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Races of evictions against loads, on two nodes. {@code -Dnats-kv.test.races=100000}
 * plays more of them.
 */
@Timeout(3600)
class StaleFillTests {

	private static final int RACES = Integer.getInteger("nats-kv.test.races", 600);

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void noLoadStoresWhatWasEvictedMeanwhile(boolean singleFlight) throws Exception {
		String bucket = "c" + UUID.randomUUID();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (NatsServer server = NatsServer.start();
				Connection first = server.connect();
				Connection second = server.connect()) {
			Buckets.create(first, Buckets.configuration(bucket).build());
			Node one = new Node(first, bucket, singleFlight);
			Node two = new Node(second, bucket, singleFlight);
			for (int race = 0; race < RACES; race++) {
				// a key that is new, evicted, or has a value
				play("k" + ThreadLocalRandom.current().nextInt(50), new AtomicLong(race), one, two, threads);
			}
			assertThat(one.cache.getStatistics().refusedFills() + two.cache.getStatistics().refusedFills())
				.isPositive();
			one.close();
			two.close();
		}
		finally {
			threads.shutdownNow();
		}
	}

	// the truth changes, then it is evicted: from then on nothing older may be there
	private static void play(String key, AtomicLong truth, Node one, Node two, ExecutorService threads)
			throws Exception {
		CountDownLatch start = new CountDownLatch(1);
		CompletableFuture<?> loads = CompletableFuture.allOf(run(threads, start, () -> one.load(key, truth)),
				run(threads, start, () -> two.load(key, truth)));
		CompletableFuture<Long> eviction = CompletableFuture.supplyAsync(() -> {
			await(start);
			long changed = truth.addAndGet(1_000_000);
			(ThreadLocalRandom.current().nextBoolean() ? one : two).evict(key);
			return changed;
		}, threads);
		start.countDown();
		long evicted = eviction.get();
		loads.get();
		for (Node node : new Node[] { one, two }) {
			Long held = node.cache.get(key, Long.class);
			assertThat(held == null || held >= evicted).as("%s of %s, evicted %s", key, held, evicted).isTrue();
		}
		one.cache.evict(key);
	}

	private static CompletableFuture<Void> run(ExecutorService threads, CountDownLatch start, Runnable task) {
		return CompletableFuture.runAsync(() -> {
			await(start);
			task.run();
		}, threads);
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class Node {

		private final CacheNode node;

		private final NatsCache cache;

		Node(Connection connection, String bucket, boolean singleFlight) {
			this.node = new CacheNode(connection, Duration.ofSeconds(5), bucket,
					NatsCacheConfiguration.defaults().singleFlight(singleFlight));
			this.cache = this.node.cache("races");
		}

		void load(String key, AtomicLong truth) {
			switch (ThreadLocalRandom.current().nextInt(3)) {
				case 0 -> this.cache.get(key, truth::get);
				case 1 -> this.cache.retrieve(key, () -> CompletableFuture.completedFuture(truth.get())).join();
				default -> {
					// as Spring does for @Cacheable
					InvocationCache view = new InvocationCache(this.cache, ResolvableType.forClass(Long.class), true);
					if (view.get(key) == null) {
						long value = truth.get();
						Thread.yield();
						view.put(key, value);
					}
				}
			}
		}

		void evict(String key) {
			switch (ThreadLocalRandom.current().nextInt(4)) {
				case 0 -> this.cache.evict(key);
				case 1 -> this.cache.evictIfPresent(key);
				case 2 -> this.cache.clear();
				default -> this.cache.invalidate();
			}
		}

		void close() {
			this.node.close();
		}

	}

}
