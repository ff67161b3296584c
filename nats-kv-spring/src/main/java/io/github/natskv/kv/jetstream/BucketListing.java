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
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.KeyValueBucket.KeyPage;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Listings of a bucket. Several filters are read one after the other, which works on
 * every server and with filters that overlap.
 */
public final class BucketListing {

	private final BucketStore store;

	private final BucketKeys keys;

	public BucketListing(BucketStore store, BucketKeys keys) {
		this.store = store;
		this.keys = keys;
	}

	/**
	 * Return the keys that have a value.
	 * @param filters filters, none means all
	 */
	public Set<String> keys(String... filters) {
		Iterator<String> each = encode(filters).iterator();
		Set<String> keys = this.store.keys(each.next());
		while (each.hasNext()) {
			keys.addAll(this.store.keys(each.next()));
		}
		return this.keys.shown(keys);
	}

	/**
	 * Return some of the keys that have a value, in the order in which they were last
	 * written.
	 * @param after the revision after which to read
	 * @param limit the maximum number of keys
	 */
	public KeyPage page(String filter, long after, int limit) {
		Assert.isTrue(limit > 0, () -> "'limit' must be at least 1, but is " + limit);
		Assert.isTrue(after >= 0, () -> "'after' must not be negative, but is " + after);
		String encoded = this.keys.encodeFilter(filter);
		if (after > 0) {
			requireReached(after);
		}
		Set<String> page = new LinkedHashSet<>();
		try (EntryCursor cursor = this.store.readAfter(encoded, after)) {
			Long position = after;
			while (position != null && page.size() < limit) {
				Map<String, Long> candidates = new LinkedHashMap<>();
				position = read(cursor, candidates, limit - page.size());
				page.addAll(latest(candidates, position == null));
			}
			return new KeyPage(page.stream().map(this.keys::decode).toList(), position);
		}
	}

	private void requireReached(long revision) {
		long last = this.store.info().getStreamState().getLastSequence();
		Assert.isTrue(revision <= last,
				() -> "Bucket '%s' has come to revision %d only, and has nothing after %d: it was recreated, begin with its first page"
					.formatted(this.store.bucket(), last, revision));
	}

	private @Nullable Long read(EntryCursor cursor, Map<String, Long> candidates, int limit) {
		while (true) {
			KeyValueEntry entry = cursor.next();
			if (entry == null) {
				return null;
			}
			candidates.remove(entry.getKey());
			if (entry.getOperation() == KeyValueOperation.PUT && this.keys.isShown(entry.getKey())) {
				candidates.put(entry.getKey(), entry.getRevision());
				if (candidates.size() == limit) {
					return entry.getRevision();
				}
			}
		}
	}

	// others come again with their last revision, unless this is the end
	private Set<String> latest(Map<String, Long> candidates, boolean end) {
		List<String> readable = candidates.keySet().stream().filter((key) -> !hasWildcards(key)).toList();
		this.store.last(readable).forEach((key, last) -> {
			Long revision = candidates.get(key);
			if (revision != null && last.getSeq() > revision && !(end && BucketValues.isPut(last))) {
				candidates.remove(key);
			}
		});
		return candidates.keySet();
	}

	/**
	 * Return the last entry of each key that has a value, by ascending revision.
	 * @param filters filters, none means all
	 * @return the entries with the keys of the server
	 */
	public List<KeyValueEntry> values(String... filters) {
		Map<String, KeyValueEntry> latest = new HashMap<>();
		for (String filter : encode(filters)) {
			this.store.scan(filter, false).forEach((entry) -> latest.put(entry.getKey(), entry));
		}
		return shown(latest.values());
	}

	/**
	 * Return the last entry of each key that has a value, as of one revision.
	 * @param filters filters, none means all
	 * @return the entries with the keys of the server, by ascending revision
	 */
	public List<KeyValueEntry> snapshot(String... filters) {
		return shown(this.store.snapshot(encode(filters)));
	}

	private List<KeyValueEntry> shown(Collection<KeyValueEntry> entries) {
		return entries.stream()
			.filter((entry) -> entry.getOperation() == KeyValueOperation.PUT && this.keys.isShown(entry.getKey()))
			.sorted(Comparator.comparingLong(KeyValueEntry::getRevision))
			.toList();
	}

	/**
	 * Read the last entry of each key that has a value, filter by filter.
	 * @param filters filters, none means all
	 * @return the entries with the keys of the server, to be closed
	 */
	public Stream<KeyValueEntry> stream(String... filters) {
		EntrySpliterator entries = new EntrySpliterator(this.store, List.copyOf(encode(filters)),
				(entry) -> entry.getOperation() == KeyValueOperation.PUT && this.keys.isShown(entry.getKey()));
		return StreamSupport.stream(entries, false).onClose(entries::close);
	}

	/**
	 * Return the entries of a key the bucket keeps, by ascending revision.
	 * @return the entries with the key of the server
	 */
	public List<KeyValueEntry> history(String key) {
		return this.store.history(this.keys.encodeExisting(key));
	}

	/**
	 * Remove deletion markers.
	 * @param olderThan how old they must be
	 */
	public int purgeDeletes(Duration olderThan) {
		this.store.requireWritable();
		Instant limit = this.store.now().minus(olderThan);
		Map<String, Long> markers = new LinkedHashMap<>();
		for (KeyValueEntry marker : this.store.scan(">", true)) {
			// others may publish to a subject with wildcards, which the server would take
			// for a filter
			if (marker.getOperation() != KeyValueOperation.PUT && !hasWildcards(marker.getKey())
					&& this.keys.isShown(marker.getKey())
					&& (olderThan.isZero() || marker.getCreated().toInstant().isBefore(limit))) {
				markers.put(marker.getKey(), marker.getRevision());
			}
		}
		Removals removals = new Removals(markers);
		this.store.removeAll(markers, removals::removed, removals::failed);
		return removals.count();
	}

	private Collection<String> encode(String... filters) {
		Set<String> encoded = new LinkedHashSet<>();
		for (String filter : (filters.length > 0) ? filters : new String[] { ">" }) {
			encoded.add(this.keys.encodeFilter(filter));
		}
		return encoded.contains(">") ? Set.of(">") : encoded;
	}

	static boolean hasWildcards(String key) {
		return Arrays.stream(key.split("\\.")).anyMatch((token) -> token.equals("*") || token.equals(">"));
	}

	/**
	 * The outcome of the removal of deletion markers.
	 */
	private final class Removals {

		private final Map<String, Long> markers;

		private final Map<String, Long> succeeded = new LinkedHashMap<>();

		private final Map<String, RuntimeException> failures = new LinkedHashMap<>();

		private int removed;

		private Removals(Map<String, Long> markers) {
			this.markers = markers;
		}

		private void removed(String key, long count) {
			this.removed += (count > 0) ? 1 : 0;
			this.succeeded.put(BucketListing.this.keys.decode(key), this.markers.getOrDefault(key, 0L));
		}

		private void failed(String key, RuntimeException failure) {
			this.failures.put(BucketListing.this.keys.decode(key), failure);
		}

		private int count() {
			if (!this.failures.isEmpty()) {
				throw failure(this.failures.values().iterator().next());
			}
			return this.removed;
		}

		private RuntimeException failure(RuntimeException first) {
			boolean unknown = this.failures.values().stream().anyMatch(KeyValueTimeoutException.class::isInstance);
			if (this.succeeded.isEmpty() && !unknown) {
				return first;
			}
			String message = "Could not remove %d of %d deletion markers in bucket '%s', the first of them that of '%s': %s"
				.formatted(this.failures.size(), this.failures.size() + this.succeeded.size(),
						BucketListing.this.store.bucket(), this.failures.keySet().iterator().next(),
						first.getMessage());
			return (unknown || first instanceof KeyValueNotConnectedException)
					? new KeyValueTimeoutException(message + ". The outcome of the whole is unknown", first)
					: new BulkOperationException(message, this.succeeded, this.failures);
		}

	}

}
