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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.interceptor.BucketOperation.Kind;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A bucket with interceptors around its operations.
 *
 * @param <V> the type of the values
 */
final class InterceptedKeyValueBucket<V> implements KeyValueBucket<V> {

	private final KeyValueBucket<V> bucket;

	private final BucketInterceptors interceptors;

	InterceptedKeyValueBucket(KeyValueBucket<V> bucket, BucketInterceptors interceptors) {
		this.bucket = bucket;
		this.interceptors = interceptors;
	}

	@Override
	public KeyValueBucket<V> remote() {
		KeyValueBucket<V> remote = this.bucket.remote();
		return (remote != this.bucket) ? new InterceptedKeyValueBucket<>(remote, this.interceptors) : this;
	}

	@Override
	public @Nullable LocalCopyStatus getLocalCopyStatus() {
		return this.bucket.getLocalCopyStatus();
	}

	KeyValueBucket<V> delegate() {
		return this.bucket;
	}

	<R extends @Nullable Object> R call(Kind kind, @Nullable String key, Supplier<R> action) {
		return unchecked(() -> this.interceptors.call(kind, key, action::get));
	}

	@SuppressWarnings({ "unchecked", "NullAway" })
	private <R extends @Nullable Object> R unchecked(BucketInterceptor.Invocation intercepted) {
		try {
			return (R) intercepted.proceed();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("An interceptor of bucket '%s' failed".formatted(getName()), ex);
		}
	}

	// as interceptors are told of the end, what they return may wrap a failure
	@SuppressWarnings({ "unchecked", "NullAway" })
	private <R extends @Nullable Object> CompletableFuture<R> callAsync(Kind kind, String key,
			Supplier<CompletableFuture<R>> action) {
		CompletableFuture<R> result = new CompletableFuture<>();
		try {
			CompletionStage<R> stage = (CompletionStage<R>) this.interceptors.call(kind, key, action::get);
			stage.whenComplete((value, failure) -> {
				if (failure != null) {
					result.completeExceptionally(AsyncOperations.cause(failure));
				}
				else {
					result.complete(value);
				}
			});
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ex);
		}
		catch (Exception ex) {
			result.completeExceptionally(
					new IllegalStateException("An interceptor of bucket '%s' failed".formatted(getName()), ex));
		}
		return result;
	}

	@Override
	public String getName() {
		return this.bucket.getName();
	}

	@Override
	public KeyValue getKeyValue() {
		return this.bucket.getKeyValue();
	}

	@Override
	public KeyValueStatus getStatus() {
		return this.bucket.getStatus();
	}

	@Override
	public @Nullable V get(String key) {
		return this.<@Nullable V>call(Kind.GET, key, () -> this.bucket.get(key));
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key) {
		return this.<@Nullable BucketEntry<V>>call(Kind.GET, key, () -> this.bucket.getEntry(key));
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key, long revision) {
		return this.<@Nullable BucketEntry<V>>call(Kind.GET, key, () -> this.bucket.getEntry(key, revision));
	}

	@Override
	public boolean exists(String key) {
		return call(Kind.GET, key, () -> this.bucket.exists(key));
	}

	@Override
	public long put(String key, V value) {
		return call(Kind.PUT, key, () -> this.bucket.put(key, value));
	}

	@Override
	public long create(String key, V value) {
		return call(Kind.CREATE, key, () -> this.bucket.create(key, value));
	}

	@Override
	public long create(String key, V value, Duration ttl) {
		return call(Kind.CREATE, key, () -> this.bucket.create(key, value, ttl));
	}

	@Override
	public boolean putIfAbsent(String key, V value) {
		return call(Kind.CREATE, key, () -> this.bucket.putIfAbsent(key, value));
	}

	@Override
	public long update(String key, V value, long expectedRevision) {
		return call(Kind.UPDATE, key, () -> this.bucket.update(key, value, expectedRevision));
	}

	@Override
	public @Nullable BucketEntry<V> compute(String key, UnaryOperator<@Nullable V> change) {
		return this.<@Nullable BucketEntry<V>>call(Kind.COMPUTE, key, () -> this.bucket.compute(key, change));
	}

	@Override
	public V computeIfAbsent(String key, Function<? super String, ? extends V> function) {
		return call(Kind.COMPUTE, key, () -> this.bucket.computeIfAbsent(key, function));
	}

	@Override
	public <T extends @Nullable Object> T transaction(Function<BucketTransaction<V>, T> work) {
		Assert.notNull(work, "'work' must not be null");
		AtomicInteger calls = new AtomicInteger();
		return unchecked(() -> this.interceptors.callTransaction(() -> Math.max(0, calls.get() - 1),
				() -> this.bucket.<T>transaction((transaction) -> {
					calls.incrementAndGet();
					return work.apply(new InterceptedTransaction<>(transaction, this));
				})));
	}

	@Override
	public long delete(String key) {
		return call(Kind.DELETE, key, () -> this.bucket.delete(key));
	}

	@Override
	public long delete(String key, long expectedRevision) {
		return call(Kind.DELETE, key, () -> this.bucket.delete(key, expectedRevision));
	}

	@Override
	public long purge(String key) {
		return call(Kind.PURGE, key, () -> this.bucket.purge(key));
	}

	@Override
	public long purge(String key, long expectedRevision) {
		return call(Kind.PURGE, key, () -> this.bucket.purge(key, expectedRevision));
	}

	@Override
	public long purge(String key, Duration markerTtl) {
		return call(Kind.PURGE, key, () -> this.bucket.purge(key, markerTtl));
	}

	@Override
	public CompletableFuture<@Nullable V> getAsync(String key) {
		return this.<@Nullable V>callAsync(Kind.GET, key, () -> this.bucket.getAsync(key));
	}

	@Override
	public CompletableFuture<@Nullable BucketEntry<V>> getEntryAsync(String key) {
		return this.<@Nullable BucketEntry<V>>callAsync(Kind.GET, key, () -> this.bucket.getEntryAsync(key));
	}

	@Override
	public CompletableFuture<Long> putAsync(String key, V value) {
		return callAsync(Kind.PUT, key, () -> this.bucket.putAsync(key, value));
	}

	@Override
	public CompletableFuture<Long> createAsync(String key, V value) {
		return callAsync(Kind.CREATE, key, () -> this.bucket.createAsync(key, value));
	}

	@Override
	public CompletableFuture<Long> updateAsync(String key, V value, long expectedRevision) {
		return callAsync(Kind.UPDATE, key, () -> this.bucket.updateAsync(key, value, expectedRevision));
	}

	@Override
	public CompletableFuture<Long> deleteAsync(String key) {
		return callAsync(Kind.DELETE, key, () -> this.bucket.deleteAsync(key));
	}

	@Override
	public Map<String, V> getAll(Collection<String> keys) {
		return call(Kind.GET_ALL, null, () -> this.bucket.getAll(keys));
	}

	@Override
	public Map<String, BucketEntry<V>> getEntries(Collection<String> keys) {
		return call(Kind.GET_ALL, null, () -> this.bucket.getEntries(keys));
	}

	@Override
	public Map<String, Long> putAll(Map<String, ? extends V> values) {
		return call(Kind.PUT_ALL, null, () -> this.bucket.putAll(values));
	}

	@Override
	public int deleteAll(Collection<String> keys) {
		return call(Kind.DELETE_ALL, null, () -> this.bucket.deleteAll(keys));
	}

	@Override
	public void clear() {
		this.<@Nullable Void>call(Kind.CLEAR, null, () -> {
			this.bucket.clear();
			return null;
		});
	}

	@Override
	public Stream<BucketEntry<V>> stream(String... filters) {
		return call(Kind.LIST, null, () -> this.bucket.stream(filters));
	}

	@Override
	public Set<String> keys(String... filters) {
		return call(Kind.LIST, null, () -> this.bucket.keys(filters));
	}

	@Override
	public KeyPage keys(String filter, long after, int limit) {
		return call(Kind.LIST, null, () -> this.bucket.keys(filter, after, limit));
	}

	@Override
	public List<BucketEntry<V>> entries(String... filters) {
		return call(Kind.LIST, null, () -> this.bucket.entries(filters));
	}

	@Override
	public List<BucketEntry<V>> entries(Consumer<ValueDecodingException> undecodable, String... filters) {
		return call(Kind.LIST, null, () -> this.bucket.entries(undecodable, filters));
	}

	@Override
	public List<BucketEntry<V>> snapshot(String... filters) {
		return call(Kind.LIST, null, () -> this.bucket.snapshot(filters));
	}

	@Override
	public List<BucketEntry<V>> history(String key) {
		return call(Kind.HISTORY, key, () -> this.bucket.history(key));
	}

	@Override
	public List<BucketEntry<V>> history(String key, Consumer<ValueDecodingException> undecodable) {
		return call(Kind.HISTORY, key, () -> this.bucket.history(key, undecodable));
	}

	@Override
	public int purgeDeletes(Duration olderThan) {
		return call(Kind.PURGE_DELETES, null, () -> this.bucket.purgeDeletes(olderThan));
	}

	@Override
	public BucketWatch watch(WatchOptions options, Consumer<BucketEntry<V>> consumer) {
		return this.bucket.watch(options, consumer);
	}

	@Override
	public BucketWatch watchTransactions(WatchOptions options, Consumer<List<BucketEntry<V>>> consumer) {
		return this.bucket.watchTransactions(options, consumer);
	}

}
