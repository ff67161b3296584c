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

package io.github.natskv.kv.support;

import java.time.Duration;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.interceptor.BucketOperation.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A transaction with the interceptors of its bucket around its operations.
 *
 * @param transaction the transaction
 * @param bucket calls the interceptors
 * @param <V> the type of the values
 */
record InterceptedTransaction<V>(BucketTransaction<V> transaction,
		InterceptedKeyValueBucket<V> bucket) implements BucketTransaction<V> {

	@Override
	public @Nullable V get(String key) {
		return this.bucket.<@Nullable V>call(Kind.GET, key, () -> this.transaction.get(key));
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key) {
		return this.bucket.<@Nullable BucketEntry<V>>call(Kind.GET, key, () -> this.transaction.getEntry(key));
	}

	@Override
	public boolean exists(String key) {
		return this.bucket.call(Kind.GET, key, () -> this.transaction.exists(key));
	}

	@Override
	public void put(String key, V value) {
		run(Kind.PUT, key, () -> this.transaction.put(key, value));
	}

	@Override
	public void create(String key, V value) {
		run(Kind.CREATE, key, () -> this.transaction.create(key, value));
	}

	@Override
	public void create(String key, V value, Duration ttl) {
		run(Kind.CREATE, key, () -> this.transaction.create(key, value, ttl));
	}

	@Override
	public void update(String key, V value, long expectedRevision) {
		run(Kind.UPDATE, key, () -> this.transaction.update(key, value, expectedRevision));
	}

	@Override
	public void delete(String key) {
		run(Kind.DELETE, key, () -> this.transaction.delete(key));
	}

	@Override
	public void guard(Guard guard) {
		this.transaction.guard(guard);
	}

	private void run(Kind kind, String key, Runnable action) {
		this.bucket.<@Nullable Object>call(kind, key, () -> {
			action.run();
			return null;
		});
	}

}
