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

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;

import io.github.natskv.kv.KeyValueBucket;
import org.jspecify.annotations.Nullable;

/**
 * Those of this JVM that wait for locks, by key.
 */
final class LockQueues {

	private final ConcurrentMap<String, LockQueue> queues = new ConcurrentHashMap<>();

	private final AtomicInteger waiting = new AtomicInteger();

	private final KeyValueBucket<byte[]> bucket;

	private final ObjLongConsumer<String> markers;

	LockQueues(KeyValueBucket<byte[]> bucket, ObjLongConsumer<String> markers) {
		this.bucket = bucket;
		this.markers = markers;
	}

	boolean isWaitedFor(String key) {
		return this.queues.containsKey(key);
	}

	int waiting() {
		return this.waiting.get();
	}

	void wake() {
		this.queues.values().forEach(LockQueue::wake);
	}

	LockQueue join(String key) {
		this.waiting.incrementAndGet();
		LockQueue joined = this.queues.compute(key, (any, queue) -> {
			LockQueue found = (queue != null) ? queue : new LockQueue(this.bucket, key, this.markers);
			found.users++;
			return found;
		});
		return joined;
	}

	void leave(String key, LockQueue left) {
		this.waiting.decrementAndGet();
		@Nullable LockQueue remaining = this.queues.computeIfPresent(key, (any, queue) -> (--queue.users > 0) ? queue : null);
		if (remaining != left) {
			left.close();
		}
	}

}
