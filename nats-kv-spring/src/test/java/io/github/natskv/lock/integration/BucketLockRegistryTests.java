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

package io.github.natskv.lock.integration;

import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.lock.LockServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;
import org.springframework.integration.support.locks.DistributedLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The registry of locks for Spring Integration, in two applications.
 */
@Timeout(60)
class BucketLockRegistryTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@AutoClose
	private static final LockServer server = new LockServer();

	private static final DefaultBucketLocks locks = server.locks();

	private static final DefaultBucketLocks otherLocks = server.otherLocks();

	private final BucketLockRegistry registry = new BucketLockRegistry(locks);

	private final BucketLockRegistry others = new BucketLockRegistry(otherLocks);

	private final String key = "k" + UUID.randomUUID();

	@BeforeAll
	static void requireTimesToLive() {
		server.assumeTimesToLive();
	}

	@Test
	void oneThreadOfOneApplicationHoldsALock() throws Exception {
		DistributedLock lock = this.registry.obtain(this.key);
		lock.lock();
		assertThat(lock.tryLock()).isTrue();
		lock.unlock();
		assertThat(this.others.obtain(this.key).tryLock()).isFalse();
		assertThat(elsewhere(() -> this.registry.obtain(this.key).tryLock())).isFalse();
		assertThat(this.others.obtain(this.key).tryLock(Duration.ofMillis(50), Duration.ofSeconds(5))).isFalse();
		lock.unlock();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
		assertThat(this.others.obtain(this.key).tryLock(10, TimeUnit.SECONDS)).isTrue();
		this.others.obtain(this.key).unlock();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(lock::newCondition);
	}

	@Test
	void workIsExecutedLocked() throws Exception {
		String result = this.registry.executeLocked(this.key, () -> {
			assertThat(this.others.obtain(this.key).tryLock()).isFalse();
			return "done";
		});
		assertThat(result).isEqualTo("done");
		assertThat(this.others.obtain(this.key).tryLock()).isTrue();
		this.others.obtain(this.key).unlock();
	}

	@Test
	void locksWithATimeToLiveExpireUnlessTheyAreRenewed() throws Exception {
		DistributedLock renewed = this.registry.obtain("renewed " + this.key);
		assertThat(renewed.tryLock(Duration.ZERO, Duration.ofSeconds(1))).isTrue();
		elsewhere(() -> {
			this.registry.renewLock("renewed " + this.key, Duration.ofMinutes(1));
			return null;
		});
		DistributedLock lock = this.registry.obtain(this.key);
		lock.lock(Duration.ofSeconds(1));
		DistributedLock other = this.others.obtain(this.key);
		assertThat(other.tryLock()).isFalse();
		assertThat(other.tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> this.registry.renewLock(this.key, Duration.ofSeconds(5)));
		assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::unlock);
		assertThat(this.others.obtain("renewed " + this.key).tryLock()).isFalse();
		assertThat(lock.tryLock()).isFalse();
		other.unlock();
		renewed.unlock();
		assertThat(this.others.obtain("renewed " + this.key).tryLock()).isTrue();
		this.others.obtain("renewed " + this.key).unlock();
	}

	@Test
	void onlyLocksThatAreHeldAreRenewed() {
		assertThatIllegalStateException().isThrownBy(() -> this.registry.renewLock(this.key));
		DistributedLock lock = this.registry.obtain(this.key);
		lock.lock();
		this.registry.renewLock(this.key);
		this.registry.renewLock(this.key, Duration.ofSeconds(5));
		assertThatIllegalStateException().isThrownBy(() -> this.others.renewLock(this.key));
		lock.unlock();
		assertThatIllegalStateException().isThrownBy(() -> this.registry.renewLock(this.key));
	}

	@Test
	void lostLocksAreNotHeldOnceMore() throws Exception {
		DistributedLock lock = this.registry.obtain(this.key);
		lock.lock(Duration.ofSeconds(1));
		DistributedLock other = this.others.obtain(this.key);
		assertThat(other.tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::lock);
		assertThat(lock.tryLock()).isFalse();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
		other.unlock();
		assertThat(lock.tryLock()).isTrue();
		lock.unlock();
		assertThat(other.tryLock()).isTrue();
		other.unlock();
	}

	@Test
	void interruptedThreadsUnlock() throws Exception {
		for (boolean timed : new boolean[] { true, false }) {
			boolean interrupted = elsewhere(() -> {
				DistributedLock lock = this.registry.obtain(this.key);
				assertThat(timed ? lock.tryLock(Duration.ZERO, Duration.ofMinutes(1)) : lock.tryLock()).isTrue();
				Thread.currentThread().interrupt();
				lock.unlock();
				return Thread.interrupted();
			});
			assertThat(interrupted).isTrue();
			assertThat(this.others.obtain(this.key).tryLock()).isTrue();
			this.others.obtain(this.key).unlock();
		}
	}

	@Test
	void keysAreTextsOrMadeUuids() {
		for (Object key : List.of("a b.*>", UUID.randomUUID(), 42L, List.of("a", "b"))) {
			DistributedLock lock = this.registry.obtain(key);
			assertThat(lock.tryLock()).isTrue();
			assertThat(this.others.obtain(key).tryLock()).isFalse();
			lock.unlock();
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.obtain(null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.obtain(""));
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.obtain(new Object()));
	}

	@Test
	void unusedLocksAreForgotten() {
		DistributedLock lock = this.registry.obtain(this.key);
		assertThat(this.registry.obtain(this.key)).isSameAs(lock);
		this.registry.expireUnusedOlderThan(Duration.ofMinutes(5).toMillis());
		assertThat(this.registry.obtain(this.key)).isSameAs(lock);
		lock.lock();
		this.registry.expireUnusedOlderThan(0);
		assertThat(this.registry.obtain(this.key)).isSameAs(lock);
		lock.unlock();
		this.registry.expireUnusedOlderThan(0);
		assertThat(this.registry.obtain(this.key)).isNotSameAs(lock);
	}

	@Test
	void oneInitiatorLeadsAndHandsOver() throws Exception {
		LockRegistryLeaderInitiator one = initiator(this.registry);
		LockRegistryLeaderInitiator two = initiator(this.others);
		try {
			one.start();
			Awaitility.await().atMost(PATIENCE).until(() -> one.getContext().isLeader());
			two.start();
			Awaitility.await().atMost(PATIENCE).until(() -> otherLocks.waiting() > 0);
			assertThat(two.getContext().isLeader()).isFalse();
			one.stop();
			Awaitility.await().atMost(PATIENCE).until(() -> two.getContext().isLeader());
			assertThat(one.getContext().isLeader()).isFalse();
		}
		finally {
			one.destroy();
			two.destroy();
		}
	}

	private LockRegistryLeaderInitiator initiator(BucketLockRegistry registry) {
		LockRegistryLeaderInitiator initiator = new LockRegistryLeaderInitiator(registry,
				new DefaultCandidate(null, this.key));
		initiator.setHeartBeatMillis(100);
		initiator.setBusyWaitMillis(10);
		return initiator;
	}

	private static <T> T elsewhere(Callable<T> work) throws Exception {
		CompletableFuture<T> done = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				done.complete(work.call());
			}
			catch (Throwable ex) {
				done.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

}
