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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.support.BucketStores;
import io.nats.client.NUID;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.util.Assert;

/**
 * Locks on a bucket. Creating this does not talk to the server.
 *
 * @since 0.1.0
 */
public final class DefaultBucketLocks implements BucketLocks, AutoCloseable {

	private static final long MIN_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

	private final Duration lease;

	private final LockRecords records;

	private final BucketKeys keys;

	private final LockQueues queues;

	private final LocalLocks localLocks = new LocalLocks();

	private final List<LockListener> listeners = new CopyOnWriteArrayList<>();

	private final LeaseRenewals renewals = new LeaseRenewals(
			(gone) -> this.listeners.forEach((listener) -> listener.lost(gone)));

	private final TimedLeases timed = new TimedLeases();

	private final long pause;

	private volatile boolean closed;

	/**
	 * Create locks.
	 * @param buckets the buckets of a connection
	 * @param bucket the bucket key, or the server's name of the bucket
	 * @param lease how long a lock outlives a holder that has gone, whole seconds
	 * @throws IllegalArgumentException if the lease is not of whole seconds, at least one
	 */
	public DefaultBucketLocks(KeyValueBuckets buckets, String bucket, Duration lease) {
		Assert.isTrue(lease.compareTo(Duration.ofSeconds(1)) >= 0 && lease.getNano() == 0,
				() -> "The lease of locks must be whole seconds, at least one, but is " + lease);
		this.lease = lease;
		this.records = new LockRecords(BucketStores.of(buckets, bucket), lease);
		this.keys = BucketStores.keys(buckets, bucket);
		this.queues = new LockQueues(buckets.bucket(bucket, byte[].class),
				(key, revision) -> this.records.freed(this.keys.encode(key), revision));
		this.pause = this.records.isInMemory() ? MIN_PAUSE : lease.toNanos();
	}

	/**
	 * Check that the server and the bucket can hold locks, which otherwise the first lock
	 * does.
	 * @throws InvalidDataAccessResourceUsageException if they cannot
	 * @throws DataAccessException if the server does not tell
	 */
	public void check() {
		this.records.check();
	}

	/**
	 * Tell somebody of what becomes of locks from now on.
	 * @param listener who is told
	 */
	public void addListener(LockListener listener) {
		this.listeners.add(listener);
	}

	private void attempted(LockListener.Outcome outcome, long start) {
		Duration time = Duration.ofNanos(System.nanoTime() - start);
		this.listeners.forEach((listener) -> listener.attempted(outcome, time));
	}

	@Override
	public @Nullable BucketLease tryAcquire(String name) {
		String key = LockKeys.of(name);
		return once(() -> attempt(name, key));
	}

	private <L> @Nullable L once(Attempt<L> attempt) {
		long start = System.nanoTime();
		LockListener.Outcome outcome = LockListener.Outcome.ERROR;
		try {
			L held = attempt.make();
			outcome = (held != null) ? LockListener.Outcome.OK : LockListener.Outcome.HELD;
			return held;
		}
		finally {
			attempted(outcome, start);
		}
	}

	@Override
	public BucketLease acquire(String name, Duration wait) throws InterruptedException {
		String key = LockKeys.of(name);
		return await(key, wait, () -> attempt(name, key));
	}

	TimedLease acquire(String name, Duration wait, Duration duration) throws InterruptedException {
		return await(LockKeys.of(name), wait, () -> attempt(name, duration));
	}

	private <L> L await(String key, Duration wait, Attempt<L> attempt) throws InterruptedException {
		Assert.isTrue(!wait.isNegative(), () -> "The time to wait for a lock must not be negative, but is " + wait);
		long start = System.nanoTime();
		LockListener.Outcome outcome = LockListener.Outcome.ERROR;
		try {
			L held = await(key, wait, attempt, start);
			outcome = LockListener.Outcome.OK;
			return held;
		}
		catch (CannotAcquireLockException | InterruptedException ex) {
			outcome = LockListener.Outcome.TIMEOUT;
			throw ex;
		}
		finally {
			attempted(outcome, start);
		}
	}

	private <L> L await(String key, Duration wait, Attempt<L> attempt, long start) throws InterruptedException {
		long limit = (wait.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0) ? wait.toNanos() : Long.MAX_VALUE;
		Wait<L> waiting = new Wait<>(attempt, start, limit);
		if (limit == 0 || !this.queues.isWaitedFor(key)) {
			L held = waiting.attempt();
			if (held != null) {
				return held;
			}
			if (limit == 0) {
				throw waiting.over();
			}
		}
		LockQueue queue = this.queues.join(key);
		try {
			if (!queue.awaitTurn(waiting.remaining())) {
				throw waiting.over();
			}
			try {
				return waiting.await(queue);
			}
			finally {
				queue.endTurn();
			}
		}
		finally {
			this.queues.leave(key, queue);
		}
	}

	private void requireOpen() {
		if (this.closed) {
			throw new IllegalStateException("The locks in bucket '%s' have been closed: no more can be acquired"
				.formatted(this.records.bucket()));
		}
	}

	/**
	 * Acquire a lock for some time, if nobody holds it. It is not renewed, and outlives
	 * the application.
	 * @param name the name of the lock
	 * @param duration how long it is held, rounded up to whole seconds, and to the
	 * {@code limit-marker-ttl} of the bucket
	 * @return the lease, {@code null} if the lock is held
	 * @throws UnsupportedServerFeatureException if the server is older than 2.11
	 * @throws IllegalStateException if the application ends
	 */
	public @Nullable TimedLease tryAcquire(String name, Duration duration) {
		return once(() -> attempt(name, duration));
	}

	private @Nullable TimedLease attempt(String name, Duration duration) {
		Assert.isTrue(!duration.isNegative() && !duration.isZero(),
				() -> "The time to hold a lock must be positive, but is " + duration);
		requireOpen();
		byte[] owner = newOwner();
		String stored = this.keys.encode(LockKeys.of(name));
		LockRecord record = create(stored, owner, duration);
		return (record != null) ? new TimedLease(this.records, this.timed, stored, owner, record, duration) : null;
	}

	private static byte[] newOwner() {
		return NUID.nextGlobal().getBytes(StandardCharsets.US_ASCII);
	}

	private @Nullable LockRecord create(String stored, byte[] owner, Duration duration) {
		try {
			return this.records.create(stored, owner, duration);
		}
		catch (TransientDataAccessException ex) {
			this.renewals.execute(() -> abandon(stored, owner));
			throw ex;
		}
	}

	private @Nullable BucketLease attempt(String name, String key) {
		requireOpen();
		byte[] owner = newOwner();
		String stored = this.keys.encode(key);
		LockRecord record = create(stored, owner, this.lease);
		if (record == null) {
			return null;
		}
		HeldLease held = new HeldLease(this.records, this.renewals, this.lease, name, stored, owner, record);
		this.renewals.add(held);
		if (this.closed) {
			held.close();
		}
		requireOpen();
		return held;
	}

	private void abandon(String key, byte[] owner) {
		try {
			this.records.abandon(key, owner);
		}
		catch (DataAccessException ex) {
			// expires
		}
	}

	@Override
	public BucketLock getLock(String name) {
		return new BucketLock(this, this.localLocks, LockKeys.of(name), name);
	}

	/**
	 * Return the bucket.
	 * @return the server's name of the bucket
	 */
	public String bucket() {
		return this.records.bucket();
	}

	/**
	 * Return how long a lock outlives a holder that has gone.
	 * @return the lease
	 */
	public Duration lease() {
		return this.lease;
	}

	/**
	 * Return how many locks are held, those that are not renewed included.
	 * @return the number
	 */
	public int held() {
		return this.renewals.held() + this.timed.count();
	}

	/**
	 * Return how many threads wait for locks.
	 * @return the number
	 */
	public int waiting() {
		return this.queues.waiting();
	}

	/**
	 * Return how many locks were lost.
	 * @return the number so far
	 */
	public long lost() {
		return this.renewals.lost();
	}

	/**
	 * Give all locks up, and end all waits for locks. If the server is out of reach, the
	 * locks expire.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.queues.wake();
		this.renewals.close();
	}

	/**
	 * One wait for a lock.
	 */
	private final class Wait<L> {

		private final Attempt<L> attempt;

		private final long start;

		private final long limit;

		private @Nullable TransientDataAccessException failure;

		private Wait(Attempt<L> attempt, long start, long limit) {
			this.attempt = attempt;
			this.start = start;
			this.limit = limit;
		}

		long remaining() {
			return this.limit - (System.nanoTime() - this.start);
		}

		@Nullable L attempt() throws InterruptedException {
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			try {
				L held = this.attempt.make();
				this.failure = null;
				return held;
			}
			catch (TransientDataAccessException ex) {
				if (Thread.interrupted()) {
					throw new InterruptedException();
				}
				this.failure = ex;
				return null;
			}
		}

		L await(LockQueue queue) throws InterruptedException {
			while (true) {
				queue.forget();
				L held = attempt();
				if (held != null) {
					return held;
				}
				if (remaining() <= 0) {
					throw over();
				}
				if (this.failure != null) {
					queue.awaitFreed(Math.min(remaining(), MIN_PAUSE));
				}
				else if (!watch(queue)) {
					queue.awaitFreed(Math.min(remaining(), DefaultBucketLocks.this.pause));
				}
			}
		}

		// Whether that has begun, so that it is to be tried once more.
		private boolean watch(LockQueue queue) throws InterruptedException {
			try {
				return queue.watch();
			}
			catch (TransientDataAccessException ex) {
				if (Thread.interrupted()) {
					throw new InterruptedException();
				}
				this.failure = ex;
				queue.awaitFreed(Math.min(remaining(), MIN_PAUSE));
				return true;
			}
		}

		CannotAcquireLockException over() {
			return new CannotAcquireLockException(
					"A lock in bucket '%s' could not be acquired within %s: %s".formatted(
							DefaultBucketLocks.this.records.bucket(), Duration.ofNanos(this.limit),
							(this.failure != null) ? "the server is out of reach" : "it is held by others"),
					this.failure);
		}

	}

	private interface Attempt<L> {

		@Nullable L make();

	}

}
