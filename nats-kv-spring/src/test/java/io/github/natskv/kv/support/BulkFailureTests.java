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

package io.github.natskv.kv.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.TransientDataAccessResourceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for asynchronous operations and those on many keys when the server fails.
 */
@Timeout(60)
class BulkFailureTests {

	private static final Duration TIMEOUT = Duration.ofMillis(500);

	private NatsServer server;

	private Connection connection;

	private DefaultKeyValueBuckets access;

	private KeyValueBucket<String> bucket;

	@BeforeEach
	void start() throws Exception {
		this.server = NatsServer.start();
		this.connection = Nats.connect(Options.builder()
			.server(this.server.url())
			.maxReconnects(-1)
			.reconnectWait(Duration.ofMillis(50))
			.reconnectBufferSize(0)
			.advancedRequestBehavior()
			.build());
		Buckets.create(this.connection, Buckets.configuration("b").storageType(StorageType.File).build());
		open(50);
		this.bucket.put("a", "1");
	}

	private void open(int maxInFlight) {
		open(maxInFlight, TIMEOUT);
	}

	private void open(int maxInFlight, Duration timeout) {
		this.access = Buckets.access(this.connection, timeout, maxInFlight);
		this.bucket = this.access.bucket("b", String.class);
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.access.close();
		this.connection.close();
		this.server.close();
	}

	private static Map<String, String> values(int count) {
		Map<String, String> values = new LinkedHashMap<>();
		IntStream.range(0, count).forEach((i) -> values.put("k" + i, "v" + i));
		return values;
	}

	private static Throwable failure(CompletableFuture<?> future) {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		future.whenComplete((value, ex) -> failure.complete(ex));
		return failure.orTimeout(10, TimeUnit.SECONDS).join();
	}

	private static BulkOperationException failing(Runnable operation) {
		try {
			operation.run();
		}
		catch (BulkOperationException ex) {
			return ex;
		}
		throw new AssertionError("Nothing failed");
	}

	@Test
	void whileDisconnectedNothingIsSentNorLeftBehind() {
		this.server.kill();
		Awaitility.await().until(() -> this.connection.getStatus() != Connection.Status.CONNECTED);
		BulkOperationException ex = failing(() -> this.bucket.putAll(values(1000)));
		assertThat(ex.getSucceeded()).isEmpty();
		assertThat(ex.getFailures()).hasSize(1000)
			.allSatisfy((key, failure) -> assertThat(failure).isInstanceOf(KeyValueNotConnectedException.class));
		assertThatExceptionOfType(BulkOperationException.class).isThrownBy(() -> this.bucket.deleteAll(List.of("a")));
		assertThatExceptionOfType(KeyValueNotConnectedException.class)
			.isThrownBy(() -> this.bucket.getAll(List.of("a", "b")));
		assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(() -> this.bucket.stream().toList());
		assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(() -> this.bucket.clear());
		assertThat(failure(this.bucket.putAsync("b", "x"))).isInstanceOf(KeyValueNotConnectedException.class);
		assertThat(failure(this.bucket.getAsync("a"))).isInstanceOf(KeyValueNotConnectedException.class);
		this.server.restart();
		Awaitility.await().ignoreExceptions().until(() -> "1".equals(this.bucket.get("a")));
		assertThat(this.bucket.keys()).containsExactly("a");
		assertThat(this.bucket.putAll(values(100))).hasSize(100);
	}

	@Test
	void aStalledServerMeansUnknownOutcomesOfWhatWasSentOnly() {
		this.server.suspend();
		BulkOperationException ex;
		try {
			long start = System.nanoTime();
			ex = failing(() -> this.bucket.putAll(values(10_000)));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(4));
			assertThatExceptionOfType(KeyValueTimeoutException.class)
				.isThrownBy(() -> this.bucket.getAll(List.of("a", "b")));
			assertThat(failure(this.bucket.putAsync("late", "x"))).isInstanceOf(KeyValueTimeoutException.class)
				.hasMessageContaining("unknown");
			assertThat(failure(this.bucket.getAsync("a"))).isInstanceOf(KeyValueTimeoutException.class);
		}
		finally {
			this.server.resume();
		}
		List<String> unknown = ex.getFailures()
			.entrySet()
			.stream()
			.filter((failure) -> failure.getValue() instanceof KeyValueTimeoutException)
			.map(Map.Entry::getKey)
			.toList();
		assertThat(unknown).hasSize(50);
		assertThat(ex.getFailures()).hasSize(10_000);
		assertThat(ex.getFailures().get("k9999")).isInstanceOf(TransientDataAccessResourceException.class)
			.hasMessageContaining("Nothing was sent");
		Awaitility.await().ignoreExceptions().until(() -> this.bucket.exists("late"));
		Set<String> written = this.bucket.keys();
		written.removeAll(Set.of("a", "late"));
		assertThat(unknown).containsAll(written);
	}

	@Test
	void everyOutcomeIsToldRightWhenTheServerIsKilled() throws Exception {
		open(1000);
		Map<String, String> values = values(200_000);
		CompletableFuture<BulkOperationException> writing = CompletableFuture
			.supplyAsync(() -> failing(() -> this.bucket.putAll(values)));
		Awaitility.await().until(() -> this.bucket.getStatus().getEntryCount() > 2000);
		this.server.kill();
		BulkOperationException ex = writing.get(20, TimeUnit.SECONDS);
		this.server.restart();
		Awaitility.await().ignoreExceptions().until(() -> "1".equals(this.bucket.get("a")));
		assertThat(ex.getSucceeded().size() + ex.getFailures().size()).isEqualTo(values.size());
		assertThat(ex.getSucceeded()).hasSizeGreaterThan(1000);
		assertThat(Collections.disjoint(ex.getFailures().keySet(), ex.getSucceeded().keySet())).isTrue();
		Map<String, Long> kept = new HashMap<>();
		this.bucket.entries().forEach((entry) -> kept.put(entry.key(), entry.revision()));
		assertThat(kept).containsAllEntriesOf(ex.getSucceeded());
		Map<String, RuntimeException> unsent = new HashMap<>(ex.getFailures());
		unsent.values().removeIf(KeyValueTimeoutException.class::isInstance);
		assertThat(ex.getFailures().size() - unsent.size()).isLessThanOrEqualTo(1000);
		assertThat(Collections.disjoint(kept.keySet(), unsent.keySet())).isTrue();
	}

	@Test
	void aMissingBucketIsToldOfEachKey() throws Exception {
		this.connection.keyValueManagement().delete("b");
		BulkOperationException ex = failing(() -> this.bucket.putAll(values(200)));
		assertThat(ex.getFailures()).hasSize(200)
			.allSatisfy((key, failure) -> assertThat(failure).isInstanceOf(BucketNotFoundException.class));
		assertThatExceptionOfType(BucketNotFoundException.class)
			.isThrownBy(() -> this.bucket.getAll(List.of("a", "b")));
		assertThat(failure(this.bucket.getAsync("a"))).isInstanceOf(BucketNotFoundException.class);
		assertThat(failure(this.bucket.putAsync("a", "1"))).isInstanceOf(BucketNotFoundException.class);
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> this.bucket.stream().toList());
		Buckets.create(this.connection, Buckets.configuration("b").build());
		assertThat(this.bucket.putAll(values(200))).hasSize(200);
	}

	@Test
	void anInterruptEndsTheWriting() throws Exception {
		this.server.suspend();
		AtomicInteger interrupted = new AtomicInteger();
		CompletableFuture<BulkOperationException> writing = new CompletableFuture<>();
		Thread writer = new Thread(() -> {
			writing.complete(failing(() -> this.bucket.putAll(values(1000))));
			interrupted.set(Thread.currentThread().isInterrupted() ? 1 : -1);
		});
		writer.start();
		try {
			Awaitility.await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
			writer.interrupt();
			BulkOperationException ex = writing.get(10, TimeUnit.SECONDS);
			assertThat(ex.getFailures()).hasSize(1000);
			assertThat(ex.getFailures().get("k0")).isInstanceOf(KeyValueTimeoutException.class)
				.hasMessageContaining("Interrupted");
			assertThat(ex.getFailures().get("k999")).isInstanceOf(TransientDataAccessResourceException.class)
				.hasMessageContaining("nothing was sent");
			Awaitility.await().until(() -> interrupted.get() == 1);
		}
		finally {
			this.server.resume();
		}
		Awaitility.await().ignoreExceptions().until(() -> this.bucket.putAll(values(1000)).size() == 1000);
	}

	@Test
	void callersWaitWhenAsManyRequestsAreUnderway() throws Exception {
		open(10, Duration.ofSeconds(20));
		this.bucket.getAll(List.of("a", "b"));
		List<CompletableFuture<Long>> futures = Collections.synchronizedList(new ArrayList<>());
		this.server.suspend();
		Thread writer = new Thread(() -> {
			for (int i = 0; i < 30; i++) {
				futures.add(this.bucket.putAsync("w" + i, "x"));
			}
		});
		try {
			writer.start();
			Awaitility.await().until(() -> futures.size() == 10 && writer.getState() == Thread.State.WAITING);
			CompletableFuture<Throwable> reading = new CompletableFuture<>();
			Thread bulk = new Thread(
					() -> reading.complete(catchThrowable(() -> this.bucket.getAll(List.of("a", "b")))));
			bulk.start();
			Awaitility.await().until(() -> bulk.getState() == Thread.State.WAITING);
			bulk.interrupt();
			assertThat(reading.get(10, TimeUnit.SECONDS)).isInstanceOf(KeyValueTimeoutException.class)
				.hasMessageContaining("Interrupted");
			assertThat(futures).hasSize(10);
		}
		finally {
			this.server.resume();
		}
		writer.join();
		assertThat(futures).hasSize(30);
		CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
		assertThat(this.bucket.putAll(values(100))).hasSize(100);
	}

	@Test
	void interruptedCallersSendNothing() throws Exception {
		Thread.currentThread().interrupt();
		try {
			assertThat(failure(this.bucket.putAsync("b", "x"))).isInstanceOf(TransientDataAccessResourceException.class)
				.hasMessageContaining("nothing was sent");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
		assertThat(this.bucket.exists("b")).isFalse();
	}

	@Test
	void whatIsSlowToBeToldHoldsCallersUpButNotItself() throws Exception {
		open(10);
		CompletableFuture<Void> gate = new CompletableFuture<>();
		List<CompletableFuture<String>> chains = Collections.synchronizedList(new ArrayList<>());
		Thread reader = new Thread(() -> {
			Thread caller = Thread.currentThread();
			for (int i = 0; i < 40; i++) {
				chains.add(this.bucket.getAsync("a").thenCompose((value) -> {
					// not where the answer was there at once
					if (Thread.currentThread() != caller) {
						gate.join();
					}
					return this.bucket.getAsync("a").thenApply((again) -> value + this.bucket.getAsync("a").join());
				}));
			}
		});
		reader.start();
		Awaitility.await().until(() -> chains.size() >= 10 && reader.getState() == Thread.State.WAITING);
		assertThat(chains).hasSizeLessThan(15);
		assertThat(this.bucket.get("a")).isEqualTo("1");
		gate.complete(null);
		reader.join();
		for (CompletableFuture<String> chain : chains) {
			assertThat(chain.get(10, TimeUnit.SECONDS)).isEqualTo("11");
		}
	}

	@Test
	void futuresAreCompletedByThreadsThatMayBeBlocked() throws Exception {
		Map<String, ClassLoader> threads = new ConcurrentHashMap<>();
		for (int i = 0; i < 100; i++) {
			this.bucket.putAsync("k" + i, "x").thenAccept((revision) -> {
				Thread thread = Thread.currentThread();
				threads.put(thread.getName(), thread.getContextClassLoader());
			}).get(10, TimeUnit.SECONDS);
		}
		threads.remove(Thread.currentThread().getName());
		assertThat(threads.keySet()).allMatch((name) -> name.startsWith("nats-kv-async-"));
		assertThat(threads.values()).containsOnly(Thread.currentThread().getContextClassLoader());
		CompletableFuture<Long> last = this.bucket.putAsync("last", "x");
		this.access.close();
		assertThat(last.get(10, TimeUnit.SECONDS)).isPositive();
		assertThat(this.bucket.putAsync("after", "x").get(10, TimeUnit.SECONDS)).isPositive();
	}

}
