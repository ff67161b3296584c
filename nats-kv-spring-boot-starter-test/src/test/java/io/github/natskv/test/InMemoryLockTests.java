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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.ConcurrentModificationException;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.lock.LostLeaseException;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.LockRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Locks in tests without a server.
 */
@NatsKvTest(properties = { "nats.locks.bucket=locks", "nats.kv.buckets.locks.limit-marker-ttl=1s",
		"nats.kv.buckets.locks.transactions=true" })
@InMemoryNats
class InMemoryLockTests {

	@Autowired
	private BucketLocks locks;

	@Autowired
	private LockProvider shedLock;

	@Autowired
	private LockRegistry<DistributedLock> registry;

	@Autowired
	private KeyValueBuckets buckets;

	@Autowired
	private MutableClock clock;

	@Test
	void oneHolds() throws InterruptedException {
		BucketLease lease = this.locks.acquire("reports", Duration.ofSeconds(5));
		assertThat(this.locks.tryAcquire("reports")).isNull();
		lease.close();
		try (BucketLease next = this.locks.tryAcquire("reports")) {
			assertThat(next).isNotNull();
			assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
		}
	}

	@Test
	void locksExpireByTheClockOfTheTest() throws InterruptedException {
		BucketLease lease = this.locks.tryAcquire("expiring");
		this.clock.advance(Duration.ofSeconds(31));
		assertThat(lease.isValid()).isFalse();
		try (BucketLease next = this.locks.acquire("expiring", Duration.ofSeconds(20))) {
			assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
			lease.close();
			assertThat(next.isValid()).isTrue();
		}
	}

	@Test
	void leasesGuardTransactions() {
		KeyValueBucket<String> bucket = this.buckets.bucket("locks", String.class);
		BucketLease lease = this.locks.tryAcquire("guard");
		bucket.transactionWithoutResult((tx) -> {
			tx.guard(lease);
			tx.put("guarded", "1");
		});
		bucket.delete(Base64.getUrlEncoder().withoutPadding().encodeToString("guard".getBytes(StandardCharsets.UTF_8)));
		BucketLease next = this.locks.tryAcquire("guard");
		assertThat(next).isNotNull();
		assertThatExceptionOfType(LostLeaseException.class).isThrownBy(() -> bucket.transactionWithoutResult((tx) -> {
			tx.guard(lease);
			tx.put("guarded", "2");
		}));
		assertThat(bucket.get("guarded")).isEqualTo("1");
	}

	@Test
	void timesOfShedLockAreThoseOfTheClock() {
		SimpleLock lock = this.shedLock.lock(task()).orElseThrow();
		this.clock.advance(Duration.ofMinutes(1));
		lock.unlock();
		assertThat(this.shedLock.lock(task())).isEmpty();
		this.clock.advance(Duration.ofMinutes(4).plusSeconds(1));
		assertThat(this.shedLock.lock(task())).isPresent();
		this.clock.advance(Duration.ofMinutes(9));
		assertThat(this.shedLock.lock(task())).isEmpty();
		this.clock.advance(Duration.ofMinutes(1).plusSeconds(1));
		assertThat(this.shedLock.lock(task())).isPresent();
	}

	private static LockConfiguration task() {
		return new LockConfiguration(Instant.now(), "task", Duration.ofMinutes(10), Duration.ofMinutes(5));
	}

	@Test
	void timesToLiveOfTheRegistryAreThoseOfTheClock() {
		DistributedLock lock = this.registry.obtain("registry");
		lock.lock(Duration.ofMinutes(2));
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(this.locks.tryAcquire("registry")).isNull();
		assertThat(lock.tryLock()).isTrue();
		this.clock.advance(Duration.ofMinutes(1).plusSeconds(1));
		assertThat(this.locks.tryAcquire("registry")).isNotNull();
		assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::lock);
		assertThat(lock.tryLock()).isFalse();
	}

}
