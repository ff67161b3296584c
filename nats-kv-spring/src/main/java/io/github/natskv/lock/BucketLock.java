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
import java.util.ConcurrentModificationException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import io.github.natskv.lock.LocalLocks.Local;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.CannotAcquireLockException;

/**
 * A lock of a thread, which holds the lease when it has locked it first. The lease is
 * renewed while it is held, unless a time to hold it was given.
 * <p>
 * Once the lease is lost, the thread cannot lock again what it has locked: {@code lock}
 * throws {@link ConcurrentModificationException}; {@code tryLock} returns {@code false}
 * and forgets how often the thread has locked it, so that it can be tried again.
 *
 * @since 0.1.0
 */
public final class BucketLock implements Lock {

	private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

	private final DefaultBucketLocks locks;

	private final LocalLocks localLocks;

	private final String key;

	private final String name;

	BucketLock(DefaultBucketLocks locks, LocalLocks localLocks, String key, String name) {
		this.locks = locks;
		this.localLocks = localLocks;
		this.key = key;
		this.name = name;
	}

	@Override
	public void lock() {
		lockUninterruptibly(this::lockInterruptibly);
	}

	/**
	 * Lock for some time, waiting as long as others hold it. If this thread holds it
	 * already, that time stays as it is.
	 * @param duration how long it is held without {@link #renew}, rounded up to whole
	 * seconds, and to the {@code limit-marker-ttl} of the bucket
	 */
	public void lock(Duration duration) {
		lockUninterruptibly(() -> lockFirst(() -> this.locks.acquire(this.name, FOREVER, duration)));
	}

	private void lockUninterruptibly(Wait wait) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					wait.end();
					return;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void lockInterruptibly() throws InterruptedException {
		lockFirst(() -> (ThreadLease) this.locks.acquire(this.name, FOREVER));
	}

	private void lockFirst(Acquisition acquisition) throws InterruptedException {
		boolean held = lock((local) -> {
			local.lockInterruptibly();
			return true;
		}, acquisition, false);
		if (!held) {
			throw lost();
		}
	}

	@Override
	public boolean tryLock() {
		try {
			return lock(Local::tryLock, () -> (ThreadLease) this.locks.tryAcquire(this.name), true);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
		return tryLock(unit.toNanos(time), (wait) -> (ThreadLease) this.locks.acquire(this.name, wait));
	}

	/**
	 * Lock for some time, if others don't hold it for too long. If this thread holds it
	 * already, that time stays as it is.
	 * @param wait how long to wait
	 * @param duration how long it is held without {@link #renew}, rounded up to whole
	 * seconds, and to the {@code limit-marker-ttl} of the bucket
	 * @return whether it is locked
	 * @throws InterruptedException if the thread is interrupted
	 */
	public boolean tryLock(Duration wait, Duration duration) throws InterruptedException {
		long nanos = (wait.compareTo(FOREVER) < 0) ? wait.toNanos() : Long.MAX_VALUE;
		return tryLock(nanos, (remaining) -> this.locks.acquire(this.name, remaining, duration));
	}

	private boolean tryLock(long nanos, TimedAcquisition acquisition) throws InterruptedException {
		long start = System.nanoTime();
		return lock((local) -> local.tryLock(nanos, TimeUnit.NANOSECONDS), () -> {
			try {
				return acquisition.acquire(Duration.ofNanos(Math.max(0, nanos - (System.nanoTime() - start))));
			}
			catch (CannotAcquireLockException ex) {
				return null;
			}
		}, true);
	}

	private boolean lock(LocalAttempt attempt, Acquisition acquisition, boolean forget) throws InterruptedException {
		Local local = this.localLocks.enter(this.key);
		boolean locked = false;
		try {
			if (!attempt.lock(local)) {
				return false;
			}
			try {
				if (local.getHoldCount() == 1) {
					local.lease = acquisition.acquire();
					locked = local.lease != null;
				}
				else {
					ThreadLease lease = Objects.requireNonNull(local.lease);
					locked = lease.isValid();
					if (!locked && forget) {
						forget(local, lease);
					}
				}
			}
			finally {
				if (!locked) {
					local.unlock();
				}
			}
			return locked;
		}
		finally {
			if (!locked) {
				this.localLocks.exit(this.key);
			}
		}
	}

	// as if the thread had not locked it before
	private void forget(Local local, ThreadLease lease) {
		local.lease = null;
		lease.end();
		while (local.getHoldCount() > 1) {
			local.unlock();
			this.localLocks.exit(this.key);
		}
	}

	/**
	 * Hold the lock for some time from now on, if it is held by a thread of this JVM. One
	 * without a time to hold it is renewed anyway.
	 * @param duration how long, rounded up to whole seconds, and to the
	 * {@code limit-marker-ttl} of the bucket; {@code null} for {@code nats.locks.lease}
	 * @return {@code false} if it is not held
	 */
	public boolean renew(@Nullable Duration duration) {
		Local local = this.localLocks.find(this.key);
		ThreadLease lease = (local != null) ? local.lease : null;
		return lease != null && lease.renew((duration != null) ? duration : this.locks.lease());
	}

	/**
	 * Whether threads of this JVM hold the lock, or wait for it.
	 * @return whether there are any
	 */
	public boolean isUsed() {
		return this.localLocks.find(this.key) != null;
	}

	@Override
	public void unlock() {
		Local local = this.localLocks.find(this.key);
		if (local == null || !local.isHeldByCurrentThread()) {
			throw new IllegalMonitorStateException("This thread does not hold the lock");
		}
		boolean held = true;
		try {
			if (local.getHoldCount() == 1) {
				ThreadLease lease = Objects.requireNonNull(local.lease);
				local.lease = null;
				held = lease.end();
			}
		}
		finally {
			local.unlock();
			this.localLocks.exit(this.key);
		}
		if (!held) {
			throw lost();
		}
	}

	private static ConcurrentModificationException lost() {
		return new ConcurrentModificationException(
				"The lock was lost while it was held: others may have held it meanwhile");
	}

	@Override
	public Condition newCondition() {
		throw new UnsupportedOperationException("Locks on a bucket have no conditions");
	}

	private interface LocalAttempt {

		boolean lock(Local local) throws InterruptedException;

	}

	private interface Acquisition {

		@Nullable ThreadLease acquire() throws InterruptedException;

	}

	private interface TimedAcquisition {

		ThreadLease acquire(Duration wait) throws InterruptedException;

	}

	private interface Wait {

		void end() throws InterruptedException;

	}

}
