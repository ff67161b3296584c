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

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * Those of this JVM that wait for one lock. The first of them alone tries to get it, when
 * the one watch of all of them says that it is free.
 */
final class LockQueue {

	private final Semaphore turn = new Semaphore(1, true);

	private final Semaphore freed = new Semaphore(0);

	private final KeyValueBucket<byte[]> bucket;

	private final String key;

	private final ObjLongConsumer<String> markers;

	private @Nullable BucketWatch watch;

	/** Guarded by the map of {@link LockQueues}. */
	int users;

	LockQueue(KeyValueBucket<byte[]> bucket, String key, ObjLongConsumer<String> markers) {
		this.bucket = bucket;
		this.key = key;
		this.markers = markers;
	}

	boolean awaitTurn(long nanos) throws InterruptedException {
		return this.turn.tryAcquire(Math.max(0, nanos), TimeUnit.NANOSECONDS);
	}

	void endTurn() {
		this.turn.release();
	}

	// false if it was watched before
	synchronized boolean watch() {
		if (this.watch != null) {
			return false;
		}
		this.watch = this.bucket.watch(this.key, this::changed);
		return true;
	}

	private void changed(BucketEntry<byte[]> entry) {
		if (entry.operation() != KeyValueOperation.PUT) {
			this.markers.accept(this.key, entry.revision());
			this.freed.release();
		}
	}

	void forget() {
		this.freed.drainPermits();
	}

	void awaitFreed(long nanos) throws InterruptedException {
		this.freed.tryAcquire(Math.max(0, nanos), TimeUnit.NANOSECONDS);
	}

	// who has the turn looks whether the locks are closed, and ends it
	void wake() {
		this.freed.release();
	}

	synchronized void close() {
		if (this.watch != null) {
			this.watch.close();
			this.watch = null;
		}
	}

}
