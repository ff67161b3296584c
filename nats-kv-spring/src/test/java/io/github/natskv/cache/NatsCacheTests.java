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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.cache.NatsCacheConfiguration.OnError;
import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.kv.support.BucketStores;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

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

	private static final KeyValueCodec CODEC = new DefaultKeyValueCodec(
			new PayloadConverter(new JacksonPayloadFormat(new JsonMapper())));

	private static NatsServer server;

	private static Connection connection;

	private static Connection otherConnection;

	private final List<AutoCloseable> opened = new ArrayList<>();

	private String bucket;

	private NatsCache cache;

	private NatsCache other;

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		connection = server.connect();
		otherConnection = server.connect();
	}

	@AfterAll
	static void stop() throws InterruptedException {
		connection.close();
		otherConnection.close();
		server.close();
	}

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
		return cache(connection, "orders", configuration);
	}

	private NatsCache cache(Connection connection, String name, NatsCacheConfiguration configuration) {
		DefaultKeyValueBuckets buckets = Buckets.access(connection, Duration.ofSeconds(1));
		NatsCacheManager manager = new NatsCacheManager(buckets, this.bucket, CODEC);
		manager.trustTypes(Order.class);
		manager.setDefaults(configuration);
		this.opened.add(buckets);
		this.opened.add(manager::destroy);
		return (NatsCache) manager.getCache(name);
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
		NatsCache customers = cache(connection, "customers", NatsCacheConfiguration.defaults());
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
		NatsCacheManager manager = new NatsCacheManager(Buckets.access(connection), this.bucket, CODEC);
		this.cache.put("a", new Order("x", 1));
		NatsCache untrusting = (NatsCache) manager.getCache("orders");
		assertThat(untrusting.get("a")).isNull();
		assertThat(untrusting.get("a", () -> "2")).isEqualTo("2");
		assertThat(value(this.other.get("a"))).isEqualTo("2");
		manager.destroy();
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
			NatsCache missing = cache(away, NatsCacheConfiguration.defaults());
			NatsCache failing = cache(away, NatsCacheConfiguration.defaults().onError(OnError.FAIL));
			missing.put("a", "1");
			proxy.hold();
			long start = System.nanoTime();
			for (int i = 0; i < 1000; i++) {
				assertThat(missing.get("a")).isNull();
				assertThat(missing.get("b", () -> "2")).isEqualTo("2");
			}
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
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
	void oneOfSeveralApplicationsLoads() {
		NatsCacheConfiguration single = NatsCacheConfiguration.defaults().singleFlight(true);
		List<NatsCache> nodes = List.of(cache(connection, single), cache(otherConnection, single),
				cache(otherConnection, single));
		AtomicInteger loads = new AtomicInteger();
		List<CompletableFuture<String>> results = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			NatsCache node = nodes.get(i % 3);
			results.add(CompletableFuture.supplyAsync(() -> node.get("a", () -> {
				loads.incrementAndGet();
				// longer than a renewal
				Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
				return "1";
			}), (task) -> new Thread(task).start()));
		}
		assertThat(results).allSatisfy((result) -> assertThat(result.join()).isEqualTo("1"));
		assertThat(loads).hasValue(1);
		assertThat(value(this.other.get("a"))).isEqualTo("1");
	}

	@Test
	void aLoadThatFailedOrDiedIsTakenOver() {
		NatsCacheConfiguration single = NatsCacheConfiguration.defaults().singleFlight(true);
		NatsCache first = cache(connection, single);
		NatsCache second = cache(otherConnection, single);
		assertThatExceptionOfType(Cache.ValueRetrievalException.class).isThrownBy(() -> first.get("a", () -> {
			throw new IllegalStateException("no");
		}));
		long start = System.nanoTime();
		assertThat(second.get("a", () -> "1")).isEqualTo("1");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SingleFlight.LEASE);
		// of one that is not renewed
		CacheEntries entries = new CacheEntries(BucketStores.of(Buckets.access(connection), this.bucket),
				new CacheKeys("orders"), false);
		entries.tombstone(new CacheKeys("orders").of("dead"), 0, true);
		assertThat(second.get("dead", () -> "2")).isEqualTo("2");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(SingleFlight.LEASE);
		assertThat(value(first.get("dead"))).isEqualTo("2");
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
