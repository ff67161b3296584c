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

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;

import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the revisions of a bucket went back, although it was not recreated: a
 * server lost what it had in memory, or what it had not written to disk, or its store was
 * replaced by an older copy. Others may have written beyond the position of the watch
 * since, so it does not do to compare numbers.
 */
final class WatchNumbering {

	/**
	 * The time for which a new leader may report an older revision than others did, while
	 * it applies what it has received.
	 */
	private static final Duration APPLYING = Duration.ofSeconds(1);

	/** Reports that are further apart are not about the same leader. */
	private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

	private static final int AT_A_TIME = 100;

	private final RevisionLookup lookup;

	private boolean proven;

	/**
	 * The number of times in a row that a lower revision than that of the watch was
	 * reported.
	 */
	private int lowerReports;

	private long lowerSince;

	private long lowerLast;

	WatchNumbering(RevisionLookup lookup) {
		this.lookup = lookup;
	}

	/**
	 * Whether revisions went back.
	 * @param sequence where the watch is
	 * @return whether that is certain
	 * @throws IOException if it is too early to tell
	 */
	boolean wentBack(StreamInfo stream, long sequence) throws IOException {
		long last = stream.getStreamState().getLastSequence();
		if (this.proven) {
			return true;
		}
		if (last >= sequence) {
			this.lowerReports = 0;
			return false;
		}
		if (stream.getConfiguration().getReplicas() > 1 && !isLowerForLong()) {
			throw new IOException(
					"The bucket's leader is at revision %d, but %d was written".formatted(last, sequence));
		}
		return true;
	}

	private boolean isLowerForLong() {
		long now = System.nanoTime();
		boolean again = this.lowerReports > 0 && now - this.lowerLast < BETWEEN_REPORTS.toNanos();
		this.lowerReports = again ? this.lowerReports + 1 : 1;
		this.lowerSince = again ? this.lowerSince : now;
		this.lowerLast = now;
		return now - this.lowerSince >= APPLYING.toNanos();
	}

	/** The watch has started over. */
	void accepted() {
		this.proven = false;
		this.lowerReports = 0;
	}

	/**
	 * Find a revision up to which the bucket has only had what the watch knows. Later
	 * ones may be what the watch knows, or others in their place.
	 * @return the revision, 0 if none was found
	 * @throws IOException if revisions have gone back
	 */
	long unchangedUpTo(StreamInfo stream, WatchPosition position, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		List<WatchApi.Mark> marks = position.marks();
		if (stream.getStreamState().getFirstSequence() > position.sequence()) {
			return position.sequence();
		}
		if (marks.isEmpty()) {
			return 0;
		}
		if (marks.get(0).equals(last(stream.getStreamState()))) {
			return marks.get(0).sequence();
		}
		long newest = find(marks.subList(0, 1), api);
		return (newest > 0) ? newest : find(marks.subList(1, marks.size()), api);
	}

	private static WatchApi.@Nullable Mark last(StreamState state) {
		ZonedDateTime time = state.getLastTime();
		Instant created = (time != null) ? time.toInstant() : null;
		return (created != null) ? new WatchApi.Mark(state.getLastSequence(), created) : null;
	}

	private long find(List<WatchApi.Mark> marks, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		List<WatchApi.Mark> found = this.lookup.revisions(marks.stream().map(WatchApi.Mark::sequence).toList(), api);
		if (found == null) {
			return 0;
		}
		if (!marks.containsAll(found)) {
			throw wentBack();
		}
		return found.isEmpty() ? 0 : found.get(0).sequence();
	}

	/**
	 * Have a look at an entry the server has sent.
	 * @throws IOException if revisions have gone back
	 */
	void check(WatchPosition position, WatchEntry entry, String keyPrefix, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		if (position.contradicts(entry) || (position.isOutdated(entry) && isLast(entry, keyPrefix, api))) {
			throw wentBack();
		}
	}

	// a consumer may be on a replica that has not yet applied what the watch has seen
	private boolean isLast(WatchEntry entry, String keyPrefix, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		List<WatchApi.@Nullable Mark> last = this.lookup.lastRevisions(List.of(keyPrefix + entry.key()), api);
		if (last == null) {
			return true;
		}
		WatchApi.Mark mark = last.get(0);
		return mark != null && mark.sequence() == entry.revision();
	}

	/**
	 * Have a look at keys the server has sent no revision of, although it should have.
	 * @param position where the watch is, after it has caught up
	 * @throws IOException if revisions have gone back
	 */
	void confirm(WatchPosition position, String keyPrefix, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		List<String> keys = List.copyOf(position.unconfirmed());
		for (int from = 0; from < keys.size(); from += AT_A_TIME) {
			List<String> some = keys.subList(from, Math.min(keys.size(), from + AT_A_TIME));
			List<WatchApi.@Nullable Mark> last = this.lookup
				.lastRevisions(some.stream().map((key) -> keyPrefix + key).toList(), api);
			for (int i = 0; i < some.size(); i++) {
				WatchApi.Mark mark = (last != null) ? last.get(i) : null;
				if (mark != null && mark.sequence() <= position.sequence() && !position.isAt(some.get(i), mark)) {
					throw wentBack();
				}
				position.confirm(some.get(i));
			}
		}
	}

	private IOException wentBack() {
		this.proven = true;
		return new IOException("The revisions of the bucket went back, and others took their place");
	}

}
