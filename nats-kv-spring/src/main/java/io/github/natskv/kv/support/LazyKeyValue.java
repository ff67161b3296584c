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

package io.github.natskv.kv.support;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.jetstream.BucketLayout;
import io.github.natskv.kv.jetstream.BucketStream;
import io.github.natskv.kv.jetstream.RawReads;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.MessageTtl;
import io.nats.client.api.KeyResult;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValuePurgeOptions;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.KeyValueWatchOption;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.impl.NatsKeyValueWatchSubscription;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

/**
 * The jnats handle of a bucket, made on first use: jnats asks the server when it makes
 * one. Keys and values are those on the server. With consistent reads, values come from
 * the leader of the stream.
 * <p>
 * jnats looks for the keys of a mirror under the mirror's own name, where they usually
 * are not. Such mirrors are read here instead, and written and watched at their origin.
 */
final class LazyKeyValue implements KeyValue {

	private static final List<String> ALL = List.of(">");

	private final BucketStream stream;

	private final JetStreamOptions options;

	private final RawReads reads;

	private volatile @Nullable KeyValue delegate;

	private volatile @Nullable KeyValue origin;

	LazyKeyValue(BucketStream stream, JetStreamOptions options) {
		this.stream = stream;
		this.options = options;
		this.reads = new RawReads(stream);
	}

	private KeyValue delegate() throws IOException {
		KeyValue existing = this.delegate;
		if (existing == null) {
			this.stream.api().requireConnected();
			existing = this.stream.api()
				.connection()
				.keyValue(this.stream.bucket(), KeyValueOptions.builder(this.options).build());
			this.delegate = existing;
		}
		return existing;
	}

	private KeyValue writable() throws IOException, JetStreamApiException {
		KeyValue own = delegate();
		BucketLayout layout = this.reads.writableLayout();
		return layout.foreign() ? origin(layout) : own;
	}

	private KeyValue watchable() throws IOException, JetStreamApiException {
		KeyValue own = delegate();
		BucketLayout layout = this.reads.layout();
		return layout.foreign() ? origin(layout) : own;
	}

	private KeyValue origin(BucketLayout layout) throws IOException {
		KeyValue existing = this.origin;
		if (existing == null) {
			KeyValueOptions.Builder builder = KeyValueOptions.builder(this.options);
			if (!layout.originApi().equals(this.stream.api().prefix())) {
				builder.jsPrefix(layout.originApi());
			}
			existing = this.stream.api()
				.connection()
				.keyValue(NatsKeyValueUtil.trimPrefix(layout.origin()), builder.build());
			this.origin = existing;
		}
		return existing;
	}

	private boolean readsItself() throws IOException, JetStreamApiException {
		delegate();
		return this.reads.layout().foreign() || ImportedApi.isImported(this.stream.api().prefix());
	}

	@Override
	public String getBucketName() {
		return this.stream.bucket();
	}

	@Override
	public @Nullable KeyValueEntry get(String key) throws IOException, JetStreamApiException {
		return (this.stream.settings().consistentReads() || readsItself()) ? this.reads.get(key) : delegate().get(key);
	}

	@Override
	public @Nullable KeyValueEntry get(String key, long revision) throws IOException, JetStreamApiException {
		return (this.stream.settings().consistentReads() || readsItself()) ? this.reads.get(key, revision)
				: delegate().get(key, revision);
	}

	@Override
	public long put(String key, byte[] value) throws IOException, JetStreamApiException {
		return writable().put(key, value);
	}

	@Override
	public long put(String key, String value) throws IOException, JetStreamApiException {
		return writable().put(key, value);
	}

	@Override
	public long put(String key, Number value) throws IOException, JetStreamApiException {
		return writable().put(key, value);
	}

	@Override
	public long create(String key, byte[] value) throws IOException, JetStreamApiException {
		return writable().create(key, value);
	}

	@Override
	public long create(String key, byte[] value, MessageTtl messageTtl) throws IOException, JetStreamApiException {
		return writable().create(key, value, messageTtl);
	}

	@Override
	public long update(String key, byte[] value, long expectedRevision) throws IOException, JetStreamApiException {
		return writable().update(key, value, expectedRevision);
	}

	@Override
	public long update(String key, String value, long expectedRevision) throws IOException, JetStreamApiException {
		return writable().update(key, value, expectedRevision);
	}

	@Override
	public void delete(String key) throws IOException, JetStreamApiException {
		writable().delete(key);
	}

	@Override
	public void delete(String key, long expectedRevision) throws IOException, JetStreamApiException {
		writable().delete(key, expectedRevision);
	}

	@Override
	public void purge(String key) throws IOException, JetStreamApiException {
		writable().purge(key);
	}

	@Override
	public void purge(String key, long expectedRevision) throws IOException, JetStreamApiException {
		writable().purge(key, expectedRevision);
	}

	@Override
	public void purge(String key, MessageTtl messageTtl) throws IOException, JetStreamApiException {
		writable().purge(key, messageTtl);
	}

	@Override
	public void purge(String key, long expectedRevision, MessageTtl messageTtl)
			throws IOException, JetStreamApiException {
		writable().purge(key, expectedRevision, messageTtl);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(String key, KeyValueWatcher watcher, KeyValueWatchOption... watchOptions)
			throws IOException, JetStreamApiException, InterruptedException {
		return watchable().watch(key, watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(String key, KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return watchable().watch(key, watcher, fromRevision, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(List<String> keys, KeyValueWatcher watcher,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return watchable().watch(keys, watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(List<String> keys, KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return watchable().watch(keys, watcher, fromRevision, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watchAll(KeyValueWatcher watcher, KeyValueWatchOption... watchOptions)
			throws IOException, JetStreamApiException, InterruptedException {
		return watchable().watchAll(watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watchAll(KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return watchable().watchAll(watcher, fromRevision, watchOptions);
	}

	@Override
	public List<String> keys() throws IOException, JetStreamApiException, InterruptedException {
		return readsItself() ? this.reads.keys(ALL) : delegate().keys();
	}

	@Override
	public List<String> keys(String filter) throws IOException, JetStreamApiException, InterruptedException {
		return readsItself() ? this.reads.keys(List.of(filter)) : delegate().keys(filter);
	}

	@Override
	public List<String> keys(List<String> filters) throws IOException, JetStreamApiException, InterruptedException {
		return readsItself() ? this.reads.keys(filters) : delegate().keys(filters);
	}

	@Override
	public List<KeyValueEntry> history(String key) throws IOException, JetStreamApiException, InterruptedException {
		return readsItself() ? this.reads.history(key) : delegate().history(key);
	}

	@Override
	public void purgeDeletes() throws IOException, JetStreamApiException, InterruptedException {
		writable().purgeDeletes();
	}

	@Override
	public void purgeDeletes(KeyValuePurgeOptions options)
			throws IOException, JetStreamApiException, InterruptedException {
		writable().purgeDeletes(options);
	}

	@Override
	public KeyValueStatus getStatus() throws IOException, JetStreamApiException, InterruptedException {
		return delegate().getStatus();
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys() {
		return consumed(ALL, KeyValue::consumeKeys);
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys(String filter) {
		return consumed(List.of(filter), (keyValue) -> keyValue.consumeKeys(filter));
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys(List<String> filters) {
		return consumed(filters, (keyValue) -> keyValue.consumeKeys(filters));
	}

	private LinkedBlockingQueue<KeyResult> consumed(List<String> filters,
			Function<KeyValue, LinkedBlockingQueue<KeyResult>> keys) {
		try {
			if (!readsItself()) {
				return keys.apply(delegate());
			}
			LinkedBlockingQueue<KeyResult> results = new LinkedBlockingQueue<>();
			this.reads.keys(filters).forEach((key) -> results.add(new KeyResult(key)));
			results.add(new KeyResult());
			return results;
		}
		catch (IOException | JetStreamApiException | KeyValueNotConnectedException ex) {
			return new LinkedBlockingQueue<>(List.of(new KeyResult(ex)));
		}
	}

}
