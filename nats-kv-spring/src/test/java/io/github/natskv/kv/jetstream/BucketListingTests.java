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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for listings under load.
 */
@Timeout(120)
class BucketListingTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void keysAreCompleteUnderOverwrites(int history) throws Exception {
		int count = 300;
		String name = "b" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(name).maxHistoryPerKey(history).build());
		KeyValueBucket<String> bucket = Buckets.access(connection).bucket(name, String.class);
		List<String> live = IntStream.range(0, count).mapToObj((i) -> "k." + i).toList();
		live.forEach((key) -> bucket.put(key, "x"));
		bucket.put("gone", "x");
		bucket.delete("gone");
		AtomicBoolean done = new AtomicBoolean();
		List<CompletableFuture<Void>> writers = IntStream.range(0, 3).mapToObj((i) -> CompletableFuture.runAsync(() -> {
			while (!done.get()) {
				bucket.put("k." + ThreadLocalRandom.current().nextInt((i == 0) ? 3 : count), "y");
			}
		})).toList();
		for (int i = 0; i < 400; i++) {
			Set<String> keys = (i % 2 == 0) ? bucket.keys() : bucket.keys("k.*");
			assertThat(keys).as("listing %d", i).hasSize(count).containsAll(live);
			if (i % 10 == 0) {
				assertThat(bucket.entries()).as("entries %d", i).hasSize(count);
				assertThat(bucket.history("k.1")).hasSizeBetween(1, history);
			}
		}
		done.set(true);
		CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get();
	}

	@Test
	void aLargeBucketIsListedCompletely() throws Exception {
		String name = "b" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(name).build());
		for (int i = 0; i < 20_000; i++) {
			connection.publish("$KV." + name + ".k" + i, new byte[100]);
		}
		KeyValueBucket<byte[]> bucket = Buckets.access(connection).bucket(name, byte[].class);
		Awaitility.await().until(() -> bucket.getStatus().getEntryCount() == 20_000);
		assertThat(bucket.keys()).hasSize(20_000);
		assertThat(bucket.entries()).hasSize(20_000);
	}

	@Test
	void twoThousandListingsLeaveNoConsumer() throws Exception {
		String name = "b" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(name).build());
		KeyValueBucket<String> bucket = Buckets.access(connection).bucket(name, String.class);
		bucket.put("a", "1");
		int threads = Thread.activeCount();
		for (int i = 0; i < 2000; i++) {
			assertThat((i % 2 == 0) ? bucket.keys().size() : bucket.history("a").size()).isOne();
		}
		assertThat(connection.jetStreamManagement().getStreamInfo("KV_" + name).getStreamState().getConsumerCount())
			.isZero();
		assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
	}

	@RepeatedTest(20)
	void aConnectionThatIsClosedMeanwhileIsADataAccessException() throws Exception {
		String name = "b" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(name).build());
		Connection closing = server.connect();
		KeyValueBucket<String> bucket = Buckets.access(closing).bucket(name, String.class);
		bucket.put("a", "1");
		AtomicInteger listed = new AtomicInteger();
		List<CompletableFuture<Void>> readers = IntStream.range(0, 4).mapToObj((i) -> CompletableFuture.runAsync(() -> {
			while (true) {
				assertThat(bucket.keys()).hasSize(1);
				listed.incrementAndGet();
			}
		}, (task) -> new Thread(task).start())).toList();
		int listings = ThreadLocalRandom.current().nextInt(20, 60);
		Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> listed.get() >= listings);
		closing.close();
		for (CompletableFuture<Void> reader : readers) {
			assertThatExceptionOfType(CompletionException.class).isThrownBy(reader::join)
				.withCauseInstanceOf(DataAccessException.class);
		}
	}

}
