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

package io.github.natskv.kv.local;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import io.github.natskv.core.Subjects;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.LocalCopySettings.WhenStale;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.StaleReadException;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.kv.jetstream.WriteBatch;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.NatsKeyValueUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * A copy of a bucket in memory, fed by a watch.
 */
public final class BucketCopy implements BucketWatchHandler<byte[]>, AutoCloseable {

	/** Silence is noticed by then. */
	private static final Duration NOTICE = Duration.ofSeconds(2);

	private static final Log logger = LogFactory.getLog(BucketCopy.class);

	private final BucketStore store;

	private final LocalCopySettings settings;

	private final String prefix;

	private final boolean allKeys;

	private final List<String> filters;

	private final LocalEntries entries;

	private final ServerClock clock;

	private final CopyPosition position = new CopyPosition();

	private final CountDownLatch filled = new CountDownLatch(1);

	private final LongAdder hits = new LongAdder();

	private final LongAdder misses = new LongAdder();

	private final List<CopyListener> listeners = new CopyOnWriteArrayList<>();

	private final RestartableWatch watch;

	private volatile long maxAgeMillis = Long.MAX_VALUE;

	/** Whether what is held is what the bucket has, but for what is on the way. */
	private volatile boolean current;

	/** The time since which the watch is out of touch, in nanoseconds. */
	private volatile long lostAt = System.nanoTime();

	private volatile boolean inTouch;

	/**
	 * Create a copy. It is filled in the background.
	 * @param store the bucket
	 * @param settings its options
	 * @param filters the keys to copy, as on the server
	 * @param watches creates the watch, which is not started, for its handler
	 */
	public BucketCopy(BucketStore store, LocalCopySettings settings, List<String> filters,
			Function<BucketWatchHandler<byte[]>, RestartableWatch> watches) {
		this.store = store;
		this.settings = settings;
		this.prefix = NatsKeyValueUtil.toKeyPrefix(store.bucket());
		this.filters = filters;
		this.allKeys = filters.contains(">");
		this.entries = new LocalEntries(settings.maxEntries());
		this.clock = new ServerClock(store::now);
		this.watch = watches.apply(this);
		this.watch.start();
	}

	LocalEntries entries() {
		return this.entries;
	}

	/**
	 * Tell a listener of what happens from now on, first of all whether this is filled.
	 * @param listener the listener
	 */
	public void add(CopyListener listener) {
		this.listeners.add(listener);
		if (this.inTouch) {
			listener.caughtUp();
		}
	}

	/**
	 * Tell a listener no more.
	 * @param listener the listener
	 */
	public void remove(CopyListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Return a value as it is held, however long ago.
	 * @param key the key on the server
	 * @param view who decodes it
	 * @param decoder makes a value of the bytes, once for each revision
	 * @return the value, {@code null} if none is held
	 */
	public @Nullable Object value(String key, Object view, Function<byte[], Object> decoder) {
		hit();
		LocalEntry entry = held(key);
		return (entry != null && entry.isPut()) ? entry.decoded(view, () -> decoder.apply(entry.getData())) : null;
	}

	/** Whether all there is to hold is held. */
	public boolean holdsAll() {
		return this.allKeys && this.settings.maxEntries() == Long.MAX_VALUE;
	}

	CopyPosition position() {
		return this.position;
	}

	/**
	 * Return a number that stays the same as long as what is held is what the bucket had
	 * at one revision, asking for the last one where that is not known.
	 */
	long exactState() {
		if (!this.inTouch || !this.current) {
			return CopyPosition.NONE;
		}
		long question = this.position.question();
		if (question != CopyPosition.NONE) {
			MessageInfo last = this.store.lastFromLeader(">");
			this.position.answer(question, (last != null) ? last.getSeq() : 0);
		}
		return this.position.state();
	}

	String prefix() {
		return this.prefix;
	}

	public BucketStore store() {
		return this.store;
	}

	boolean covers(String key) {
		return this.allKeys || this.filters.stream().anyMatch((filter) -> Subjects.matches(filter, key));
	}

	public boolean coversFilter(String filter) {
		return this.allKeys || this.filters.contains(filter);
	}

	/**
	 * Wait for the first snapshot, and require that the copy is not too old.
	 * @return whether what is held counts, {@code false} to ask the server
	 */
	boolean isReadable() {
		if (this.inTouch && this.current) {
			return true;
		}
		awaitFirst();
		if (this.settings.whenStale() == WhenStale.FAIL && age().compareTo(this.settings.maxStaleness()) > 0) {
			throw new StaleReadException(
					"The local copy of bucket '%s' has been out of touch for %d ms, more than its max-staleness of %d ms. Read remote() to ask the server, or set when-stale to 'serve'"
						.formatted(this.store.bucket(), age().toMillis(), this.settings.maxStaleness().toMillis()));
		}
		return this.current;
	}

	boolean isFilled() {
		return this.filled.getCount() == 0;
	}

	private void awaitFirst() {
		if (!isFilled()) {
			this.store.requireConnected();
		}
		boolean done;
		try {
			done = this.filled.await(this.settings.snapshotTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			done = false;
		}
		if (!done) {
			Throwable cause = this.watch.lastError();
			throw new KeyValueTimeoutException(
					"The local copy of bucket '%s' was not filled within %d ms (nats.listener.snapshot-timeout)%s"
						.formatted(this.store.bucket(), this.settings.snapshotTimeout().toMillis(),
								(cause != null) ? ": " + cause.getMessage() : ""),
					cause);
		}
	}

	/** Return what is held of a key, if that is known to be what the bucket has. */
	@Nullable LocalEntry held(String key) {
		LocalEntry entry = this.entries.get(key);
		if (entry != null && entry.expiry() != Long.MAX_VALUE && entry.isExpired(this.clock.millis())) {
			this.entries.expire(key, entry);
			return null;
		}
		return entry;
	}

	/** Whether a key that is not held may exist all the same. */
	boolean isLeftOut(String key) {
		return this.entries.isLeftOut(key);
	}

	boolean isComplete() {
		return this.entries.isComplete();
	}

	/** The server was asked for a key. */
	void asked(String key, @Nullable MessageInfo message) {
		if (message != null && this.entries.isLeftOut(key) && BucketValues.isPut(message)) {
			Instant created = message.getTime().toInstant();
			this.entries.adopt(key, new LocalEntry(this.prefix, key, message.getSeq(), message.getData(),
					message.getHeaders(), created, expiry(message.getHeaders(), created), 0));
		}
	}

	void hit() {
		this.hits.increment();
	}

	void miss() {
		this.misses.increment();
	}

	void acknowledged(String key, @Nullable Headers headers, byte @Nullable [] value, long revision, long before) {
		if (revision <= before) {
			// of another life of the bucket
			this.current = false;
			this.position.change(this.entries::forget);
			this.position.reset();
			return;
		}
		if (covers(key)) {
			Instant now = Instant.ofEpochMilli(this.clock.millis());
			this.entries.acknowledge(key, new LocalEntry(this.prefix, key, revision,
					(value != null) ? value.clone() : null, headers, now, expiry(headers, now), System.nanoTime()));
		}
	}

	private long expiry(@Nullable Headers headers, Instant created) {
		long own = Long.MAX_VALUE;
		String ttl = (headers != null) ? headers.getFirst(NatsJetStreamConstants.MSG_TTL_HDR) : null;
		Duration duration = (ttl != null) ? WatchEntry.timeToLive(ttl) : null;
		if (duration != null) {
			own = created.plus(duration).toEpochMilli();
		}
		long maxAge = this.maxAgeMillis;
		return (maxAge != Long.MAX_VALUE) ? Math.min(own, created.toEpochMilli() + maxAge) : own;
	}

	@Override
	public void handle(BucketChange<byte[]> change) {
		this.position.change(() -> apply(change.stored()));
		this.listeners.forEach((listener) -> listener.changed(change.stored().key()));
	}

	private void apply(WatchEntry stored) {
		Message message = stored.message();
		Instant created = stored.created();
		if (message == null || created == null) {
			this.entries.missing(stored.key());
			return;
		}
		Headers headers = message.getHeaders();
		this.entries.deliver(stored.key(), new LocalEntry(this.prefix, stored.key(), stored.revision(), stored.value(),
				(headers != null && !headers.isEmpty()) ? headers : null, created, expiry(headers, created), 0));
		this.position.reached(stored.revision(), headers);
	}

	@Override
	public void passedOver(WatchEntry entry) {
		Headers headers = (entry.message() != null) ? entry.message().getHeaders() : null;
		if (entry.key().equals(WriteBatch.GUARD_KEY)) {
			this.position.change(() -> this.position.guarded(entry.revision(), headers));
		}
		else if (entry.message() != null) {
			this.position.change(() -> this.position.reached(entry.revision(), headers));
		}
	}

	@Override
	public void cleared(long revision) {
		this.position.change(() -> {
			this.entries.clear(revision);
			this.position.cleared(revision);
		});
	}

	/** This application has cleared the bucket, which the watch may not know yet. */
	void clearedHere(long revision) {
		this.position.change(() -> {
			this.entries.clear(revision);
			this.position.ahead();
		});
	}

	@Override
	public void recreated() {
		this.current = false;
		this.position.change(this.entries::forget);
		this.position.reset();
	}

	@Override
	public void recovering(Throwable cause) {
		if (this.inTouch) {
			this.lostAt = System.nanoTime() - NOTICE.toNanos();
		}
		this.inTouch = false;
		this.listeners.forEach((listener) -> listener.outOfTouch(cause));
	}

	@Override
	public void caughtUp() {
		readClock();
		this.current = true;
		this.inTouch = true;
		this.filled.countDown();
		this.listeners.forEach(CopyListener::caughtUp);
	}

	private void readClock() {
		try {
			long question = this.position.gaps();
			StreamInfo info = this.clock.read(this.store::info);
			this.position.answer(question, info.getStreamState().getLastSequence());
			Duration maxAge = info.getConfiguration().getMaxAge();
			this.maxAgeMillis = (maxAge != null && !maxAge.isZero()) ? maxAge.toMillis() : Long.MAX_VALUE;
		}
		catch (DataAccessException ex) {
			logger.debug("The time of the server of bucket '%s' is not known".formatted(this.store.bucket()), ex);
		}
	}

	private Duration age() {
		return this.inTouch ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - this.lostAt);
	}

	/** Return the status. */
	public LocalCopyStatus status() {
		return new LocalStatus(this.entries.size(), this.entries.bytes(), age(),
				isFilled() && this.current && isComplete(), this.hits.sum(), this.misses.sum(),
				this.entries.evictions());
	}

	@Override
	public void close() {
		this.watch.drain(Duration.ZERO);
	}

	private record LocalStatus(long entries, long bytes, Duration age, boolean complete, long hits, long misses,
			long evictions) implements LocalCopyStatus {

	}

}
