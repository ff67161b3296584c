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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.Backoff;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketListing;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.BucketWrites;
import io.github.natskv.kv.jetstream.SentBefore;
import io.github.natskv.kv.local.BucketCopy;
import io.github.natskv.kv.local.CopiedStore;
import io.github.natskv.kv.transaction.BucketTransactions;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.EntryHandler;
import io.github.natskv.kv.watch.TransactionHandler;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.MessageInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.util.Assert;

/**
 * The operations of a bucket, on the raw entries of its store.
 *
 * @param <V> the type of the values
 */
public class DefaultKeyValueBucket<V> implements KeyValueBucket<V> {

	private static final int COMPUTE_ATTEMPTS = 100;

	private final BucketStore store;

	private final BucketKeys keys;

	private final BucketValues<V> values;

	private final BucketWrites writes;

	private final BucketListing listing;

	private final BucketTransactions<V> transactions;

	private final AsyncOperations<V> async;

	private final BulkOperations<V> bulk;

	private final KeyValue keyValue;

	private final BiFunction<WatchOptions, BucketWatchHandler<V>, BucketWatch> watches;

	private final Supplier<BucketCopy> copies;

	/**
	 * Create a bucket.
	 * @param store stores its raw entries
	 * @param keyValue the jnats handle
	 * @param watches opens watches
	 * @param copies creates a copy of all keys for whoever follows the bucket
	 */
	public DefaultKeyValueBucket(BucketStore store, BucketValues<V> values, KeyValue keyValue,
			BiFunction<WatchOptions, BucketWatchHandler<V>, BucketWatch> watches, Supplier<BucketCopy> copies) {
		this.store = store;
		this.keys = values.keys();
		this.values = values;
		this.writes = new BucketWrites(store, this.keys);
		this.listing = new BucketListing(store, this.keys);
		this.transactions = new BucketTransactions<>(store, values);
		this.async = new AsyncOperations<>(store, values, this.writes);
		this.bulk = new BulkOperations<>(store, values);
		this.keyValue = keyValue;
		this.watches = watches;
		this.copies = copies;
	}

	/** Return the store that is not a copy. */
	BucketStore store() {
		return (this.store instanceof CopiedStore copied) ? copied.copy().store() : this.store;
	}

	@Nullable BucketStore localStore() {
		return (this.store instanceof CopiedStore copied && copied.copy().coversFilter(">")) ? copied : null;
	}

	@Override
	public KeyValueBucket<V> remote() {
		return (this.store instanceof CopiedStore copied)
				? new DefaultKeyValueBucket<>(copied.remote(), this.values, this.keyValue, this.watches, this.copies)
				: this;
	}

	@Override
	public @Nullable LocalCopyStatus getLocalCopyStatus() {
		return (this.store instanceof CopiedStore copied) ? copied.copy().status() : null;
	}

	@Nullable BucketCopy completeCopy() {
		return (this.store instanceof CopiedStore copied && copied.copy().holdsAll()) ? copied.copy() : null;
	}

	BucketCopy createCopy() {
		return this.copies.get();
	}

	BucketKeys keyNames() {
		return this.values.keys();
	}

	@Override
	public String getName() {
		return this.store.bucket();
	}

	@Override
	public KeyValue getKeyValue() {
		return this.keyValue;
	}

	@Override
	public KeyValueStatus getStatus() {
		return new KeyValueStatus(this.store.info());
	}

	@Override
	public @Nullable V get(String key) {
		MessageInfo last = last(key);
		return (last != null && BucketValues.isPut(last)) ? this.values.value(last) : null;
	}

	private @Nullable MessageInfo last(String key) {
		String encoded = this.keys.encodeExisting(key);
		return BucketKeys.isReserved(encoded) ? null : this.store.last(encoded);
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key) {
		return valueEntry(key, last(key));
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key, long revision) {
		Assert.isTrue(revision > 0, () -> "'revision' must be at least 1, but is " + revision);
		String encoded = this.keys.encodeExisting(key);
		MessageInfo message = this.store.revision(revision);
		if (message == null || BucketKeys.isReserved(encoded)
				|| !encoded.equals(this.keys.rawKeyOf(Objects.requireNonNull(message.getSubject())))) {
			return null;
		}
		return valueEntry(key, message);
	}

	private @Nullable BucketEntry<V> valueEntry(String key, @Nullable MessageInfo message) {
		return (message != null && BucketValues.isPut(message)) ? this.values.entry(key, message) : null;
	}

	@Override
	public boolean exists(String key) {
		return BucketValues.isPut(last(key));
	}

	@Override
	public long put(String key, V value) {
		return this.writes.put(this.keys.encode(key), this.values.encode(value));
	}

	@Override
	public long create(String key, V value) {
		return this.writes.create(this.keys.encode(key), this.values.encode(value), null);
	}

	@Override
	public long create(String key, V value, Duration ttl) {
		return this.writes.create(this.keys.encode(key), this.values.encode(value), ttl);
	}

	@Override
	public boolean putIfAbsent(String key, V value) {
		try {
			create(key, value);
			return true;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	@Override
	public long update(String key, V value, long expectedRevision) {
		return this.writes.update(this.keys.encode(key), this.values.encode(value), expectedRevision);
	}

	@Override
	public @Nullable BucketEntry<V> compute(String key, UnaryOperator<@Nullable V> change) {
		SentBefore before = new SentBefore(getName(), () -> "changing key '" + key + "'");
		try {
			return compute(key, change, before);
		}
		catch (KeyValueNotConnectedException ex) {
			throw before.translate(ex);
		}
	}

	private @Nullable BucketEntry<V> compute(String key, UnaryOperator<@Nullable V> change, SentBefore before) {
		String encoded = this.keys.encode(key);
		this.store.requireWritable();
		for (int attempt = 1;; attempt++) {
			MessageInfo last = (attempt == 1) ? this.store.lastKnown(encoded) : this.store.lastFromLeader(encoded);
			V current = (last != null && BucketValues.isPut(last)) ? this.values.value(last) : null;
			V changed = change.apply(current);
			if (changed == null && current == null) {
				return null;
			}
			try {
				return write(key, encoded, changed, (last != null) ? last.getSeq() : 0);
			}
			catch (RevisionConflictException ex) {
				before.sent();
				if (attempt == COMPUTE_ATTEMPTS) {
					throw new RevisionConflictException(
							"Gave up changing key '%s' in bucket '%s' after %d attempts: others write to it all the time"
								.formatted(key, getName(), attempt),
							ex);
				}
				Backoff.sleep(attempt);
			}
		}
	}

	private BucketEntry<V> write(String key, String encoded, @Nullable V value, long expectedRevision) {
		long revision = (value != null) ? this.writes.update(encoded, this.values.encode(value), expectedRevision)
				: this.writes.delete(encoded, expectedRevision);
		return new BucketEntry<>(getName(), key, value, revision,
				(value != null) ? KeyValueOperation.PUT : KeyValueOperation.DELETE, null);
	}

	@Override
	public V computeIfAbsent(String key, Function<? super String, ? extends V> function) {
		String encoded = this.keys.encode(key);
		V value = get(key);
		if (value != null) {
			return value;
		}
		this.store.requireWritable();
		SentBefore before = new SentBefore(getName(), () -> "creating key '" + key + "'");
		try {
			return createOrRead(key, encoded, function.apply(key), before);
		}
		catch (KeyValueNotConnectedException ex) {
			throw before.translate(ex);
		}
	}

	private V createOrRead(String key, String encoded, V value, SentBefore before) {
		for (int attempt = 1;; attempt++) {
			try {
				create(key, value);
				return value;
			}
			catch (DuplicateKeyException ex) {
				before.sent();
				MessageInfo last = this.store.lastFromLeader(encoded);
				if (last != null && BucketValues.isPut(last)) {
					return this.values.value(last);
				}
				if (attempt == COMPUTE_ATTEMPTS) {
					throw new RevisionConflictException(
							"Gave up creating key '%s' in bucket '%s' after %d attempts: others create and delete it all the time"
								.formatted(key, getName(), attempt),
							ex);
				}
				Backoff.sleep(attempt);
			}
		}
	}

	@Override
	public <T extends @Nullable Object> T transaction(Function<BucketTransaction<V>, T> work) {
		return this.transactions.run(work);
	}

	@Override
	public long delete(String key) {
		return this.writes.delete(this.keys.encode(key), null);
	}

	@Override
	public long delete(String key, long expectedRevision) {
		return this.writes.delete(this.keys.encode(key), expectedRevision);
	}

	@Override
	public long purge(String key) {
		return this.writes.purge(this.keys.encode(key), null, null);
	}

	@Override
	public long purge(String key, long expectedRevision) {
		return this.writes.purge(this.keys.encode(key), expectedRevision, null);
	}

	@Override
	public long purge(String key, Duration markerTtl) {
		return this.writes.purge(this.keys.encode(key), null, markerTtl);
	}

	@Override
	public CompletableFuture<@Nullable V> getAsync(String key) {
		return this.async.get(key);
	}

	@Override
	public CompletableFuture<@Nullable BucketEntry<V>> getEntryAsync(String key) {
		return this.async.getEntry(key);
	}

	@Override
	public CompletableFuture<Long> putAsync(String key, V value) {
		return this.async.put(key, value);
	}

	@Override
	public CompletableFuture<Long> createAsync(String key, V value) {
		return this.async.create(key, value);
	}

	@Override
	public CompletableFuture<Long> updateAsync(String key, V value, long expectedRevision) {
		return this.async.update(key, value, expectedRevision);
	}

	@Override
	public CompletableFuture<Long> deleteAsync(String key) {
		return this.async.delete(key);
	}

	@Override
	public Map<String, V> getAll(Collection<String> keys) {
		return this.bulk.get(keys, (key, message) -> this.values.value(message));
	}

	@Override
	public Map<String, BucketEntry<V>> getEntries(Collection<String> keys) {
		return this.bulk.get(keys, this.values::entry);
	}

	@Override
	public Map<String, Long> putAll(Map<String, ? extends V> values) {
		return this.bulk.put(values);
	}

	@Override
	public int deleteAll(Collection<String> keys) {
		return this.bulk.delete(keys).size();
	}

	@Override
	public void clear() {
		this.writes.clear();
	}

	@Override
	public Stream<BucketEntry<V>> stream(String... filters) {
		return this.listing.stream(filters).map(this.values::entry);
	}

	@Override
	public Set<String> keys(String... filters) {
		return this.listing.keys(filters);
	}

	@Override
	public KeyPage keys(String filter, long after, int limit) {
		return this.listing.page(filter, after, limit);
	}

	@Override
	public List<BucketEntry<V>> entries(String... filters) {
		return this.listing.values(filters).stream().map(this.values::entry).toList();
	}

	@Override
	public List<BucketEntry<V>> entries(Consumer<ValueDecodingException> undecodable, String... filters) {
		return decode(this.listing.values(filters), undecodable);
	}

	@Override
	public List<BucketEntry<V>> snapshot(String... filters) {
		return this.listing.snapshot(filters).stream().map(this.values::entry).toList();
	}

	@Override
	public List<BucketEntry<V>> history(String key) {
		return raw(key).stream().map(this.values::entry).toList();
	}

	private List<KeyValueEntry> raw(String key) {
		return BucketKeys.isReserved(this.keys.encodeExisting(key)) ? List.of() : this.listing.history(key);
	}

	@Override
	public List<BucketEntry<V>> history(String key, Consumer<ValueDecodingException> undecodable) {
		return decode(raw(key), undecodable);
	}

	private List<BucketEntry<V>> decode(List<KeyValueEntry> raw, Consumer<ValueDecodingException> undecodable) {
		List<BucketEntry<V>> entries = new ArrayList<>(raw.size());
		for (KeyValueEntry entry : raw) {
			try {
				entries.add(this.values.entry(entry));
			}
			catch (ValueDecodingException ex) {
				undecodable.accept(ex);
			}
		}
		return Collections.unmodifiableList(entries);
	}

	@Override
	public int purgeDeletes(Duration olderThan) {
		Assert.isTrue(!olderThan.isNegative(), () -> "'olderThan' must not be negative, but is " + olderThan);
		return this.listing.purgeDeletes(olderThan);
	}

	@Override
	public BucketWatch watch(WatchOptions options, Consumer<BucketEntry<V>> consumer) {
		return this.watches.apply(options, new EntryHandler<>(consumer));
	}

	@Override
	public BucketWatch watchTransactions(WatchOptions options, Consumer<List<BucketEntry<V>>> consumer) {
		return this.watches.apply(options, new TransactionHandler<>(consumer));
	}

}
