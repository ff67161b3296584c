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

import io.github.natskv.kv.BucketTransaction;
import org.jspecify.annotations.Nullable;

/**
 * The election of a leader for a role among all applications that use one bucket for
 * their locks. The leader holds the lock of that name.
 * <p>
 * {@link BucketTransaction#guard Guards} transactions in the bucket of the locks: one
 * that is begun by another than the leader, or by a leader that loses its lock before the
 * commit, fails with {@link LostLeaseException}.
 *
 * @since 0.1.0
 */
public interface LeaderElection extends BucketTransaction.Guard {

	/**
	 * Return the role.
	 * @return the name of the role, which is that of its lock
	 */
	String role();

	/**
	 * Whether this application leads. Counted on the monotonic clock like
	 * {@link BucketLease#isValid()}: this is {@code false} before another application
	 * begins to lead. Does not talk to the server.
	 * @return whether this application leads
	 */
	boolean isLeader();

	/**
	 * Return a number that is greater than those of all earlier leaders, for resources
	 * that refuse smaller ones.
	 * @return the number of the last time this application began to lead, 0 if it never
	 * did
	 */
	long fencingToken();

	/**
	 * Return since when this application leads.
	 * @return the time of its own clock, {@code null} if it does not lead
	 */
	@Nullable Instant since();

}
