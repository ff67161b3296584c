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

package io.github.natskv.kv.reactive;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the pace and the end of reactive watches.
 */
@Timeout(120)
class ReactiveWatchTests {

	private static final int KEYS = 100_000;

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final String name = "b" + UUID.randomUUID();

	private DefaultKeyValueBuckets buckets;

	private ReactiveKeyValueBucket<String> bucket;

	@BeforeEach
	void create() {
		Buckets.create(connection, Buckets.configuration(this.name).build());
		this.buckets = Buckets.access(connection, BucketSettings.of(this.name));
		this.bucket = ReactiveKeyValueBucket.of(this.buckets.bucket(this.name, String.class));
	}

	@AfterEach
	void close() {
		this.buckets.close();
	}

	@Test
	void aSlowSubscriberLeavesTheEntriesOnTheServer() throws Exception {
		Map<String, String> values = IntStream.range(0, KEYS)
			.boxed()
			.collect(Collectors.toMap((i) -> "key." + i, (i) -> "value " + i));
		this.bucket.getBucket().putAll(values);
		long before = connection.getStatistics().getInMsgs();
		Counter counter = new Counter();
		this.bucket.watch(WatchOptions.of()).subscribe(counter);
		for (int requested = 1; requested <= 100; requested++) {
			counter.request(1);
			await(counter, requested);
		}
		assertThat(connection.getStatistics().getInMsgs() - before).isLessThan(KEYS / 20);
		assertThat(counter.received).isEqualTo(100);
		counter.request(Long.MAX_VALUE);
		await(counter, KEYS);
		counter.cancel();
		awaitNoConsumers();
	}

	private static void await(Counter counter, int count) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(60))
			.until(() -> counter.received >= count);
	}

	private void awaitNoConsumers() {
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(connection.jetStreamManagement().getConsumerNames("KV_" + this.name)).isEmpty());
	}

	@Test
	void aWatchCompletesWithTheApplication() {
		this.bucket.getBucket().put("a", "1");
		this.bucket.getBucket().put("b", "2");
		StepVerifier.create(this.bucket.watch(">"))
			.expectNextCount(2)
			.then(this.buckets::close)
			.expectComplete()
			.verify(Duration.ofSeconds(20));
	}

	@Test
	void aWatchThatWaitsForRequestsDoesNotDelayTheEndOfTheApplication() {
		this.bucket.getBucket().put("a", "1");
		this.bucket.getBucket().put("b", "2");
		Counter counter = new Counter();
		this.bucket.watch(">").subscribe(counter);
		counter.request(1);
		await(counter, 1);
		Awaitility.await().until(() -> this.buckets.watches().get(0).lag() > 0);
		long begin = System.nanoTime();
		this.buckets.close();
		Awaitility.await().until(() -> counter.ended);
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
		assertThat(counter.received).isEqualTo(1);
	}

	@Test
	void aWatchThatWaitsForRequestsIsNotStuck() {
		this.bucket.getBucket().put("a", "1");
		this.bucket.getBucket().put("b", "2");
		for (Flux<?> watch : List.of(this.bucket.watch(">"), this.bucket.watchTransactions(WatchOptions.of()))) {
			Counter counter = new Counter();
			watch.subscribe(counter);
			counter.request(1);
			await(counter, 1);
			Awaitility.await().until(() -> this.buckets.watches().get(0).handling());
			Awaitility.await()
				.during(Duration.ofMillis(100))
				.until(() -> this.buckets.watches().get(0).stalled(), Duration.ZERO::equals);
			counter.cancel();
			Awaitility.await().until(() -> this.buckets.watches().isEmpty());
		}
	}

	@Test
	void cancellingWhileAWatchIsOpenedLeavesNoConsumer() {
		this.bucket.getBucket().put("a", "1");
		Flux.range(0, 20).doOnNext((i) -> this.bucket.watch(">").subscribe().dispose()).blockLast();
		awaitNoConsumers();
		Awaitility.await().untilAsserted(() -> assertThat(this.buckets.watches()).isEmpty());
	}

	@Test
	void aWatchOfNoBucketFails() {
		ReactiveKeyValueBucket<String> missing = ReactiveKeyValueBucket
			.of(this.buckets.bucket("missing", String.class));
		StepVerifier.create(missing.watch(">"))
			.expectError(BucketNotFoundException.class)
			.verify(Duration.ofSeconds(20));
	}

	private static final class Counter extends BaseSubscriber<Object> {

		private volatile int received;

		private volatile boolean ended;

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
		}

		@Override
		protected void hookOnNext(Object value) {
			this.received++;
		}

		@Override
		protected void hookFinally(SignalType type) {
			this.ended = true;
		}

	}

}
