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

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;

import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.kv.support.BucketStores;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/**
 * Locks of two nodes on one bucket.
 */
@Timeout(60)
class BucketLocksTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@AutoClose
	private static final LockServer server = new LockServer();

	private static final Connection connection = server.connection();

	private static final Connection otherConnection = server.otherConnection();

	private String bucket = server.bucket();

	private final DefaultBucketLocks locks = server.locks();

	private final DefaultBucketLocks others = server.otherLocks();

	@AfterEach
	void close() throws Exception {
		server.closeAll();
	}

	private DefaultBucketLocks locks(Connection connection, Duration lease) {
		return server.locks(connection, this.bucket, lease);
	}

	private static void assumeNew() {
		server.assumeTimesToLive();
	}

	@Test
	void oneHolds() throws Exception {
		assumeNew();
		BucketLease lease = this.locks.acquire("reports", Duration.ofSeconds(5));
		assertThat(lease.isValid()).isTrue();
		assertThat(lease.name()).isEqualTo("reports");
		assertThat(this.others.tryAcquire("reports")).isNull();
		assertThat(this.locks.tryAcquire("reports")).isNull();
		assertThatExceptionOfType(CannotAcquireLockException.class)
			.isThrownBy(() -> this.others.acquire("reports", Duration.ofMillis(100)))
			.withMessageContaining(this.bucket)
			.withMessageNotContaining("reports");
		lease.close();
		assertThat(lease.isValid()).isFalse();
		try (BucketLease next = this.others.tryAcquire("reports")) {
			assertThat(next).isNotNull();
			assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
		}
	}

	@Test
	void closingTwiceReleasesNothingOfOthers() {
		assumeNew();
		BucketLease lease = this.locks.tryAcquire("reports");
		lease.close();
		BucketLease next = this.others.tryAcquire("reports");
		lease.close();
		assertThat(next.isValid()).isTrue();
		assertThat(this.locks.tryAcquire("reports")).isNull();
	}

	@Test
	void namesAreAnyText() {
		assumeNew();
		for (String name : List.of("a b.*>", "ключ 🔑", "x".repeat(5000), ".")) {
			try (BucketLease lease = this.locks.tryAcquire(name)) {
				assertThat(lease).isNotNull();
				assertThat(this.others.tryAcquire(name)).isNull();
			}
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.locks.tryAcquire(""));
	}

	@Test
	void releaseWakesThoseWhoWait() throws Exception {
		assumeNew();
		BucketLease lease = this.locks.tryAcquire("reports");
		CompletableFuture<BucketLease> waiting = acquireAsync(this.others, "reports");
		Awaitility.await().atMost(PATIENCE).until(() -> this.others.waiting() == 1);
		lease.close();
		assertThat(waiting.get(20, TimeUnit.SECONDS).fencingToken()).isGreaterThan(lease.fencingToken());
		Awaitility.await().atMost(PATIENCE).until(() -> this.others.waiting() == 0);
	}

	@Test
	void whoIsWokenWritesOnce() throws Exception {
		assumeNew();
		BucketLease lease = this.locks.tryAcquire("reports");
		Subscription written = connection.subscribe("$KV." + this.bucket + ".>");
		connection.flush(PATIENCE);
		CompletableFuture<BucketLease> waiting = acquireAsync(this.others, "reports");
		// at first, when it is its turn, and when it watches
		for (int i = 0; i < 3; i++) {
			assertThat(written.nextMessage(PATIENCE)).isNotNull();
		}
		lease.close();
		long token = waiting.get(20, TimeUnit.SECONDS).fencingToken();
		Message release;
		do {
			release = written.nextMessage(PATIENCE);
		}
		while (!"DEL".equals(release.getHeaders().getFirst("KV-Operation")));
		assertThat(written.nextMessage(PATIENCE).getHeaders().getFirst("Nats-Expected-Last-Subject-Sequence"))
			.isEqualTo(String.valueOf(token - 1));
		written.unsubscribe();
	}

	@Test
	void theMostPatientTakeTurns() throws Exception {
		assumeNew();
		BucketLease lease = this.locks.tryAcquire("reports");
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<CompletableFuture<Void>> all = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			for (DefaultBucketLocks node : List.of(this.locks, this.others)) {
				all.add(acquireAsync(node, "reports").thenAccept((held) -> {
					most.accumulateAndGet(inside.incrementAndGet(), Math::max);
					inside.decrementAndGet();
					held.close();
				}));
			}
		}
		lease.close();
		CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
		assertThat(most).hasValue(1);
	}

	@Test
	void waitersOfOneNodeShareAWatchAndItsRequests() throws Exception {
		assumeNew();
		BucketLease lease = this.locks.tryAcquire("reports");
		List<Thread> waiters = new ArrayList<>();
		waiters.add(startWaiter());
		// whoever comes before there is a watch asks, too
		Awaitility.await().atMost(PATIENCE).until(() -> consumers() == 1);
		long sent = otherConnection.getStatistics().getOutMsgs();
		int count = 1000;
		while (waiters.size() < count) {
			waiters.add(startWaiter());
		}
		Awaitility.await().atMost(PATIENCE).until(() -> this.others.waiting() == count);
		assertThat(consumers()).isEqualTo(1);
		assertThat(otherConnection.getStatistics().getOutMsgs() - sent).isLessThan(count / 10);
		waiters.forEach(Thread::interrupt);
		for (Thread waiter : waiters) {
			waiter.join(20_000);
		}
		assertThat(this.others.waiting()).isZero();
		lease.close();
	}

	private Thread startWaiter() {
		Thread waiter = new Thread(() -> {
			try {
				this.others.acquire("reports", Duration.ofMinutes(1));
			}
			catch (InterruptedException ex) {
				// wanted
			}
		});
		waiter.start();
		return waiter;
	}

	private long consumers() throws Exception {
		return connection.jetStreamManagement().getStreamInfo("KV_" + this.bucket).getStreamState().getConsumerCount();
	}

	@Test
	void heldLocksAreRenewed() throws Exception {
		assumeNew();
		DefaultBucketLocks brief = locks(connection, Duration.ofSeconds(1));
		BucketLease lease = brief.tryAcquire("reports");
		long token = lease.fencingToken();
		long revision = connection.keyValue(this.bucket).get(LockKeys.of("reports")).getRevision();
		assertThat(revision).isEqualTo(token);
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> connection.keyValue(this.bucket).get(LockKeys.of("reports")).getRevision() > token + 4);
		assertThat(lease.isValid()).isTrue();
		assertThat(lease.fencingToken()).isEqualTo(token);
		assertThat(this.others.tryAcquire("reports")).isNull();
		lease.close();
		assertThat(connection.keyValue(this.bucket).get(LockKeys.of("reports"))).isNull();
	}

	@Test
	void locksOfTheDeadExpire() throws Exception {
		assumeNew();
		Connection mortal = server.server().connect();
		BucketLease lease = locks(mortal, Duration.ofSeconds(1)).tryAcquire("reports");
		CountDownLatch lost = new CountDownLatch(1);
		lease.onLost(lost::countDown);
		CompletableFuture<BucketLease> waiting = acquireAsync(this.others, "reports");
		mortal.close();
		BucketLease next = waiting.get(20, TimeUnit.SECONDS);
		assertThat(lease.isValid()).isFalse();
		assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
		lease.close();
		assertThat(next.isValid()).isTrue();
	}

	// 1 s after the lease is promised, which a busy machine may exceed
	@Test
	void lockOfAKilledProcessIsTakenOver() throws Exception {
		assumeNew();
		Duration lease = Duration.ofSeconds(1);
		Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), LockHolder.class.getName(),
				server.server().url(), this.bucket, lease.toString(), "reports")
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		try (BufferedReader in = holder.inputReader()) {
			String token = in.lines().filter((line) -> line.startsWith("held ")).findFirst().orElseThrow();
			CompletableFuture<BucketLease> waiting = acquireAsync(this.others, "reports");
			Awaitility.await().atMost(PATIENCE).until(() -> this.others.waiting() == 1);
			long killed = System.nanoTime();
			holder.destroyForcibly().waitFor();
			assertThat(waiting.get(20, TimeUnit.SECONDS).fencingToken())
				.isGreaterThan(Long.parseLong(token.substring(5)));
			assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(lease.plusSeconds(10));
		}
		finally {
			holder.destroyForcibly();
		}
	}

	@Test
	void removedLockIsLost() throws Exception {
		assumeNew();
		DefaultBucketLocks brief = locks(connection, Duration.ofSeconds(3));
		BucketLease lease = brief.tryAcquire("reports");
		CountDownLatch lost = new CountDownLatch(1);
		lease.onLost(lost::countDown);
		connection.keyValue(this.bucket).delete(LockKeys.of("reports"));
		assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(lease.isValid()).isFalse();
		assertThat(brief.lost()).isEqualTo(1);
		assertThat(brief.held()).isZero();
	}

	@Test
	void aLockFoundLostByItsReleaseIsToldAndCounted() throws Exception {
		assumeNew();
		BucketLease removed = this.locks.tryAcquire("reports");
		BucketLease gone = this.locks.tryAcquire("letters");
		CountDownLatch lost = new CountDownLatch(2);
		removed.onLost(lost::countDown);
		gone.onLost(lost::countDown);
		connection.keyValue(this.bucket).delete(LockKeys.of("reports"));
		removed.close();
		assertThat(this.locks.lost()).isEqualTo(1);
		connection.keyValueManagement().delete(this.bucket);
		gone.close();
		assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.locks.lost()).isEqualTo(2);
		assertThat(this.locks.held()).isZero();
	}

	@Test
	void locksOfABucketThatOthersMadeAgainAreNotThoseOfItsFormerHolders() throws Exception {
		assumeNew();
		BucketLease former = this.locks.tryAcquire("reports");
		connection.keyValueManagement().delete(this.bucket);
		server.createBucket(this.bucket);
		BucketLease lease = this.others.tryAcquire("reports");
		assertThat(lease.fencingToken()).isEqualTo(former.fencingToken());
		DefaultKeyValueBuckets buckets = Buckets.access(connection);
		server.closeLater(buckets);
		LockRecords records = new LockRecords(BucketStores.of(buckets, this.bucket), Duration.ofSeconds(30));
		byte[] owner = "former".getBytes(StandardCharsets.UTF_8);
		assertThat(records.renew(LockKeys.of("reports"), owner, former.fencingToken())).failsWithin(PATIENCE)
			.withThrowableThat()
			.withCauseInstanceOf(RevisionConflictException.class);
		former.close();
		assertThat(this.locks.lost()).isEqualTo(1);
		assertThat(this.locks.tryAcquire("reports")).isNull();
	}

	@Test
	void aThreadLocksSeveralTimes() throws Exception {
		assumeNew();
		Lock lock = this.locks.getLock("reports");
		lock.lock();
		assertThat(this.locks.getLock("reports").tryLock()).isTrue();
		lock.unlock();
		assertThat(this.others.getLock("reports").tryLock()).isFalse();
		assertThat(
				CompletableFuture.supplyAsync(() -> this.locks.getLock("reports").tryLock()).get(20, TimeUnit.SECONDS))
			.isFalse();
		lock.unlock();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(lock::newCondition);
		assertThat(this.others.getLock("reports").tryLock(10, TimeUnit.SECONDS)).isTrue();
		assertThat(lock.tryLock(50, TimeUnit.MILLISECONDS)).isFalse();
		this.others.getLock("reports").unlock();
	}

	@Test
	void waitForALockIsInterrupted() throws Exception {
		assumeNew();
		try (BucketLease lease = this.others.tryAcquire("reports")) {
			assertThat(lease).isNotNull();
			CompletableFuture<Throwable> ended = new CompletableFuture<>();
			Thread waiter = new Thread(() -> {
				try {
					this.locks.getLock("reports").lockInterruptibly();
					ended.complete(null);
				}
				catch (InterruptedException ex) {
					ended.complete(ex);
				}
			});
			waiter.start();
			Awaitility.await().atMost(PATIENCE).until(() -> this.locks.waiting() == 1);
			waiter.interrupt();
			assertThat(ended.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
		}
	}

	@Test
	void anInterruptedThreadLocksOnceMore() throws Exception {
		assumeNew();
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			Lock lock = this.locks.getLock("reports");
			lock.lock();
			Thread.currentThread().interrupt();
			lock.lock();
			interrupted.complete(Thread.interrupted());
			lock.unlock();
			lock.unlock();
		});
		thread.setDaemon(true);
		thread.start();
		assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void unlockTellsThatALockWasLost() throws Exception {
		assumeNew();
		Lock lock = this.locks.getLock("reports");
		lock.lock();
		connection.keyValue(this.bucket).delete(LockKeys.of("reports"));
		assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::unlock);
		assertThat(lock.tryLock()).isTrue();
		lock.unlock();
	}

	@Test
	void closedLocksAreNotGiven() throws Exception {
		assumeNew();
		this.locks.close();
		assertThatIllegalStateException().isThrownBy(() -> this.locks.tryAcquire("reports"))
			.withMessageContaining(this.bucket);
		assertThatIllegalStateException().isThrownBy(() -> this.locks.acquire("reports", Duration.ofSeconds(5)));
		assertThat(this.locks.held()).isZero();
		assertThat(this.others.tryAcquire("reports")).isNotNull();
	}

	@Test
	void closingEndsWaits() throws Exception {
		assumeNew();
		BucketLease lease = this.locks.tryAcquire("reports");
		List<CompletableFuture<BucketLease>> waits = List.of(acquireAsync(this.others, "reports"),
				acquireAsync(this.others, "reports"), acquireAsync(this.others, "reports"));
		Awaitility.await().atMost(PATIENCE).until(() -> this.others.waiting() == waits.size());
		this.others.close();
		for (CompletableFuture<BucketLease> wait : waits) {
			assertThat(wait).failsWithin(PATIENCE)
				.withThrowableThat()
				.havingRootCause()
				.isInstanceOf(IllegalStateException.class)
				.withMessageContaining("closed");
		}
		assertThat(lease.isValid()).isTrue();
	}

	@Test
	void closingReleasesManyAtOnce() {
		assumeNew();
		int count = 50;
		for (int i = 0; i < count; i++) {
			assertThat(this.locks.tryAcquire("reports" + i)).isNotNull();
		}
		this.locks.close();
		assertThat(this.locks.held()).isZero();
		for (int i = 0; i < count; i++) {
			assertThat(this.others.tryAcquire("reports" + i)).isNotNull();
		}
	}

	@Test
	void closingDoesNotWaitForEachLockWhereTheServerIsOutOfReach() throws Exception {
		assumeNew();
		try (NetworkProxy proxy = NetworkProxy.to(server.server().port()); Connection far = proxy.connect()) {
			DefaultBucketLocks distant = locks(far, Duration.ofSeconds(30));
			for (int i = 0; i < 50; i++) {
				assertThat(distant.tryAcquire("reports" + i)).isNotNull();
			}
			proxy.swallow();
			// one after the other took 3 s each
			assertThat(CompletableFuture.runAsync(distant::close)).succeedsWithin(PATIENCE);
			assertThat(distant.held()).isZero();
		}
	}

	@Test
	void bucketsThatLoseLocksAreRefused() {
		assumeNew();
		this.bucket = "m" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(this.bucket).limitMarker(Duration.ofSeconds(1)).build());
		DefaultBucketLocks inMemory = locks(connection, Duration.ofSeconds(1));
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
			.isThrownBy(() -> inMemory.tryAcquire("reports"))
			.withMessageContaining("'storage' must be file");
	}

	@Test
	void leasesAreWholeSeconds() {
		assertThatIllegalArgumentException().isThrownBy(() -> locks(connection, Duration.ofMillis(1500)));
		assertThatIllegalArgumentException().isThrownBy(() -> locks(connection, Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> this.locks.acquire("reports", Duration.ofSeconds(-1)));
	}

	@Test
	void olderServersAreRefused() {
		assumeFalse(server.hasTimesToLive());
		assertThatExceptionOfType(UnsupportedServerFeatureException.class)
			.isThrownBy(() -> this.locks.tryAcquire("reports"));
	}

	private static CompletableFuture<BucketLease> acquireAsync(DefaultBucketLocks locks, String name) {
		CompletableFuture<BucketLease> acquired = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				acquired.complete(locks.acquire(name, Duration.ofSeconds(40)));
			}
			catch (Exception ex) {
				acquired.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return acquired;
	}

}
