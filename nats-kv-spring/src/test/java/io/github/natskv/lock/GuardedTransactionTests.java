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

package io.github.natskv.lock;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.support.BucketStores;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.InvalidDataAccessApiUsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mockito.Mockito.mock;

/**
 * Transactions that are guarded by a lease in the same bucket.
 */
@Timeout(60)
class GuardedTransactionTests {

	private static NatsServer server;

	private static Connection connection;

	private static DefaultKeyValueBuckets buckets;

	private final String name = create();

	private final KeyValueBucket<String> bucket = buckets.bucket(this.name, String.class);

	private DefaultBucketLocks locks;

	private DefaultBucketLocks others;

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		connection = server.connect();
		assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"));
		buckets = Buckets.access(connection);
	}

	@AfterAll
	static void stop() throws InterruptedException {
		if (buckets != null) {
			buckets.close();
		}
		connection.close();
		server.close();
	}

	@BeforeEach
	void open() {
		this.locks = new DefaultBucketLocks(buckets, this.name, Duration.ofSeconds(30));
		this.others = new DefaultBucketLocks(buckets, this.name, Duration.ofSeconds(30));
	}

	@AfterEach
	void close() {
		this.locks.close();
		this.others.close();
	}

	private static String create() {
		String name = "g" + UUID.randomUUID();
		Buckets.create(connection,
				BucketConfigurations.withTransactions(KeyValueConfiguration.builder(name)
					.storageType(StorageType.File)
					.limitMarker(Duration.ofSeconds(1))
					.build()));
		return name;
	}

	private BucketLease loseUnnoticed() throws Exception {
		BucketLease lease = this.locks.tryAcquire("reports");
		connection.keyValue(this.name).delete(LockKeys.of("reports"));
		assertThat(lease.isValid()).isTrue();
		return lease;
	}

	@Test
	void theHolderWrites() {
		try (BucketLease lease = this.locks.tryAcquire("reports")) {
			String result = this.bucket.transaction((tx) -> {
				tx.guard(lease);
				tx.put("a", "1");
				tx.put("b", "2");
				return "done";
			});
			assertThat(result).isEqualTo("done");
		}
		assertThat(this.bucket.get("a")).isEqualTo("1");
		assertThat(this.bucket.get("b")).isEqualTo("2");
	}

	@Test
	void theLeaderWrites() throws Exception {
		LeaderElections elections = new LeaderElections(this.locks, List.of("reports"), connection, "default");
		LeaderElection election = elections.get("reports");
		assertThatExceptionOfType(LostLeaseException.class).isThrownBy(() -> put(election, "early"))
			.withMessageContaining("'reports'");
		elections.start();
		try {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(election::isLeader);
			put(election, "1");
			assertThat(this.bucket.get("a")).isEqualTo("1");
			connection.keyValue(this.name).delete(LockKeys.of("reports"));
			assertThat(election.isLeader()).isTrue();
			assertThatExceptionOfType(LostLeaseException.class).isThrownBy(() -> put(election, "stale"));
			assertThat(this.bucket.get("a")).isEqualTo("1");
		}
		finally {
			elections.stop();
		}
	}

	private void put(BucketTransaction.Guard guard, String value) {
		this.bucket.transactionWithoutResult((tx) -> {
			tx.guard(guard);
			tx.put("a", value);
		});
	}

	@Test
	void theServerRefusesOneThatHasLostTheLock() throws Exception {
		BucketLease lease = loseUnnoticed();
		CountDownLatch lost = new CountDownLatch(1);
		lease.onLost(lost::countDown);
		BucketLease next = this.others.tryAcquire("reports");
		AtomicInteger calls = new AtomicInteger();
		assertThatExceptionOfType(LostLeaseException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				calls.incrementAndGet();
				tx.guard(lease);
				tx.put("a", "stale");
				tx.put("b", "stale");
			}))
			.withMessageContaining(this.name)
			.withMessageContaining("token " + lease.fencingToken())
			.withCauseInstanceOf(RevisionConflictException.class);
		assertThat(calls).hasValue(1);
		assertThat(this.bucket.exists("a")).isFalse();
		assertThat(this.bucket.exists("b")).isFalse();
		assertThat(lease.isValid()).isFalse();
		assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
		this.bucket.transactionWithoutResult((tx) -> {
			tx.guard(next);
			tx.put("a", "new");
		});
		assertThat(this.bucket.get("a")).isEqualTo("new");
	}

	@Test
	void lockThatNobodyHasTakenIsLostToo() throws Exception {
		BucketLease lease = loseUnnoticed();
		assertRefused(lease);
		assertThat(lease.isValid()).isFalse();
	}

	@Test
	void lockThatIsKnownToBeLostIsRefusedAtOnce() {
		BucketLease lease = this.locks.tryAcquire("reports");
		lease.close();
		AtomicInteger ended = new AtomicInteger();
		assertThatExceptionOfType(LostLeaseException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				tx.guard(lease);
				ended.incrementAndGet();
			}));
		assertThat(ended).hasValue(0);
	}

	@Test
	void readsAreGuarded() throws Exception {
		BucketLease lease = loseUnnoticed();
		assertThatExceptionOfType(LostLeaseException.class).isThrownBy(() -> this.bucket.transaction((tx) -> {
			tx.guard(lease);
			return tx.exists("a");
		}));
	}

	@Test
	void renewalsDoNoHarm() throws Exception {
		try (DefaultBucketLocks brief = new DefaultBucketLocks(buckets, this.name, Duration.ofSeconds(1))) {
			BucketLease lease = brief.tryAcquire("reports");
			AtomicInteger calls = new AtomicInteger();
			this.bucket.transactionWithoutResult((tx) -> {
				tx.guard(lease);
				tx.put("a", "1");
				if (calls.incrementAndGet() == 1) {
					awaitRenewal(revision());
				}
			});
			assertThat(calls).hasValueGreaterThan(1);
			assertThat(this.bucket.get("a")).isEqualTo("1");
			assertThat(lease.isValid()).isTrue();
		}
	}

	private void awaitRenewal(long revision) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> revision() > revision);
	}

	private long revision() {
		try {
			return connection.keyValue(this.name).get(LockKeys.of("reports")).getRevision();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void lockOfAnotherBucketIsRefused() {
		String another = create();
		try (DefaultBucketLocks elsewhere = new DefaultBucketLocks(buckets, another, Duration.ofSeconds(30))) {
			BucketLease lease = elsewhere.tryAcquire("reports");
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> tx.guard(lease)))
				.withMessageContaining(this.name)
				.withMessageContaining(another);
		}
	}

	@Test
	void lockOfABucketOfThatNameInAnotherDomainIsOfAnotherBucket() {
		BucketStore store = BucketStores.of(buckets, this.name);
		try (DefaultKeyValueBuckets hub = Buckets.access(connection, JetStreamOptions.builder().domain("hub").build(),
				1)) {
			assertThat(store.isSameAs(BucketStores.of(hub, this.name))).isFalse();
		}
		assertThat(store.isSameAs(BucketStores.of(buckets, this.name))).isTrue();
	}

	@Test
	void keyOfTheLockIsNotWritten() {
		BucketLease lease = this.locks.tryAcquire("reports");
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				tx.guard(lease);
				tx.put(LockKeys.of("reports"), "mine");
			}));
		assertThat(lease.isValid()).isTrue();
	}

	@Test
	void onlyLeasesOfThisLibraryGuard() {
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.bucket.transactionWithoutResult((tx) -> tx.guard(mock(BucketTransaction.Guard.class))));
	}

	private void assertRefused(BucketLease lease) {
		assertThatExceptionOfType(LostLeaseException.class)
			.isThrownBy(() -> this.bucket.transactionWithoutResult((tx) -> {
				tx.guard(lease);
				tx.put("a", "stale");
			}));
		assertThat(this.bucket.exists("a")).isFalse();
	}

}
