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

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.RevisionConflictException;
import io.nats.client.api.KeyValueOperation;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What conditional writes promise.
 */
abstract class ConflictContract extends BucketContract {

	ConflictContract(BucketFixture fixture) {
		super(fixture);
	}

	@Test
	void createWritesWhereThereIsNoValue() {
		long first = this.bucket.create("a", "1");
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> this.bucket.create("a", "2"))
			.withMessage("Key 'a' already has a value in bucket '%s'", this.bucket.getName());
		assertThat(this.bucket.putIfAbsent("a", "2")).isFalse();
		this.bucket.delete("a");
		assertThat(this.bucket.create("a", "3")).isGreaterThan(first);
		this.bucket.purge("a");
		assertThat(this.bucket.putIfAbsent("a", "4")).isTrue();
		assertThat(this.bucket.get("a")).isEqualTo("4");
	}

	@Test
	void updateNeedsTheLatestRevision() {
		long first = this.bucket.update("a", "1", 0);
		long second = this.bucket.update("a", "2", first);
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.update("a", "x", first))
			.isInstanceOf(OptimisticLockingFailureException.class)
			.withMessage(
					"Could not write key 'a' in bucket '%s': its latest revision is %d, not the expected one [10071]",
					this.bucket.getName(), second);
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.update("a", "x", 0));
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.update("b", "x", 1));
		assertThat(this.bucket.getEntry("a").revision()).isEqualTo(second);
		long marker = this.bucket.delete("a");
		assertThatExceptionOfType(RevisionConflictException.class)
			.isThrownBy(() -> this.bucket.update("a", "x", second));
		assertThat(this.bucket.update("a", "3", marker)).isGreaterThan(marker);
	}

	@Test
	void negativeRevisionsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.update("a", "x", -1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.delete("a", -1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.purge("a", -1));
		assertThat(this.bucket.history("a")).isEmpty();
	}

	@Test
	void conditionalDeletionsNeedTheLatestRevision() {
		long first = this.bucket.put("a", "1");
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.delete("a", 0));
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.purge("a", first + 1));
		assertThat(this.bucket.get("a")).isEqualTo("1");
		long deleted = this.bucket.delete("a", first);
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.delete("a", first));
		assertThat(this.bucket.purge("a", deleted)).isGreaterThan(deleted);
		assertThat(this.bucket.delete("never-written", 0)).isPositive();
	}

	@Test
	void computeChangesCreatesAndDeletes() {
		assertThat(this.bucket.compute("a", (value) -> value)).isNull();
		assertThat(this.bucket.history("a")).isEmpty();
		BucketEntry<String> created = this.bucket.compute("a", (value) -> value + "!");
		assertThat(created).isEqualTo(new BucketEntry<>(this.bucket.getName(), "a", "null!",
				this.bucket.getEntry("a").revision(), KeyValueOperation.PUT, null));
		assertThat(this.bucket.compute("a", (value) -> value + "!").value()).isEqualTo("null!!");
		BucketEntry<String> deleted = this.bucket.compute("a", (value) -> null);
		assertThat(deleted.operation()).isEqualTo(KeyValueOperation.DELETE);
		assertThat(this.bucket.get("a")).isNull();
		assertThat(this.bucket.compute("a", (value) -> value)).isNull();
		assertThat(this.bucket.compute("a", (value) -> (value != null) ? "wrong" : "again").value()).isEqualTo("again");
	}

	@Test
	void computeTriesAgainWithTheNewValue() {
		this.bucket.put("a", "1");
		AtomicInteger calls = new AtomicInteger();
		BucketEntry<String> changed = this.bucket.compute("a", (value) -> {
			if (calls.incrementAndGet() == 1) {
				this.bucket.put("a", "2");
			}
			return value + "!";
		});
		assertThat(changed.value()).isEqualTo("2!");
		assertThat(calls).hasValue(2);
	}

	@Test
	void computeIfAbsentCreatesOrReads() {
		assertThat(this.bucket.computeIfAbsent("a", (key) -> key + "1")).isEqualTo("a1");
		assertThat(this.bucket.get("a")).isEqualTo("a1");
		assertThat(this.bucket.computeIfAbsent("a", (key) -> {
			throw new IllegalStateException("there is a value");
		})).isEqualTo("a1");
		assertThat(this.bucket.history("a")).hasSize(1);
		this.bucket.delete("a");
		assertThat(this.bucket.computeIfAbsent("a", (key) -> "2")).isEqualTo("2");
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.computeIfAbsent("b", (key) -> null));
		assertThat(this.bucket.history("b")).isEmpty();
	}

	@Test
	void computeIfAbsentReturnsTheValueOfWhoeverWasFaster() {
		AtomicInteger calls = new AtomicInteger();
		assertThat(this.bucket.computeIfAbsent("a", (key) -> {
			calls.incrementAndGet();
			this.bucket.put(key, "theirs");
			return "ours";
		})).isEqualTo("theirs");
		assertThat(this.bucket.get("a")).isEqualTo("theirs");
		assertThat(calls).hasValue(1);
	}

	@Test
	void sixteenCallersOfComputeIfAbsentGetOneValue() throws Exception {
		for (int round = 0; round < 10; round++) {
			String key = "k" + (round % 2);
			this.bucket.delete(key);
			Set<String> values = ConcurrentHashMap.newKeySet();
			inParallel(16, (i) -> values.add(this.bucket.computeIfAbsent(key, (absent) -> "" + i)));
			assertThat(values).hasSize(1).contains(this.bucket.get(key));
		}
	}

	@Test
	void sixteenWritersLoseNoUpdate() throws Exception {
		KeyValueBucket<Integer> counter = create((options) -> options).as(Integer.class);
		inParallel(16, (i) -> {
			for (int n = 0; n < 10; n++) {
				counter.compute("n", (value) -> (value != null) ? value + 1 : 1);
			}
		});
		assertThat(counter.get("n")).isEqualTo(160);
	}

	@Test
	void oneOfSixteenCreatesOverAMarker() throws Exception {
		for (int round = 0; round < 10; round++) {
			String key = "k" + (round % 2);
			this.bucket.delete(key);
			AtomicInteger winners = new AtomicInteger();
			inParallel(16, (i) -> {
				if (this.bucket.putIfAbsent(key, "" + i)) {
					winners.incrementAndGet();
				}
			});
			assertThat(winners).hasValue(1);
		}
	}

	private static void inParallel(int threads, IntConsumer work) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<? extends Future<?>> futures = IntStream.range(0, threads)
				.mapToObj((i) -> executor.submit(() -> work.accept(i)))
				.toList();
			for (Future<?> future : futures) {
				future.get(30, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

}
