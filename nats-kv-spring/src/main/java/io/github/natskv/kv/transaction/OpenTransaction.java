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

package io.github.natskv.kv.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.BucketWrites;
import io.github.natskv.kv.jetstream.WriteBatch;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.util.Assert;

/**
 * One attempt of a transaction: what it has read, and what it will write. Keys are kept
 * as they are on the server.
 *
 * @param <V> the type of the values
 */
final class OpenTransaction<V> implements BucketTransaction<V> {

	private final BucketStore store;

	private final BucketKeys keys;

	private final BucketValues<V> values;

	private final BucketWrites writes;

	private final TransactionReads reads;

	private final Map<String, Pending<V>> pending = new LinkedHashMap<>();

	private final Map<TransactionGuard, Long> guards = new LinkedHashMap<>();

	private boolean ended;

	OpenTransaction(BucketStore store, BucketValues<V> values, boolean first) {
		this.store = store;
		this.keys = values.keys();
		this.values = values;
		this.writes = new BucketWrites(store, this.keys);
		this.reads = new TransactionReads(store, first);
	}

	<T extends @Nullable Object> T call(Function<BucketTransaction<V>, T> work) {
		try {
			return work.apply(this);
		}
		finally {
			this.ended = true;
		}
	}

	private void requireOpen() {
		if (this.ended) {
			throw new InvalidDataAccessApiUsageException(
					"A transaction in bucket '%s' was used after its function had returned: use the argument of the function within it only"
						.formatted(this.store.bucket()));
		}
	}

	@Override
	public @Nullable V get(String key) {
		BucketEntry<V> entry = getEntry(key);
		return (entry != null) ? entry.value() : null;
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key) {
		requireOpen();
		String encoded = this.keys.encodeExisting(key);
		Pending<V> written = this.pending.get(encoded);
		if (written != null) {
			V value = written.value();
			return (value != null) ? new BucketEntry<>(this.store.bucket(), key, value, 0, KeyValueOperation.PUT, null)
					: null;
		}
		MessageInfo last = read(encoded);
		return (last != null && BucketValues.isPut(last)) ? this.values.entry(key, last) : null;
	}

	@Override
	public boolean exists(String key) {
		requireOpen();
		return hasValue(this.keys.encodeExisting(key));
	}

	private boolean hasValue(String encoded) {
		Pending<V> written = this.pending.get(encoded);
		return (written != null) ? written.value() != null : BucketValues.isPut(read(encoded));
	}

	private @Nullable MessageInfo read(String encoded) {
		return BucketKeys.isReserved(encoded) ? null : this.reads.read(encoded);
	}

	@Override
	public void put(String key, V value) {
		requireOpen();
		write(this.keys.encode(key), value, new Headers());
	}

	@Override
	public void create(String key, V value) {
		create(key, value, new Headers());
	}

	@Override
	public void create(String key, V value, Duration ttl) {
		requireOpen();
		create(key, value, this.writes.expiring(new Headers(), ttl, "A value that expires"));
	}

	private void create(String key, V value, Headers headers) {
		requireOpen();
		String encoded = this.keys.encode(key);
		if (hasValue(encoded)) {
			throw new DuplicateKeyException(
					"Key '%s' already has a value in bucket '%s'".formatted(key, this.store.bucket()));
		}
		write(encoded, value, headers);
	}

	@Override
	public void update(String key, V value, long expectedRevision) {
		requireOpen();
		Assert.isTrue(expectedRevision >= 0,
				() -> "'expectedRevision' must not be negative, but is " + expectedRevision);
		String encoded = this.keys.encode(key);
		boolean own = expectedRevision == 0 && this.pending.containsKey(encoded);
		MessageInfo last = own ? null : read(encoded);
		long revision = (last != null) ? last.getSeq() : 0;
		if (!own && revision != expectedRevision) {
			throw new RevisionConflictException("Key '%s' in bucket '%s' has revision %d instead of %d".formatted(key,
					this.store.bucket(), revision, expectedRevision), null);
		}
		write(encoded, value, new Headers());
	}

	@Override
	public void delete(String key) {
		requireOpen();
		this.pending.put(this.keys.encode(key),
				new Pending<>(null, BucketWrites.deletion(KeyValueOperation.DELETE), new byte[0]));
	}

	@Override
	public void guard(Guard guard) {
		requireOpen();
		Guard current = (guard instanceof TransactionGuardSource source) ? source.current() : guard;
		if (!(current instanceof TransactionGuard lease)) {
			throw new IllegalArgumentException(
					"A transaction can be guarded by a lease of this library, but not by '%s'".formatted(guard));
		}
		if (!this.store.isSameAs(lease.store())) {
			throw new InvalidDataAccessApiUsageException(
					"A transaction in bucket '%s' cannot be guarded by a lock in bucket '%s': use a lock in the same bucket, on the same connection"
						.formatted(this.store.bucket(), lease.store().bucket()));
		}
		this.guards.put(lease, lease.revision());
	}

	/**
	 * Require that the locks are held which guard this.
	 * @param conflict why the commit was refused
	 * @throws RevisionConflictException if one is not
	 */
	void requireGuards(@Nullable RevisionConflictException conflict) {
		this.guards.keySet().forEach((guard) -> guard.requireHeld(conflict));
	}

	private void write(String encoded, V value, Headers headers) {
		this.pending.put(encoded, new Pending<>(value, headers, this.values.encode(value)));
	}

	/**
	 * Whether what it has read was changed by others before it was committed.
	 * @return whether it is to start over
	 */
	boolean isStale() {
		return this.reads.isStale() || this.reads.isOutdated();
	}

	void commit() {
		this.reads.requireCurrent();
		if (this.pending.isEmpty()) {
			this.reads.requireConfirmed();
			requireGuards(null);
			return;
		}
		List<WriteBatch.Write> messages = new ArrayList<>(this.pending.size());
		this.pending.forEach((key, written) -> messages.add(message(key, written)));
		Map<String, Long> unwritten = this.reads.guards(this.pending.keySet());
		this.guards.forEach((guard, revision) -> unwritten.put(unwrittenKey(guard), revision));
		commit(new WriteBatch(messages, unwritten));
	}

	private String unwrittenKey(TransactionGuard guard) {
		if (this.pending.containsKey(guard.key())) {
			throw new InvalidDataAccessApiUsageException(
					"A transaction in bucket '%s' writes the key of the lock that guards it. Nothing was sent: write other keys"
						.formatted(this.store.bucket()));
		}
		return guard.key();
	}

	private void commit(WriteBatch batch) {
		if (batch.size() > WriteBatch.MAX_SIZE) {
			throw new InvalidDataAccessApiUsageException(
					"A transaction in bucket '%s' writes %d keys and read %d others, together more than the %d a server takes. Nothing was sent: divide it"
						.formatted(this.store.bucket(), batch.writes().size(), batch.guards().size(),
								WriteBatch.MAX_SIZE));
		}
		if (batch.size() == 1) {
			WriteBatch.Write only = batch.writes().get(0);
			this.store.write(only.key(), only.headers(), only.value());
		}
		else {
			this.store.writeTogether(batch);
		}
	}

	private WriteBatch.Write message(String key, Pending<V> written) {
		Long expected = this.reads.expected(key);
		Headers headers = new Headers(written.headers());
		return new WriteBatch.Write(key, (expected != null) ? BucketWrites.expecting(headers, expected) : headers,
				written.bytes());
	}

	/**
	 * Return the keys that have another revision than this has read.
	 * @return the keys, or all that were read if they are as they were or cannot be read
	 */
	List<String> changedKeys() {
		return this.reads.changed().stream().map(this.keys::decode).toList();
	}

	/**
	 * A write that is not sent yet.
	 */
	private record Pending<V>(@Nullable V value, Headers headers, byte[] bytes) {

	}

}
