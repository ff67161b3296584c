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

import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natskv.kv.BucketInterceptor.Invocation;
import io.github.natskv.kv.BucketOperation.Kind;
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
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.NatsKeyValueWatchSubscription;
import io.nats.client.support.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * The jnats handle of a bucket, made on first use: jnats asks the server when it makes
 * one. Keys and values are those on the server. With consistent reads, values come from
 * the leader of the stream.
 */
final class LazyKeyValue implements KeyValue {

	private final BucketStream stream;

	private final JetStreamOptions options;

	private final BucketInterceptors interceptors;

	private volatile @Nullable KeyValue delegate;

	LazyKeyValue(BucketStream stream, JetStreamOptions options, BucketInterceptors interceptors) {
		this.stream = stream;
		this.options = options;
		this.interceptors = interceptors;
	}

	private <R extends @Nullable Object> R call(Kind kind, @Nullable String key, Invocation call)
			throws IOException, JetStreamApiException {
		try {
			return callInterruptibly(kind, key, call);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while waiting for the server", ex);
		}
	}

	@SuppressWarnings({ "unchecked", "NullAway" })
	private <R extends @Nullable Object> R callInterruptibly(Kind kind, @Nullable String key, Invocation call)
			throws IOException, JetStreamApiException, InterruptedException {
		try {
			return (R) this.interceptors.call(kind, key, call);
		}
		catch (IOException | JetStreamApiException | InterruptedException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("An interceptor of bucket '%s' failed".formatted(getBucketName()), ex);
		}
	}

	private void run(Kind kind, String key, Action action) throws IOException, JetStreamApiException {
		call(kind, key, () -> {
			action.execute();
			return null;
		});
	}

	private KeyValue delegate() throws IOException {
		KeyValue existing = this.delegate;
		if (existing == null) {
			existing = this.stream.api()
				.connection()
				.keyValue(this.stream.bucket(), KeyValueOptions.builder(this.options).build());
			this.delegate = existing;
		}
		return existing;
	}

	@Override
	public String getBucketName() {
		return this.stream.bucket();
	}

	@Override
	public @Nullable KeyValueEntry get(String key) throws IOException, JetStreamApiException {
		return this.<@Nullable KeyValueEntry>call(Kind.GET, key, () -> read(key));
	}

	private @Nullable KeyValueEntry read(String key) throws IOException, JetStreamApiException {
		if (!this.stream.settings().consistentReads()) {
			return delegate().get(key);
		}
		Validator.validateNonWildcardKvKeyRequired(key);
		return consistently(() -> this.stream.lastFromLeader(key));
	}

	@Override
	public @Nullable KeyValueEntry get(String key, long revision) throws IOException, JetStreamApiException {
		return this.<@Nullable KeyValueEntry>call(Kind.GET, key, () -> read(key, revision));
	}

	private @Nullable KeyValueEntry read(String key, long revision) throws IOException, JetStreamApiException {
		if (!this.stream.settings().consistentReads()) {
			return delegate().get(key, revision);
		}
		Validator.validateNonWildcardKvKeyRequired(key);
		KeyValueEntry entry = consistently(() -> this.stream.revision(revision));
		return (entry != null && entry.getKey().equals(key)) ? entry : null;
	}

	private static @Nullable KeyValueEntry consistently(Supplier<@Nullable MessageInfo> read)
			throws IOException, JetStreamApiException {
		try {
			MessageInfo message = read.get();
			return (message != null && BucketValues.isPut(message)) ? new KeyValueEntry(message) : null;
		}
		catch (DataAccessException ex) {
			if (ex.getCause() instanceof JetStreamApiException cause) {
				throw cause;
			}
			throw new IOException(ex.getMessage(), ex);
		}
	}

	@Override
	public long put(String key, byte[] value) throws IOException, JetStreamApiException {
		return call(Kind.PUT, key, () -> delegate().put(key, value));
	}

	@Override
	public long put(String key, String value) throws IOException, JetStreamApiException {
		return call(Kind.PUT, key, () -> delegate().put(key, value));
	}

	@Override
	public long put(String key, Number value) throws IOException, JetStreamApiException {
		return call(Kind.PUT, key, () -> delegate().put(key, value));
	}

	@Override
	public long create(String key, byte[] value) throws IOException, JetStreamApiException {
		return call(Kind.CREATE, key, () -> delegate().create(key, value));
	}

	@Override
	public long create(String key, byte[] value, MessageTtl messageTtl) throws IOException, JetStreamApiException {
		return call(Kind.CREATE, key, () -> delegate().create(key, value, messageTtl));
	}

	@Override
	public long update(String key, byte[] value, long expectedRevision) throws IOException, JetStreamApiException {
		return call(Kind.UPDATE, key, () -> delegate().update(key, value, expectedRevision));
	}

	@Override
	public long update(String key, String value, long expectedRevision) throws IOException, JetStreamApiException {
		return call(Kind.UPDATE, key, () -> delegate().update(key, value, expectedRevision));
	}

	@Override
	public void delete(String key) throws IOException, JetStreamApiException {
		run(Kind.DELETE, key, () -> delegate().delete(key));
	}

	@Override
	public void delete(String key, long expectedRevision) throws IOException, JetStreamApiException {
		run(Kind.DELETE, key, () -> delegate().delete(key, expectedRevision));
	}

	@Override
	public void purge(String key) throws IOException, JetStreamApiException {
		run(Kind.PURGE, key, () -> delegate().purge(key));
	}

	@Override
	public void purge(String key, long expectedRevision) throws IOException, JetStreamApiException {
		run(Kind.PURGE, key, () -> delegate().purge(key, expectedRevision));
	}

	@Override
	public void purge(String key, MessageTtl messageTtl) throws IOException, JetStreamApiException {
		run(Kind.PURGE, key, () -> delegate().purge(key, messageTtl));
	}

	@Override
	public void purge(String key, long expectedRevision, MessageTtl messageTtl)
			throws IOException, JetStreamApiException {
		run(Kind.PURGE, key, () -> delegate().purge(key, expectedRevision, messageTtl));
	}

	@Override
	public NatsKeyValueWatchSubscription watch(String key, KeyValueWatcher watcher, KeyValueWatchOption... watchOptions)
			throws IOException, JetStreamApiException, InterruptedException {
		return delegate().watch(key, watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(String key, KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return delegate().watch(key, watcher, fromRevision, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(List<String> keys, KeyValueWatcher watcher,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return delegate().watch(keys, watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(List<String> keys, KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return delegate().watch(keys, watcher, fromRevision, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watchAll(KeyValueWatcher watcher, KeyValueWatchOption... watchOptions)
			throws IOException, JetStreamApiException, InterruptedException {
		return delegate().watchAll(watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watchAll(KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return delegate().watchAll(watcher, fromRevision, watchOptions);
	}

	@Override
	public List<String> keys() throws IOException, JetStreamApiException, InterruptedException {
		return callInterruptibly(Kind.LIST, null, () -> delegate().keys());
	}

	@Override
	public List<String> keys(String filter) throws IOException, JetStreamApiException, InterruptedException {
		return callInterruptibly(Kind.LIST, null, () -> delegate().keys(filter));
	}

	@Override
	public List<String> keys(List<String> filters) throws IOException, JetStreamApiException, InterruptedException {
		return callInterruptibly(Kind.LIST, null, () -> delegate().keys(filters));
	}

	@Override
	public List<KeyValueEntry> history(String key) throws IOException, JetStreamApiException, InterruptedException {
		return callInterruptibly(Kind.HISTORY, key, () -> delegate().history(key));
	}

	@Override
	public void purgeDeletes() throws IOException, JetStreamApiException, InterruptedException {
		callInterruptibly(Kind.PURGE_DELETES, null, () -> {
			delegate().purgeDeletes();
			return null;
		});
	}

	@Override
	public void purgeDeletes(KeyValuePurgeOptions options)
			throws IOException, JetStreamApiException, InterruptedException {
		callInterruptibly(Kind.PURGE_DELETES, null, () -> {
			delegate().purgeDeletes(options);
			return null;
		});
	}

	@Override
	public KeyValueStatus getStatus() throws IOException, JetStreamApiException, InterruptedException {
		return delegate().getStatus();
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys() {
		return consumed(KeyValue::consumeKeys);
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys(String filter) {
		return consumed((keyValue) -> keyValue.consumeKeys(filter));
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys(List<String> filters) {
		return consumed((keyValue) -> keyValue.consumeKeys(filters));
	}

	private LinkedBlockingQueue<KeyResult> consumed(Function<KeyValue, LinkedBlockingQueue<KeyResult>> keys) {
		try {
			return keys.apply(delegate());
		}
		catch (IOException ex) {
			return new LinkedBlockingQueue<>(List.of(new KeyResult(ex)));
		}
	}

	/**
	 * An operation without a result.
	 */
	private interface Action {

		void execute() throws IOException, JetStreamApiException;

	}

}
