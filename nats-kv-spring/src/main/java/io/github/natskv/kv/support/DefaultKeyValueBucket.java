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
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.Backoff;
import io.github.natskv.kv.jetstream.BucketListing;
import io.github.natskv.kv.jetstream.BucketReads;
import io.github.natskv.kv.jetstream.BucketStream;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.BucketWrites;
import io.github.natskv.kv.jetstream.SentBefore;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.MessageInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.util.Assert;

/**
 * A bucket on a server.
 *
 * @param <V> the type of the values
 */
final class DefaultKeyValueBucket<V> implements KeyValueBucket<V> {

	private static final int COMPUTE_ATTEMPTS = 100;

	private final BucketStream stream;

	private final BucketReads reads;

	private final BucketValues<V> values;

	private final BucketWrites writes;

	private final BucketListing listing;

	private final KeyValue keyValue;

	private final TypedWatches watches;

	DefaultKeyValueBucket(BucketStream stream, BucketValues<V> values, KeyValue keyValue, TypedWatches watches) {
		this.stream = stream;
		this.reads = new BucketReads(stream);
		this.values = values;
		this.writes = new BucketWrites(stream);
		this.listing = new BucketListing(stream);
		this.keyValue = keyValue;
		this.watches = watches;
	}

	@Override
	public String getName() {
		return this.stream.bucket();
	}

	@Override
	public KeyValue getKeyValue() {
		return this.keyValue;
	}

	@Override
	public KeyValueStatus getStatus() {
		return new KeyValueStatus(this.stream.info());
	}

	@Override
	public @Nullable V get(String key) {
		MessageInfo last = this.reads.last(this.stream.keys().encodeExisting(key));
		return (last != null && BucketValues.isPut(last)) ? this.values.value(last) : null;
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key) {
		return valueEntry(key, this.reads.last(this.stream.keys().encodeExisting(key)));
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key, long revision) {
		Assert.isTrue(revision > 0, () -> "'revision' must be at least 1, but is " + revision);
		String encoded = this.stream.keys().encodeExisting(key);
		MessageInfo message = this.reads.revision(revision);
		if (message == null
				|| !encoded.equals(this.stream.keys().rawKeyOf(Objects.requireNonNull(message.getSubject())))) {
			return null;
		}
		return valueEntry(key, message);
	}

	private @Nullable BucketEntry<V> valueEntry(String key, @Nullable MessageInfo message) {
		return (message != null && BucketValues.isPut(message)) ? this.values.entry(key, message) : null;
	}

	@Override
	public boolean exists(String key) {
		return BucketValues.isPut(this.reads.last(this.stream.keys().encodeExisting(key)));
	}

	@Override
	public long put(String key, V value) {
		return this.writes.put(this.stream.keys().encode(key), this.values.encode(value));
	}

	@Override
	public long create(String key, V value) {
		return this.writes.create(this.stream.keys().encode(key), this.values.encode(value), null);
	}

	@Override
	public long create(String key, V value, Duration ttl) {
		return this.writes.create(this.stream.keys().encode(key), this.values.encode(value), ttl);
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
		return this.writes.update(this.stream.keys().encode(key), this.values.encode(value), expectedRevision);
	}

	@Override
	public @Nullable BucketEntry<V> compute(String key, UnaryOperator<@Nullable V> change) {
		SentBefore before = new SentBefore(getName(), "changing key '" + key + "'");
		try {
			return compute(key, change, before);
		}
		catch (KeyValueNotConnectedException ex) {
			throw before.translate(ex);
		}
	}

	private @Nullable BucketEntry<V> compute(String key, UnaryOperator<@Nullable V> change, SentBefore before) {
		String encoded = this.stream.keys().encode(key);
		this.stream.requireWritable();
		for (int attempt = 1;; attempt++) {
			MessageInfo last = this.reads.lastFromLeader(encoded);
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
	public long delete(String key) {
		return this.writes.delete(this.stream.keys().encode(key), null);
	}

	@Override
	public long delete(String key, long expectedRevision) {
		return this.writes.delete(this.stream.keys().encode(key), expectedRevision);
	}

	@Override
	public long purge(String key) {
		return this.writes.purge(this.stream.keys().encode(key), (Long) null);
	}

	@Override
	public long purge(String key, long expectedRevision) {
		return this.writes.purge(this.stream.keys().encode(key), expectedRevision);
	}

	@Override
	public long purge(String key, Duration markerTtl) {
		return this.writes.purge(this.stream.keys().encode(key), markerTtl);
	}

	@Override
	public Set<String> keys() {
		return this.listing.keys();
	}

	@Override
	public Set<String> keys(String... filters) {
		return this.listing.keys(filters);
	}

	@Override
	public List<BucketEntry<V>> entries(String... filters) {
		return this.listing.values(filters).stream().map(this.values::entry).toList();
	}

	@Override
	public List<BucketEntry<V>> history(String key) {
		return this.listing.history(key).stream().map(this.values::entry).toList();
	}

	@Override
	public int purgeDeletes(Duration olderThan) {
		Assert.isTrue(!olderThan.isNegative(), () -> "'olderThan' must not be negative, but is " + olderThan);
		return this.listing.purgeDeletes(olderThan);
	}

	@Override
	public BucketWatch watch(String filter, Consumer<BucketEntry<V>> consumer) {
		return watch(WatchOptions.of(filter), consumer);
	}

	@Override
	public BucketWatch watch(WatchOptions options, Consumer<BucketEntry<V>> consumer) {
		return this.watches.open(this.stream, this.values, options, consumer);
	}

}
