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
import java.util.function.UnaryOperator;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchOptions;
import io.nats.client.api.KeyValueStatus;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.util.Assert;

/**
 * Typed access to a Key-Value bucket for applications on Project Reactor: each operation
 * of {@link KeyValueBucket} as {@link Mono} or {@link Flux}, which begins with the
 * subscription and fails with the exceptions of its twin. What its twin returns as
 * {@code null} is empty here.
 * <p>
 * Operations never block a thread that must not block
 * ({@link reactor.core.scheduler.NonBlocking}): those with an asynchronous twin are sent
 * without waiting for the answer, all others, and functions given to them, run on
 * {@link reactor.core.scheduler.Schedulers#boundedElastic()}. Results arrive on threads
 * that may block, never on those of jnats. Writes of one key are written in the order in
 * which they complete: subscribe to the second when the first has completed
 * ({@code then}, {@code concatMap}). Cancelling does not take a request back that was
 * sent.
 * <p>
 * Where Micrometer's {@code context-propagation} is on the class path, operations see the
 * thread-local values of the subscriber's context, so an observation in there is the
 * parent of theirs.
 *
 * @param <V> the type of the values
 * @since 0.1.0
 */
public interface ReactiveKeyValueBucket<V> {

	/**
	 * Return reactive access to a bucket.
	 * @param bucket the bucket
	 * @param <V> the type of the values
	 * @return its reactive twin
	 */
	static <V> ReactiveKeyValueBucket<V> of(KeyValueBucket<V> bucket) {
		Assert.notNull(bucket, "'bucket' must not be null");
		return new DefaultReactiveKeyValueBucket<>(bucket);
	}

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	String getName();

	/**
	 * Return the bucket this is the twin of, whose operations block.
	 * @return the bucket
	 */
	KeyValueBucket<V> getBucket();

	/**
	 * Return the same bucket past its local copy: whatever is read is asked from the
	 * server.
	 * @return the bucket, this one if it has no local copy
	 */
	default ReactiveKeyValueBucket<V> remote() {
		KeyValueBucket<V> remote = getBucket().remote();
		return (remote != getBucket()) ? of(remote) : this;
	}

	/**
	 * Return the state of the local copy. Does not talk to the server.
	 * @return the state, {@code null} if there is no local copy
	 */
	default @Nullable LocalCopyStatus getLocalCopyStatus() {
		return getBucket().getLocalCopyStatus();
	}

	/**
	 * Ask the server for the state of the bucket.
	 * @return the state
	 */
	Mono<KeyValueStatus> getStatus();

	/**
	 * Return the value of a key.
	 * @param key the key
	 * @return the value, empty only if the key is absent
	 * @see KeyValueBucket#get(String)
	 */
	Mono<V> get(String key);

	/**
	 * Return the value of a key, or another value if the key is absent.
	 * @param key the key
	 * @param defaultValue the value for an absent key, which is not written
	 * @return the value
	 */
	default Mono<V> getOrDefault(String key, V defaultValue) {
		return get(key).defaultIfEmpty(defaultValue);
	}

	/**
	 * Return the latest revision of a key.
	 * @param key the key
	 * @return the entry, empty if the key is absent
	 */
	Mono<BucketEntry<V>> getEntry(String key);

	/**
	 * Return one revision of a key.
	 * @param key the key
	 * @param revision the revision, at least 1
	 * @return the entry, empty if that revision is not there, is not the key's, or is a
	 * deletion
	 */
	Mono<BucketEntry<V>> getEntry(String key, long revision);

	/**
	 * Whether a key has a value.
	 * @param key the key
	 * @return {@code true} if it has
	 */
	Mono<Boolean> exists(String key);

	/**
	 * Write a value.
	 * @param key the key
	 * @param value the value
	 * @return the new revision
	 */
	Mono<Long> put(String key, V value);

	/**
	 * Write a value if the key has none.
	 * @param key the key
	 * @param value the value
	 * @return the new revision
	 * @see KeyValueBucket#create(String, Object)
	 */
	Mono<Long> create(String key, V value);

	/**
	 * Write a value if the key has none, and let it expire.
	 * @param key the key
	 * @param value the value
	 * @param ttl how long the value lives, at least one second
	 * @return the new revision
	 * @see KeyValueBucket#create(String, Object, Duration)
	 */
	Mono<Long> create(String key, V value, Duration ttl);

	/**
	 * Write a value if the key has none.
	 * @param key the key
	 * @param value the value
	 * @return {@code false} if the key has a value
	 */
	Mono<Boolean> putIfAbsent(String key, V value);

	/**
	 * Write a value if nobody has since the expected revision.
	 * @param key the key
	 * @param value the value
	 * @param expectedRevision the latest revision of the key; 0 for a key that was never
	 * written
	 * @return the new revision
	 * @see KeyValueBucket#update(String, Object, long)
	 */
	Mono<Long> update(String key, V value, long expectedRevision);

	/**
	 * Change a value by a function, which may be called several times and may block.
	 * @param key the key
	 * @param change given the current value ({@code null} if the key is absent), returns
	 * the new one ({@code null} to delete the key)
	 * @return what was written, with {@code created} {@code null}; empty if the key was
	 * absent and is left so
	 * @see KeyValueBucket#compute(String, UnaryOperator)
	 */
	Mono<BucketEntry<V>> compute(String key, UnaryOperator<@Nullable V> change);

	/**
	 * Return the value of a key, or create it if the key is absent.
	 * @param key the key
	 * @param function called at most once, and only if the key is absent; may block, must
	 * not return {@code null}
	 * @return the value the key has
	 * @see KeyValueBucket#computeIfAbsent(String, Function)
	 */
	Mono<V> computeIfAbsent(String key, Function<? super String, ? extends V> function);

	/**
	 * Read and write several keys together. The function may be called several times, and
	 * may block, which its reads do.
	 * @param work given the transaction, returns the result
	 * @param <T> the type of the result
	 * @return what the function returned the last time, empty for {@code null}
	 * @see KeyValueBucket#transaction(Function)
	 */
	<T> Mono<T> transaction(Function<BucketTransaction<V>, ? extends @Nullable T> work);

	/**
	 * Read and write several keys together, like {@link #transaction}.
	 * @param work given the transaction
	 * @return completed when the transaction is
	 */
	Mono<Void> transactionWithoutResult(Consumer<BucketTransaction<V>> work);

	/**
	 * Delete a key, leaving a marker and the older revisions.
	 * @param key the key
	 * @return the revision of the marker
	 */
	Mono<Long> delete(String key);

	/**
	 * Delete a key if nobody has written since the expected revision.
	 * @param key the key
	 * @param expectedRevision the latest revision of the key; 0 leaves a marker for a key
	 * that was never written
	 * @return the revision of the marker
	 */
	Mono<Long> delete(String key, long expectedRevision);

	/**
	 * Delete a key and its older revisions, leaving a marker.
	 * @param key the key
	 * @return the revision of the marker
	 */
	Mono<Long> purge(String key);

	/**
	 * Delete a key and its older revisions if nobody has written since the expected
	 * revision.
	 * @param key the key
	 * @param expectedRevision the latest revision of the key
	 * @return the revision of the marker
	 */
	Mono<Long> purge(String key, long expectedRevision);

	/**
	 * Delete a key and its older revisions, leaving a marker that expires.
	 * @param key the key
	 * @param markerTtl how long the marker lives, at least one second
	 * @return the revision of the marker
	 * @see KeyValueBucket#purge(String, Duration)
	 */
	Mono<Long> purge(String key, Duration markerTtl);

	/**
	 * Return the values of keys.
	 * @param keys the keys
	 * @return the values by key, in the order of the keys; a key that is absent is not in
	 * it
	 * @see KeyValueBucket#getAll(Collection)
	 */
	Mono<Map<String, V>> getAll(Collection<String> keys);

	/**
	 * Return the latest revisions of keys.
	 * @param keys the keys
	 * @return the entries by key, in the order of the keys; a key that is absent is not
	 * in it
	 */
	Mono<Map<String, BucketEntry<V>>> getEntries(Collection<String> keys);

	/**
	 * Write values, of which each is written by itself, many at the same time.
	 * @param values the values by key
	 * @return the new revisions by key, in the order of the keys
	 * @see KeyValueBucket#putAll(Map)
	 */
	Mono<Map<String, Long>> putAll(Map<String, ? extends V> values);

	/**
	 * Delete keys, each of them as {@link #delete(String)} does, many at the same time.
	 * @param keys the keys
	 * @return how many markers were written: one for each different key
	 * @see KeyValueBucket#deleteAll(Collection)
	 */
	Mono<Integer> deleteAll(Collection<String> keys);

	/**
	 * Delete every key with every revision and marker, in one request.
	 * @return completed when that is done
	 * @see KeyValueBucket#clear()
	 */
	Mono<Void> clear();

	/**
	 * Return all keys that have a value. They are complete when the first one arrives.
	 * @return the keys
	 */
	default Flux<String> keys() {
		return keys(">");
	}

	/**
	 * Return the keys that have a value and match a filter. They are complete when the
	 * first one arrives.
	 * @param filters filters, with {@code *} and {@code >} as wildcards
	 * @return the keys
	 */
	Flux<String> keys(String... filters);

	/**
	 * Return the latest entry of each key that has a value and matches a filter. They are
	 * complete when the first one arrives.
	 * @param filters filters, with {@code *} and {@code >} as wildcards; none means all
	 * @return the entries, by ascending revision
	 */
	Flux<BucketEntry<V>> entries(String... filters);

	/**
	 * Return the latest entry of each key that has a value and matches a filter, and hand
	 * over the values that do not decode instead of failing with the first of them.
	 * @param undecodable given an exception for each such value, with its raw entry,
	 * before the first entry arrives; what it throws is what this fails with
	 * @param filters filters, with {@code *} and {@code >} as wildcards; none means all
	 * @return the entries that decode, by ascending revision
	 */
	Flux<BucketEntry<V>> entries(Consumer<ValueDecodingException> undecodable, String... filters);

	/**
	 * Read the latest entry of each key that has a value and matches a filter, as they
	 * are requested, in constant memory.
	 * @param filters filters, with {@code *} and {@code >} as wildcards; none means all
	 * @return the entries of a filter by ascending revision, filter by filter
	 * @see KeyValueBucket#stream(String...)
	 */
	Flux<BucketEntry<V>> stream(String... filters);

	/**
	 * Return the latest entry of each key that has a value and matches a filter, as of
	 * one revision of the bucket.
	 * @param filters filters, with {@code *} and {@code >} as wildcards; none means all
	 * @return the entries, by ascending revision
	 * @see KeyValueBucket#snapshot(String...)
	 */
	Flux<BucketEntry<V>> snapshot(String... filters);

	/**
	 * Return the revisions the bucket keeps of a key, deletions included.
	 * @param key the key
	 * @return the entries, by ascending revision
	 */
	Flux<BucketEntry<V>> history(String key);

	/**
	 * Return the revisions the bucket keeps of a key, deletions included, and hand over
	 * those whose values do not decode instead of failing with the first of them.
	 * @param key the key
	 * @param undecodable given an exception for each such revision, with its raw entry,
	 * before the first entry arrives; what it throws is what this fails with
	 * @return the entries that decode, by ascending revision
	 */
	Flux<BucketEntry<V>> history(String key, Consumer<ValueDecodingException> undecodable);

	/**
	 * Remove the markers that deletions left, and older revisions of deleted keys.
	 * @param olderThan how old a marker must be; zero for all
	 * @return how many were removed
	 * @see KeyValueBucket#purgeDeletes(Duration)
	 */
	Mono<Integer> purgeDeletes(Duration olderThan);

	/**
	 * Watch keys: the current values first, then every change.
	 * @param filter the keys, with {@code *} and {@code >} as wildcards
	 * @return each entry
	 * @see #watch(WatchOptions)
	 */
	default Flux<BucketEntry<V>> watch(String filter) {
		return watch(WatchOptions.of(filter));
	}

	/**
	 * Watch keys, at the pace of the subscriber: what it has not requested waits on the
	 * server, but for a bounded number of messages. Each subscription has a watch of its
	 * own, which goes on over lost connections, restarted servers and buckets that were
	 * made again, and whose thread publishes the entries.
	 * <p>
	 * Cancelling closes the watch in the background. The Flux fails if the watch cannot
	 * be opened, and completes if it is closed with the application. A value that does
	 * not decode is logged as an error and passed over, as one that ends the Flux would
	 * end each of its retries.
	 * @param options what to deliver
	 * @return each entry
	 */
	Flux<BucketEntry<V>> watch(WatchOptions options);

	/**
	 * Watch keys, with what was written together in one list.
	 * @param options what to deliver
	 * @return lists of entries, by ascending revision
	 * @see KeyValueBucket#watchTransactions(WatchOptions, Consumer)
	 * @see #watch(WatchOptions)
	 */
	Flux<List<BucketEntry<V>>> watchTransactions(WatchOptions options);

}
