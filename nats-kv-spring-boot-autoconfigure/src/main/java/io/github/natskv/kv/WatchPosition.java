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

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * How far a watch got: which life of the bucket, which sequence, and which keys have a
 * value as far as the handler knows. That is one small entry per key (about 100 bytes and
 * the key), needed to find out about deletions that left no trace.
 */
final class WatchPosition {

	/** By ascending revision: what was changed last is at the end. */
	private final Map<String, Seen> keys = new LinkedHashMap<>();

	private @Nullable ZonedDateTime life;

	private long sequence;

	private boolean snapshotDone;

	boolean isNew() {
		return this.life == null;
	}

	/**
	 * Whether this position is of no use in the bucket as it is now: it was made again,
	 * or the server lost writes.
	 * @param stream the bucket's stream
	 * @return {@code true} if the watch has to start over
	 */
	boolean isObsoleteFor(StreamInfo stream) {
		return this.life != null && (!this.life.equals(stream.getCreateTime())
				|| stream.getStreamState().getLastSequence() < this.sequence);
	}

	/**
	 * Start at a sequence.
	 * @param life the life of the bucket
	 * @param sequence the sequence before the first one of interest
	 * @param snapshotDone whether there is no snapshot to be delivered
	 */
	void begin(ZonedDateTime life, long sequence, boolean snapshotDone) {
		if (!life.equals(this.life)) {
			this.keys.replaceAll((key, seen) -> Seen.BEFORE);
		}
		this.life = life;
		this.sequence = sequence;
		this.snapshotDone = snapshotDone;
	}

	boolean isIn(ZonedDateTime life) {
		return life.equals(this.life);
	}

	long sequence() {
		return this.sequence;
	}

	boolean isSnapshotDone() {
		return this.snapshotDone;
	}

	void snapshotDone() {
		this.snapshotDone = true;
	}

	/**
	 * Whether an entry was handled before.
	 * @param entry the entry
	 * @return {@code true} if it was
	 */
	boolean covers(WatchEntry entry) {
		if (entry.revision() <= this.sequence) {
			return true;
		}
		Seen seen = this.keys.get(entry.key());
		return seen != null && seen.revision() == entry.revision() && Objects.equals(seen.created(), entry.created());
	}

	/**
	 * Note that an entry was handled.
	 * @param entry the entry
	 */
	void handled(WatchEntry entry) {
		this.keys.remove(entry.key());
		if (!entry.isDeletion()) {
			this.keys.put(entry.key(), new Seen(entry.revision(), entry.created(), entry.expires()));
		}
		skip(entry.revision());
	}

	void skip(long revision) {
		this.sequence = Math.max(this.sequence, revision);
	}

	/**
	 * Note keys that exist but are not delivered.
	 * @param existing the keys
	 * @param now the latest time they may have been written
	 */
	void assume(Set<String> existing, Instant now) {
		Seen seen = new Seen(0, now, null);
		existing.forEach((key) -> this.keys.putIfAbsent(key, seen));
	}

	/**
	 * Return the keys that have a value as far as the handler knows, but are not in the
	 * bucket.
	 * @param existing the keys in the bucket
	 * @return the missing keys
	 */
	List<String> missing(Set<String> existing) {
		return this.keys.keySet().stream().filter((key) -> !existing.contains(key)).toList();
	}

	long revision(String key) {
		return this.keys.getOrDefault(key, Seen.BEFORE).revision();
	}

	/**
	 * Return when the key was written that was not for the longest time.
	 * @return the time, {@code null} if it is not known
	 */
	@Nullable Instant oldest() {
		return this.keys.isEmpty() ? null : this.keys.values().iterator().next().created();
	}

	/**
	 * Return when the first of the keys is gone that have a time to live of their own.
	 * @return the time, {@code null} if there are none
	 */
	@Nullable Instant nextExpiry() {
		return this.keys.values()
			.stream()
			.map(Seen::expires)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	boolean isEmpty() {
		return this.keys.isEmpty();
	}

	/**
	 * The revision of a key the handler was given last.
	 */
	private record Seen(long revision, @Nullable Instant created, @Nullable Instant expires) {

		static final Seen BEFORE = new Seen(0, null, null);

	}

}
