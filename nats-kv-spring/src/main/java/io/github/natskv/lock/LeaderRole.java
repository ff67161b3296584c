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

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.transaction.TransactionGuardSource;
import org.jspecify.annotations.Nullable;

/**
 * The election for one role, and the calls that are made as its leader.
 */
final class LeaderRole implements LeaderElection, TransactionGuardSource {

	private final String role;

	private final BucketLocks locks;

	private final LeadershipEvents events;

	private volatile @Nullable Term term;

	private volatile long fencingToken;

	private int working;

	private @Nullable Candidacy candidacy;

	LeaderRole(String role, BucketLocks locks, LeadershipEvents events) {
		this.role = role;
		this.locks = locks;
		this.events = events;
	}

	@Override
	public String role() {
		return this.role;
	}

	@Override
	public boolean isLeader() {
		Term term = this.term;
		return term != null && term.lease().isValid();
	}

	@Override
	public long fencingToken() {
		return this.fencingToken;
	}

	@Override
	public @Nullable Instant since() {
		Term term = this.term;
		return (term != null && term.lease().isValid()) ? term.since() : null;
	}

	@Override
	public BucketTransaction.Guard current() {
		Term term = this.term;
		if (term == null || !term.lease().isValid()) {
			throw new LostLeaseException(
					"A transaction is guarded by the leadership of '%s', which this application does not have. Nothing was written"
						.formatted(this.role),
					null);
		}
		return term.lease();
	}

	synchronized void start() {
		if (this.candidacy == null) {
			this.candidacy = new Candidacy(this, this.locks);
			this.candidacy.start();
		}
	}

	// completed when the lock was given up
	synchronized CompletableFuture<Void> stop() {
		Candidacy stopped = this.candidacy;
		this.candidacy = null;
		return (stopped != null) ? stopped.stop() : CompletableFuture.completedFuture(null);
	}

	void grant(BucketLease lease) {
		this.fencingToken = lease.fencingToken();
		this.term = new Term(lease, Instant.now());
		this.events.granted(this.role, lease.fencingToken());
	}

	void revoke(BucketLease lease) {
		this.term = null;
		this.events.revoked(this.role, lease.fencingToken());
	}

	// whether it leads; if so, work is to be ended
	synchronized boolean beginWork() {
		if (!isLeader()) {
			return false;
		}
		this.working++;
		return true;
	}

	synchronized void endWork() {
		this.working--;
		notifyAll();
	}

	synchronized void awaitWork() throws InterruptedException {
		while (this.working > 0) {
			wait();
		}
	}

	/**
	 * A time as the leader.
	 *
	 * @param lease the lock
	 * @param since when it began
	 */
	private record Term(BucketLease lease, Instant since) {

	}

}
