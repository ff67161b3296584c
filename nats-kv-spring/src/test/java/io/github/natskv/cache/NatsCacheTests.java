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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.natskv.cache.NatsCacheConfiguration.OnError;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.kv.support.BucketStores;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.cache.Cache;
import org.springframework.core.ResolvableType;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Caches of two nodes on one bucket.
 */
@Timeout(60)
class NatsCacheTests {

	private static final int THREADS = 20;

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	@AutoClose
	private static final Connection otherConnection = server.connect();

	private final List<AutoCloseable> opened = new ArrayList<>();

	private String bucket;

	private NatsCache cache;

	private NatsCache other;

	@BeforeEach
	void open() {
		this.bucket = "c" + UUID.randomUUID();
		Buckets.create(connection, configuration().build());
		this.cache = cache(connection, NatsCacheConfiguration.defaults());
		this.other = cache(otherConnection, NatsCacheConfiguration.defaults());
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
	}

	private KeyValueConfiguration.Builder configuration() {
		KeyValueConfiguration.Builder builder = Buckets.configuration(this.bucket);
		return isNew() ? builder.limitMarker(Duration.ofSeconds(1)) : builder;
	}

	private static boolean isNew() {
		return connection.getServerInfo().isSameOrNewerThanVersion("2.11.0");
	}

	private NatsCache cache(Connection connection, NatsCacheConfiguration configuration) {
		return node(connection, Duration.ofSeconds(10), configuration).cache("orders");
	}

	private CacheNode node(Connection connection, Duration timeout, NatsCacheConfiguration configuration) {
		CacheNode node = new CacheNode(connection, timeout, this.bucket, configuration);
		node.manager().trustTypes(Order.class);
		this.opened.add(node);
		return node;
	}

	private static Object value(Cache.ValueWrapper wrapper) {
		return (wrapper != null) ? wrapper.get() : "absent";
	}

	@Test
	void whatOneNodePutsTheOtherGets() {
		this.cache.put("a", new Order("x", 2));
		this.cache.put(7, List.of(new Order("y", 3)));
		this.cache.put("null", null);
		assertThat(value(this.other.get("a"))).isEqualTo(new Order("x", 2));
		assertThat(value(this.other.get(7))).isEqualTo(List.of(new Order("y", 3)));
		assertThat(value(this.other.get("null"))).isNull();
		assertThat(this.other.get("7")).isNull();
		assertThat(this.other.get("a", Order.class)).isEqualTo(new Order("x", 2));
		assertThat(this.other.getStatistics().hits()).isEqualTo(4);
		assertThat(this.other.getStatistics().misses()).isEqualTo(1);
	}

	@Test
	void evictionAndClearHaveHappenedWhenTheyReturn() {
		NatsCache customers = node(connection, Duration.ofSeconds(10), NatsCacheConfiguration.defaults())
			.cache("customers");
		customers.put("a", "c");
		this.cache.put("a", "1");
		this.cache.put("b", "2");
		this.cache.evict("a");
		assertThat(this.other.get("a")).isNull();
		assertThat(value(this.other.get("b"))).isEqualTo("2");
		this.cache.clear();
		assertThat(this.other.get("b")).isNull();
		assertThat(value(customers.get("a"))).isEqualTo("c");
		this.other.put("b", "3");
		assertThat(value(this.cache.get("b"))).isEqualTo("3");
	}

	@Test
	void answersTellTheTruth() {
		assertThat(this.cache.evictIfPresent("a")).isFalse();
		assertThat(this.cache.invalidate()).isFalse();
		assertThat(this.cache.putIfAbsent("a", "1")).isNull();
		assertThat(value(this.other.putIfAbsent("a", "2"))).isEqualTo("1");
		assertThat(this.other.evictIfPresent("a")).isTrue();
		assertThat(this.cache.evictIfPresent("a")).isFalse();
		assertThat(this.cache.putIfAbsent("a", null)).isNull();
		assertThat(this.other.invalidate()).isTrue();
		assertThat(this.other.invalidate()).isFalse();
		assertThat(this.cache.putIfAbsent("a", "3")).isNull();
	}

	@Test
	void aLoadedValueIsStored() {
		assertThat(this.cache.get("a", () -> "1")).isEqualTo("1");
		assertThat(this.other.<String>get("a", () -> {
			throw new IllegalStateException("loaded twice");
		})).isEqualTo("1");
		assertThat(this.cache.<String>get("null", () -> null)).isNull();
		assertThat(value(this.other.get("null"))).isNull();
	}

	@Test
	void anEvictionWhileAValueIsLoadedWins() {
		for (boolean known : new boolean[] { false, true }) {
			this.cache.evict(known ? "known" : "other");
			String key = known ? "known" : "new";
			String loaded = this.cache.get(key, () -> {
				this.other.evict(key);
				return "stale";
			});
			assertThat(loaded).isEqualTo("stale");
			assertThat(this.other.get(key)).isNull();
			assertThat(this.cache.get(key, () -> "fresh")).isEqualTo("fresh");
		}
		assertThat(this.cache.getStatistics().refusedFills()).isEqualTo(2);
	}

	@Test
	void aClearOrWriteWhileAValueIsLoadedWins() {
		this.cache.get("a", () -> {
			this.other.clear();
			return "stale";
		});
		assertThat(this.cache.get("a")).isNull();
		this.cache.get("b", () -> {
			this.other.put("b", "newer");
			return "stale";
		});
		assertThat(value(this.cache.get("b"))).isEqualTo("newer");
		this.cache.get("c", () -> {
			assertThat(this.other.evictIfPresent("c")).isFalse();
			return "stale";
		});
		assertThat(this.cache.get("c")).isNull();
	}

	@Test
	void aValueIsLoadedOnceForAllThreads() {
		AtomicInteger loads = new AtomicInteger();
		CountDownLatch arrived = new CountDownLatch(1);
		List<CompletableFuture<String>> results = new ArrayList<>();
		for (int i = 0; i < 16; i++) {
			results.add(CompletableFuture.supplyAsync(() -> this.cache.get("a", () -> {
				loads.incrementAndGet();
				arrived.await(10, TimeUnit.SECONDS);
				return "1";
			}), (task) -> new Thread(task).start()));
		}
		Awaitility.await().until(() -> loads.get() == 1);
		arrived.countDown();
		assertThat(results).allSatisfy((result) -> assertThat(result.join()).isEqualTo("1"));
		assertThat(loads).hasValue(1);
	}

	@Test
	void whoAsksAfterAnEvictionDoesNotGetWhatWasLoadedBefore() throws Exception {
		CountDownLatch loading = new CountDownLatch(1);
		CountDownLatch evicted = new CountDownLatch(1);
		CompletableFuture<String> before = CompletableFuture.supplyAsync(() -> this.cache.get("a", () -> {
			loading.countDown();
			evicted.await(10, TimeUnit.SECONDS);
			return "stale";
		}));
		assertThat(loading.await(10, TimeUnit.SECONDS)).isTrue();
		this.other.evict("a");
		assertThat(this.cache.get("a", () -> "fresh")).isEqualTo("fresh");
		evicted.countDown();
		assertThat(before.join()).isEqualTo("stale");
		assertThat(value(this.other.get("a"))).isEqualTo("fresh");
	}

	@Test
	void whatWasLoadedAfterAReadThatFailedIsNotStored() {
		InvocationCache view = new InvocationCache(this.cache, ResolvableType.forClass(String.class), true);
		// an error handler had the method run without a claim
		view.put("a", "stale");
		assertThat(this.other.get("a")).isNull();
	}

	@Test
	void aFailedLoadStoresNothing() {
		assertThatExceptionOfType(Cache.ValueRetrievalException.class).isThrownBy(() -> this.cache.get("a", () -> {
			throw new IllegalStateException("no");
		})).withCauseInstanceOf(IllegalStateException.class);
		assertThat(this.cache.get("a")).isNull();
		assertThat(this.cache.get("a", () -> "1")).isEqualTo("1");
	}

	@Test
	void retrievalIsAsynchronous() {
		assertThat(this.cache.retrieve("a").join()).isNull();
		assertThat(this.cache.retrieve("a", () -> CompletableFuture.supplyAsync(() -> "1")).join()).isEqualTo("1");
		assertThat(value((Cache.ValueWrapper) this.other.retrieve("a").join())).isEqualTo("1");
		assertThat(this.other.retrieve("b", () -> {
			this.cache.evict("b");
			return CompletableFuture.completedFuture("stale");
		}).join()).isEqualTo("stale");
		assertThat(this.cache.get("b")).isNull();
		assertThat(this.other.retrieve("c", () -> CompletableFuture.failedFuture(new IllegalStateException("no"))))
			.failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseInstanceOf(IllegalStateException.class);
		assertThat(this.other.retrieve("c", () -> CompletableFuture.completedFuture(null)).join()).isNull();
		assertThat(value(this.cache.get("c"))).isNull();
	}

	@Test
	void aValueThatCannotBeReadIsAMiss() {
		this.cache.put("a", new Order("x", 1));
		CacheNode node = new CacheNode(connection, Duration.ofSeconds(10), this.bucket,
				NatsCacheConfiguration.defaults());
		this.opened.add(node);
		NatsCache untrusting = node.cache("orders");
		assertThat(untrusting.get("a")).isNull();
		assertThat(untrusting.get("a", () -> "2")).isEqualTo("2");
		assertThat(value(this.other.get("a"))).isEqualTo("2");
	}

	@Test
	void entriesMayHaveATimeToLive() {
		assumeTrue(isNew(), "needs server 2.11");
		NatsCache expiring = cache(connection,
				NatsCacheConfiguration.defaults().ttl((key, value) -> "a".equals(key) ? Duration.ofSeconds(1) : null));
		expiring.put("a", "1");
		expiring.get("b", () -> "2");
		Awaitility.await().until(() -> this.other.get("a") == null);
		assertThat(value(this.other.get("b"))).isEqualTo("2");
	}

	@Test
	void aTimeToLiveThatCannotBeKeptIsRefused() {
		this.bucket = "d" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(this.bucket).build());
		NatsCache expiring = cache(connection, NatsCacheConfiguration.defaults().ttl(Duration.ofSeconds(10)));
		assertThatExceptionOfType(UnsupportedServerFeatureException.class).isThrownBy(() -> expiring.put("a", "1"))
			.withMessageContaining("time to live");
		assertThatExceptionOfType(UnsupportedServerFeatureException.class)
			.isThrownBy(() -> expiring.get("a", () -> "1"));
	}

	@Test
	void theTimeToLiveOfTheBucketNeedsNothing() {
		this.bucket = "d" + UUID.randomUUID();
		Buckets.create(connection,
				Buckets.configuration(this.bucket).maxHistoryPerKey(2).ttl(Duration.ofSeconds(10)).build());
		NatsCache expiring = cache(connection,
				NatsCacheConfiguration.defaults().ttl((key, value) -> Duration.ofSeconds("a".equals(key) ? 10 : 20)));
		expiring.put("a", "1");
		assertThat(value(cache(otherConnection, NatsCacheConfiguration.defaults()).get("a"))).isEqualTo("1");
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
			.isThrownBy(() -> expiring.put("b", "1"));
	}

	@Test
	void aTimeToLiveNeedsHistoryOfOne() {
		assumeTrue(isNew(), "needs server 2.11");
		this.bucket = "d" + UUID.randomUUID();
		Buckets.create(connection, configuration().maxHistoryPerKey(2).build());
		NatsCache expiring = cache(connection, NatsCacheConfiguration.defaults().ttl(Duration.ofSeconds(10)));
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
			.isThrownBy(() -> expiring.put("a", "1"))
			.withMessageContaining("history: 1");
	}

	@Test
	void withoutTheServerReadsAreMissesAndEvictionsFail() throws Exception {
		try (NetworkProxy proxy = NetworkProxy.to(server.port()); Connection away = proxy.connect()) {
			Duration timeout = Duration.ofMillis(200);
			NatsCache missing = node(away, timeout, NatsCacheConfiguration.defaults()).cache("orders");
			NatsCache failing = node(away, timeout, NatsCacheConfiguration.defaults().onError(OnError.FAIL))
				.cache("orders");
			this.cache.put("a", "1");
			Awaitility.await().until(() -> missing.get("a") != null);
			proxy.hold();
			long failuresBefore = missing.getStatistics().failures();
			long start = System.nanoTime();
			readByThreads(missing, start + Duration.ofSeconds(1).toNanos());
			long timedOut = missing.getStatistics().failures() - failuresBefore;
			// those that are underway when it goes, then one per second
			long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
			assertThat(timedOut).isBetween(1L, THREADS + seconds);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> failing.get("a"));
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> missing.evict("a"));
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> missing.clear());
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> missing.put("a", "2"));
			proxy.release();
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> missing.get("b", () -> "3") != null && missing.get("b") != null);
		}
	}

	@Test
	void aFullBucketAnswersReads() {
		this.bucket = "d" + UUID.randomUUID();
		Buckets.create(connection, configuration().maxBucketSize(2000).build());
		NatsCache full = cache(connection, NatsCacheConfiguration.defaults());
		full.put("a", "x".repeat(1200));
		for (int i = 0; i < 10; i++) {
			assertThat(full.get("b" + i, () -> "y".repeat(1200))).hasSize(1200);
			assertThat(value(full.get("a"))).isEqualTo("x".repeat(1200));
		}
		assertThat(full.getStatistics().failures()).isPositive();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> full.put("c", "y".repeat(1200)));
	}

	private static void readByThreads(NatsCache cache, long end) {
		List<CompletableFuture<?>> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			String key = "k" + i;
			threads.add(CompletableFuture.runAsync(() -> {
				for (int call = 0; call < 500 || System.nanoTime() - end < 0; call++) {
					assertThat(cache.get(key)).isNull();
					assertThat(cache.get(key, () -> "2")).isEqualTo("2");
				}
			}, (task) -> new Thread(task).start()));
		}
		threads.forEach(CompletableFuture::join);
	}

	@Test
	void oneOfSeveralApplicationsLoads() {
		NatsCacheConfiguration single = NatsCacheConfiguration.defaults().singleFlight(true);
		List<NatsCache> nodes = Stream.of(connection, otherConnection, otherConnection)
			.map((connection) -> node(connection, Duration.ofSeconds(10), single))
			.peek((node) -> node.manager().setLease(Duration.ofSeconds(3)))
			.map((node) -> node.cache("orders"))
			.toList();
		CacheEntries entries = entries();
		String key = new CacheKeys("orders").of("a");
		AtomicInteger loads = new AtomicInteger();
		List<CompletableFuture<String>> results = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			NatsCache node = nodes.get(i % 3);
			results.add(CompletableFuture.supplyAsync(() -> node.get("a", () -> {
				loads.incrementAndGet();
				long claimed = revision(entries, key);
				Awaitility.await("a renewal").until(() -> revision(entries, key) > claimed);
				return "1";
			}), (task) -> new Thread(task).start()));
		}
		assertThat(results).allSatisfy((result) -> assertThat(result.join()).isEqualTo("1"));
		assertThat(loads).hasValue(1);
		assertThat(value(this.other.get("a"))).isEqualTo("1");
	}

	private static long revision(CacheEntries entries, String key) {
		return Objects.requireNonNull(entries.lastFromLeader(key)).getSeq();
	}

	private CacheEntries entries() {
		DefaultKeyValueBuckets buckets = Buckets.access(connection);
		this.opened.add(buckets);
		return new CacheEntries(BucketStores.of(buckets, this.bucket), new CacheKeys("orders"), false);
	}

	@Test
	void aLoadThatFailedIsTakenOver() {
		NatsCacheConfiguration single = NatsCacheConfiguration.defaults().singleFlight(true);
		NatsCache first = cache(connection, single);
		NatsCache second = cache(otherConnection, single);
		assertThatExceptionOfType(Cache.ValueRetrievalException.class).isThrownBy(() -> first.get("a", () -> {
			throw new IllegalStateException("no");
		}));
		long start = System.nanoTime();
		assertThat(second.get("a", () -> "1")).isEqualTo("1");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SingleFlight.LEASE);
	}

	@Test
	void aLoadThatIsNotRenewedIsTakenOver() {
		Duration lease = Duration.ofMillis(500);
		CacheNode node = node(otherConnection, Duration.ofSeconds(10),
				NatsCacheConfiguration.defaults().singleFlight(true));
		node.manager().setLease(lease);
		entries().tombstone(new CacheKeys("orders").of("dead"), 0, true);
		long start = System.nanoTime();
		assertThat(node.cache("orders").get("dead", () -> "2")).isEqualTo("2");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(lease);
		assertThat(value(this.cache.get("dead"))).isEqualTo("2");
	}

	@Test
	void anEvictionWinsOverASingleFlight() {
		NatsCache single = cache(connection, NatsCacheConfiguration.defaults().singleFlight(true));
		single.get("a", () -> {
			this.other.evict("a");
			return "stale";
		});
		assertThat(this.other.get("a")).isNull();
	}

	record Order(String id, int amount) {

	}

}
