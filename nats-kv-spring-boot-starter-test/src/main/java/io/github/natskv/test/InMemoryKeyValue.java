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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;

import io.github.natskv.kv.KeyCodec;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.MessageTtl;
import io.nats.client.api.KeyResult;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValuePurgeOptions;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.KeyValueWatchOption;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.impl.NatsKeyValueWatchSubscription;
import io.nats.client.support.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * An in-memory bucket as jnats sees it: keys and values are those on a server.
 */
final class InMemoryKeyValue implements KeyValue {

	private final InMemoryStream stream;

	private final InMemoryWrites writes;

	private final InMemoryKeys keys;

	InMemoryKeyValue(InMemoryStream stream, InMemoryWrites writes) {
		this.stream = stream;
		this.writes = writes;
		this.keys = new InMemoryKeys(stream.bucket(), KeyCodec.NONE);
	}

	@Override
	public String getBucketName() {
		return this.stream.bucket();
	}

	@Override
	public @Nullable KeyValueEntry get(String key) {
		return entry(this.stream.last(valid(key)));
	}

	@Override
	public @Nullable KeyValueEntry get(String key, long revision) {
		StoredMessage message = this.stream.get(revision);
		return (message != null && message.key().equals(valid(key))) ? entry(message) : null;
	}

	private @Nullable KeyValueEntry entry(@Nullable StoredMessage message) {
		return (message != null && message.isPut()) ? message.toKeyValueEntry(getBucketName()) : null;
	}

	@Override
	public long put(String key, byte @Nullable [] value) throws IOException, JetStreamApiException {
		return unwrapped(() -> this.writes.put(valid(key), bytes(value)));
	}

	@Override
	public long put(String key, String value) throws IOException, JetStreamApiException {
		return put(key, value.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public long put(String key, Number value) throws IOException, JetStreamApiException {
		return put(key, value.toString());
	}

	@Override
	public long create(String key, byte @Nullable [] value) throws IOException, JetStreamApiException {
		return unwrapped(() -> this.writes.create(valid(key), bytes(value), null));
	}

	@Override
	public long create(String key, byte @Nullable [] value, @Nullable MessageTtl messageTtl)
			throws IOException, JetStreamApiException {
		return unwrapped(() -> this.writes.create(valid(key), bytes(value), duration(messageTtl)));
	}

	@Override
	public long update(String key, byte @Nullable [] value, long expectedRevision)
			throws IOException, JetStreamApiException {
		return unwrapped(() -> this.writes.update(valid(key), bytes(value), expectedRevision));
	}

	@Override
	public long update(String key, String value, long expectedRevision) throws IOException, JetStreamApiException {
		return update(key, value.getBytes(StandardCharsets.UTF_8), expectedRevision);
	}

	@Override
	public void delete(String key) throws IOException, JetStreamApiException {
		unwrapped(() -> this.writes.delete(valid(key), null));
	}

	@Override
	public void delete(String key, long expectedRevision) throws IOException, JetStreamApiException {
		unwrapped(() -> this.writes.delete(valid(key), expectedRevision));
	}

	@Override
	public void purge(String key) throws IOException, JetStreamApiException {
		unwrapped(() -> this.writes.purge(valid(key), null, null));
	}

	@Override
	public void purge(String key, long expectedRevision) throws IOException, JetStreamApiException {
		unwrapped(() -> this.writes.purge(valid(key), expectedRevision, null));
	}

	@Override
	public void purge(String key, @Nullable MessageTtl messageTtl) throws IOException, JetStreamApiException {
		unwrapped(() -> this.writes.purge(valid(key), null, duration(messageTtl)));
	}

	@Override
	public void purge(String key, long expectedRevision, @Nullable MessageTtl messageTtl)
			throws IOException, JetStreamApiException {
		unwrapped(() -> this.writes.purge(valid(key), expectedRevision, duration(messageTtl)));
	}

	@Override
	public NatsKeyValueWatchSubscription watch(String key, KeyValueWatcher watcher,
			KeyValueWatchOption... watchOptions) {
		throw noWatch();
	}

	@Override
	public NatsKeyValueWatchSubscription watch(String key, KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) {
		throw noWatch();
	}

	@Override
	public NatsKeyValueWatchSubscription watch(List<String> keys, KeyValueWatcher watcher,
			KeyValueWatchOption... watchOptions) {
		throw noWatch();
	}

	@Override
	public NatsKeyValueWatchSubscription watch(List<String> keys, KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) {
		throw noWatch();
	}

	@Override
	public NatsKeyValueWatchSubscription watchAll(KeyValueWatcher watcher, KeyValueWatchOption... watchOptions) {
		throw noWatch();
	}

	@Override
	public NatsKeyValueWatchSubscription watchAll(KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) {
		throw noWatch();
	}

	@Override
	public List<String> keys() {
		return keys(List.of());
	}

	@Override
	public List<String> keys(String filter) {
		return keys(List.of(filter));
	}

	@Override
	public List<String> keys(List<String> filters) {
		return this.stream.last(this.keys.matching(filters.toArray(String[]::new)).and(StoredMessage::isPut))
			.stream()
			.map(StoredMessage::key)
			.toList();
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys() {
		return consumeKeys(List.of());
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys(String filter) {
		return consumeKeys(List.of(filter));
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys(List<String> filters) {
		List<KeyResult> results = new ArrayList<>(keys(filters).stream().map(KeyResult::new).toList());
		results.add(new KeyResult());
		return new LinkedBlockingQueue<>(results);
	}

	@Override
	public List<KeyValueEntry> history(String key) {
		return this.stream.history(valid(key))
			.stream()
			.map((message) -> message.toKeyValueEntry(getBucketName()))
			.toList();
	}

	@Override
	public void purgeDeletes() {
		purgeDeletes(KeyValuePurgeOptions.builder().build());
	}

	@Override
	public void purgeDeletes(KeyValuePurgeOptions options) {
		Duration threshold = Duration.ofMillis(options.getDeleteMarkersThresholdMillis());
		this.stream.purgeDeletes(threshold.isNegative() ? Instant.MAX : this.stream.now().minus(threshold), true);
	}

	@Override
	public KeyValueStatus getStatus() {
		return this.stream.status();
	}

	private static String valid(String key) {
		return Validator.validateNonWildcardKvKeyRequired(key);
	}

	private static byte[] bytes(byte @Nullable [] value) {
		return (value != null) ? value.clone() : new byte[0];
	}

	private static @Nullable Duration duration(@Nullable MessageTtl ttl) {
		if (ttl == null) {
			return null;
		}
		if (ttl.getTtlString().equals(MessageTtl.never().getTtlString())) {
			throw new UnsupportedOperationException(
					"An in-memory bucket knows no values that outlive the time to live of their bucket:"
							+ " use a test with a server");
		}
		return Duration.parse("PT" + ttl.getTtlString());
	}

	private static UnsupportedOperationException noWatch() {
		return new UnsupportedOperationException("The jnats handle of an in-memory bucket has no watches: use"
				+ " KeyValueBucket.watch, or a test with a server");
	}

	private static long unwrapped(LongSupplier write) throws IOException, JetStreamApiException {
		try {
			return write.getAsLong();
		}
		catch (DataAccessException ex) {
			if (ex.getMostSpecificCause() instanceof JetStreamApiException cause) {
				throw cause;
			}
			throw new IOException(ex.getMessage(), ex);
		}
	}

}
