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

package io.github.natskv.kv.transaction;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.LocalCopySettings.WhenStale;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Transactions that read the copy of a bucket in memory.
 */
@Timeout(60)
class CopiedTransactionTests {

	private static final int ACCOUNTS = 10;

	private static NatsServer server;

	private static Connection connection;

	private static Connection own;

	private final String name = "b" + UUID.randomUUID();

	private KeyValueBucket<Integer> other;

	private DefaultKeyValueBuckets buckets;

	private KeyValueBucket<Integer> bucket;

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		connection = server.connect();
		own = server.connect();
		assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"), "needs server 2.14.5");
	}

	@AfterAll
	static void stop() throws InterruptedException {
		connection.close();
		own.close();
		server.close();
	}

	@BeforeEach
	void create() {
		Buckets.create(connection, BucketConfigurations
			.withTransactions(KeyValueConfiguration.builder(this.name).storageType(StorageType.Memory).build()));
		this.other = Buckets.access(connection).bucket(this.name, Integer.class);
		IntStream.range(0, ACCOUNTS).forEach((i) -> this.other.put(account(i), 100));
		LocalCopySettings settings = new LocalCopySettings(List.of(">"), Long.MAX_VALUE, Duration.ofSeconds(30),
				WhenStale.FAIL, Duration.ofSeconds(20));
		this.buckets = Buckets.access(own, Duration.ofSeconds(5),
				new BucketSettings(this.name, this.name, null, null, KeyCodec.NONE, false, settings));
		this.bucket = this.buckets.bucket(this.name, Integer.class);
		assertThat(this.bucket.keys()).hasSize(ACCOUNTS);
	}

	@AfterEach
	void close() {
		this.buckets.close();
	}

	private static String account(int i) {
		return "account." + i;
	}

	private static int sum(KeyValueBucket<Integer> bucket) {
		return bucket.transaction((tx) -> IntStream.range(0, ACCOUNTS).map((i) -> tx.get(account(i))).sum());
	}

	private long misses() {
		return this.bucket.getLocalCopyStatus().misses();
	}

	private void awaitCopy(String key, int value) {
		Awaitility.await().until(() -> Integer.valueOf(value).equals(this.bucket.get(key)));
	}

	// again where the copy was out of touch for a moment
	@Test
	void readsSendNoRequest() {
		Awaitility.await().untilAsserted(() -> {
			long misses = misses();
			long sent = own.getStatistics().getOutMsgs();
			for (int i = 0; i < 50; i++) {
				assertThat(sum(this.bucket)).isEqualTo(1000);
				assertThat(this.bucket.<Boolean>transaction((tx) -> tx.exists("none"))).isFalse();
			}
			assertThat(misses() - misses).isZero();
			// what the watch sends
			assertThat(own.getStatistics().getOutMsgs() - sent).isLessThan(50);
		});
		Awaitility.await().untilAsserted(() -> {
			long misses = misses();
			this.bucket.transactionWithoutResult((tx) -> tx.put(account(0), tx.get(account(1)) + tx.get(account(2))));
			assertThat(misses() - misses).isZero();
			assertThat(this.other.get(account(0))).isEqualTo(200);
		});
		long hits = this.bucket.getLocalCopyStatus().hits();
		sum(this.bucket.remote());
		assertThat(this.bucket.getLocalCopyStatus().hits()).isEqualTo(hits);
	}

	@Test
	void readsAreValidatedAtTheCommit() {
		AtomicInteger calls = new AtomicInteger();
		this.bucket.transactionWithoutResult((tx) -> {
			int read = tx.get(account(1));
			if (calls.incrementAndGet() == 1) {
				this.other.put(account(1), 150);
			}
			tx.put(account(0), read);
		});
		assertThat(calls).hasValue(2);
		assertThat(this.other.get(account(0))).isEqualTo(150);
	}

	@Test
	void anExceptionThatWasThrownForWhatIsNotSoAnyMoreDoesNotCount() {
		AtomicInteger calls = new AtomicInteger();
		// again where the copy was out of touch for a moment
		Awaitility.await().ignoreExceptionsInstanceOf(IllegalStateException.class).untilAsserted(() -> {
			this.other.put(account(1), 100);
			awaitCopy(account(1), 100);
			calls.set(0);
			int read = this.bucket.transaction((tx) -> {
				int value = tx.get(account(1));
				if (calls.incrementAndGet() == 1) {
					this.other.put(account(1), 150);
				}
				if (value == 100) {
					throw new IllegalStateException("too few");
				}
				return value;
			});
			assertThat(read).isEqualTo(150);
			assertThat(calls).hasValue(2);
		});
		calls.set(0);
		awaitCopy(account(1), 150);
		assertThatIllegalStateException().isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
			calls.incrementAndGet();
			throw new IllegalStateException("always " + tx.get(account(1)));
		}));
		assertThat(calls).hasValue(1);
	}

	@Test
	void keysThatWereDeletedAreCreatedAndUpdated() {
		long marker = this.other.delete(account(1));
		Awaitility.await().until(() -> !this.bucket.exists(account(1)));
		this.bucket.transactionWithoutResult((tx) -> {
			tx.create(account(1), 1);
			tx.put(account(0), 1);
		});
		assertThat(this.other.get(account(1))).isEqualTo(1);
		long next = this.other.delete(account(1));
		assertThat(next).isGreaterThan(marker);
		Awaitility.await().until(() -> !this.bucket.exists(account(1)));
		this.bucket.transactionWithoutResult((tx) -> tx.update(account(1), 2, next));
		assertThat(this.other.get(account(1))).isEqualTo(2);
	}

	@Test
	void ownWritesAreSeenAtOnce() {
		for (int i = 0; i < 100; i++) {
			int value = i;
			this.bucket.put(account(i % 3), value);
			assertThat(this.bucket.<Integer>transaction((tx) -> tx.get(account(value % 3)))).isEqualTo(value);
			this.bucket.transactionWithoutResult((tx) -> tx.put(account(4), tx.get(account(value % 3)) + 1));
			assertThat(this.bucket.<Integer>transaction((tx) -> tx.get(account(4)))).isEqualTo(value + 1);
		}
	}

	@Test
	void aFunctionNeverSeesAPartOfAnotherTransaction() throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		CompletableFuture<Void> others = CompletableFuture.allOf(transfer(done, this.other),
				transfer(done, this.bucket));
		AtomicInteger wrong = new AtomicInteger();
		long hits = this.bucket.getLocalCopyStatus().hits();
		long end = System.nanoTime() + Duration.ofMillis(800).toNanos();
		while (System.nanoTime() < end) {
			try {
				this.bucket.transactionWithoutResult((tx) -> {
					int sum = IntStream.range(0, ACCOUNTS).map((account) -> tx.get(account(account))).sum();
					wrong.addAndGet((sum != ACCOUNTS * 100) ? 1 : 0);
				});
			}
			catch (RevisionConflictException ex) {
				// the leader is asked while the copy is behind, and others were faster
			}
		}
		done.set(true);
		others.join();
		assertThat(wrong).hasValue(0);
		assertThat(this.bucket.getLocalCopyStatus().hits()).isGreaterThan(hits);
		assertThat(sum(this.other)).isEqualTo(ACCOUNTS * 100);
	}

	private static CompletableFuture<Void> transfer(AtomicBoolean done, KeyValueBucket<Integer> bucket) {
		return CompletableFuture.runAsync(() -> {
			while (!done.get()) {
				String from = account(ThreadLocalRandom.current().nextInt(ACCOUNTS));
				String to = account(ThreadLocalRandom.current().nextInt(ACCOUNTS));
				String guarded = account(ThreadLocalRandom.current().nextInt(ACCOUNTS));
				bucket.transactionWithoutResult((tx) -> {
					tx.put(from, tx.get(from) - 1);
					tx.put(to, tx.get(to) + 1);
					tx.exists(guarded);
				});
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
			}
		});
	}

}
