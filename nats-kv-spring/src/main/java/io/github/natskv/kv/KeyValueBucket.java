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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Typed access to a Key-Value bucket. Exceptions are unchecked, in Spring's
 * {@link org.springframework.dao.DataAccessException} hierarchy:
 * {@link KeyValueNotConnectedException} when nothing was sent,
 * {@link KeyValueTimeoutException} when the outcome is unknown,
 * {@link BucketNotFoundException}, {@link BucketFullException},
 * {@link ValueTooLargeException} and {@link InvalidBucketKeyException} when nothing was
 * changed. Methods may be called by any number of threads.
 * <p>
 * Keys that begin with {@code _kv.} are reserved: writing them is refused, and reads,
 * listings and watches do not show them.
 * <p>
 * Implemented by this library, for tests in memory too. Applications call this interface;
 * methods may be added to it.
 *
 * @param <V> the type of the values
 * @since 0.1.0
 */
public interface KeyValueBucket<V> {

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	String getName();

	/**
	 * Return the jnats handle of the bucket.
	 * @return the handle
	 */
	KeyValue getKeyValue();

	/**
	 * Ask the server for the state of the bucket.
	 * @return the state
	 */
	KeyValueStatus getStatus();

	/**
	 * Return the same bucket past its local copy: reads ask the server. What is written
	 * is in the copy all the same.
	 * @return the bucket, this one where there is no copy
	 */
	default KeyValueBucket<V> remote() {
		return this;
	}

	/**
	 * Return the status of the local copy that answers reads
	 * ({@code nats.kv.buckets.<key>.local-copy}). Does not talk to the server.
	 * @return the status, {@code null} where there is no copy
	 */
	default @Nullable LocalCopyStatus getLocalCopyStatus() {
		return null;
	}

	/**
	 * Return the value of a key.
	 * @param key the key
	 * @return the value, {@code null} only if the key is absent: an empty value is an
	 * empty {@code String} or {@code byte[]}
	 */
	@Nullable V get(String key);

	/**
	 * Return the value of a key, or another value if the key is absent.
	 * @param key the key
	 * @param defaultValue the value for an absent key, which is not written
	 * @return the value
	 */
	default V getOrDefault(String key, V defaultValue) {
		V value = get(key);
		return (value != null) ? value : defaultValue;
	}

	/**
	 * Return the latest revision of a key.
	 * @param key the key
	 * @return the entry, {@code null} if the key is absent
	 */
	@Nullable BucketEntry<V> getEntry(String key);

	/**
	 * Return one revision of a key.
	 * @param key the key
	 * @param revision the revision, at least 1
	 * @return the entry, {@code null} if that revision is not there, is not the key's, or
	 * is a deletion
	 */
	@Nullable BucketEntry<V> getEntry(String key, long revision);

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
	 * @return the new revision
	 */
	long put(String key, V value);

	/**
	 * Write a value if the key has none.
	 * @param key the key
	 * @param value the value
	 * @return the new revision
	 * @throws org.springframework.dao.DuplicateKeyException if the key has a value
	 * @throws RevisionConflictException if others kept creating and deleting it
	 */
	long create(String key, V value);

	/**
	 * Write a value if the key has none, and let it expire. Needs nats-server 2.11 and a
	 * bucket with {@code limit-marker-ttl}.
	 * @param key the key
	 * @param value the value
	 * @param ttl how long the value lives, at least one second; note that an
	 * {@link #update} makes it live for ever, and that in a bucket with a {@code history}
	 * of more than 1 it lives at least as long as {@code limit-marker-ttl}
	 * @return the new revision
	 * @throws org.springframework.dao.DuplicateKeyException if the key has a value
	 * @throws RevisionConflictException if others kept creating and deleting it
	 */
	long create(String key, V value, Duration ttl);

	/**
	 * Write a value if the key has none.
	 * @param key the key
	 * @param value the value
	 * @return {@code false} if the key has a value
	 */
	boolean putIfAbsent(String key, V value);

	/**
	 * Write a value if nobody has since the expected revision.
	 * @param key the key
	 * @param value the value
	 * @param expectedRevision the latest revision of the key; 0 for a key that was never
	 * written
	 * @return the new revision
	 * @throws RevisionConflictException if the key has another revision
	 */
	long update(String key, V value, long expectedRevision);

	/**
	 * Change a value by a function. If somebody else wrote in between, the function is
	 * called again with the new value, up to 100 times with random pauses of at most 64
	 * ms, so it must not have side effects.
	 * @param key the key
	 * @param change given the current value ({@code null} if the key is absent), returns
	 * the new one ({@code null} to delete the key)
	 * @return what was written, with {@code created} {@code null}; {@code null} if the
	 * key was absent and is left so
	 * @throws RevisionConflictException if others wrote in between every time
	 */
	@Nullable BucketEntry<V> compute(String key, UnaryOperator<@Nullable V> change);

	/**
	 * Return the value of a key, or create it if the key is absent. If somebody else
	 * creates it in between, theirs is returned, and what the function returned is
	 * dropped.
	 * @param key the key
	 * @param function called at most once, and only if the key is absent; must not return
	 * {@code null}
	 * @return the value the key has
	 * @throws RevisionConflictException if others kept creating and deleting it
	 */
	V computeIfAbsent(String key, Function<? super String, ? extends V> function);

	/**
	 * Read and write several keys together. All writes become visible at once, or none,
	 * and only if no key that was read or written by its revision has been changed by
	 * others meanwhile. If one has, the function is called again and reads anew, up to
	 * 100 times with random pauses of at most 64 ms, so it must not have side effects.
	 * <p>
	 * An exception the function throws is passed on, and nothing is sent; nothing is
	 * written either if it only read. A transaction within another one is refused. Needs
	 * {@code nats.kv.buckets.<key>.transactions} and nats-server 2.12.15, or 2.14.5 and
	 * up.
	 * @param work given the transaction, returns the result
	 * @param <T> the type of the result
	 * @return what the function returned the last time
	 * @throws RevisionConflictException if others were faster every time; it names the
	 * keys
	 * @throws UnsupportedServerFeatureException if the server is too old, before anything
	 * is sent
	 * @throws BucketOptionRequiredException if the bucket does not allow it, before
	 * anything is sent
	 * @throws org.springframework.dao.InvalidDataAccessApiUsageException if it reads and
	 * writes more than 1,000 keys, before anything is sent
	 * @throws KeyValueTimeoutException if the server did not answer: the outcome is
	 * unknown, but all writes became visible, or none
	 */
	<T extends @Nullable Object> T transaction(Function<BucketTransaction<V>, T> work);

	/**
	 * Read and write several keys together, like {@link #transaction}.
	 * @param work given the transaction
	 */
	default void transactionWithoutResult(Consumer<BucketTransaction<V>> work) {
		Assert.notNull(work, "'work' must not be null");
		this.<@Nullable Object>transaction((transaction) -> {
			work.accept(transaction);
			return null;
		});
	}

	/**
	 * Delete a key, leaving a marker and the older revisions.
	 * @param key the key
	 * @return the revision of the marker
	 */
	long delete(String key);

	/**
	 * Delete a key if nobody has written since the expected revision.
	 * @param key the key
	 * @param expectedRevision the latest revision of the key; 0 leaves a marker for a key
	 * that was never written
	 * @return the revision of the marker
	 */
	long delete(String key, long expectedRevision);

	/**
	 * Delete a key and its older revisions, leaving a marker.
	 * @param key the key
	 * @return the revision of the marker
	 */
	long purge(String key);

	/**
	 * Delete a key and its older revisions if nobody has written since the expected
	 * revision.
	 * @param key the key
	 * @param expectedRevision the latest revision of the key
	 * @return the revision of the marker
	 */
	long purge(String key, long expectedRevision);

	/**
	 * Delete a key and its older revisions, leaving a marker that expires. Needs
	 * nats-server 2.11 and a bucket with {@code limit-marker-ttl}.
	 * @param key the key
	 * @param markerTtl how long the marker lives, at least one second; in a bucket with a
	 * {@code history} of more than 1 at least as long as {@code limit-marker-ttl}
	 * @return the revision of the marker
	 */
	long purge(String key, Duration markerTtl);

	/**
	 * Return the value of a key, without waiting for it.
	 * <p>
	 * The futures of a bucket fail with what the methods throw that they are the twins
	 * of, as {@code ex} in {@code exceptionally((ex) -> …)} if that is called on the
	 * future itself. They are completed by threads that may be blocked: what depends on
	 * them may wait for other operations. At most {@code nats.kv.max-in-flight} (1,000)
	 * requests of a connection are underway: beyond that the caller of such a method
	 * waits, as it does for the layout of a bucket that it is the first one to use.
	 * Cancelling a future does not take a request back.
	 * @param key the key
	 * @return completed with the value, with {@code null} only if the key is absent
	 */
	CompletableFuture<@Nullable V> getAsync(String key);

	/**
	 * Return the latest revision of a key, without waiting for it.
	 * @param key the key
	 * @return completed with the entry, with {@code null} if the key is absent
	 * @see #getAsync(String)
	 */
	CompletableFuture<@Nullable BucketEntry<V>> getEntryAsync(String key);

	/**
	 * Write a value, without waiting until it is written. Values of one thread are
	 * written in the order of its calls.
	 * @param key the key
	 * @param value the value
	 * @return completed with the new revision
	 * @see #getAsync(String)
	 */
	CompletableFuture<Long> putAsync(String key, V value);

	/**
	 * Write a value if the key has none, without waiting until it is written.
	 * @param key the key
	 * @param value the value
	 * @return completed with the new revision
	 * @see #create(String, Object)
	 * @see #getAsync(String)
	 */
	CompletableFuture<Long> createAsync(String key, V value);

	/**
	 * Write a value if nobody has since the expected revision, without waiting until it
	 * is written.
	 * @param key the key
	 * @param value the value
	 * @param expectedRevision the latest revision of the key; 0 for a key that was never
	 * written
	 * @return completed with the new revision
	 * @see #update(String, Object, long)
	 * @see #getAsync(String)
	 */
	CompletableFuture<Long> updateAsync(String key, V value, long expectedRevision);

	/**
	 * Delete a key, leaving a marker and the older revisions, without waiting until it is
	 * deleted.
	 * @param key the key
	 * @return completed with the revision of the marker
	 * @see #getAsync(String)
	 */
	CompletableFuture<Long> deleteAsync(String key);

	/**
	 * Return the values of keys: by batched reads of nats-server 2.11 and up, elsewhere
	 * and with {@code consistent-reads} by many reads at the same time.
	 * @param keys the keys
	 * @return the values by key, in the order of the keys; a key that is absent is not in
	 * it
	 * @throws ValueDecodingException if one of the values does not decode
	 */
	Map<String, V> getAll(Collection<String> keys);

	/**
	 * Return the latest revisions of keys.
	 * @param keys the keys
	 * @return the entries by key, in the order of the keys; a key that is absent is not
	 * in it
	 * @throws ValueDecodingException if one of the values does not decode
	 * @see #getAll(Collection)
	 */
	Map<String, BucketEntry<V>> getEntries(Collection<String> keys);

	/**
	 * Write values, of which each is written by itself, many at the same time. An
	 * interrupt ends that: keys that were not sent say so.
	 * @param values the values by key
	 * @return the new revisions by key, in the order of the keys
	 * @throws BulkOperationException if a value was not written, for whatever reason; all
	 * others that could be are
	 */
	Map<String, Long> putAll(Map<String, ? extends V> values);

	/**
	 * Delete keys, each of them as {@link #delete(String)} does, many at the same time.
	 * @param keys the keys
	 * @return how many markers were written: one for each different key
	 * @throws BulkOperationException if a key was not deleted, for whatever reason; all
	 * others that could be are
	 */
	int deleteAll(Collection<String> keys);

	/**
	 * Delete every key with every revision and marker, in one request. Needs nats-server
	 * 2.10. Revisions go on; one marker is left on a reserved key, {@code _kv.cleared},
	 * which may expire with the bucket's {@code ttl}. Watches deliver an
	 * {@linkplain BucketEntry#inferred() inferred} deletion of each key they know. What
	 * others write at the same time is deleted or kept, as the server puts it before or
	 * after.
	 * @throws org.springframework.dao.InvalidDataAccessResourceUsageException for a
	 * bucket that mirrors another, has sources, or does not allow roll-ups
	 */
	void clear();

	/**
	 * Return all keys that have a value. The result is complete, or an exception is
	 * thrown: a key that has a value from the call to the return is in it, whoever writes
	 * meanwhile. This reads the headers of everything the bucket keeps, older revisions
	 * and deletion markers included.
	 * @return the keys
	 */
	default Set<String> keys() {
		return keys(">");
	}

	/**
	 * Return the keys that have a value and match a filter. The result is complete, or an
	 * exception is thrown.
	 * @param filters filters, with {@code *} and {@code >} as wildcards
	 * @return the keys
	 */
	Set<String> keys(String... filters);

	/**
	 * Return some of the keys that have a value and match a filter, in the order in which
	 * they were last written. Reads about as much as it returns, however large the bucket
	 * is. Going on from page to page, each key comes that has a value all the time: one
	 * that is written meanwhile may come again.
	 * @param filter a filter, with {@code *} and {@code >} as wildcards
	 * @param after where to go on: {@link KeyPage#next()} of the page before, 0 for the
	 * first page
	 * @param limit the maximum number of keys, at least 1
	 * @return the page
	 * @throws IllegalArgumentException if the limit is not positive, or if the bucket has
	 * not come as far as the revision to go on from, because it was recreated
	 */
	KeyPage keys(String filter, long after, int limit);

	/**
	 * Return the latest entry of each key that has a value and matches a filter.
	 * @param filters filters, with {@code *} and {@code >} as wildcards; none means all
	 * @return the entries, by ascending revision
	 * @throws ValueDecodingException if one of the values does not decode
	 */
	List<BucketEntry<V>> entries(String... filters);

	/**
	 * Return the latest entry of each key that has a value and matches a filter, and hand
	 * over the values that do not decode instead of failing with the first of them.
	 * @param undecodable given an exception for each such value, with its raw entry, by
	 * ascending revision and before this method returns; what it throws is thrown
	 * @param filters filters, with {@code *} and {@code >} as wildcards; none means all
	 * @return the entries that decode, by ascending revision
	 */
	List<BucketEntry<V>> entries(Consumer<ValueDecodingException> undecodable, String... filters);

	/**
	 * Read the latest entry of each key that has a value and matches a filter, one after
	 * the other as they are asked for, in constant memory. The result is complete, or an
	 * exception is thrown while reading it. A key that is written meanwhile may come
	 * again with its newer revision, and a key that is deleted may have come before.
	 * @param filters filters, with {@code *} and {@code >} as wildcards; none means all
	 * @return the entries of a filter by ascending revision, filter by filter; to be
	 * closed, as it has a consumer on the server from the first entry to the last
	 * @throws ValueDecodingException when one of the values does not decode
	 */
	Stream<BucketEntry<V>> stream(String... filters);

	/**
	 * Return the latest entry of each key that has a value and matches a filter, as of
	 * one revision of the bucket: never a part of what a {@link #transaction} wrote. Up
	 * to 1,024 keys are read by one request, as of a revision that a replica may have
	 * been at a moment ago; with {@code consistent-reads} not before this call. More are
	 * read on until nothing is pending, which fails where others write all the time
	 * faster than that.
	 * @param filters filters, with {@code *} and {@code >} as wildcards; none means all
	 * @return the entries, by ascending revision
	 * @throws ValueDecodingException if one of the values does not decode
	 */
	List<BucketEntry<V>> snapshot(String... filters);

	/**
	 * Return the revisions the bucket keeps of a key, deletions included.
	 * @param key the key
	 * @return the entries, by ascending revision
	 * @throws ValueDecodingException if one of the values does not decode
	 */
	List<BucketEntry<V>> history(String key);

	/**
	 * Return the revisions the bucket keeps of a key, deletions included, and hand over
	 * those whose values do not decode instead of failing with the first of them.
	 * @param key the key
	 * @param undecodable given an exception for each such revision, with its raw entry,
	 * by ascending revision and before this method returns; what it throws is thrown
	 * @return the entries that decode, by ascending revision
	 */
	List<BucketEntry<V>> history(String key, Consumer<ValueDecodingException> undecodable);

	/**
	 * Remove the markers that deletions left, and older revisions of deleted keys. A
	 * bucket with many deletions grows by its markers otherwise, unless it has a
	 * {@code limit-marker-ttl} or {@code ttl}. What is written meanwhile is not touched.
	 * Many requests are underway at a time, at most as many as
	 * {@code nats.kv.max-in-flight} says.
	 * @param olderThan how old a marker must be, by the clocks of server and application;
	 * zero for all
	 * @return how many were removed
	 * @throws BulkOperationException if some were removed and others were not
	 * @throws KeyValueTimeoutException if the server stopped answering, or the connection
	 * was lost, after the first of them
	 */
	int purgeDeletes(Duration olderThan);

	/**
	 * Watch keys: the current values first, then every change.
	 * @param filter the keys, with {@code *} and {@code >} as wildcards
	 * @param consumer given each entry, one at a time
	 * @return the running watch
	 */
	default BucketWatch watch(String filter, Consumer<BucketEntry<V>> consumer) {
		return watch(WatchOptions.of(filter), consumer);
	}

	/**
	 * Watch keys.
	 * @param options what to deliver
	 * @param consumer given each entry, one at a time
	 * @return the running watch
	 */
	BucketWatch watch(WatchOptions options, Consumer<BucketEntry<V>> consumer);

	/**
	 * Watch keys, with what was written together in one call: those writes of a
	 * {@link #transaction} that match the filters and that the bucket still had when the
	 * watch read them. Any other change comes as a list of one. A consumer that throws is
	 * given the same list again.
	 * @param options what to deliver
	 * @param consumer given the entries, by ascending revision
	 * @return the running watch
	 */
	BucketWatch watchTransactions(WatchOptions options, Consumer<List<BucketEntry<V>>> consumer);

	/**
	 * Some of the keys of a bucket.
	 *
	 * @param keys the keys, in the order in which they were last written
	 * @param next the revision to go on from, {@code null} if there are no more
	 */
	record KeyPage(List<String> keys, @Nullable Long next) {

		public KeyPage {
			keys = List.copyOf(keys);
		}

	}

}
