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

package io.github.natskv.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.BucketWrites;
import io.github.natskv.kv.jetstream.EntryCursor;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one cache in its bucket. A fill names the revision that was found instead of
 * a value, so that the server refuses it after any write since: where there is no
 * revision to name, a tombstone is written first.
 */
final class CacheEntries {

	/** Header of the tombstone of a load that others wait for. */
	static final String LOADING = "Cache-Loading";

	private static final Duration TOMBSTONE_TTL = Duration.ofHours(1);

	private static final int ATTEMPTS = 100;

	private final BucketStore store;

	private final CacheKeys keys;

	private final boolean local;

	private volatile @Nullable Boolean messageTtl;

	CacheEntries(BucketStore store, CacheKeys keys, boolean local) {
		this.store = store;
		this.keys = keys;
		this.local = local;
	}

	@Nullable MessageInfo last(String key) {
		return hidden(key).in(() -> uncleared(this.store.last(key)));
	}

	CompletableFuture<@Nullable MessageInfo> lastAsync(String key) {
		return hidden(key).inAsync(() -> this.store.lastAsync(key).thenApply(this::uncleared));
	}

	// a copy learns of the purge after the marker
	private @Nullable MessageInfo uncleared(@Nullable MessageInfo last) {
		if (last != null && this.local) {
			MessageInfo cleared = this.store.last(this.keys.marker());
			return (cleared != null && last.getSeq() < cleared.getSeq()) ? null : last;
		}
		return last;
	}

	@Nullable MessageInfo lastFromLeader(String key) {
		return hidden(key).in(() -> this.store.lastFromLeader(key));
	}

	private HiddenKey hidden(String key) {
		return new HiddenKey(key, this.keys.filter());
	}

	static boolean isLoading(@Nullable MessageInfo last) {
		Headers headers = (last != null) ? last.getHeaders() : null;
		return headers != null && headers.containsKey(LOADING);
	}

	// over the revision that was found, 0 for none; others may wait for one of a load
	long tombstone(String key, long expectedRevision, boolean loading) {
		return write(key, tombstone(expectedRevision, loading), null);
	}

	CompletableFuture<Long> tombstoneAsync(String key, long expectedRevision, boolean loading) {
		return hidden(key).inAsync(() -> this.store.writeAsync(key, tombstone(expectedRevision, loading), null));
	}

	private Headers tombstone(long expectedRevision, boolean loading) {
		Headers headers = BucketWrites.expecting(deletion(), expectedRevision);
		return loading ? headers.put(LOADING, "true") : headers;
	}

	// markers of entries nobody asks for again are not to stay for ever
	private Headers deletion() {
		Headers headers = BucketWrites.deletion(KeyValueOperation.DELETE);
		return hasMessageTtl() ? expiring(headers, TOMBSTONE_TTL) : headers;
	}

	private boolean hasMessageTtl() {
		Boolean known = this.messageTtl;
		if (known == null) {
			try {
				this.store.requireMessageTtl("A deletion marker that expires");
				known = true;
			}
			catch (UnsupportedServerFeatureException ex) {
				known = false;
			}
			catch (KeyValueNotConnectedException ex) {
				return false;
			}
			this.messageTtl = known;
		}
		return known;
	}

	static Headers expiring(Headers headers, Duration ttl) {
		return headers.put(NatsJetStreamConstants.MSG_TTL_HDR, ttl.toSeconds() + "s");
	}

	long put(String key, Headers headers, byte[] value) {
		return write(key, headers, value);
	}

	long fill(String key, Headers headers, byte[] value, long revision) {
		return write(key, BucketWrites.expecting(headers, revision), value);
	}

	void evict(String key) {
		write(key, deletion(), null);
	}

	private long write(String key, Headers headers, byte @Nullable [] value) {
		return hidden(key).in(() -> this.store.write(key, headers, value));
	}

	// if there is no value, loads that have begun store nothing all the same
	boolean evictIfPresent(String key) {
		for (int attempt = 1;; attempt++) {
			MessageInfo last = lastFromLeader(key);
			if (last == null) {
				return false;
			}
			try {
				write(key, BucketWrites.expecting(deletion(), last.getSeq()), null);
				return BucketValues.isPut(last);
			}
			catch (RevisionConflictException ex) {
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	// the server removes all, tombstones of loads included, then a marker tells copies,
	// for which what was written in between is a miss
	void clear() {
		this.store.removeUpTo(this.keys.filter(), Long.MAX_VALUE);
		this.store.write(this.keys.marker(), null, new byte[0]);
	}

	boolean hasValues() {
		try (EntryCursor entries = this.store.read(this.keys.filter())) {
			for (KeyValueEntry entry = entries.next(); entry != null; entry = entries.next()) {
				if (entry.getOperation() == KeyValueOperation.PUT) {
					return true;
				}
			}
			return false;
		}
	}

}
