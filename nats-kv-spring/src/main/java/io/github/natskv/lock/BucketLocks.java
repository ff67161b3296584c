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
import java.util.concurrent.locks.Lock;

import io.github.natskv.kv.UnsupportedServerFeatureException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.CannotAcquireLockException;

/**
 * Locks among all applications that use one bucket. A lock is a key with a time to live:
 * its holder writes it again before that is over, and deletes it in the end. Names may be
 * any text, and are not logged.
 * <p>
 * Needs nats-server 2.11 and a bucket of {@code file} storage with a history of 1 and
 * {@code limit-marker-ttl}. Implemented by this library; methods may be added.
 *
 * @since 0.1.0
 */
public interface BucketLocks {

	/**
	 * Acquire a lock, waiting for it as long as others hold it, or the server is out of
	 * reach.
	 * @param name the name of the lock
	 * @param wait how long to wait; with zero there is one attempt
	 * @return the lease, to be closed
	 * @throws CannotAcquireLockException if the time is over
	 * @throws InterruptedException if the thread is interrupted
	 * @throws UnsupportedServerFeatureException if the server is older than 2.11
	 * @throws IllegalStateException if the application ends
	 */
	BucketLease acquire(String name, Duration wait) throws InterruptedException;

	/**
	 * Acquire a lock if nobody holds it.
	 * @param name the name of the lock
	 * @return the lease, to be closed, {@code null} if the lock is held
	 * @throws UnsupportedServerFeatureException if the server is older than 2.11
	 * @throws IllegalStateException if the application ends
	 */
	@Nullable BucketLease tryAcquire(String name);

	/**
	 * Return a lock that is held by a thread, which may lock it several times. Does not
	 * talk to the server. Unlocking throws
	 * {@link java.util.ConcurrentModificationException} if the lock was lost meanwhile,
	 * and {@link IllegalMonitorStateException} in another thread. It has no conditions.
	 * @param name the name of the lock
	 * @return the lock
	 */
	Lock getLock(String name);

}
