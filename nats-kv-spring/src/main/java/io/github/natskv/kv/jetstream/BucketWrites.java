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

package io.github.natskv.kv.jetstream;

import java.time.Duration;

import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.RevisionConflictException;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.util.Assert;

/**
 * The kinds of writes, with keys and values as they are on the server.
 */
public final class BucketWrites {

	private static final int CREATE_ATTEMPTS = 10;

	private final BucketStore store;

	private final BucketKeys keys;

	public BucketWrites(BucketStore store, BucketKeys keys) {
		this.store = store;
		this.keys = keys;
	}

	public long put(String key, byte[] value) {
		return this.store.write(key, null, value);
	}

	/** Return what is written besides the value over a certain revision. */
	public static Headers update(long expectedRevision) {
		return expecting(new Headers(), expectedRevision);
	}

	/** Return what is written to delete a key. */
	public static Headers delete() {
		return deletion(KeyValueOperation.DELETE);
	}

	public long update(String key, byte[] value, long expectedRevision) {
		return this.store.write(key, expecting(new Headers(), expectedRevision), value);
	}

	/**
	 * Write a value over nothing or over a deletion marker.
	 * @param ttl how long it lives, or {@code null}
	 * @throws DuplicateKeyException if the key has a value
	 * @throws RevisionConflictException if others make and delete it all the time
	 */
	public long create(String key, byte[] value, @Nullable Duration ttl) {
		Headers headers = (ttl != null) ? expiring(new Headers(), ttl, "A value that expires") : new Headers();
		SentBefore before = new SentBefore(this.store.bucket(), () -> "creating key '" + this.keys.decode(key) + "'");
		try {
			return create(key, value, headers, before);
		}
		catch (KeyValueNotConnectedException ex) {
			throw before.translate(ex);
		}
	}

	private long create(String key, byte[] value, Headers headers, SentBefore before) {
		long expectedRevision = 0;
		for (int attempt = 1;; attempt++) {
			try {
				return this.store.write(key, expecting(headers, expectedRevision), value);
			}
			catch (RevisionConflictException ex) {
				before.sent();
				MessageInfo last = this.store.lastFromLeader(key);
				if (BucketValues.isPut(last)) {
					throw new DuplicateKeyException("Key '%s' already has a value in bucket '%s'"
						.formatted(this.keys.decode(key), this.store.bucket()), ex);
				}
				if (attempt == CREATE_ATTEMPTS) {
					throw new RevisionConflictException(
							"Gave up creating key '%s' in bucket '%s' after %d attempts: others write to it all the time"
								.formatted(this.keys.decode(key), this.store.bucket(), attempt),
							ex);
				}
				expectedRevision = (last != null) ? last.getSeq() : 0;
				Backoff.sleep(attempt);
			}
		}
	}

	/**
	 * Delete every key with every revision and marker, by a marker that takes their
	 * place.
	 */
	public void clear() {
		this.store.requireClearable();
		this.store.write(BucketKeys.CLEARED, deletion(KeyValueOperation.PURGE).put(NatsJetStreamConstants.ROLLUP_HDR,
				NatsJetStreamConstants.ROLLUP_HDR_ALL), null);
	}

	public long delete(String key, @Nullable Long expectedRevision) {
		return remove(key, deletion(KeyValueOperation.DELETE), expectedRevision);
	}

	public long purge(String key, @Nullable Long expectedRevision, @Nullable Duration markerTtl) {
		Headers headers = deletion(KeyValueOperation.PURGE).put(NatsJetStreamConstants.ROLLUP_HDR,
				NatsJetStreamConstants.ROLLUP_HDR_SUBJECT);
		return remove(key,
				(markerTtl != null) ? expiring(headers, markerTtl, "A deletion marker that expires") : headers,
				expectedRevision);
	}

	private long remove(String key, Headers headers, @Nullable Long expectedRevision) {
		return this.store.write(key, (expectedRevision != null) ? expecting(headers, expectedRevision) : headers, null);
	}

	public static Headers deletion(KeyValueOperation operation) {
		return new Headers().put(NatsJetStreamConstants.KV_OPERATION_HEADER_KEY, operation.getHeaderValue());
	}

	public static Headers expecting(Headers headers, long revision) {
		Assert.isTrue(revision >= 0, () -> "'expectedRevision' must not be negative, but is " + revision);
		return headers.put(NatsJetStreamConstants.EXPECTED_LAST_SUB_SEQ_HDR, Long.toString(revision));
	}

	public Headers expiring(Headers headers, Duration ttl, String feature) {
		Assert.isTrue(ttl.compareTo(Duration.ofSeconds(1)) >= 0 && ttl.getNano() == 0,
				() -> "A time to live must be whole seconds, at least one, but is " + ttl);
		this.store.requireMessageTtl(feature);
		return headers.put(NatsJetStreamConstants.MSG_TTL_HDR, ttl.toSeconds() + "s");
	}

}
