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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the watches of listeners promise, which are stopped and started again.
 */
abstract class ListenerWatchContract extends BucketContract {

	private static final Duration LONG = Duration.ofSeconds(20);

	private final Recorder recorder = new Recorder();

	private Created created;

	private KeyValueBucket<Integer> numbers;

	private RestartableWatch watch;

	ListenerWatchContract(BucketFixture fixture) {
		super(fixture);
	}

	@BeforeEach
	void createNumbers() {
		this.created = create((options) -> options.maxHistoryPerKey(5));
		this.numbers = this.created.as(Integer.class);
	}

	@AfterEach
	void stop() throws Exception {
		this.recorder.release.countDown();
		if (this.watch != null) {
			drain(LONG);
		}
	}

	private void watch(WatchOptions options) {
		this.watch = watch(this.created, Integer.class, options, this.recorder);
		start();
	}

	private void start() {
		int before = this.recorder.caughtUp.get();
		this.watch.start();
		await().until(() -> this.recorder.caughtUp.get() > before);
	}

	private boolean drain(Duration timeout) throws Exception {
		return this.watch.drain(timeout).get(LONG.toSeconds(), TimeUnit.SECONDS);
	}

	private void awaitSeen(String... seen) {
		await().untilAsserted(() -> assertThat(this.recorder.seen).containsExactly(seen));
	}

	@Test
	void goesOnWhereItWasStopped() throws Exception {
		this.numbers.put("a", 1);
		watch(WatchOptions.of());
		awaitSeen("a=1@1");
		assertThat(drain(LONG)).isTrue();
		this.numbers.put("b", 2);
		this.numbers.put("b", 3);
		assertThat(this.recorder.seen).hasSize(1);
		start();
		awaitSeen("a=1@1", "b=2@2", "b=3@3");
		this.numbers.delete("a");
		awaitSeen("a=1@1", "b=2@2", "b=3@3", "a=null@4");
	}

	@Test
	void whatTheBucketNoLongerKeepsIsPassedOver() throws Exception {
		watch(WatchOptions.of());
		drain(LONG);
		for (int i = 1; i <= 7; i++) {
			this.numbers.put("a", i);
		}
		start();
		awaitSeen("a=3@3", "a=4@4", "a=5@5", "a=6@6", "a=7@7");
	}

	@Test
	void updatesOnlyNeverDeliversWhatWasThereFirst() throws Exception {
		this.numbers.put("a", 1);
		watch(WatchOptions.of().initialValues(false));
		this.numbers.put("b", 2);
		awaitSeen("b=2@2");
		drain(LONG);
		this.numbers.put("c", 3);
		start();
		awaitSeen("b=2@2", "c=3@3");
	}

	@Test
	void deletionsThatLeftNoTraceAreFoundOut() throws Exception {
		this.numbers.put("a", 1);
		this.numbers.put("b", 2);
		watch(WatchOptions.of());
		awaitSeen("a=1@1", "b=2@2");
		drain(LONG);
		this.numbers.delete("a");
		this.numbers.purgeDeletes(Duration.ZERO);
		start();
		awaitSeen("a=1@1", "b=2@2", "a=null@0");
		drain(LONG);
		start();
		awaitSeen("a=1@1", "b=2@2", "a=null@0");
	}

	@Test
	void updatesOnlyFindsOutAboutTheDeletionOfWhatWasThereFirst() throws Exception {
		this.numbers.put("a", 1);
		watch(WatchOptions.of().initialValues(false));
		drain(LONG);
		this.numbers.delete("a");
		this.numbers.purgeDeletes(Duration.ZERO);
		start();
		awaitSeen("a=null@0");
	}

	@Test
	void deletionsAreLeftOutOnRequest() throws Exception {
		this.numbers.put("a", 1);
		watch(WatchOptions.of().ignoreDeletes(true));
		drain(LONG);
		this.numbers.delete("a");
		this.numbers.purgeDeletes(Duration.ZERO);
		this.numbers.put("b", 3);
		start();
		awaitSeen("a=1@1", "b=3@3");
	}

	@Test
	void whatDoesNotDecodeIsAFailureWithTheRawEntryAndNotTriedAgain() {
		this.created.as(String.class).put("bad", "x");
		watch(WatchOptions.of());
		this.numbers.put("good", 2);
		awaitSeen("good=2@2");
		assertThat(this.recorder.attempts).hasValue(2);
		assertThat(this.recorder.failures).singleElement()
			.isInstanceOfSatisfying(ValueDecodingException.class,
					(ex) -> assertThat(ex.getEntry().getValueAsString()).isEqualTo("x"));
	}

	@Test
	void aHandlerAtWorkMayFinishAndIsNotOvertakenByTheNextStart() throws Exception {
		this.recorder.blocking = true;
		this.watch = watch(this.created, Integer.class, WatchOptions.of(), this.recorder);
		this.watch.start();
		this.numbers.put("a", 1);
		await().until(() -> this.recorder.active.get() == 1);
		assertThat(this.watch.status().lag()).isPositive();
		CompletableFuture<Boolean> drained = this.watch.drain(LONG);
		this.watch.start();
		this.numbers.put("b", 2);
		this.recorder.release.countDown();
		awaitSeen("a=1@1", "b=2@2");
		assertThat(drained.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(this.recorder.most).hasValue(1);
	}

	@Test
	void aHandlerThatDoesNotFinishIsInterruptedAndOfferedTheChangeAgain() throws Exception {
		this.recorder.blocking = true;
		this.watch = watch(this.created, Integer.class, WatchOptions.of(), this.recorder);
		this.watch.start();
		this.numbers.put("a", 1);
		await().until(() -> this.recorder.active.get() == 1);
		assertThat(drain(Duration.ofMillis(50))).isFalse();
		await().until(() -> this.recorder.active.get() == 0);
		this.recorder.blocking = false;
		start();
		awaitSeen("a=1@1");
	}

	@Test
	void theStatusSaysWhatItDoes() throws Exception {
		watch(WatchOptions.of("a", "b.*"));
		await().until(() -> this.watch.status().state() == WatchStatus.State.RUNNING);
		assertThat(this.watch.status()).satisfies((status) -> {
			assertThat(status.bucketKey()).isEqualTo(this.created.name());
			assertThat(status.bucketName()).isEqualTo(this.created.name()).isEqualTo(this.watch.bucket());
			assertThat(status.filters()).containsExactly("a", "b.*");
			assertThat(status.listener()).isTrue();
			assertThat(status.lag()).isZero();
		});
		drain(LONG);
		await().until(() -> this.watch.status().state() == WatchStatus.State.STOPPED);
	}

	/**
	 * Keeps what it is given.
	 */
	private static final class Recorder implements BucketWatchHandler<Integer> {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		private final List<Throwable> failures = new CopyOnWriteArrayList<>();

		private final AtomicInteger attempts = new AtomicInteger();

		private final AtomicInteger active = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		private final AtomicInteger caughtUp = new AtomicInteger();

		private final CountDownLatch release = new CountDownLatch(1);

		private volatile boolean blocking;

		@Override
		public void handle(BucketChange<Integer> change) throws Exception {
			this.attempts.incrementAndGet();
			BucketEntry<Integer> entry = change.entry();
			this.most.accumulateAndGet(this.active.incrementAndGet(), Math::max);
			try {
				if (this.blocking) {
					this.release.await();
				}
				this.seen.add(entry.key() + "=" + entry.value() + "@" + entry.revision());
			}
			finally {
				this.active.decrementAndGet();
			}
		}

		@Override
		public void failed(BucketChange<Integer> change, Throwable failure) {
			this.failures.add(failure);
		}

		@Override
		public void caughtUp() {
			this.caughtUp.incrementAndGet();
		}

	}

}
