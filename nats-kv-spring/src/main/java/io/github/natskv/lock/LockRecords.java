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

package io.github.natskv.lock;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.Backoff;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.BucketWrites;
import io.github.natskv.kv.jetstream.JetStreamStore;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * Writes the keys of locks. Each holder writes a value of its own, by which it knows its
 * key again when the outcome of a write is unknown.
 */
final class LockRecords {

	private static final int ATTEMPTS = 10;

	private static final Duration LONGEST = Duration.ofDays(36_500);

	private static final long LOOK_AT_CLOCK = TimeUnit.MILLISECONDS.toNanos(20);

	private static final int MAX_REMEMBERED = 10_000;

	/** In a bucket that this library made, revisions begin with a time. */
	private static final long REVISIONS_OF_TIME = 1_000_000_000_000_000L;

	private final BucketStore store;

	private final Duration lease;

	private final LongSupplier clock;

	/** Revisions of the markers that were left, so that a lock takes one request. */
	private final Map<String, Long> released = Collections.synchronizedMap(new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
			return size() > MAX_REMEMBERED;
		}

	});

	private volatile @Nullable Duration shortest;

	LockRecords(BucketStore store, Duration lease) {
		this.store = store;
		this.lease = lease;
		this.clock = isInMemory() ? () -> nanos(store.now()) : System::nanoTime;
	}

	private static long nanos(Instant instant) {
		return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
	}

	boolean isInMemory() {
		return !(this.store instanceof JetStreamStore);
	}

	BucketStore store() {
		return this.store;
	}

	String bucket() {
		return this.store.bucket();
	}

	long now() {
		return this.clock.getAsLong();
	}

	// how long to wait for a time to come: a test may move its clock
	long real(long wait) {
		return isInMemory() ? Math.min(wait, LOOK_AT_CLOCK) : wait;
	}

	void check() {
		this.store.requireMessageTtl("A lock");
		if (this.shortest != null || isInMemory()) {
			return;
		}
		StreamConfiguration bucket = this.store.info().getConfiguration();
		require(bucket.getStorageType() == StorageType.File, "storage", "file", bucket.getStorageType());
		require(bucket.getMaxMsgsPerSubject() == 1, "history", "1", bucket.getMaxMsgsPerSubject());
		Duration marker = bucket.getSubjectDeleteMarkerTtl();
		require(marker != null && marker.compareTo(this.lease) <= 0, "limit-marker-ttl",
				"at most the lease of " + this.lease, marker);
		this.shortest = marker;
	}

	private void require(boolean valid, String option, String wanted, @Nullable Object found) {
		if (!valid) {
			throw new InvalidDataAccessResourceUsageException(
					"Bucket '%s' cannot hold locks: '%s' must be %s, but is %s. Nothing was sent: change the bucket, or use another one for locks"
						.formatted(bucket(), option, wanted, found));
		}
	}

	@Nullable LockRecord create(String key, byte[] owner, Duration lifetime) {
		check();
		long first = now();
		Long remembered = this.released.remove(key);
		long expected = (remembered != null) ? remembered : 0;
		for (int attempt = 1;; attempt++) {
			RuntimeException failure;
			long sent = now();
			try {
				return new LockRecord(this.store.write(key, expiring(expected, lifetime), owner), sent);
			}
			catch (RevisionConflictException | KeyValueTimeoutException ex) {
				failure = ex;
			}
			MessageInfo last = this.store.lastFromLeader(key);
			if (last != null && BucketValues.isPut(last)) {
				return isOf(last, owner) ? new LockRecord(last.getSeq(), first) : null;
			}
			if (attempt == ATTEMPTS) {
				throw failure;
			}
			long found = (last != null) ? last.getSeq() : 0;
			if (found == expected) {
				Backoff.sleep(attempt);
			}
			expected = found;
		}
	}

	// as seen by a watch; 0 if the server has no marker
	void freed(String key, long marker) {
		if (marker != 0) {
			this.released.put(key, marker);
		}
		else {
			this.released.remove(key);
		}
	}

	CompletableFuture<Long> renew(String key, byte[] owner, long revision) {
		return replace(key, owner, revision, expiring(revision, this.lease), owner);
	}

	// a bucket that others made again counts from 1: the revision may be that of another
	private CompletableFuture<Long> replace(String key, byte[] owner, long revision, Headers headers,
			byte @Nullable [] value) {
		if (revision >= REVISIONS_OF_TIME) {
			return this.store.writeAsync(key, headers, value);
		}
		return this.store.lastAsync(key).thenCompose((last) -> {
			if (last == null || !isOf(last, owner)) {
				throw new RevisionConflictException("The lock is not that of its holder any more", null);
			}
			return this.store.writeAsync(key, headers, value);
		});
	}

	// a time that is over before the server counts it
	static long margin(Duration duration) {
		return (duration.compareTo(LONGEST) < 0) ? duration.toNanos() / 10 * 9 : LONGEST.toNanos();
	}

	// the new revision, 0 if others have written it, or it is gone
	long rewrite(String key, byte[] owner, long revision, Duration lifetime) {
		return uninterrupted(() -> tryRewrite(key, owner, revision, lifetime));
	}

	private long tryRewrite(String key, byte[] owner, long revision, Duration lifetime) {
		long expected = expected(key, owner, revision);
		if (expected == 0) {
			return 0;
		}
		boolean unknown = false;
		for (int attempt = 1;; attempt++) {
			RuntimeException failure;
			try {
				return this.store.write(key, expiring(expected, lifetime), owner);
			}
			catch (RevisionConflictException ex) {
				failure = ex;
			}
			catch (KeyValueTimeoutException ex) {
				if (unknown) {
					throw ex;
				}
				unknown = true;
				failure = ex;
			}
			long found = find(key, owner);
			if (found == 0) {
				return 0;
			}
			if (attempt == ATTEMPTS) {
				throw failure;
			}
			if (found == expected) {
				Backoff.sleep(attempt);
			}
			expected = found;
		}
	}

	private Headers expiring(long revision, Duration lifetime) {
		Duration shortest = (this.shortest != null) ? this.shortest : Duration.ofSeconds(1);
		Duration longer = (lifetime.compareTo(shortest) > 0) ? lifetime : shortest;
		long seconds = longer.plusNanos(TimeUnit.SECONDS.toNanos(1) - 1).toSeconds();
		return BucketWrites.expecting(new Headers(), revision).put(NatsJetStreamConstants.MSG_TTL_HDR, seconds + "s");
	}

	// 0 if another has written it, or it is gone
	long find(String key, byte[] owner) {
		MessageInfo last = this.store.lastFromLeader(key);
		return (last != null && BucketValues.isPut(last) && isOf(last, owner)) ? last.getSeq() : 0;
	}

	private long expected(String key, byte[] owner, long revision) {
		return (revision >= REVISIONS_OF_TIME) ? revision : find(key, owner);
	}

	private static boolean isOf(MessageInfo last, byte[] owner) {
		return Arrays.equals(last.getData(), owner);
	}

	// false if others have written it, or it is gone
	boolean delete(String key, byte[] owner, long revision) {
		return uninterrupted(() -> tryDelete(key, owner, revision));
	}

	// a thread that is to end releases its locks
	private static <T> T uninterrupted(Supplier<T> work) {
		boolean interrupted = Thread.interrupted();
		try {
			return work.get();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private boolean tryDelete(String key, byte[] owner, long revision) {
		long expected = expected(key, owner, revision);
		if (expected == 0) {
			return false;
		}
		KeyValueTimeoutException unknown = null;
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			try {
				this.released.put(key,
						this.store.write(key, BucketWrites.expecting(BucketWrites.delete(), expected), null));
				return true;
			}
			catch (RevisionConflictException ex) {
				long found = find(key, owner);
				if (found == 0) {
					return unknown != null;
				}
				if (found == expected) {
					Backoff.sleep(attempt);
				}
				expected = found;
			}
			catch (KeyValueTimeoutException ex) {
				if (unknown != null) {
					throw ex;
				}
				unknown = ex;
			}
		}
		return false;
	}

	CompletableFuture<Void> deleteAsync(String key, byte[] owner, long revision) {
		return replace(key, owner, revision, BucketWrites.expecting(BucketWrites.delete(), revision), null)
			.thenAccept((marker) -> this.released.put(key, marker));
	}

	void abandon(String key, byte[] owner) {
		long found = find(key, owner);
		if (found != 0) {
			delete(key, owner, found);
		}
	}

}
