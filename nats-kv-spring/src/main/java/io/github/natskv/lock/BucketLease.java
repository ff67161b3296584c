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

import io.github.natskv.kv.BucketTransaction;

/**
 * A lock that is held, until it is closed or lost. It is renewed meanwhile.
 * <p>
 * {@link BucketTransaction#guard Guards} transactions in the bucket of the lock.
 *
 * @since 0.1.0
 */
public interface BucketLease extends AutoCloseable, BucketTransaction.Guard {

	/**
	 * Return the name of the lock.
	 * @return the name
	 */
	String name();

	/**
	 * Return a number that is greater than those of all earlier holders of the lock, for
	 * resources that refuse smaller ones.
	 * @return the revision by which the lock was acquired
	 */
	long fencingToken();

	/**
	 * Whether the lock is still held. The lease is counted on the monotonic clock, from
	 * before the request was sent, less a margin of 10 %: this is {@code false} before
	 * the server gives the lock on. Does not talk to the server.
	 * @return {@code false} once the lock was closed or lost
	 */
	boolean isValid();

	/**
	 * Call back when the lock is lost: it could not be renewed in time, or its key was
	 * removed by others. At once if it is lost already.
	 * @param callback called once, by a thread of its own
	 */
	void onLost(Runnable callback);

	/**
	 * Give the lock up, so that others get it at once. Never removes the lock of another
	 * holder. If the server is out of reach, the lock expires.
	 */
	@Override
	void close();

}
