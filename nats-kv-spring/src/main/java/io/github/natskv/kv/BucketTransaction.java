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

package io.github.natskv.kv;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of a bucket that take effect together, or not at all. Reads go to the
 * leader of the bucket's stream, and see what this transaction has written. Writes are
 * sent when the function has returned.
 * <p>
 * Given to the function of a {@link KeyValueBucket#transaction transaction}, and refused
 * with {@link org.springframework.dao.InvalidDataAccessApiUsageException} after that has
 * returned. For the thread of that function only. Implemented by this library; methods
 * may be added.
 *
 * @param <V> the type of the values
 * @since 0.1.0
 */
public interface BucketTransaction<V> {

	/**
	 * Return the value of a key.
	 * @param key the key
	 * @return the value, {@code null} only if the key is absent
	 */
	@Nullable V get(String key);

	/**
	 * Return the latest revision of a key.
	 * @param key the key
	 * @return the entry, {@code null} if the key is absent; of what this transaction has
	 * written, with revision 0 and {@code created} {@code null}
	 */
	@Nullable BucketEntry<V> getEntry(String key);

	/**
	 * Whether a key has a value.
	 * @param key the key
	 * @return {@code true} if it has
	 */
	boolean exists(String key);

	/**
	 * Write a value.
	 * @param key the key
	 * @param value the value
	 */
	void put(String key, V value);

	/**
	 * Write a value if the key has none.
	 * @param key the key
	 * @param value the value
	 * @throws org.springframework.dao.DuplicateKeyException if the key has a value
	 */
	void create(String key, V value);

	/**
	 * Write a value if the key has none, and let it expire. Needs a bucket with
	 * {@code limit-marker-ttl}.
	 * @param key the key
	 * @param value the value
	 * @param ttl how long the value lives, whole seconds
	 * @throws org.springframework.dao.DuplicateKeyException if the key has a value
	 */
	void create(String key, V value, Duration ttl);

	/**
	 * Write a value if the key has the expected revision.
	 * @param key the key
	 * @param value the value
	 * @param expectedRevision the revision, that of {@link #getEntry} for example; 0 for
	 * a key that was never written, and for what this transaction has written
	 * @throws RevisionConflictException if the key has another revision: the function is
	 * not called again because of that
	 */
	void update(String key, V value, long expectedRevision);

	/**
	 * Delete a key, leaving a marker and the older revisions.
	 * @param key the key
	 */
	void delete(String key);

	/**
	 * Commit only while a lock is held. The server itself compares, in the moment of the
	 * commit, so that nothing is written by a holder that has lost the lock without
	 * knowing. A renewal meanwhile does no harm: the function is called again.
	 * @param guard the lease of a lock in this bucket, a
	 * {@code io.github.natskv.lock.BucketLease}, or the leadership of a role whose lock
	 * is in this bucket, a {@code io.github.natskv.lock.LeaderElection}
	 * @throws RevisionConflictException if the lease was closed or lost, here or from the
	 * transaction, as {@code io.github.natskv.lock.LostLeaseException}: the function is
	 * not called again because of that
	 * @throws org.springframework.dao.InvalidDataAccessApiUsageException if the lock is
	 * in another bucket, or the transaction writes its key
	 */
	void guard(Guard guard);

	/**
	 * A condition that guards a transaction. Implemented by this library alone.
	 *
	 * @since 0.1.0
	 */
	interface Guard {

	}

}
