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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.provisioning.BucketConfigurations;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.StorageType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessApiUsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What transactions promise.
 */
abstract class TransactionContract extends BucketContract {

	TransactionContract(BucketFixture fixture) {
		super(fixture);
	}

	@BeforeEach
	void allowTransactions() {
		assumeTrue(supports("2.12.15"), "needs server 2.12.15");
		this.bucket = transactional(KeyCodec.NONE).as(String.class);
	}

	private Created transactional(KeyCodec codec) {
		return create((options) -> KeyValueConfiguration
			.builder(BucketConfigurations.withTransactions(options.maxHistoryPerKey(5).build())), codec);
	}

	private long lastSequence() {
		return this.bucket.getStatus().getBackingStreamInfo().getStreamState().getLastSequence();
	}

	@Test
	void writesOfSeveralKeysAreOne() {
		this.bucket.put("a", "100");
		this.bucket.put("c", "old");
		String result = this.bucket.transaction((tx) -> {
			int balance = Integer.parseInt(tx.get("a"));
			tx.put("a", "" + (balance - 30));
			tx.create("b", "30");
			tx.delete("c");
			return "done";
		});
		assertThat(result).isEqualTo("done");
		assertThat(this.bucket.get("a")).isEqualTo("70");
		assertThat(this.bucket.get("b")).isEqualTo("30");
		assertThat(this.bucket.exists("c")).isFalse();
		assertThat(this.bucket.history("a")).extracting(BucketEntry::value).containsExactly("100", "70");
		assertThat(this.bucket.keys()).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void readsSeeTheWritesOfTheTransaction() {
		long revision = this.bucket.put("a", "1");
		this.bucket.transactionWithoutResult((tx) -> {
			assertThat(tx.getEntry("a").revision()).isEqualTo(revision);
			tx.put("a", "2");
			assertThat(tx.get("a")).isEqualTo("2");
			assertThat(tx.getEntry("a"))
				.isEqualTo(new BucketEntry<>(this.bucket.getName(), "a", "2", 0, KeyValueOperation.PUT, null));
			tx.update("a", "3", 0);
			tx.update("a", "4", revision);
			tx.delete("a");
			assertThat(tx.get("a")).isNull();
			assertThat(tx.exists("a")).isFalse();
			tx.create("a", "5");
			assertThat(tx.exists("a")).isTrue();
			assertThat(tx.exists("b")).isFalse();
			assertThat(this.bucket.get("a")).isEqualTo("1");
		});
		assertThat(this.bucket.history("a")).extracting(BucketEntry::value).containsExactly("1", "5");
	}

	@Test
	void anExceptionSendsNothing() {
		long before = lastSequence();
		assertThatIllegalStateException().isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
			tx.put("a", "1");
			tx.put("b", "2");
			throw new IllegalStateException("enough");
		})).withMessage("enough");
		assertThat(lastSequence()).isEqualTo(before);
		this.bucket.transactionWithoutResult((tx) -> tx.put("a", "2"));
		assertThat(this.bucket.get("a")).isEqualTo("2");
	}

	@Test
	void whatOnlyReadsSendsNothing() {
		this.bucket.put("a", "1");
		this.bucket.put("b", "2");
		long before = lastSequence();
		assertThat(this.bucket.<String>transaction((tx) -> tx.get("b") + tx.get("a") + tx.get("c")))
			.isEqualTo("21null");
		assertThat(lastSequence()).isEqualTo(before);
	}

	@Test
	void aChangeOfAKeyThatIsOnlyReadStartsItOver() {
		this.bucket.put("read", "1");
		AtomicInteger calls = new AtomicInteger();
		this.bucket.transactionWithoutResult((tx) -> {
			String read = tx.get("read");
			if (calls.incrementAndGet() == 1) {
				this.bucket.put("read", "2");
			}
			tx.put("written", read + "!");
		});
		assertThat(this.bucket.get("written")).isEqualTo("2!");
		assertThat(this.bucket.history("written")).hasSize(1);
		assertThat(this.bucket.history("read")).hasSize(2);
		assertThat(calls).hasValue(2);
	}

	@Test
	void aChangeOfAKeyThatIsWrittenStartsItOver() {
		this.bucket.put("a", "1");
		AtomicInteger calls = new AtomicInteger();
		this.bucket.transactionWithoutResult((tx) -> {
			String read = tx.get("a");
			if (calls.incrementAndGet() == 1) {
				this.bucket.put("a", "2");
			}
			tx.put("a", read + "!");
			tx.put("b", read + "?");
		});
		assertThat(this.bucket.get("a")).isEqualTo("2!");
		assertThat(this.bucket.get("b")).isEqualTo("2?");
		assertThat(calls).hasValue(2);
	}

	@Test
	void anAbsentKeyThatIsReadMustStayAbsent() {
		AtomicInteger calls = new AtomicInteger();
		this.bucket.transactionWithoutResult((tx) -> {
			boolean there = tx.exists("a");
			if (calls.incrementAndGet() == 1) {
				this.bucket.put("a", "1");
			}
			tx.put("b", "" + there);
		});
		assertThat(this.bucket.get("b")).isEqualTo("true");
	}

	/**
	 * Each of two reads what the other writes: without guards both would commit.
	 */
	@Test
	void writeSkewIsImpossible() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			for (int round = 0; round < 20; round++) {
				String first = "a" + round;
				String second = "b" + round;
				this.bucket.put(first, "on");
				this.bucket.put(second, "on");
				CountDownLatch bothHaveRead = new CountDownLatch(2);
				AtomicInteger calls = new AtomicInteger();
				List<Future<?>> both = new ArrayList<>();
				for (String mine : List.of(first, second)) {
					String other = mine.equals(first) ? second : first;
					both.add(executor.submit(() -> this.bucket.transactionWithoutResult((tx) -> {
						calls.incrementAndGet();
						boolean on = tx.get(other).equals("on");
						bothHaveRead.countDown();
						awaitQuietly(bothHaveRead);
						if (on) {
							tx.put(mine, "off");
						}
					})));
				}
				for (Future<?> future : both) {
					future.get(20, TimeUnit.SECONDS);
				}
				assertThat(List.of(this.bucket.get(first), this.bucket.get(second))).containsExactlyInAnyOrder("on",
						"off");
				assertThat(calls).hasValueGreaterThan(2);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void sumsStayAsTheyAre() throws Exception {
		KeyValueBucket<Integer> accounts = transactional(KeyCodec.NONE).as(Integer.class);
		IntStream.range(0, 5).forEach((i) -> accounts.put("account." + i, 10));
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> futures = new ArrayList<>();
			for (int thread = 0; thread < 4; thread++) {
				int from = thread;
				futures.add(executor.submit(() -> {
					for (int i = 0; i < 20; i++) {
						String to = "account." + ((from + i) % 5);
						accounts.transactionWithoutResult((tx) -> {
							String source = "account." + from;
							if (!source.equals(to)) {
								tx.put(source, tx.get(source) - 1);
								tx.put(to, tx.get(to) + 1);
							}
						});
					}
				}));
			}
			for (Future<?> future : futures) {
				future.get(30, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(accounts.entries("account.*").stream().mapToInt(BucketEntry::value).sum()).isEqualTo(50);
	}

	@Test
	void givesUpNamingTheKeys() {
		this.bucket.put("a", "1");
		this.bucket.put("b", "1");
		AtomicInteger calls = new AtomicInteger();
		assertThatExceptionOfType(RevisionConflictException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				tx.get("a");
				tx.get("b");
				this.bucket.put("b", "" + calls.incrementAndGet());
				tx.put("c", "1");
			}))
			.withMessage(
					"Gave up a transaction in bucket '%s' after 100 attempts: others write to its keys all the time, the last time to [b]",
					this.bucket.getName());
		assertThat(calls).hasValue(100);
		assertThat(this.bucket.exists("c")).isFalse();
	}

	@Test
	void createAndUpdateRefuseAtOnce() {
		long revision = this.bucket.put("a", "1");
		AtomicInteger calls = new AtomicInteger();
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				calls.incrementAndGet();
				tx.create("a", "2");
			}))
			.withMessage("Key 'a' already has a value in bucket '%s'", this.bucket.getName());
		assertThatExceptionOfType(RevisionConflictException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				calls.incrementAndGet();
				tx.update("a", "2", revision + 1);
			}))
			.withMessageContainingAll("'a'", "revision " + revision + " instead of " + (revision + 1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> tx.update("a", "2", -1)));
		assertThat(calls).hasValue(2);
		assertThat(this.bucket.history("a")).hasSize(1);
	}

	@Test
	void createOverAMarkerAndUpdateWrite() {
		this.bucket.delete("a");
		long revision = this.bucket.put("b", "1");
		this.bucket.transactionWithoutResult((tx) -> {
			tx.create("a", "2");
			tx.update("b", "2", revision);
			tx.update("c", "2", 0);
		});
		assertThat(this.bucket.entries()).extracting(BucketEntry::value).containsExactly("2", "2", "2");
	}

	@Test
	void nullIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> tx.put("a", null)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.transaction(null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.transactionWithoutResult(null));
		assertThat(lastSequence()).isZero();
	}

	@Test
	void transactionsAreNotNested() {
		KeyValueBucket<String> other = transactional(KeyCodec.NONE).as(String.class);
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				tx.put("a", "1");
				other.transactionWithoutResult((inner) -> inner.put("b", "2"));
			}))
			.withMessageContainingAll(this.bucket.getName(), other.getName());
		assertThat(lastSequence()).isZero();
		other.transactionWithoutResult((tx) -> tx.put("b", "2"));
		assertThat(other.get("b")).isEqualTo("2");
	}

	@Test
	void aTransactionEndsWithItsFunction() {
		AtomicReference<BucketTransaction<String>> kept = new AtomicReference<>();
		this.bucket.transactionWithoutResult(kept::set);
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class).isThrownBy(() -> kept.get().get("a"))
			.withMessageContaining("after its function had returned");
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class).isThrownBy(() -> kept.get().put("a", "1"));
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class).isThrownBy(() -> kept.get().delete("a"));
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> kept.get().create("a", "1"));
	}

	@Test
	void aThousandMessagesAreTheMost() {
		long before = lastSequence();
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				tx.get("read");
				IntStream.range(0, 1000).forEach((i) -> tx.put("k" + i, "1"));
			}))
			.withMessageContainingAll("writes 1000 keys", "read 1 others", "1000", "Nothing was sent");
		assertThat(lastSequence()).isEqualTo(before);
		this.bucket.transactionWithoutResult((tx) -> {
			tx.get("read");
			IntStream.range(0, 999).forEach((i) -> tx.put("k" + i, "1"));
		});
		assertThat(this.bucket.keys()).hasSize(999);
	}

	@Test
	void aFunctionNeverSeesHalfATransaction() {
		this.bucket.put("a", "1");
		this.bucket.put("b", "1");
		AtomicInteger calls = new AtomicInteger();
		String seen = this.bucket.transaction((tx) -> {
			String a = tx.get("a");
			if (calls.incrementAndGet() == 1) {
				CompletableFuture.runAsync(() -> this.bucket.transactionWithoutResult((other) -> {
					other.put("a", "2");
					other.put("b", "2");
				})).join();
			}
			String both = a + tx.get("b");
			assertThat(both).isIn("11", "22");
			return both;
		});
		assertThat(seen).isEqualTo("22");
		assertThat(calls).hasValue(2);
	}

	/**
	 * Nothing of the key tells that it was removed after the other one was read.
	 */
	@Test
	void aFunctionNeverSeesThatAKeyIsGoneBesideAnEarlierValue() {
		this.bucket.put("a", "1");
		this.bucket.put("b", "1");
		AtomicInteger calls = new AtomicInteger();
		String seen = this.bucket.transaction((tx) -> {
			String a = tx.get("a");
			if (calls.incrementAndGet() == 1) {
				CompletableFuture.runAsync(() -> {
					this.bucket.transactionWithoutResult((other) -> {
						other.put("a", "2");
						other.delete("b");
					});
					this.bucket.purgeDeletes(Duration.ZERO);
				}).join();
			}
			String both = a + tx.get("b");
			assertThat(both).isIn("11", "2null");
			return both;
		});
		assertThat(seen).isEqualTo("2null");
		assertThat(calls).hasValue(2);
	}

	@Test
	void aSnapshotIsOfOneRevision() {
		assertThat(this.bucket.snapshot()).isEmpty();
		this.bucket.put("a.1", "1");
		this.bucket.put("a.2", "2");
		this.bucket.put("b.1", "3");
		this.bucket.delete("a.1");
		this.bucket.transactionWithoutResult((tx) -> {
			tx.get("a.1");
			tx.put("c", tx.get("a.2"));
		});
		assertThat(texts(this.bucket.snapshot())).containsExactly("a.2=2", "b.1=3", "c=2");
		assertThat(texts(this.bucket.snapshot("a.*", "a.2", "c"))).containsExactly("a.2=2", "c=2");
		assertThat(this.bucket.snapshot("d")).isEmpty();
	}

	@Test
	void aSnapshotOfMoreThanARequestTakesIsOfOneRevision() {
		for (int part = 0; part < 3; part++) {
			int from = part * 900;
			this.bucket.transactionWithoutResult(
					(tx) -> IntStream.range(from, from + 900).forEach((i) -> tx.put("k." + i, "0")));
		}
		this.bucket.put("other", "x");
		AtomicBoolean running = new AtomicBoolean(true);
		CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
			for (int round = 1; running.get(); round++) {
				String value = "" + round;
				this.bucket.transactionWithoutResult((tx) -> {
					tx.put("k.0", value);
					tx.put("k.1200", value);
					tx.put("k.2699", value);
				});
			}
		});
		try {
			for (int i = 0; i < 5; i++) {
				Map<String, String> values = this.bucket.snapshot("k.*")
					.stream()
					.collect(Collectors.toMap(BucketEntry::key, BucketEntry::value));
				assertThat(values).hasSize(2700);
				assertThat(values.get("k.0")).isEqualTo(values.get("k.1200")).isEqualTo(values.get("k.2699"));
				assertThat(this.bucket.snapshot("k.*", "other")).hasSize(2701);
			}
		}
		finally {
			running.set(false);
			writer.join();
		}
	}

	@Test
	void aWatchOfTransactionsGetsEachInOneCall() {
		this.bucket.put("a.1", "0");
		this.bucket.transactionWithoutResult((tx) -> {
			tx.put("a.2", "0");
			tx.put("b.1", "0");
			tx.put("a.3", "0");
		});
		List<List<String>> all = new CopyOnWriteArrayList<>();
		List<List<String>> some = new CopyOnWriteArrayList<>();
		List<List<String>> ignoring = new CopyOnWriteArrayList<>();
		try (BucketWatch first = this.bucket.watchTransactions(WatchOptions.of(), (entries) -> all.add(texts(entries)));
				BucketWatch second = this.bucket.watchTransactions(WatchOptions.of("a.*"),
						(entries) -> some.add(texts(entries)));
				BucketWatch third = this.bucket.watchTransactions(WatchOptions.of().ignoreDeletes(true),
						(entries) -> ignoring.add(texts(entries)))) {
			await().until(() -> all.size() == 2 && some.size() == 2 && ignoring.size() == 2);
			this.bucket.transactionWithoutResult((tx) -> {
				tx.get("read");
				tx.get("read.too");
				tx.put("a.1", "1");
				tx.delete("a.2");
				tx.put("b.1", "1");
			});
			this.bucket.put("a.1", "2");
			this.bucket.transactionWithoutResult((tx) -> {
				tx.delete("a.1");
				tx.delete("b.1");
			});
			this.bucket.put("a.1", "3");
			await().until(() -> all.size() == 6 && some.size() == 6 && ignoring.size() == 5);
		}
		assertThat(all).containsExactly(List.of("a.1=0"), List.of("a.2=0", "b.1=0", "a.3=0"),
				List.of("a.1=1", "a.2=null", "b.1=1"), List.of("a.1=2"), List.of("a.1=null", "b.1=null"),
				List.of("a.1=3"));
		assertThat(some).containsExactly(List.of("a.1=0"), List.of("a.2=0", "a.3=0"), List.of("a.1=1", "a.2=null"),
				List.of("a.1=2"), List.of("a.1=null"), List.of("a.1=3"));
		assertThat(ignoring).containsExactly(List.of("a.1=0"), List.of("a.2=0", "b.1=0", "a.3=0"),
				List.of("a.1=1", "b.1=1"), List.of("a.1=2"), List.of("a.1=3"));
	}

	private static List<String> texts(List<BucketEntry<String>> entries) {
		return entries.stream().map((entry) -> entry.key() + "=" + entry.value()).toList();
	}

	@Test
	void aListThatCouldNotBeHandledComesAgain() {
		List<List<String>> lists = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = this.bucket.watchTransactions(WatchOptions.of("a", "b"), (entries) -> {
			lists.add(texts(entries));
			if (lists.size() == 1) {
				throw new IllegalStateException("not yet");
			}
		})) {
			this.bucket.transactionWithoutResult((tx) -> {
				tx.put("a", "1");
				tx.put("b", "1");
				tx.put("c", "1");
			});
			await().until(() -> lists.size() == 2);
		}
		assertThat(lists).containsExactly(List.of("a=1", "b=1"), List.of("a=1", "b=1"));
	}

	@Test
	void theKeyThatCarriesTheGuardsIsHidden() {
		this.bucket.put("read", "1");
		this.bucket.transactionWithoutResult((tx) -> tx.put("a", tx.get("read") + tx.get("none")));
		assertThat(lastSequence()).isEqualTo(4);
		assertThat(this.bucket.keys()).containsExactlyInAnyOrder("read", "a");
		assertThat(this.bucket.keys("_kv.>")).isEmpty();
		assertThat(this.bucket.entries()).extracting(BucketEntry::key).containsExactlyInAnyOrder("read", "a");
		assertThat(this.bucket.history("_kv.guard")).isEmpty();
		assertThat(this.bucket.snapshot("_kv.>")).isEmpty();
		this.bucket.transactionWithoutResult((tx) -> {
			assertThat(tx.getEntry("_kv.guard")).isNull();
			assertThat(tx.exists("_kv.guard")).isFalse();
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> tx.put("_kv.guard", "1"));
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> tx.delete("_kv.guard"));
		});
		assertThat(lastSequence()).isEqualTo(4);
	}

	@Test
	void aFunctionThatKeepsQuietAboutAConflictIsCalledAgain() {
		this.bucket.put("a", "1");
		this.bucket.put("b", "1");
		AtomicInteger calls = new AtomicInteger();
		this.bucket.transactionWithoutResult((tx) -> {
			String a = tx.get("a");
			if (calls.incrementAndGet() == 1) {
				this.bucket.put("a", "2");
				this.bucket.put("b", "2");
			}
			try {
				tx.put("c", a + tx.get("b"));
			}
			catch (RevisionConflictException ex) {
				tx.put("c", "wrong");
			}
		});
		assertThat(this.bucket.history("c")).extracting(BucketEntry::value).containsExactly("22");
		assertThat(calls).hasValue(2);
	}

	@Test
	void aValueThatIsCreatedMayExpire() {
		KeyValueBucket<String> expiring = create((options) -> KeyValueConfiguration
			.builder(BucketConfigurations.withTransactions(options.limitMarker(Duration.ofSeconds(1)).build())))
			.as(String.class);
		expiring.transactionWithoutResult((tx) -> {
			tx.create("a", "1", Duration.ofSeconds(1));
			tx.put("b", "1");
			assertThat(tx.get("a")).isEqualTo("1");
		});
		assertThat(expiring.get("a")).isEqualTo("1");
		elapse(Duration.ofSeconds(1));
		await().untilAsserted(() -> assertThat(expiring.keys()).containsExactly("b"));
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> expiring.transactionWithoutResult((tx) -> tx.create("b", "2", Duration.ofSeconds(1))));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> expiring.transactionWithoutResult((tx) -> tx.create("c", "2", Duration.ofMillis(1500))));
		assertThatExceptionOfType(BucketOptionRequiredException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> tx.create("c", "1", Duration.ofSeconds(1))))
			.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo("limit-marker-ttl"));
		assertThat(lastSequence()).isZero();
	}

	@Test
	void keysMayHaveAnyCharactersOfTheCodec() {
		KeyValueBucket<String> escaped = transactional(KeyCodec.ESCAPE).as(String.class);
		escaped.put("a b", "1");
		escaped.transactionWithoutResult((tx) -> {
			String read = tx.get("a b");
			tx.put("c/ä", read + "!");
		});
		assertThat(escaped.get("c/ä")).isEqualTo("1!");
	}

	@Test
	void aBucketHasToAllowThem() {
		KeyValueBucket<String> plain = create((options) -> options.storageType(StorageType.Memory)).as(String.class);
		AtomicInteger calls = new AtomicInteger();
		assertThatExceptionOfType(BucketOptionRequiredException.class)
			.isThrownBy(() -> plain.transactionWithoutResult((tx) -> calls.incrementAndGet()))
			.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo("transactions"))
			.withMessageContainingAll("A transaction", plain.getName(), "transactions");
		assertThat(calls).hasValue(0);
	}

}
