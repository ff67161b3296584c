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

package io.github.natskv.kv.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.PurgeOptions;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for listings over slow and broken networks, while others change the bucket.
 */
@Timeout(180)
class ListingOverNetworkTests {

	private static final int MANY = 4001;

	private static NatsServer server;

	/** The one of the others, next to the server. */
	private static Connection near;

	private final String name = "b" + UUID.randomUUID();

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		near = server.connect();
	}

	@AfterAll
	static void stop() throws InterruptedException {
		near.close();
		server.close();
	}

	private KeyValueBucket<String> bucket(Connection connection) {
		return Buckets.access(connection, Duration.ofSeconds(5)).bucket(this.name, String.class);
	}

	private KeyValueBucket<String> create(int history) {
		Buckets.create(near, Buckets.configuration(this.name).maxHistoryPerKey(history).build());
		return bucket(near);
	}

	private void fill(int count) {
		for (int i = 0; i < count; i++) {
			near.publish("$KV." + this.name + ".k." + i, new byte[] { '1' });
		}
		Awaitility.await().until(() -> bucket(near).getStatus().getEntryCount() == count);
	}

	@ParameterizedTest
	@MethodSource("io.github.natskv.testsupport.NetworkProxy#roundTrips")
	void listingsAreWhatTheBucketHolds(Duration roundTrip) throws Exception {
		KeyValueBucket<String> writer = create(5);
		for (int i = 1; i <= 5; i++) {
			writer.put("a", "v" + i);
		}
		writer.put("b", "x");
		writer.delete("b");
		for (int i = 1; i <= 3; i++) {
			writer.put("c", "c" + i);
		}
		try (NetworkProxy proxy = NetworkProxy.to(server.port(), roundTrip); Connection far = proxy.connect()) {
			KeyValueBucket<String> bucket = bucket(far);
			assertThat(bucket.history("a")).extracting(BucketEntry::value)
				.containsExactly("v1", "v2", "v3", "v4", "v5");
			assertThat(bucket.history("b")).hasSize(2);
			assertThat(bucket.history("d")).isEmpty();
			assertThat(bucket.entries()).extracting(BucketEntry::value).containsExactly("v5", "c3");
			assertThat(bucket.keys()).containsExactlyInAnyOrder("a", "c");
			assertThat(bucket.keys("a", "b", "d.>")).containsExactly("a");
			assertThat(bucket.purgeDeletes(Duration.ZERO)).isOne();
			assertThat(bucket.history("b")).isEmpty();
			assertThat(bucket.keys()).containsExactlyInAnyOrder("a", "c");
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.natskv.testsupport.NetworkProxy#roundTrips")
	void aListingTakesAFewRoundTrips(Duration roundTrip) throws Exception {
		create(1);
		fill(100);
		try (NetworkProxy proxy = NetworkProxy.to(server.port(), roundTrip); Connection far = proxy.connect()) {
			KeyValueBucket<String> bucket = bucket(far);
			bucket.getEntry("k.0");
			Duration bound = roundTrip.multipliedBy(7).plusMillis(500);
			for (int i = 0; i < 3; i++) {
				long start = System.nanoTime();
				assertThat(bucket.keys()).hasSize(100);
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.natskv.testsupport.NetworkProxy#roundTrips")
	void listingsUnderWritesHaveAllKeysAndNoValueFromBefore(Duration roundTrip) throws Exception {
		KeyValueBucket<String> writer = create(4);
		int keys = 200;
		int threads = 8;
		Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
		for (int i = 0; i < keys; i++) {
			writer.put("k." + i, "0");
			acknowledged.put("k." + i, 0);
		}
		AtomicBoolean done = new AtomicBoolean();
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		List<CompletableFuture<Void>> writers = IntStream.range(0, threads)
			.mapToObj((thread) -> CompletableFuture.runAsync(() -> {
				for (int i = 1; !done.get(); i++) {
					for (int k = thread; k < keys && !done.get(); k += threads) {
						writer.put("k." + k, "" + i);
						acknowledged.put("k." + k, i);
					}
				}
			}, executor))
			.toList();
		try (NetworkProxy proxy = NetworkProxy.to(server.port(), roundTrip); Connection far = proxy.connect()) {
			KeyValueBucket<String> bucket = bucket(far);
			for (int i = 0; i < 4; i++) {
				Map<String, Integer> before = Map.copyOf(acknowledged);
				List<BucketEntry<String>> entries = bucket.entries("k.*");
				assertThat(entries).hasSize(keys)
					.allSatisfy((entry) -> assertThat(Integer.parseInt(entry.value()))
						.isGreaterThanOrEqualTo(before.get(entry.key())));
				assertThat(bucket.keys()).hasSize(keys);
				int known = acknowledged.get("k.1");
				List<BucketEntry<String>> history = bucket.history("k.1");
				assertThat(history).hasSizeBetween(Math.min(4, known + 1), 4)
					.isSortedAccordingTo((a, b) -> Long.compare(a.revision(), b.revision()));
				assertThat(Integer.parseInt(history.get(history.size() - 1).value())).isGreaterThanOrEqualTo(known);
			}
		}
		finally {
			done.set(true);
			CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).join();
			executor.shutdown();
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.natskv.testsupport.NetworkProxy#roundTrips")
	void aListingWhileTheBucketIsPurgedHasAllKeysOrNone(Duration roundTrip) throws Exception {
		create(1);
		listWhile(roundTrip, () -> near.jetStreamManagement().purgeStream("KV_" + this.name), 0);
	}

	@ParameterizedTest
	@MethodSource("io.github.natskv.testsupport.NetworkProxy#roundTrips")
	void aListingWhileSomeKeysArePurgedHasAllOfThemOrNone(Duration roundTrip) throws Exception {
		// up to 2.14.1, servers purge some keys of a bucket in memory bit by bit
		Buckets.create(near, Buckets.configuration(this.name).storageType(StorageType.File).build());
		near.publish("$KV." + this.name + ".first", new byte[] { '1' });
		listWhile(roundTrip, () -> near.jetStreamManagement()
			.purgeStream("KV_" + this.name, PurgeOptions.subject("$KV." + this.name + ".k.>")), 1);
	}

	@ParameterizedTest
	@MethodSource("io.github.natskv.testsupport.NetworkProxy#roundTrips")
	void aListingWhileTheBucketIsMadeAgainHasAllKeysOfOneLifeOrFails(Duration roundTrip) throws Exception {
		create(1);
		listWhile(roundTrip, () -> {
			near.keyValueManagement().delete(this.name);
			Buckets.create(near, Buckets.configuration(this.name).build());
			near.publish("$KV." + this.name + ".first", new byte[] { '1' });
		}, 0, 1);
	}

	private void listWhile(Duration roundTrip, Change change, Integer... others) throws Exception {
		try (NetworkProxy proxy = NetworkProxy.to(server.port(), roundTrip); Connection far = proxy.connect()) {
			KeyValueBucket<String> bucket = bucket(far);
			List<Integer> sizes = new ArrayList<>(List.of(others));
			for (int round = 0; round < 8; round++) {
				near.jetStreamManagement()
					.purgeStream("KV_" + this.name, PurgeOptions.subject("$KV." + this.name + ".k.>"));
				int rest = (int) bucket.getStatus().getEntryCount();
				for (int i = 0; i < MANY; i++) {
					near.publish("$KV." + this.name + ".k." + i, new byte[] { '1' });
				}
				Awaitility.await().until(() -> bucket(near).getStatus().getEntryCount() == MANY + rest);
				sizes.add(MANY + rest);
				boolean values = round % 2 == 0;
				CompletableFuture<Integer> listing = CompletableFuture
					.supplyAsync(() -> values ? bucket.entries().size() : bucket.keys().size());
				long start = System.nanoTime();
				long wait = roundTrip.toNanos() * 2 + round * (roundTrip.toNanos() / 4 + 2_000_000);
				Awaitility.await()
					.pollDelay(Duration.ZERO)
					.pollInterval(Duration.ofMillis(1))
					.until(() -> System.nanoTime() - start >= wait);
				change.run();
				try {
					assertThat(listing.join()).as("round %d", round).isIn(sizes);
				}
				catch (CompletionException ex) {
					assertThat(ex).as("round %d", round).hasCauseInstanceOf(BucketNotFoundException.class);
				}
			}
		}
	}

	/**
	 * Of keys {@code k}, one is replaced by another before they are listed, and all are
	 * purged before that is read.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void keysThatAreRemovedWithOneThatWasNotReadAreNotListed(boolean values) {
		KeyValueBucket<String> writer = create(1);
		fill(3);
		AtomicBoolean read = new AtomicBoolean();
		Connection disturbed = DisturbedConnection.of(near, (request) -> {
			if (request.contains(".CONSUMER.CREATE.")) {
				read.set(true);
			}
			else if (request.contains(".STREAM.INFO.") && read.getAndSet(false)) {
				writer.put("later", "1");
				purge("k.1");
			}
			else if (request.contains(".STREAM.MSG.GET.") && request.contains("last_by_subj")) {
				purge(">");
			}
		});
		KeyValueBucket<String> bucket = bucket(disturbed);
		assertThat(values ? bucket.entries() : bucket.keys()).isEmpty();
	}

	private void purge(String filter) {
		try {
			near.jetStreamManagement()
				.purgeStream("KV_" + this.name, PurgeOptions.subject("$KV." + this.name + "." + filter));
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aListingWhoseConnectionIsCutHasAllKeysOrFails() throws Exception {
		create(1);
		fill(MANY);
		try (NetworkProxy proxy = NetworkProxy.to(server.port()); Connection far = proxy.connect()) {
			KeyValueBucket<String> bucket = Buckets.access(far, Duration.ofSeconds(1)).bucket(this.name, String.class);
			for (int round = 0; round < 6; round++) {
				proxy.cutAfter(500 + 40_000 * round);
				try {
					assertThat(bucket.keys()).as("round %d", round).hasSize(MANY);
				}
				catch (DataAccessException ex) {
					assertThat(ex).as("round %d", round)
						.isInstanceOfAny(KeyValueNotConnectedException.class, KeyValueTimeoutException.class);
				}
				assertThat(proxy.isCut()).as("round %d", round).isTrue();
				Awaitility.await().until(() -> far.getStatus() == Connection.Status.CONNECTED);
			}
			assertThat(bucket.keys()).hasSize(MANY);
		}
	}

	private interface Change {

		void run() throws IOException, JetStreamApiException;

	}

}
