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
import java.util.concurrent.ConcurrentMap;

import io.github.natskv.lock.DefaultBucketLocks;
import org.jspecify.annotations.Nullable;

import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.ExpirableLockRegistry;
import org.springframework.integration.support.locks.RenewableLockRegistry;
import org.springframework.integration.util.UUIDConverter;
import org.springframework.util.Assert;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Gives Spring Integration the locks on a bucket. A key that is a text is the name of the
 * lock, another one is made a UUID of, as {@link UUIDConverter} does.
 * <p>
 * Locks are renewed while they are held, but for those with a time to live of their own:
 * these expire unless {@link #renewLock} is called. Those nobody uses are forgotten when
 * memory is short, which changes nothing but the identity of the next one.
 *
 * @since 0.1.0
 */
public final class BucketLockRegistry
		implements ExpirableLockRegistry<DistributedLock>, RenewableLockRegistry<DistributedLock> {

	private final ConcurrentMap<String, RegisteredLock> registered = new ConcurrentReferenceHashMap<>();

	private final DefaultBucketLocks locks;

	/**
	 * Create a registry. Does not talk to the server.
	 * @param locks the locks on a bucket
	 */
	public BucketLockRegistry(DefaultBucketLocks locks) {
		this.locks = locks;
	}

	/**
	 * Return the lock of a key. Unlocking throws
	 * {@link java.util.ConcurrentModificationException} if the lock was lost meanwhile,
	 * and {@link IllegalMonitorStateException} in another thread. It has no conditions.
	 * @param lockKey the key
	 * @return the lock, the same for the same key as long as it is used
	 * @throws IllegalArgumentException if the key is {@code null} or empty, or neither a
	 * text nor serializable
	 */
	@Override
	public DistributedLock obtain(@Nullable Object lockKey) {
		RegisteredLock lock = this.registered.computeIfAbsent(name(lockKey),
				(name) -> new RegisteredLock(this.locks.getLock(name)));
		lock.use();
		return lock;
	}

	private static String name(@Nullable Object lockKey) {
		Assert.notNull(lockKey, "The key of a lock must not be null");
		return (lockKey instanceof String text) ? text : String.valueOf(UUIDConverter.getUUID(lockKey));
	}

	/**
	 * Forget locks that nobody has used for some time.
	 * @param age the time in milliseconds
	 */
	@Override
	public void expireUnusedOlderThan(long age) {
		this.registered.values().removeIf((lock) -> lock.isUnused(age));
	}

	/**
	 * Hold a lock that has a time to live of its own for {@code nats.locks.lease} from
	 * now on. Any thread may call this. Others are renewed anyway.
	 * @param lockKey the key
	 * @throws IllegalStateException if no thread of this application holds the lock, or
	 * it was lost
	 */
	@Override
	public void renewLock(@Nullable Object lockKey) {
		renew(lockKey, null);
	}

	/**
	 * Hold a lock that has a time to live of its own for some time from now on. Any
	 * thread may call this. Others are renewed anyway.
	 * @param lockKey the key
	 * @param ttl how long, rounded up to whole seconds, and to the
	 * {@code limit-marker-ttl} of the bucket
	 * @throws IllegalStateException if no thread of this application holds the lock, or
	 * it was lost
	 */
	@Override
	public void renewLock(@Nullable Object lockKey, Duration ttl) {
		renew(lockKey, ttl);
	}

	private void renew(@Nullable Object lockKey, @Nullable Duration ttl) {
		if (!this.locks.getLock(name(lockKey)).renew(ttl)) {
			throw new IllegalStateException(
					"A lock cannot be renewed: no thread of this application holds it, or it was lost");
		}
	}

}
