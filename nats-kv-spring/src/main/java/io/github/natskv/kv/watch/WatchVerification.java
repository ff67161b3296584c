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
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import org.jspecify.annotations.Nullable;

/**
 * Finds deletions that left no trace, by listing the keys the server has: when a watch
 * was out of touch or far behind, and when keys of a bucket without limit markers are due
 * to expire, by the TTL of the bucket or their own.
 */
final class WatchVerification {

	private static final int AT_A_TIME = 100;

	private static final long NEVER = Long.MAX_VALUE;

	private static final Duration MIN_PAUSE = Duration.ofSeconds(1);

	private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

	private static final Duration MAX_WAIT = Duration.ofDays(365);

	private static final int COST_FACTOR = 20;

	/** While a listing is cheap, it gets even less of the time. */
	private static final int CHEAP_COST_FACTOR = 100;

	private static final Duration CHEAP_MAX_REST = Duration.ofSeconds(5);

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private final WatchPosition position;

	private final WatchDelivery<?> delivery;

	private final boolean ignoreDeletes;

	private final RevisionLookup lookup;

	private final KeyListing listing;

	/** Keys the last listing did not have, although they may exist. */
	private Set<String> doubtful = Set.of();

	private String keyPrefix = "";

	/** The number of keys that the bucket had. */
	private long subjects;

	private boolean wanted;

	private boolean suggested;

	private boolean suspected;

	/** In terms of {@link #now()}. */
	private long due = NEVER;

	private long earliestSuggestion = now();

	private long earliestSuspicion = now();

	/** The time to wait for what should be gone already. */
	private Duration pause = MIN_PAUSE;

	/** The least time to wait, so that little of it goes into listing keys. */
	private Duration rest = MIN_PAUSE;

	/** After which time keys expire without a trace, 0 for never. */
	private Duration expiry = Duration.ZERO;

	/**
	 * The time at which the next key with a time to live of its own expires without a
	 * trace.
	 */
	private @Nullable Instant nextExpiry;

	/** Whether keys that expire leave a marker. */
	private boolean markers;

	private Duration clockDifference = Duration.ZERO;

	WatchVerification(WatchPosition position, WatchDelivery<?> delivery, boolean ignoreDeletes, RevisionLookup lookup,
			KeyListing listing) {
		this.position = position;
		this.delivery = delivery;
		this.ignoreDeletes = ignoreDeletes;
		this.lookup = lookup;
		this.listing = listing;
	}

	/** Take note of the stream as it is now. */
	void opened(StreamInfo stream, String keyPrefix) {
		this.keyPrefix = keyPrefix;
		observe(stream);
	}

	private void observe(StreamInfo stream) {
		this.subjects = Math.max(stream.getStreamState().getSubjectCount(),
				stream.getStreamState().getSubjectMap().size());
		StreamConfiguration configuration = stream.getConfiguration();
		Duration marker = configuration.getSubjectDeleteMarkerTtl();
		Duration maxAge = configuration.getMaxAge();
		this.markers = marker != null && !marker.isZero();
		this.expiry = (maxAge == null || this.markers) ? Duration.ZERO : maxAge;
		ZonedDateTime serverTime = stream.getTimestamp();
		this.clockDifference = (serverTime != null) ? Duration.between(Instant.now(), serverTime.toInstant())
				: Duration.ZERO;
	}

	/** Verify as soon as the watch has caught up, and within a second. */
	void request() {
		this.wanted = true;
		this.due = now() + MIN_PAUSE.toNanos();
	}

	/** Verify when the watch has caught up, but not all the time: for a slow handler. */
	void suggest() {
		this.suggested = true;
	}

	/**
	 * Verify when the watch has caught up, or in a few seconds, but not all the time: for
	 * keys that seem to have vanished.
	 */
	void suggestSoon() {
		if (!this.suspected) {
			this.suspected = true;
			this.due = Math.min(this.due, Math.max(now() + PATIENCE.toNanos(), this.earliestSuspicion));
		}
	}

	boolean isDue(boolean caughtUp) {
		boolean suggestion = this.suggested && now() - this.earliestSuggestion >= 0;
		boolean suspicion = this.suspected && now() - this.earliestSuspicion >= 0;
		return (caughtUp && (this.wanted || suggestion || suspicion)) || (this.due != NEVER && now() - this.due >= 0);
	}

	/** Think of the keys that expire, when nothing else is to be verified. */
	void scheduleExpiry() {
		if (this.due == NEVER) {
			Instant oldest = this.expiry.isZero() ? null : this.position.oldest();
			if (oldest != null) {
				schedule(oldest.plus(this.expiry));
			}
			if (this.nextExpiry != null) {
				schedule(this.nextExpiry);
			}
		}
	}

	private void schedule(Instant time) {
		Duration left = min(Duration.between(Instant.now().plus(this.clockDifference), time), MAX_WAIT);
		Duration wait = (left.compareTo(Duration.ZERO) > 0) ? max(left, this.rest) : this.pause;
		this.due = Math.min(this.due, now() + wait.toNanos());
	}

	/** Take note of an entry that may expire by itself. */
	void handled(WatchEntry entry) {
		Instant expires = this.markers ? null : entry.expires();
		if (expires != null && (this.nextExpiry == null || expires.isBefore(this.nextExpiry))) {
			this.nextExpiry = expires;
			schedule(expires);
		}
	}

	/**
	 * List the keys and deliver a deletion for each that is missing.
	 * @return what the stream was like
	 */
	StreamState verify(WatchApi api) throws IOException, JetStreamApiException, InterruptedException {
		long start = now();
		WatchApi.Keys keys = this.listing.keys(api, this.subjects, this.position.size());
		Duration cost = Duration.ofNanos(now() - start);
		if (!this.position.isIn(keys.life())) {
			throw new IOException("The bucket was recreated");
		}
		observe(keys.info());
		List<String> missing = this.position.missing(keys.keys());
		List<String> gone = missing.stream()
			.filter((key) -> this.position.revision(key) <= keys.lastSequence())
			.toList();
		deliverDeletions(api, keys, gone);
		this.rest = max(MIN_PAUSE, cost.multipliedBy(COST_FACTOR));
		this.pause = gone.isEmpty() ? max(min(this.pause.multipliedBy(2), MAX_PAUSE), this.rest) : this.rest;
		this.earliestSuggestion = now() + this.rest.toNanos();
		Duration cheapRest = min(cost.multipliedBy(CHEAP_COST_FACTOR), CHEAP_MAX_REST);
		this.earliestSuspicion = now() + max(this.rest, cheapRest).toNanos();
		this.wanted = false;
		this.suggested = false;
		this.suspected = false;
		this.due = NEVER;
		this.nextExpiry = this.markers ? null : this.position.nextExpiry();
		if (gone.size() < missing.size() || !this.doubtful.isEmpty()) {
			request();
		}
		return keys.info().getStreamState();
	}

	/**
	 * Deliver deletions.
	 * @param keys the keys the server has
	 * @param missing the keys it does not seem to have
	 */
	void deliverDeletions(WatchApi api, WatchApi.Keys keys, List<String> missing)
			throws IOException, JetStreamApiException, InterruptedException {
		Set<String> doubtful = new HashSet<>();
		for (int from = 0; from < missing.size(); from += AT_A_TIME) {
			List<String> some = missing.subList(from, Math.min(missing.size(), from + AT_A_TIME));
			List<WatchApi.@Nullable Mark> last = keys.atomic() ? Collections.nCopies(some.size(), null)
					: this.lookup.lastRevisions(some.stream().map((key) -> this.keyPrefix + key).toList(), api);
			for (int i = 0; i < some.size(); i++) {
				String key = some.get(i);
				if ((last != null) ? last.get(i) == null : this.doubtful.contains(key)) {
					deliverDeletion(key);
				}
				else if (last == null) {
					doubtful.add(key);
				}
			}
		}
		this.doubtful = doubtful;
	}

	/** Deliver deletions of all keys that a marker has taken the place of. */
	void cleared(WatchEntry marker) throws InterruptedException {
		for (String key : this.position.missing(Set.of())) {
			if (this.position.revision(key) < marker.revision()) {
				deliverDeletion(key);
			}
		}
	}

	private void deliverDeletion(String key) throws InterruptedException {
		WatchEntry deletion = WatchEntry.inferredDeletion(key);
		if (!this.ignoreDeletes) {
			this.delivery.deliver(deletion);
		}
		this.position.handled(deletion);
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	private static Duration max(Duration one, Duration other) {
		return (one.compareTo(other) > 0) ? one : other;
	}

	private static long now() {
		return System.nanoTime();
	}

}
