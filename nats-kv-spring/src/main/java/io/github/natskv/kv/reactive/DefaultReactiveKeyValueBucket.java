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

package io.github.natskv.kv.reactive;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchOptions;
import io.nats.client.api.KeyValueStatus;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The operations of a bucket, none of which blocks.
 *
 * @param <V> the type of the values
 */
final class DefaultReactiveKeyValueBucket<V> implements ReactiveKeyValueBucket<V> {

	private final KeyValueBucket<V> bucket;

	DefaultReactiveKeyValueBucket(KeyValueBucket<V> bucket) {
		this.bucket = bucket;
	}

	@Override
	public String getName() {
		return this.bucket.getName();
	}

	@Override
	public KeyValueBucket<V> getBucket() {
		return this.bucket;
	}

	@Override
	public Mono<KeyValueStatus> getStatus() {
		return ReactiveCalls.blocking(this.bucket::getStatus);
	}

	@Override
	public Mono<V> get(String key) {
		return ReactiveCalls.async(() -> this.bucket.getAsync(key));
	}

	@Override
	public Mono<BucketEntry<V>> getEntry(String key) {
		return ReactiveCalls.async(() -> this.bucket.getEntryAsync(key));
	}

	@Override
	public Mono<BucketEntry<V>> getEntry(String key, long revision) {
		return ReactiveCalls.blocking(() -> this.bucket.getEntry(key, revision));
	}

	@Override
	public Mono<Boolean> exists(String key) {
		return ReactiveCalls.blocking(() -> this.bucket.exists(key));
	}

	@Override
	public Mono<Long> put(String key, V value) {
		return ReactiveCalls.async(() -> this.bucket.putAsync(key, value));
	}

	@Override
	public Mono<Long> create(String key, V value) {
		return ReactiveCalls.async(() -> this.bucket.createAsync(key, value));
	}

	@Override
	public Mono<Long> create(String key, V value, Duration ttl) {
		return ReactiveCalls.blocking(() -> this.bucket.create(key, value, ttl));
	}

	@Override
	public Mono<Boolean> putIfAbsent(String key, V value) {
		return ReactiveCalls.blocking(() -> this.bucket.putIfAbsent(key, value));
	}

	@Override
	public Mono<Long> update(String key, V value, long expectedRevision) {
		return ReactiveCalls.async(() -> this.bucket.updateAsync(key, value, expectedRevision));
	}

	@Override
	public Mono<BucketEntry<V>> compute(String key, UnaryOperator<@Nullable V> change) {
		return ReactiveCalls.blocking(() -> this.bucket.compute(key, change));
	}

	@Override
	public Mono<V> computeIfAbsent(String key, Function<? super String, ? extends V> function) {
		return ReactiveCalls.blocking(() -> this.bucket.computeIfAbsent(key, function));
	}

	@Override
	public <T> Mono<T> transaction(Function<BucketTransaction<V>, ? extends @Nullable T> work) {
		return ReactiveCalls.blocking(() -> this.bucket.<@Nullable T>transaction(work::apply));
	}

	@Override
	public Mono<Void> transactionWithoutResult(Consumer<BucketTransaction<V>> work) {
		return run(() -> this.bucket.transactionWithoutResult(work));
	}

	@Override
	public Mono<Long> delete(String key) {
		return ReactiveCalls.async(() -> this.bucket.deleteAsync(key));
	}

	@Override
	public Mono<Long> delete(String key, long expectedRevision) {
		return ReactiveCalls.blocking(() -> this.bucket.delete(key, expectedRevision));
	}

	@Override
	public Mono<Long> purge(String key) {
		return ReactiveCalls.blocking(() -> this.bucket.purge(key));
	}

	@Override
	public Mono<Long> purge(String key, long expectedRevision) {
		return ReactiveCalls.blocking(() -> this.bucket.purge(key, expectedRevision));
	}

	@Override
	public Mono<Long> purge(String key, Duration markerTtl) {
		return ReactiveCalls.blocking(() -> this.bucket.purge(key, markerTtl));
	}

	@Override
	public Mono<Map<String, V>> getAll(Collection<String> keys) {
		return ReactiveCalls.blocking(() -> this.bucket.getAll(keys));
	}

	@Override
	public Mono<Map<String, BucketEntry<V>>> getEntries(Collection<String> keys) {
		return ReactiveCalls.blocking(() -> this.bucket.getEntries(keys));
	}

	@Override
	public Mono<Map<String, Long>> putAll(Map<String, ? extends V> values) {
		return ReactiveCalls.blocking(() -> this.bucket.putAll(values));
	}

	@Override
	public Mono<Integer> deleteAll(Collection<String> keys) {
		return ReactiveCalls.blocking(() -> this.bucket.deleteAll(keys));
	}

	@Override
	public Mono<Void> clear() {
		return run(this.bucket::clear);
	}

	@Override
	public Flux<String> keys(String... filters) {
		return all(() -> this.bucket.keys(filters));
	}

	@Override
	public Flux<BucketEntry<V>> entries(String... filters) {
		return all(() -> this.bucket.entries(filters));
	}

	@Override
	public Flux<BucketEntry<V>> entries(Consumer<ValueDecodingException> undecodable, String... filters) {
		return all(() -> this.bucket.entries(undecodable, filters));
	}

	@Override
	public Flux<BucketEntry<V>> stream(String... filters) {
		return RequestedStream.of(() -> this.bucket.stream(filters));
	}

	@Override
	public Flux<BucketEntry<V>> snapshot(String... filters) {
		return all(() -> this.bucket.snapshot(filters));
	}

	@Override
	public Flux<BucketEntry<V>> history(String key) {
		return all(() -> this.bucket.history(key));
	}

	@Override
	public Flux<BucketEntry<V>> history(String key, Consumer<ValueDecodingException> undecodable) {
		return all(() -> this.bucket.history(key, undecodable));
	}

	@Override
	public Mono<Integer> purgeDeletes(Duration olderThan) {
		return ReactiveCalls.blocking(() -> this.bucket.purgeDeletes(olderThan));
	}

	@Override
	public Flux<BucketEntry<V>> watch(WatchOptions options) {
		return RequestedWatch.of((consumer) -> this.bucket.watch(options, consumer));
	}

	@Override
	public Flux<List<BucketEntry<V>>> watchTransactions(WatchOptions options) {
		return RequestedWatch.of((consumer) -> this.bucket.watchTransactions(options, consumer));
	}

	private static Mono<Void> run(Runnable operation) {
		return ReactiveCalls.blocking(() -> {
			operation.run();
			return null;
		});
	}

	private static <T> Flux<T> all(Supplier<? extends Collection<T>> operation) {
		return ReactiveCalls.<Collection<T>>blocking(operation::get).flatMapIterable(Function.identity());
	}

}
