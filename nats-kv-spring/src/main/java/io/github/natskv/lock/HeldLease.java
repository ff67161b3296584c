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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.transaction.TransactionGuard;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * A lock that is held, renewed after each third of the lease. At most one renewal is
 * under way, which a release waits for.
 */
final class HeldLease implements BucketLease, ThreadLease, TransactionGuard {

	private static final Log logger = LogFactory.getLog(HeldLease.class);

	private static final int RENEWALS = 3;

	private final LockRecords records;

	private final LeaseRenewals renewals;

	private final String name;

	private final String key;

	private final byte[] owner;

	private final long lease;

	private final long token;

	private final List<Runnable> callbacks = new ArrayList<>();

	private volatile State state = State.HELD;

	private volatile long validUntil;

	private long revision;

	/** As read from the leader. */
	private long seen;

	private long nextRenewal;

	private @Nullable Long unknownSince;

	private @Nullable CompletableFuture<Void> renewal;

	HeldLease(LockRecords records, LeaseRenewals renewals, Duration lease, String name, String key, byte[] owner,
			LockRecord record) {
		this.records = records;
		this.renewals = renewals;
		this.lease = lease.toNanos();
		this.name = name;
		this.key = key;
		this.owner = owner;
		this.token = record.revision();
		this.revision = record.revision();
		this.validUntil = validUntil(record.sent());
		this.nextRenewal = record.sent() + this.lease / RENEWALS;
	}

	private long validUntil(long sent) {
		return sent + this.lease / 10 * 9;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public long fencingToken() {
		return this.token;
	}

	@Override
	public boolean isValid() {
		return this.state == State.HELD && this.records.now() - this.validUntil < 0;
	}

	// renew if it is time to: in how many nanoseconds to call this again, -1 for never
	long tick() {
		return this.records.real(next());
	}

	private long next() {
		long now = this.records.now();
		long wait;
		synchronized (this) {
			if (this.state != State.HELD) {
				return -1;
			}
			if (now - this.validUntil >= 0) {
				lose();
				return -1;
			}
			wait = this.validUntil - now;
			if (this.renewal != null) {
				return wait;
			}
			if (this.nextRenewal - now > 0) {
				return Math.min(wait, this.nextRenewal - now);
			}
			this.renewal = new CompletableFuture<>();
		}
		renew(now);
		return Math.min(wait, this.lease / RENEWALS);
	}

	private void renew(long sent) {
		CompletableFuture<Long> written;
		try {
			written = this.records.renew(this.key, this.owner, this.revision);
		}
		catch (RuntimeException ex) {
			written = CompletableFuture.failedFuture(ex);
		}
		written.whenComplete((revision, failure) -> renewed(sent, revision, failure));
	}

	private void renewed(long sent, @Nullable Long written, @Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		long found = (cause instanceof RevisionConflictException) ? find()
				: (cause instanceof BucketNotFoundException) ? 0 : -1;
		CompletableFuture<Void> done;
		synchronized (this) {
			if (written != null) {
				extend(written, sent);
			}
			else if (found > 0 && found != this.revision) {
				extend(found, (this.unknownSince != null) ? this.unknownSince : sent);
			}
			else if (found == 0) {
				lose();
			}
			else {
				// sent again: if it was written after all, the revision tells
				this.unknownSince = (this.unknownSince != null) ? this.unknownSince : sent;
				this.nextRenewal = this.records.now() + this.lease / 20;
				logger.debug("A lock in bucket '%s' could not be renewed, which is tried again"
					.formatted(this.records.bucket()), cause);
			}
			done = this.renewal;
			this.renewal = null;
		}
		if (done != null) {
			done.complete(null);
		}
		this.renewals.schedule(this);
	}

	private void extend(long revision, long sent) {
		this.revision = revision;
		this.validUntil = Math.max(this.validUntil, validUntil(sent));
		this.nextRenewal = sent + this.lease / RENEWALS;
		this.unknownSince = null;
	}

	private long find() {
		try {
			return this.records.find(this.key, this.owner);
		}
		catch (BucketNotFoundException ex) {
			return 0;
		}
		catch (DataAccessException ex) {
			return -1;
		}
	}

	private synchronized void lose() {
		if (this.state != State.LOST) {
			this.state = State.LOST;
			logger.warn(
					"A lock in bucket '%s' with fencing token %d was lost: it was not renewed in time, or its key was removed"
						.formatted(this.records.bucket(), this.token));
			this.renewals.lost(this);
			this.callbacks.forEach(this.renewals::execute);
			this.callbacks.clear();
		}
	}

	@Override
	public synchronized void onLost(Runnable callback) {
		if (this.state == State.LOST) {
			this.renewals.execute(callback);
		}
		else if (this.state == State.HELD) {
			this.callbacks.add(callback);
		}
	}

	@Override
	public BucketStore store() {
		return this.records.store();
	}

	@Override
	public String key() {
		return this.key;
	}

	@Override
	public synchronized long revision() {
		if (!isValid()) {
			throw lost(null);
		}
		return Math.max(this.revision, this.seen);
	}

	@Override
	public void requireHeld(@Nullable RevisionConflictException conflict) {
		if (!isValid()) {
			throw lost(conflict);
		}
		long found = this.records.find(this.key, this.owner);
		synchronized (this) {
			if (found == 0) {
				if (this.state == State.HELD) {
					lose();
				}
				throw lost(conflict);
			}
			this.seen = found;
		}
	}

	private LostLeaseException lost(@Nullable RevisionConflictException conflict) {
		return new LostLeaseException(
				"A transaction in bucket '%s' is guarded by a lock that is not held any more: its lease with fencing token %d was closed or lost. Nothing was written"
					.formatted(this.records.bucket(), this.token),
				conflict);
	}

	// renewed anyway
	@Override
	public boolean renew(Duration duration) {
		return isValid();
	}

	@Override
	public boolean end() {
		close();
		return this.state != State.LOST;
	}

	@Override
	public void close() {
		CompletableFuture<Void> pending = stop();
		if (pending != null) {
			// completes within the request timeout
			pending.join();
			release();
		}
	}

	// completed when it is released, or left to expire
	CompletableFuture<Void> closeAsync() {
		CompletableFuture<Void> pending = stop();
		if (pending == null) {
			return CompletableFuture.completedFuture(null);
		}
		return pending.thenCompose((renewed) -> this.records.deleteAsync(this.key, this.owner, this.revision))
			.handle((released, failure) -> {
				Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
				if (cause instanceof RevisionConflictException) {
					release();
				}
				else if (cause instanceof BucketNotFoundException) {
					lose();
				}
				else if (cause != null) {
					expires(cause);
				}
				return null;
			});
	}

	// completed when no renewal is under way, null if it was closed or lost before
	private @Nullable CompletableFuture<Void> stop() {
		CompletableFuture<Void> pending;
		synchronized (this) {
			if (this.state != State.HELD) {
				return null;
			}
			if (this.records.now() - this.validUntil >= 0) {
				lose();
			}
			else {
				this.state = State.RELEASED;
			}
			pending = this.renewal;
		}
		this.renewals.remove(this);
		return (pending != null) ? pending : CompletableFuture.completedFuture(null);
	}

	private void release() {
		try {
			if (!this.records.delete(this.key, this.owner, this.revision)) {
				lose();
			}
		}
		catch (BucketNotFoundException ex) {
			lose();
		}
		catch (DataAccessException ex) {
			expires(ex);
		}
	}

	private void expires(Throwable cause) {
		logger.debug("A lock in bucket '%s' could not be released, so it expires".formatted(this.records.bucket()),
				cause);
	}

	private enum State {

		HELD, LOST, RELEASED

	}

}
