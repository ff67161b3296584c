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

package io.github.natskv.test;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.EntryGroup;
import io.github.natskv.kv.watch.WatchFilters;
import io.github.natskv.kv.watch.WatchPosition;
import io.github.natskv.kv.watch.WatchThread;
import org.jspecify.annotations.Nullable;

/**
 * A watch of a bucket in memory: a session is a queue of what happens to the stream.
 */
final class InMemoryWatch extends WatchThread {

	/** The interval at which the clock is looked at. */
	private static final long TICK_MILLIS = 10;

	private static final ZonedDateTime LIFE = Instant.EPOCH.atZone(ZoneOffset.UTC);

	/** Follows the entries that were there when the session was opened. */
	private static final WatchEntry CAUGHT_UP = WatchEntry.inferredDeletion("");

	private final InMemoryStream stream;

	private final WatchOptions options;

	private final WatchFilters filters;

	private final WatchPosition position = new WatchPosition();

	private final EntryGroup group = new EntryGroup();

	private volatile @Nullable Session session;

	private <V> InMemoryWatch(InMemoryStream stream, BucketValues<V> values, WatchOptions options,
			BucketWatchHandler<V> handler) {
		super(stream.watches(), values, options, handler, (recoveries) -> {
		});
		this.stream = stream;
		this.options = options;
		this.filters = new WatchFilters(options.filters());
	}

	/**
	 * Create a watch that is not started.
	 * @param stream the stream of the bucket
	 * @param values turns entries into values
	 * @param options what to deliver
	 * @param handler given each change
	 * @param <V> the type of the values
	 * @return the watch
	 */
	static <V> InMemoryWatch create(InMemoryStream stream, BucketValues<V> values, WatchOptions options,
			BucketWatchHandler<V> handler) {
		return new InMemoryWatch(stream, values, values.keys().encode(options), handler);
	}

	// Start as a watch that is opened in code.
	BucketWatch opened() {
		openedInCode();
		start();
		return this;
	}

	// what the bucket has by then are the initial values
	@Override
	protected void starting() {
		open();
	}

	@Override
	protected void open() {
		synchronized (this.stream) {
			List<StoredMessage> present = this.stream.last((message) -> this.filters.matches(message.key()));
			if (this.position.isNew()) {
				boolean initial = this.options.initialValues();
				this.position.begin(LIFE, initial ? 0 : this.stream.lastSequence(), null, !initial);
				this.position.assume(initial ? Set.of() : keys(present, true), this.stream.now());
			}
			boolean every = this.options.includeHistory() || this.position.isSnapshotDone();
			Session opened = new Session();
			(every ? this.stream.all() : present).stream()
				.filter((message) -> message.sequence() > this.position.sequence())
				.map((message) -> message.toWatchEntry(this.stream.bucket()))
				.forEach(opened);
			this.position.missing(keys(present, false)).stream().map(WatchEntry::inferredDeletion).forEach(opened);
			opened.entries.add(CAUGHT_UP);
			this.group.clear();
			this.stream.subscribe(opened);
			this.session = opened;
		}
	}

	private static Set<String> keys(List<StoredMessage> messages, boolean values) {
		return messages.stream()
			.filter((message) -> message.isPut() || !values)
			.map(StoredMessage::key)
			.collect(Collectors.toSet());
	}

	@Override
	protected boolean isOpen() {
		return this.session != null;
	}

	@Override
	protected boolean step() throws IOException, InterruptedException {
		Session current = this.session;
		if (current == null || current.ended) {
			throw new IOException("The watch was stopped");
		}
		WatchEntry entry = current.entries.poll(this.group.isOpen() ? 0 : TICK_MILLIS, TimeUnit.MILLISECONDS);
		if (this.group.isOpen() && ((entry != null) ? !this.group.has(entry) : current.isDrained())) {
			closeGroup(current);
		}
		if (entry == CAUGHT_UP) {
			this.position.snapshotDone();
			return true;
		}
		if (entry == null) {
			this.stream.expire();
		}
		else {
			handle(entry, current);
		}
		return false;
	}

	private void cleared(WatchEntry marker) throws InterruptedException {
		for (String key : this.position.missing(Set.of())) {
			if (this.position.revision(key) < marker.revision()) {
				WatchEntry deletion = WatchEntry.inferredDeletion(key);
				if (!this.options.ignoreDeletes()) {
					deliver(deletion);
				}
				this.position.handled(deletion);
			}
		}
	}

	private void handle(WatchEntry entry, Session current) throws InterruptedException {
		boolean wanted = !entry.isDeletion() || !this.options.ignoreDeletes();
		if (isForTransactions() && this.group.add(entry, wanted ? EntryGroup.Use.DELIVER : EntryGroup.Use.LEAVE_OUT)) {
			if (this.group.isComplete()) {
				closeGroup(current);
			}
			return;
		}
		if (BucketKeys.isCleared(entry)) {
			cleared(entry);
		}
		if (wanted) {
			deliver(entry);
		}
		handled(entry, current);
	}

	private void handled(WatchEntry entry, Session current) {
		this.position.handled(entry);
		current.left.decrementAndGet();
	}

	private void closeGroup(Session current) throws InterruptedException {
		if (this.group.isOpen()) {
			deliver(this.group.delivered());
			this.group.members().forEach((member) -> handled(member.entry(), current));
			this.group.clear();
		}
	}

	@Override
	protected long received() {
		Session current = this.session;
		return (current != null) ? current.left.get() - (isHandling() ? 1 : 0) : 0;
	}

	@Override
	protected void wake(boolean lost) {
		if (lost) {
			leave();
		}
		super.wake(lost);
	}

	@Override
	protected void endSession() {
		leave();
		this.session = null;
	}

	private void leave() {
		Session current = this.session;
		if (current != null) {
			current.ended = true;
			this.stream.unsubscribe(current);
		}
	}

	/**
	 * The events of the stream from a point in time on.
	 */
	private final class Session implements Consumer<WatchEntry> {

		private final BlockingQueue<WatchEntry> entries = new LinkedBlockingQueue<>();

		private final AtomicInteger left = new AtomicInteger();

		private volatile boolean ended;

		// what is written together is told while the stream is locked
		private boolean isDrained() {
			synchronized (InMemoryWatch.this.stream) {
				return this.entries.isEmpty();
			}
		}

		@Override
		public void accept(WatchEntry entry) {
			if (InMemoryWatch.this.filters.matches(entry.key()) || BucketKeys.isCleared(entry)) {
				this.left.incrementAndGet();
				this.entries.add(entry);
			}
		}

	}

}
