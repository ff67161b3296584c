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

package io.github.natskv.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.provisioning.BucketConfigurations;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueOperation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import org.springframework.dao.DuplicateKeyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What reactive buckets promise.
 */
abstract class ReactiveContract extends BucketContract {

	private static final Duration SOON = Duration.ofSeconds(15);

	private ReactiveKeyValueBucket<String> reactive;

	ReactiveContract(BucketFixture fixture) {
		super(fixture);
	}

	@BeforeEach
	void createReactive() {
		this.reactive = ReactiveKeyValueBucket.of(this.bucket);
	}

	private static <T> StepVerifier.FirstStep<T> verify(Mono<T> mono) {
		return StepVerifier.create(mono.subscribeOn(Schedulers.parallel()));
	}

	private static <T> StepVerifier.FirstStep<T> verify(Flux<T> flux) {
		return StepVerifier.create(flux.subscribeOn(Schedulers.parallel(), false));
	}

	private void awaitNoConsumers() {
		await().untilAsserted(
				() -> assertThat(this.bucket.getStatus().getBackingStreamInfo().getStreamState().getConsumerCount())
					.isZero());
	}

	@Test
	void valuesAreWrittenAndRead() {
		verify(this.reactive.put("a", "1")).expectNext(1L).expectComplete().verify(SOON);
		verify(this.reactive.get("a")).expectNext("1").expectComplete().verify(SOON);
		verify(this.reactive.get("absent")).expectComplete().verify(SOON);
		verify(this.reactive.getOrDefault("absent", "other")).expectNext("other").expectComplete().verify(SOON);
		verify(this.reactive.exists("a")).expectNext(true).expectComplete().verify(SOON);
		verify(this.reactive.getEntry("a").map(BucketEntry::revision)).expectNext(1L).expectComplete().verify(SOON);
		verify(this.reactive.getEntry("a", 1).map(BucketEntry::value)).expectNext("1").expectComplete().verify(SOON);
		verify(this.reactive.getEntry("absent")).expectComplete().verify(SOON);
		verify(this.reactive.create("b", "2")).expectNext(2L).expectComplete().verify(SOON);
		verify(this.reactive.putIfAbsent("b", "3")).expectNext(false).expectComplete().verify(SOON);
		verify(this.reactive.update("b", "3", 2)).expectNext(3L).expectComplete().verify(SOON);
		verify(this.reactive.history("b").mapNotNull(BucketEntry::value)).expectNext("2", "3")
			.expectComplete()
			.verify(SOON);
		verify(this.reactive.delete("a")).expectNext(4L).expectComplete().verify(SOON);
		verify(this.reactive.delete("b", 3)).expectNext(5L).expectComplete().verify(SOON);
		verify(this.reactive.purge("a")).expectNext(6L).expectComplete().verify(SOON);
		verify(this.reactive.purge("b", 5)).expectNext(7L).expectComplete().verify(SOON);
		verify(this.reactive.purgeDeletes(Duration.ZERO)).expectNext(2).expectComplete().verify(SOON);
		verify(this.reactive.getStatus().map((status) -> status.getBucketName())).expectNext(this.reactive.getName())
			.expectComplete()
			.verify(SOON);
	}

	@Test
	void theyFailAsTheirTwins() {
		this.bucket.put("a", "1");
		verify(this.reactive.create("a", "2")).expectError(DuplicateKeyException.class).verify(SOON);
		verify(this.reactive.update("a", "2", 7)).expectError(RevisionConflictException.class).verify(SOON);
		verify(this.reactive.delete("a", 7)).expectError(RevisionConflictException.class).verify(SOON);
		verify(this.reactive.get("no good key")).expectError(InvalidBucketKeyException.class).verify(SOON);
		verify(this.reactive.stream("no good filter")).expectError().verify(SOON);
		verify(this.reactive.watch("no good filter")).expectError().verify(SOON);
	}

	@Test
	void functionsAreCalledWhereTheyMayBlock() {
		verify(this.reactive.compute("a", (value) -> Mono.just("1").delayElement(Duration.ofMillis(1)).block())
			.map(BucketEntry::revision)).expectNext(1L).expectComplete().verify(SOON);
		verify(this.reactive.compute("absent", (value) -> null)).expectComplete().verify(SOON);
		verify(this.reactive.computeIfAbsent("b", (key) -> Mono.just(key).delayElement(Duration.ofMillis(1)).block()))
			.expectNext("b")
			.expectComplete()
			.verify(SOON);
	}

	@Test
	void manyKeysAreWrittenReadAndDeleted() {
		verify(this.reactive.putAll(Map.of("a", "1", "b", "2"))).expectNextCount(1).expectComplete().verify(SOON);
		verify(this.reactive.getAll(List.of("a", "b", "c"))).expectNext(Map.of("a", "1", "b", "2"))
			.expectComplete()
			.verify(SOON);
		verify(this.reactive.getEntries(List.of("b", "c")).map(Map::keySet)).expectNext(Set.of("b"))
			.expectComplete()
			.verify(SOON);
		verify(this.reactive.keys().collectSortedList()).expectNext(List.of("a", "b")).expectComplete().verify(SOON);
		verify(this.reactive.keys("b")).expectNext("b").expectComplete().verify(SOON);
		verify(this.reactive.entries("b").mapNotNull(BucketEntry::value)).expectNext("2").expectComplete().verify(SOON);
		verify(this.reactive.snapshot().count()).expectNext(2L).expectComplete().verify(SOON);
		verify(this.reactive.deleteAll(List.of("a"))).expectNext(1).expectComplete().verify(SOON);
		verify(this.reactive.keys()).expectNext("b").expectComplete().verify(SOON);
	}

	@Test
	void everythingIsDeleted() {
		assumeTrue(supports("2.10"), "needs server 2.10");
		this.bucket.put("a", "1");
		verify(this.reactive.clear()).expectComplete().verify(SOON);
		verify(this.reactive.keys()).expectComplete().verify(SOON);
	}

	@Test
	void transactionsReturnTheirResult() {
		assumeTrue(supports("2.12.15"), "needs server 2.12.15");
		ReactiveKeyValueBucket<String> transactional = ReactiveKeyValueBucket
			.of(create((options) -> KeyValueConfiguration
				.builder(BucketConfigurations.withTransactions(options.maxHistoryPerKey(5).build()))).as(String.class));
		verify(transactional.transaction((tx) -> {
			tx.put("a", "1");
			tx.put("b", "2");
			return "done";
		})).expectNext("done").expectComplete().verify(SOON);
		verify(transactional.transactionWithoutResult((tx) -> tx.delete("a"))).expectComplete().verify(SOON);
		verify(transactional.keys()).expectNext("b").expectComplete().verify(SOON);
	}

	@Test
	void undecodableValuesAreHandedOver() {
		Created created = create((options) -> options);
		created.as(String.class).put("a", "no number");
		created.as(String.class).put("b", "2");
		ReactiveKeyValueBucket<Integer> numbers = ReactiveKeyValueBucket.of(created.as(Integer.class));
		List<ValueDecodingException> undecodable = new CopyOnWriteArrayList<>();
		verify(numbers.entries(undecodable::add).mapNotNull(BucketEntry::value)).expectNext(2)
			.expectComplete()
			.verify(SOON);
		verify(numbers.history("a", undecodable::add)).expectComplete().verify(SOON);
		assertThat(undecodable).hasSize(2);
		verify(numbers.entries()).expectError(ValueDecodingException.class).verify(SOON);
		verify(numbers.stream().take(1)).expectError(ValueDecodingException.class).verify(SOON);
		verify(numbers.watch(">").take(1).mapNotNull(BucketEntry::value)).expectNext(2).expectComplete().verify(SOON);
	}

	@Test
	void aStreamIsReadAsItIsRequested() {
		for (int i = 0; i < 100; i++) {
			this.bucket.put("k" + i, "v" + i);
		}
		Flux<String> values = this.reactive.stream().mapNotNull(BucketEntry::value);
		StepVerifier.create(values, 3)
			.expectNext("v0", "v1", "v2")
			.thenRequest(1)
			.expectNext("v3")
			.thenCancel()
			.verify(SOON);
		awaitNoConsumers();
		verify(values).expectNextCount(100).expectComplete().verify(SOON);
		verify(values.take(10)).expectNextCount(10).expectComplete().verify(SOON);
		awaitNoConsumers();
	}

	@Test
	void aWatchDeliversAsItIsRequested() {
		for (int i = 0; i < 300; i++) {
			this.bucket.put("k" + i, "v" + i);
		}
		Flux<String> values = this.reactive.watch(WatchOptions.of()).mapNotNull(BucketEntry::value);
		StepVerifier.create(values, 0)
			.expectSubscription()
			.thenRequest(2)
			.expectNext("v0", "v1")
			.then(() -> this.bucket.put("late", "last"))
			.thenRequest(299)
			.expectNextCount(298)
			.expectNext("last")
			.thenCancel()
			.verify(SOON);
		awaitNoConsumers();
	}

	@Test
	void cancellingEndsAWatchThatWaitsForRequests() {
		this.bucket.put("a", "1");
		this.bucket.put("b", "2");
		StepVerifier.create(this.reactive.watch(">"), 1).expectNextCount(1).thenCancel().verify(SOON);
		awaitNoConsumers();
		Scheduler parallel = Schedulers.parallel();
		verify(this.reactive.watch(">").cancelOn(parallel).take(2)).expectNextCount(2).expectComplete().verify(SOON);
		awaitNoConsumers();
		await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("nats-watch-" + this.reactive.getName())));
	}

	@Test
	void eachSubscriptionIsAWatchOfItsOwn() {
		this.bucket.put("a", "1");
		Flux<BucketEntry<String>> watch = this.reactive.watch("a");
		List<KeyValueOperation> operations = new ArrayList<>();
		verify(watch.take(1)).expectNextCount(1).expectComplete().verify(SOON);
		this.bucket.delete("a");
		verify(watch.take(1).map(BucketEntry::operation).doOnNext(operations::add)).expectNext(KeyValueOperation.DELETE)
			.expectComplete()
			.verify(SOON);
	}

	@Test
	void whatWasWrittenTogetherComesTogether() {
		this.bucket.put("a", "1");
		verify(this.reactive.watchTransactions(WatchOptions.of()).take(1).map(List::size)).expectNext(1)
			.expectComplete()
			.verify(SOON);
	}

}
