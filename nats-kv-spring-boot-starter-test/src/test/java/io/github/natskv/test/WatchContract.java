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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.WatchOptions;
import io.nats.client.api.KeyValueOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What watches promise.
 */
abstract class WatchContract extends BucketContract {

	private static final Duration SOON = Duration.ofSeconds(5);

	private final List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();

	private final List<BucketWatch> watches = new CopyOnWriteArrayList<>();

	WatchContract(BucketFixture fixture) {
		super(fixture);
	}

	@AfterEach
	void closeWatches() {
		this.watches.forEach(BucketWatch::close);
	}

	private BucketWatch watch(WatchOptions options) {
		BucketWatch watch = watch(options, this.seen::add);
		assertThat(watch.awaitSnapshot(SOON)).isTrue();
		return watch;
	}

	private BucketWatch watch(WatchOptions options, Consumer<BucketEntry<String>> consumer) {
		BucketWatch watch = this.bucket.watch(options, consumer);
		this.watches.add(watch);
		return watch;
	}

	private void awaitRevisions(long... revisions) {
		await().untilAsserted(() -> assertThat(this.seen).extracting(BucketEntry::revision)
			.containsExactlyElementsOf(LongStream.of(revisions).boxed().toList()));
	}

	@Test
	void currentValuesComeFirstThenChangesAndDeletions() {
		this.bucket.put("a", "1");
		this.bucket.put("a", "2");
		this.bucket.put("b", "");
		this.bucket.delete("gone");
		watch(WatchOptions.of());
		assertThat(this.seen).extracting(BucketEntry::revision).containsExactly(2L, 3L, 4L);
		this.bucket.put("a", "3");
		this.bucket.delete("b");
		this.bucket.purge("a");
		awaitRevisions(2, 3, 4, 5, 6, 7);
		assertThat(this.seen).extracting(BucketEntry::operation)
			.containsExactly(KeyValueOperation.PUT, KeyValueOperation.PUT, KeyValueOperation.DELETE,
					KeyValueOperation.PUT, KeyValueOperation.DELETE, KeyValueOperation.PURGE);
		assertThat(this.seen).extracting(BucketEntry::value).containsExactly("2", "", null, "3", null, null);
		assertThat(this.seen).extracting(BucketEntry::key).containsExactly("a", "b", "gone", "a", "b", "a");
		assertThat(this.seen).allMatch((entry) -> entry.created() != null && !entry.inferred());
	}

	@Test
	void anEmptyBucketHasAnEmptySnapshot() {
		watch(WatchOptions.of());
		assertThat(this.seen).isEmpty();
	}

	@Test
	void historyComesOnRequest() {
		this.bucket.put("a", "1");
		this.bucket.put("b", "2");
		this.bucket.put("a", "3");
		watch(WatchOptions.of().includeHistory(true));
		awaitRevisions(1, 2, 3);
	}

	@Test
	void deletionsAreLeftOutOnRequest() {
		this.bucket.put("a", "1");
		this.bucket.put("b", "2");
		this.bucket.delete("a");
		watch(WatchOptions.of().ignoreDeletes(true));
		this.bucket.delete("b");
		this.bucket.purge("b");
		this.bucket.put("c", "6");
		awaitRevisions(2, 6);
	}

	@Test
	void updatesOnlyStartsWithTheNextChange() {
		this.bucket.put("a", "1");
		watch(WatchOptions.of().initialValues(false));
		this.bucket.put("b", "2");
		this.bucket.delete("a");
		awaitRevisions(2, 3);
	}

	@Test
	void filtersSelectKeys() {
		this.bucket.put("user.1.name", "1");
		this.bucket.put("user.1.mail", "2");
		this.bucket.put("flag.x", "3");
		this.bucket.put("flag.x.y", "4");
		watch(WatchOptions.of("user.*.name", "flag.*"));
		awaitRevisions(1, 3);
		this.bucket.put("user.2.mail", "5");
		this.bucket.delete("flag.z");
		awaitRevisions(1, 3, 6);
	}

	@Test
	void filtersMustBeValidAndNotOverlap() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.bucket.watch(WatchOptions.of("a.>", "b.c", "b.*"), this.seen::add))
			.withMessageContaining("'b.c' and 'b.*'");
		for (String filter : List.of("", ".a", "a.", "a..b", "a b", ">.a", "a*", "ä")) {
			assertThatExceptionOfType(InvalidBucketKeyException.class).as(filter)
				.isThrownBy(() -> this.bucket.watch(filter, this.seen::add));
		}
	}

	@Test
	void keysAreDecoded() {
		KeyValueBucket<String> users = create((options) -> options, KeyCodec.ESCAPE).as(String.class);
		users.put("eu.jane@example.org", "1");
		try (BucketWatch watch = users.watch("eu.>", this.seen::add)) {
			assertThat(watch.awaitSnapshot(SOON)).isTrue();
			users.put("us.user:42", "2");
			users.put("eu.user:42", "3");
			awaitRevisions(1, 3);
		}
		assertThat(this.seen).extracting(BucketEntry::key).containsExactly("eu.jane@example.org", "eu.user:42");
	}

	@Test
	void changesComeOneAtATimeInAThreadOfTheWatch() {
		AtomicInteger concurrent = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<Thread> threads = new CopyOnWriteArrayList<>();
		watch(WatchOptions.of(), (entry) -> {
			most.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
			threads.add(Thread.currentThread());
			concurrent.decrementAndGet();
		});
		for (int i = 0; i < 50; i++) {
			this.bucket.put("k" + i, "x");
		}
		await().until(() -> threads.size() == 50);
		assertThat(most).hasValue(1);
		assertThat(threads).containsOnly(threads.get(0)).doesNotContain(Thread.currentThread());
		assertThat(threads.get(0).isDaemon()).isTrue();
	}

	@Test
	void aBlockedHandlerHoldsUpNobody() {
		CountDownLatch release = new CountDownLatch(1);
		BucketWatch blocked = watch(WatchOptions.of(), (entry) -> awaitLatch(release));
		watch(WatchOptions.of());
		this.bucket.put("a", "1");
		awaitRevisions(1);
		release.countDown();
		blocked.close();
	}

	@Test
	void theSnapshotIsNotCompleteBeforeItIsHandled() {
		this.bucket.put("a", "1");
		CountDownLatch release = new CountDownLatch(1);
		BucketWatch watch = watch(WatchOptions.of(), (entry) -> awaitLatch(release));
		assertThat(watch.awaitSnapshot(Duration.ofMillis(50))).isFalse();
		release.countDown();
		assertThat(watch.awaitSnapshot(SOON)).isTrue();
	}

	@Test
	void aThrowingHandlerIsCalledThreeTimesMoreThenTheWatchGoesOn() {
		AtomicInteger attempts = new AtomicInteger();
		watch(WatchOptions.of(), (entry) -> {
			if (entry.key().equals("bad")) {
				throw new IllegalStateException("attempt " + attempts.incrementAndGet());
			}
			this.seen.add(entry);
		});
		this.bucket.put("bad", "1");
		this.bucket.put("good", "2");
		awaitRevisions(2);
		assertThat(attempts).hasValue(4);
	}

	@Test
	void aHandlerThatLeavesItsThreadInterruptedDoesNotEndTheWatch() {
		watch(WatchOptions.of(), (entry) -> {
			this.seen.add(entry);
			Thread.currentThread().interrupt();
		});
		this.bucket.put("a", "1");
		awaitRevisions(1);
		this.bucket.put("b", "2");
		awaitRevisions(1, 2);
	}

	@Test
	void whatDoesNotDecodeIsPassedOver() {
		Created created = create((options) -> options);
		List<Integer> numbers = new CopyOnWriteArrayList<>();
		created.as(String.class).put("bad", "not a number");
		try (BucketWatch watch = created.as(Integer.class).watch(">", (entry) -> numbers.add(entry.value()))) {
			created.as(String.class).put("good", "42");
			await().untilAsserted(() -> assertThat(numbers).containsExactly(42));
		}
	}

	@Test
	void aClosedWatchDeliversNothing() {
		AtomicReference<Thread> thread = new AtomicReference<>();
		BucketWatch watch = watch(WatchOptions.of(), (entry) -> {
			thread.set(Thread.currentThread());
			this.seen.add(entry);
		});
		this.bucket.put("a", "1");
		awaitRevisions(1);
		watch.close();
		assertThat(thread.get().isAlive()).isFalse();
		watch(WatchOptions.of().initialValues(false), (entry) -> this.seen.add(entry));
		this.bucket.put("b", "2");
		awaitRevisions(1, 2);
		watch.close();
	}

	@Test
	void aHandlerMayCloseItsOwnWatch() {
		AtomicReference<BucketWatch> watch = new AtomicReference<>();
		AtomicReference<Thread> thread = new AtomicReference<>();
		watch.set(watch(WatchOptions.of(), (entry) -> {
			this.seen.add(entry);
			thread.set(Thread.currentThread());
			watch.get().close();
		}));
		this.bucket.put("a", "1");
		this.bucket.put("a", "2");
		await().until(() -> thread.get() != null && !thread.get().isAlive());
		awaitRevisions(1);
	}

	@Test
	void closingWaitsForTheHandlerAtWork() throws Exception {
		CountDownLatch working = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		BucketWatch watch = watch(WatchOptions.of(), (entry) -> {
			working.countDown();
			awaitLatch(release);
			this.seen.add(entry);
		});
		this.bucket.put("a", "1");
		this.bucket.put("b", "2");
		working.await();
		Thread closing = new Thread(watch::close);
		closing.start();
		await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
		release.countDown();
		closing.join();
		awaitRevisions(1);
	}

	@Test
	void revisionsOfAKeyIncreaseUnderLoad() {
		watch(WatchOptions.of());
		for (int i = 1; i <= 500; i++) {
			this.bucket.put("k" + (i % 7), "" + i);
		}
		await().until(() -> !this.seen.isEmpty() && this.seen.get(this.seen.size() - 1).revision() == 500);
		assertThat(this.seen).extracting(BucketEntry::revision).isSorted().doesNotHaveDuplicates();
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
