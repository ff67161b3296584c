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
 * A lock of a thread, which holds the lease when it has locked it first.
 */
final class BucketLock implements Lock {

	private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

	private final BucketLocks locks;

	private final LocalLocks localLocks;

	private final String key;

	private final String name;

	BucketLock(BucketLocks locks, LocalLocks localLocks, String key, String name) {
		this.locks = locks;
		this.localLocks = localLocks;
		this.key = key;
		this.name = name;
	}

	@Override
	public void lock() {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					lockInterruptibly();
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
		lock((local) -> {
			local.lockInterruptibly();
			return true;
		}, () -> this.locks.acquire(this.name, FOREVER));
	}

	@Override
	public boolean tryLock() {
		try {
			return lock(Local::tryLock, () -> this.locks.tryAcquire(this.name));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
		long end = System.nanoTime() + unit.toNanos(time);
		return lock((local) -> local.tryLock(time, unit), () -> {
			try {
				return this.locks.acquire(this.name, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
			}
			catch (CannotAcquireLockException ex) {
				return null;
			}
		});
	}

	private boolean lock(LocalAttempt attempt, Acquisition acquisition) throws InterruptedException {
		Local local = this.localLocks.enter(this.key);
		boolean locked = false;
		try {
			if (!attempt.lock(local)) {
				return false;
			}
			try {
				if (local.getHoldCount() == 1) {
					local.lease = acquisition.acquire();
				}
				locked = local.lease != null;
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

	@Override
	public void unlock() {
		Local local = this.localLocks.find(this.key);
		if (local == null || !local.isHeldByCurrentThread()) {
			throw new IllegalMonitorStateException("This thread does not hold the lock");
		}
		boolean lost = false;
		try {
			if (local.getHoldCount() == 1) {
				HeldLease lease = (HeldLease) Objects.requireNonNull(local.lease);
				local.lease = null;
				lease.close();
				lost = lease.isLost();
			}
		}
		finally {
			local.unlock();
			this.localLocks.exit(this.key);
		}
		if (lost) {
			throw new ConcurrentModificationException(
					"The lock was lost while it was held: others may have held it meanwhile");
		}
	}

	@Override
	public Condition newCondition() {
		throw new UnsupportedOperationException("Locks on a bucket have no conditions");
	}

	private interface LocalAttempt {

		boolean lock(Local local) throws InterruptedException;

	}

	private interface Acquisition {

		@Nullable BucketLease acquire() throws InterruptedException;

	}

}
