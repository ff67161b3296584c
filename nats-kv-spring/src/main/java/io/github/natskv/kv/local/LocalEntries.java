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

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * The entries of a copy, by the key on the server. The watch delivers by ascending
 * revision, so that what it has not delivered up to a revision does not exist. Own writes
 * run ahead of it: they are held until it delivers them, and doubted if it does not. Of
 * entries there is no room for, the keys are remembered, as many as entries are held at
 * most. All changes are made one after the other, reads wait for nobody.
 */
final class LocalEntries {

	/** After this time an own write should have been delivered. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

	private final Map<String, LocalEntry> entries = new ConcurrentHashMap<>();

	private final long maxEntries;

	/** The revisions of keys that were left out. */
	private final Map<String, Long> leftOut = new ConcurrentHashMap<>();

	private final AtomicLong size = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	private final LongAdder evictions = new LongAdder();

	private volatile long delivered;

	/** Whether more keys were left out than are remembered. */
	private volatile boolean overflown;

	LocalEntries(long maxEntries) {
		this.maxEntries = maxEntries;
	}

	@Nullable LocalEntry get(String key) {
		return this.entries.get(key);
	}

	Collection<Map.Entry<String, LocalEntry>> all() {
		return this.entries.entrySet();
	}

	/** Whether only the server knows. */
	static boolean isDoubtful(LocalEntry entry) {
		long since = entry.aheadSince();
		return since != 0 && System.nanoTime() - since > PATIENCE;
	}

	/** Whether a key that is not held may exist all the same. */
	boolean isLeftOut(String key) {
		return this.overflown || this.leftOut.containsKey(key);
	}

	boolean isComplete() {
		return !this.overflown && this.leftOut.isEmpty();
	}

	/** Return the revision up to which the watch has delivered. */
	long delivered() {
		return this.delivered;
	}

	synchronized void deliver(String key, LocalEntry entry) {
		this.delivered = Math.max(this.delivered, entry.getSeq());
		replace(key, entry, false);
	}

	synchronized void acknowledge(String key, LocalEntry entry) {
		if (entry.getSeq() > this.delivered) {
			replace(key, entry, true);
			return;
		}
		// an own write was replaced by another, which is still to be delivered
		LocalEntry held = this.entries.get(key);
		if (held != null && held.getSeq() < entry.getSeq()) {
			held.doubt(longAgo());
		}
	}

	/**
	 * Hold an entry that was left out, now that the server was asked for it, if there is
	 * room.
	 */
	synchronized void adopt(String key, LocalEntry entry) {
		Long revision = this.leftOut.get(key);
		if (revision != null && revision == entry.getSeq() && hasRoom()) {
			this.entries.computeIfAbsent(key, (name) -> counted(null, entry));
			this.leftOut.remove(key);
		}
	}

	private boolean hasRoom() {
		return this.size.get() < this.maxEntries;
	}

	// a key is not left out any more when it is held, not before
	private void replace(String key, LocalEntry entry, boolean ahead) {
		LocalEntry held = this.entries.compute(key, (name, before) -> replaced(name, before, entry, ahead));
		if (held != null || !entry.isPut()) {
			this.leftOut.remove(key);
		}
	}

	private @Nullable LocalEntry replaced(String key, @Nullable LocalEntry held, LocalEntry entry, boolean ahead) {
		if (held != null && held.getSeq() > entry.getSeq()) {
			return held;
		}
		boolean keep = entry.isPut() || ahead;
		if (keep && held == null && !hasRoom()) {
			leaveOut(key, entry.getSeq());
			return null;
		}
		if (keep && held != null && held.getSeq() == entry.getSeq()) {
			entry.adopt(held);
		}
		return counted(held, keep ? entry : null);
	}

	private void leaveOut(String key, long revision) {
		if (this.leftOut.containsKey(key) || this.leftOut.size() < this.maxEntries) {
			this.leftOut.merge(key, revision, Math::max);
		}
		else {
			this.overflown = true;
		}
		this.evictions.increment();
	}

	private @Nullable LocalEntry counted(@Nullable LocalEntry before, @Nullable LocalEntry after) {
		this.size.addAndGet(((after != null) ? 1 : 0) - ((before != null) ? 1 : 0));
		this.bytes.addAndGet(((after != null) ? after.size() : 0) - ((before != null) ? before.size() : 0));
		return after;
	}

	/** A key is not there, as somebody has found out. */
	synchronized void missing(String key) {
		this.leftOut.remove(key);
		this.entries.computeIfPresent(key, (name, held) -> {
			if (held.isAhead() || held.getSeq() > this.delivered) {
				held.doubt(longAgo());
				return held;
			}
			return counted(held, null);
		});
	}

	private static long longAgo() {
		return System.nanoTime() - 2 * PATIENCE;
	}

	void expire(String key, LocalEntry entry) {
		this.entries.computeIfPresent(key, (name, held) -> (held == entry) ? counted(held, null) : held);
	}

	synchronized void clear(long revision) {
		this.delivered = Math.max(this.delivered, revision);
		this.entries.keySet()
			.forEach((key) -> this.entries.computeIfPresent(key,
					(name, held) -> (held.getSeq() < revision) ? counted(held, null) : held));
		this.leftOut.values().removeIf((left) -> left < revision);
		this.overflown = false;
	}

	/** Revisions begin anew. */
	synchronized void forget() {
		this.entries.keySet().forEach((key) -> this.entries.computeIfPresent(key, (name, held) -> counted(held, null)));
		this.delivered = 0;
		this.leftOut.clear();
		this.overflown = false;
	}

	long size() {
		return this.size.get();
	}

	long bytes() {
		return this.bytes.get();
	}

	long evictions() {
		return this.evictions.sum();
	}

}
