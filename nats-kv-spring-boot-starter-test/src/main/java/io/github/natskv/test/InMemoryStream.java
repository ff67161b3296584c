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

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.github.natskv.core.Subjects;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.ValueTooLargeException;
import io.github.natskv.kv.jetstream.BucketErrors;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.kv.jetstream.WriteBatch;
import io.github.natskv.kv.watch.RunningWatches;
import io.github.natskv.kv.watch.WatchSettings;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

/**
 * The stream behind a bucket: what a server keeps of it, with keys as they are there.
 */
final class InMemoryStream implements BucketStore {

	private static final int MAX_PAYLOAD = 1024 * 1024;

	private final KeyValueConfiguration configuration;

	private final InstantSource clock;

	private final Instant created;

	private final NavigableMap<Long, StoredMessage> messages = new TreeMap<>();

	/** Of each key, by ascending sequence. */
	private final Map<String, Deque<StoredMessage>> keys = new HashMap<>();

	/** May have messages that were removed. */
	private final PriorityQueue<StoredMessage> expiring = new PriorityQueue<>(
			Comparator.comparing(StoredMessage::expiry).thenComparing(StoredMessage::sequence));

	private final Set<Consumer<WatchEntry>> listeners = new LinkedHashSet<>();

	private final RunningWatches watches = new RunningWatches(WatchSettings.defaults());

	private long lastSequence;

	private long bytes;

	InMemoryStream(KeyValueConfiguration configuration, InstantSource clock) {
		this.configuration = configuration;
		this.clock = clock;
		this.created = clock.instant();
	}

	@Override
	public String bucket() {
		return this.configuration.getBucketName();
	}

	@Override
	public Instant now() {
		return this.clock.instant();
	}

	private @Nullable Duration limitMarkerTtl() {
		return this.configuration.getLimitMarkerTtl();
	}

	@Override
	public void requireWritable() {
	}

	@Override
	public void requireClearable() {
	}

	@Override
	public void requireMessageTtl(String feature) {
		if (limitMarkerTtl() == null) {
			throw new BucketOptionRequiredException(feature, bucket(), "limit-marker-ttl", "2.11.0", "in memory");
		}
	}

	@Override
	public long write(String key, @Nullable Headers headers, byte @Nullable [] value) {
		Headers kept = (headers != null) ? headers : new Headers();
		byte[] data = (value != null) ? value.clone() : new byte[0];
		requireSize(kept, data);
		try {
			return append(key, kept, data);
		}
		catch (JetStreamApiException ex) {
			throw BucketErrors.translate(bucket(), "write key '" + key + "'", ex);
		}
	}

	private void requireSize(Headers headers, byte[] data) {
		int size = StoredMessage.contentSize(headers, data);
		if (size > MAX_PAYLOAD) {
			throw new ValueTooLargeException(
					"A value of %d bytes for bucket '%s' is larger than the server takes (max_payload is %d)"
						.formatted(size, bucket(), MAX_PAYLOAD),
					null);
		}
	}

	private synchronized long append(String key, Headers headers, byte[] data) throws JetStreamApiException {
		expire();
		requireExpected(key, headers);
		requireMaximum(headers, data);
		StoredMessage message = message(key, headers, data, now());
		requireRoom(message);
		store(message);
		return message.sequence();
	}

	@Override
	public void requireTransactions(String feature) {
		if (!this.configuration.getBackingConfig().getAllowAtomicPublish()) {
			throw new BucketOptionRequiredException(feature, bucket(), "transactions", "2.12.15", "in memory");
		}
	}

	@Override
	public long writeTogether(WriteBatch batch) {
		try {
			return appendAll(batch.numbered(NatsKeyValueUtil.toKeyPrefix(bucket())));
		}
		catch (JetStreamApiException ex) {
			throw BucketErrors.translate(bucket(), "write %d keys together".formatted(batch.writes().size()), ex);
		}
	}

	private synchronized long appendAll(List<WriteBatch.Write> writes) throws JetStreamApiException {
		expire();
		long size = 0;
		for (WriteBatch.Write write : writes) {
			requireSize(write.headers(), write.value());
			requireMaximum(write.headers(), write.value());
			requireExpected(write.key(), write.headers());
			size += message(write.key(), write.headers(), write.value(), now()).size(bucket());
		}
		long limit = this.configuration.getMaxBucketSize();
		if (limit > 0 && this.bytes + size > limit) {
			throw StreamErrors.full();
		}
		writes.forEach((write) -> store(message(write.key(), write.headers(), write.value(), now())));
		return this.lastSequence;
	}

	private void requireMaximum(Headers headers, byte[] data) throws JetStreamApiException {
		int limit = this.configuration.getMaximumValueSize();
		if (limit > 0 && StoredMessage.contentSize(headers, data) > limit) {
			throw StreamErrors.messageTooLarge();
		}
	}

	private void requireExpected(String written, Headers headers) throws JetStreamApiException {
		String expected = headers.getFirst(NatsJetStreamConstants.EXPECTED_LAST_SUB_SEQ_HDR);
		String other = headers.getFirst(NatsJetStreamConstants.EXPECTED_LAST_SUB_SEQ_SUB_HDR);
		String key = (other != null) ? other.substring(NatsKeyValueUtil.toKeyPrefix(bucket()).length()) : written;
		StoredMessage last = newest(key);
		long actual = (last != null) ? last.sequence() : 0;
		if (expected != null && Long.parseLong(expected) != actual) {
			throw StreamErrors.wrongLastSequence(actual);
		}
	}

	// in a full bucket a key that has all its revisions may replace the oldest one
	private void requireRoom(StoredMessage message) throws JetStreamApiException {
		long limit = this.configuration.getMaxBucketSize();
		long size = message.size(bucket());
		if (limit <= 0 || this.bytes + size <= limit) {
			return;
		}
		Deque<StoredMessage> ofKey = this.keys.get(message.key());
		if (ofKey == null || ofKey.size() < this.configuration.getMaxHistoryPerKey()
				|| ofKey.getFirst().size(bucket()) < size) {
			throw StreamErrors.full();
		}
	}

	private StoredMessage message(String key, Headers headers, byte[] data, Instant time) {
		return new StoredMessage(this.lastSequence + 1, key, headers, data, time, expiry(headers, time));
	}

	// by the bucket's time to live or its own, whichever ends first
	private Instant expiry(Headers headers, Instant time) {
		Duration ttl = this.configuration.getTtl();
		Instant expiry = (ttl == null || ttl.isZero()) ? Instant.MAX : time.plus(ttl);
		String own = headers.getFirst(NatsJetStreamConstants.MSG_TTL_HDR);
		Instant ownExpiry = (own != null) ? time.plus(atLeastMarkerTtl(Duration.parse("PT" + own))) : Instant.MAX;
		return ownExpiry.isBefore(expiry) ? ownExpiry : expiry;
	}

	// in a bucket with history a server lets nothing live shorter than its limit markers
	private Duration atLeastMarkerTtl(Duration ttl) {
		Duration least = limitMarkerTtl();
		return (this.configuration.getMaxHistoryPerKey() > 1 && least != null && least.compareTo(ttl) > 0) ? least
				: ttl;
	}

	private void store(StoredMessage message) {
		this.lastSequence = message.sequence();
		if (message.isRollupOfAll()) {
			forgetAll();
		}
		this.messages.put(message.sequence(), message);
		this.bytes += message.size(bucket());
		Deque<StoredMessage> ofKey = this.keys.computeIfAbsent(message.key(), (key) -> new ArrayDeque<>());
		ofKey.addLast(message);
		long kept = message.isRollup() ? 1 : this.configuration.getMaxHistoryPerKey();
		while (ofKey.size() > kept) {
			remove(ofKey.getFirst());
		}
		if (!message.expiry().equals(Instant.MAX)) {
			this.expiring.add(message);
		}
		tell(message.toWatchEntry(bucket()));
	}

	private boolean remove(StoredMessage message) {
		if (this.messages.remove(message.sequence()) == null) {
			return false;
		}
		this.bytes -= message.size(bucket());
		Deque<StoredMessage> ofKey = this.keys.get(message.key());
		if (ofKey != null) {
			ofKey.remove(message);
			if (ofKey.isEmpty()) {
				this.keys.remove(message.key());
			}
		}
		return true;
	}

	// in the order of expiry, including markers that are left by what has expired before
	synchronized void expire() {
		Instant now = now();
		StoredMessage next = this.expiring.peek();
		while (next != null && !next.expiry().isAfter(now)) {
			this.expiring.remove();
			if (remove(next) && !this.keys.containsKey(next.key())) {
				expired(next);
			}
			next = this.expiring.peek();
		}
	}

	// a server takes what a purge leaves for a limit marker, but not what a delete leaves
	private void expired(StoredMessage message) {
		Duration ttl = limitMarkerTtl();
		if (ttl == null || ttl.isZero()) {
			if (message.isPut()) {
				tell(WatchEntry.inferredDeletion(message.key()));
			}
		}
		else if (message.operation() != KeyValueOperation.PURGE) {
			Headers headers = new Headers().put(NatsJetStreamConstants.NATS_MARKER_REASON_HDR, "MaxAge")
				.put(NatsJetStreamConstants.MSG_TTL_HDR, ttl.toSeconds() + "s");
			store(message(message.key(), headers, new byte[0], message.expiry()));
		}
	}

	private @Nullable StoredMessage newest(String key) {
		Deque<StoredMessage> ofKey = this.keys.get(key);
		return (ofKey != null) ? ofKey.getLast() : null;
	}

	@Override
	public synchronized @Nullable MessageInfo last(String key) {
		expire();
		return info(newest(key));
	}

	@Override
	public @Nullable MessageInfo lastFromLeader(String key) {
		return last(key);
	}

	@Override
	public synchronized @Nullable MessageInfo revision(long revision) {
		expire();
		return info(this.messages.get(revision));
	}

	private @Nullable MessageInfo info(@Nullable StoredMessage message) {
		return (message != null) ? message.toMessageInfo(bucket()) : null;
	}

	@Override
	public List<KeyValueEntry> scan(String filter, boolean headersOnly) {
		return entries(last((message) -> Subjects.matches(filter, message.key())));
	}

	@Override
	public List<KeyValueEntry> snapshot(Collection<String> filters) {
		return entries(
				last((message) -> filters.stream().anyMatch((filter) -> Subjects.matches(filter, message.key()))));
	}

	@Override
	public List<KeyValueEntry> together(Collection<String> keys) {
		return snapshot(keys);
	}

	@Override
	public synchronized List<KeyValueEntry> history(String key) {
		expire();
		return entries(this.keys.getOrDefault(key, new ArrayDeque<>()));
	}

	private List<KeyValueEntry> entries(Collection<StoredMessage> messages) {
		return messages.stream().map((message) -> message.toKeyValueEntry(bucket())).toList();
	}

	@Override
	public synchronized long removeUpTo(String key, long revision) {
		List<StoredMessage> removed = this.messages.headMap(revision, true)
			.values()
			.stream()
			.filter((message) -> Subjects.matches(key, message.key()))
			.toList();
		removed.forEach(this::remove);
		return removed.size();
	}

	// the last message of each key that matches, by ascending sequence
	synchronized List<StoredMessage> last(Predicate<StoredMessage> predicate) {
		expire();
		return this.keys.values()
			.stream()
			.map(Deque::getLast)
			.filter(predicate)
			.sorted(Comparator.comparing(StoredMessage::sequence))
			.toList();
	}

	synchronized List<StoredMessage> all() {
		expire();
		return List.copyOf(this.messages.values());
	}

	synchronized long lastSequence() {
		return this.lastSequence;
	}

	RunningWatches watches() {
		return this.watches;
	}

	// Remove everything, without a trace.
	synchronized void empty() {
		List<StoredMessage> values = last(StoredMessage::isPut);
		forgetAll();
		values.forEach((value) -> tell(WatchEntry.inferredDeletion(value.key())));
	}

	private void forgetAll() {
		this.messages.clear();
		this.keys.clear();
		this.expiring.clear();
		this.bytes = 0;
	}

	private void tell(WatchEntry entry) {
		this.listeners.forEach((listener) -> listener.accept(entry));
	}

	/**
	 * Follow what happens from now on.
	 * @param listener given each entry by the thread that writes, and must not block
	 */
	synchronized void subscribe(Consumer<WatchEntry> listener) {
		this.listeners.add(listener);
	}

	synchronized void unsubscribe(Consumer<WatchEntry> listener) {
		this.listeners.remove(listener);
	}

	@Override
	public synchronized StreamInfo info() {
		expire();
		long first = this.messages.isEmpty() ? this.lastSequence + 1 : this.messages.firstKey();
		String json = """
				{"config":%s,"created":"%s","state":{"messages":%d,"bytes":%d,"first_seq":%d,"last_seq":%d,"num_subjects":%d}}
				"""
			.formatted(this.configuration.getBackingConfig().toJson(), this.created, this.messages.size(), this.bytes,
					first, this.lastSequence, this.keys.size());
		return new StreamInfo(NatsMessage.builder().subject("info").data(json).build());
	}

}
