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

package io.github.natskv.kv.watch;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * The position of a watch: which life of the bucket, which sequence, and which keys have
 * a value as far as the handler knows. That is one small entry per key (about 85 bytes
 * and the key), needed to find out about deletions that left no trace.
 */
public final class WatchPosition {

	/** More take room when they come. */
	private static final int MAX_EXPECTED = 2_000_000;

	/** By ascending revision: what was changed last is at the end. */
	private Map<String, SeenRevision> keys = new LinkedHashMap<>();

	private final LastDeletions deletions = new LastDeletions();

	private @Nullable ZonedDateTime life;

	private long sequence;

	private boolean snapshotDone;

	/** The latest time at which something the handler knows was written. */
	private @Nullable Instant latest;

	/** The value of {@link #latest} when the session began. */
	private Instant known = Instant.MIN;

	/** Whether revisions went back, and the handler has not seen all since. */
	private boolean wentBack;

	/** The time at which the revision at {@link #sequence} was written, if known. */
	private @Nullable Instant sequenceCreated;

	/**
	 * Whether of each key only the last revision comes that was there at the beginning.
	 */
	private boolean lastOnly;

	/** Keys of which it is not certain that the bucket still is as the handler knows. */
	private final Set<String> unconfirmed = new HashSet<>();

	public boolean isNew() {
		return this.life == null;
	}

	public boolean isInLifeOf(StreamInfo stream) {
		return stream.getCreateTime().equals(this.life);
	}

	/**
	 * Make room for keys that are about to come.
	 * @param count how many there are at most
	 */
	void expect(long count) {
		if (this.keys.isEmpty() && count > 0) {
			this.keys = new LinkedHashMap<>((int) Math.min(MAX_EXPECTED, count + count / 3 + 1));
		}
	}

	/**
	 * Start at a sequence.
	 * @param life the life of the bucket
	 * @param sequence the sequence before the first one of interest
	 * @param created when what is at the sequence was written, if it is known
	 * @param snapshotDone whether there is no snapshot to be delivered
	 */
	public void begin(ZonedDateTime life, long sequence, @Nullable Instant created, boolean snapshotDone) {
		this.wentBack = life.equals(this.life);
		if (!this.wentBack) {
			this.keys.replaceAll((key, seen) -> SeenRevision.BEFORE);
			this.deletions.clear();
			this.latest = null;
		}
		this.life = life;
		this.sequence = sequence;
		this.sequenceCreated = created;
		later(created);
		this.snapshotDone = snapshotDone;
		opened(0);
	}

	/**
	 * Go on in a session that begins somewhere before or at the sequence.
	 * @param from the sequence up to which the bucket is known to be as it was
	 * @param lastOnly whether the session brings, of what there is now, only the last
	 * revision of each key
	 */
	public void resume(long from, boolean lastOnly) {
		opened(from);
		this.lastOnly = lastOnly;
	}

	private void opened(long from) {
		this.known = (this.latest != null) ? this.latest : Instant.MIN;
		this.lastOnly = false;
		this.unconfirmed.clear();
		BiConsumer<String, SeenRevision> unconfirmed = (key, seen) -> {
			if (seen.revision() > from) {
				this.unconfirmed.add(key);
			}
		};
		this.keys.forEach(unconfirmed);
		this.deletions.forEach(unconfirmed);
	}

	/**
	 * Return the last deletion that cannot be told from none any more.
	 * @return its revision, 0 if there was none
	 */
	public long forgotten() {
		return this.deletions.forgotten();
	}

	/**
	 * Return keys the handler has a revision of that the server should have sent again,
	 * or a later one, but did not so far.
	 */
	public Set<String> unconfirmed() {
		return this.unconfirmed.isEmpty() ? Set.of() : Set.copyOf(this.unconfirmed);
	}

	/** Whether a key has, as far as the handler knows, this as its last revision. */
	public boolean isAt(String key, WatchApi.Mark mark) {
		SeenRevision seen = seen(key);
		return seen != null && seen.revision() == mark.sequence() && seen.isCreated(mark.created());
	}

	public void confirm(String key) {
		this.unconfirmed.remove(key);
	}

	/**
	 * Return revisions that should still be in the bucket if it is the same as before and
	 * they were not overwritten: the last one, and some of those before, of which there
	 * are the fewer the older they are.
	 * @return the revisions, the last one first
	 */
	public List<WatchApi.Mark> marks() {
		List<WatchApi.Mark> marks = new ArrayList<>();
		if (this.sequence > 0 && this.sequenceCreated != null) {
			marks.add(new WatchApi.Mark(this.sequence, this.sequenceCreated));
		}
		List<SeenRevision> all = List.copyOf(this.keys.values());
		for (int back = 1; back <= all.size(); back *= 2) {
			SeenRevision seen = all.get(all.size() - back);
			Instant created = seen.time();
			if (created != null && seen.revision() > 0 && seen.revision() < this.sequence) {
				marks.add(new WatchApi.Mark(seen.revision(), created));
			}
		}
		marks.sort(Comparator.comparingLong(WatchApi.Mark::sequence).reversed());
		return marks;
	}

	public boolean isIn(ZonedDateTime life) {
		return life.equals(this.life);
	}

	public long sequence() {
		return this.sequence;
	}

	public boolean isSnapshotDone() {
		return this.snapshotDone;
	}

	public void snapshotDone() {
		this.snapshotDone = true;
		this.wentBack = false;
	}

	/** Return how many keys have a value as far as the handler knows. */
	public int size() {
		return this.keys.size();
	}

	/** Whether the handler knows of a value of a key. */
	public boolean knows(String key) {
		return this.keys.containsKey(key);
	}

	/** Whether an entry was handled before, or needs not be. */
	public boolean covers(WatchEntry entry) {
		SeenRevision seen = seen(entry.key());
		if (seen != null && seen.is(entry)) {
			this.unconfirmed.remove(entry.key());
			return true;
		}
		if (entry.revision() <= this.sequence) {
			return true;
		}
		// an old value the handler was never given, or a deletion it has seen
		return this.wentBack && !isLaterThanKnown(entry)
				&& (this.keys.containsKey(entry.key()) ? seen != null && seen.isAssumed() : entry.isDeletion());
	}

	/**
	 * Whether an entry cannot be in the bucket if revisions only ever go on.
	 * @return {@code true} if revisions have gone back, and others took their place
	 */
	public boolean contradicts(WatchEntry entry) {
		if (entry.revision() > this.sequence) {
			return false;
		}
		SeenRevision seen = seen(entry.key());
		if (seen == null || seen.revision() == 0 || entry.revision() < seen.revision()) {
			return isLaterThanKnown(entry);
		}
		return !seen.is(entry);
	}

	/**
	 * Whether an entry that was sent as the last one of its key is older than what the
	 * handler was given.
	 * @return {@code true} if revisions have gone back, or who sent it is behind
	 */
	public boolean isOutdated(WatchEntry entry) {
		if (!this.lastOnly || entry.revision() > this.sequence) {
			return false;
		}
		SeenRevision seen = seen(entry.key());
		return (seen != null) ? entry.revision() < seen.revision() : !entry.isDeletion();
	}

	private @Nullable SeenRevision seen(String key) {
		SeenRevision seen = this.keys.get(key);
		return (seen != null) ? seen : this.deletions.get(key);
	}

	private boolean isLaterThanKnown(WatchEntry entry) {
		return entry.created() == null || entry.created().isAfter(this.known);
	}

	/** Note that an entry was handled. */
	public void handled(WatchEntry entry) {
		this.deletions.remove(entry.key());
		this.unconfirmed.remove(entry.key());
		SeenRevision seen = SeenRevision.of(entry.revision(), entry.created(), entry.expires());
		if (entry.isDeletion()) {
			this.keys.remove(entry.key());
			if (entry.revision() > 0) {
				this.deletions.add(entry.key(), seen);
			}
		}
		else if (this.keys.put(entry.key(), seen) != null) {
			// the last one is at the end
			this.keys.remove(entry.key());
			this.keys.put(entry.key(), seen);
		}
		skip(entry);
	}

	public void skip(WatchEntry entry) {
		if (entry.revision() > this.sequence) {
			this.sequence = entry.revision();
			this.sequenceCreated = entry.created();
		}
		later(entry.created());
	}

	private void later(@Nullable Instant created) {
		if (created != null && (this.latest == null || created.isAfter(this.latest))) {
			this.latest = created;
		}
	}

	/**
	 * Note keys that exist but are not delivered.
	 * @param now the latest time they may have been written
	 */
	public void assume(Set<String> existing, Instant now) {
		SeenRevision seen = SeenRevision.of(0, now, null);
		existing.forEach((key) -> this.keys.putIfAbsent(key, seen));
	}

	/**
	 * Return the keys that have a value as far as the handler knows, but are not in the
	 * bucket.
	 */
	public List<String> missing(Set<String> existing) {
		return this.keys.keySet().stream().filter((key) -> !existing.contains(key)).toList();
	}

	public long revision(String key) {
		return this.keys.getOrDefault(key, SeenRevision.BEFORE).revision();
	}

	/**
	 * Return when the key was written that was not for the longest time.
	 * @return the time, {@code null} if it is not known
	 */
	public @Nullable Instant oldest() {
		return this.keys.isEmpty() ? null : this.keys.values().iterator().next().time();
	}

	/**
	 * Return when the first of the keys is gone that have a time to live of their own.
	 */
	public @Nullable Instant nextExpiry() {
		return this.keys.values()
			.stream()
			.map(SeenRevision::expires)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

}
