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

package io.github.natskv.kv.interceptor;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.natskv.kv.interceptor.BucketInterceptor.Invocation;
import io.github.natskv.kv.interceptor.BucketOperation.Kind;
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
import org.jspecify.annotations.Nullable;

/**
 * A jnats handle of a bucket with interceptors around its operations.
 */
final class InterceptedKeyValue implements KeyValue {

	private final KeyValue keyValue;

	private final BucketInterceptors interceptors;

	InterceptedKeyValue(KeyValue keyValue, BucketInterceptors interceptors) {
		this.keyValue = keyValue;
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

	@Override
	public String getBucketName() {
		return this.keyValue.getBucketName();
	}

	@Override
	public @Nullable KeyValueEntry get(String key) throws IOException, JetStreamApiException {
		return this.<@Nullable KeyValueEntry>call(Kind.GET, key, () -> this.keyValue.get(key));
	}

	@Override
	public @Nullable KeyValueEntry get(String key, long revision) throws IOException, JetStreamApiException {
		return this.<@Nullable KeyValueEntry>call(Kind.GET, key, () -> this.keyValue.get(key, revision));
	}

	@Override
	public long put(String key, byte[] value) throws IOException, JetStreamApiException {
		return call(Kind.PUT, key, () -> this.keyValue.put(key, value));
	}

	@Override
	public long put(String key, String value) throws IOException, JetStreamApiException {
		return call(Kind.PUT, key, () -> this.keyValue.put(key, value));
	}

	@Override
	public long put(String key, Number value) throws IOException, JetStreamApiException {
		return call(Kind.PUT, key, () -> this.keyValue.put(key, value));
	}

	@Override
	public long create(String key, byte[] value) throws IOException, JetStreamApiException {
		return call(Kind.CREATE, key, () -> this.keyValue.create(key, value));
	}

	@Override
	public long create(String key, byte[] value, MessageTtl messageTtl) throws IOException, JetStreamApiException {
		return call(Kind.CREATE, key, () -> this.keyValue.create(key, value, messageTtl));
	}

	@Override
	public long update(String key, byte[] value, long expectedRevision) throws IOException, JetStreamApiException {
		return call(Kind.UPDATE, key, () -> this.keyValue.update(key, value, expectedRevision));
	}

	@Override
	public long update(String key, String value, long expectedRevision) throws IOException, JetStreamApiException {
		return call(Kind.UPDATE, key, () -> this.keyValue.update(key, value, expectedRevision));
	}

	@Override
	public void delete(String key) throws IOException, JetStreamApiException {
		run(Kind.DELETE, key, () -> this.keyValue.delete(key));
	}

	@Override
	public void delete(String key, long expectedRevision) throws IOException, JetStreamApiException {
		run(Kind.DELETE, key, () -> this.keyValue.delete(key, expectedRevision));
	}

	@Override
	public void purge(String key) throws IOException, JetStreamApiException {
		run(Kind.PURGE, key, () -> this.keyValue.purge(key));
	}

	@Override
	public void purge(String key, long expectedRevision) throws IOException, JetStreamApiException {
		run(Kind.PURGE, key, () -> this.keyValue.purge(key, expectedRevision));
	}

	@Override
	public void purge(String key, MessageTtl messageTtl) throws IOException, JetStreamApiException {
		run(Kind.PURGE, key, () -> this.keyValue.purge(key, messageTtl));
	}

	@Override
	public void purge(String key, long expectedRevision, MessageTtl messageTtl)
			throws IOException, JetStreamApiException {
		run(Kind.PURGE, key, () -> this.keyValue.purge(key, expectedRevision, messageTtl));
	}

	@Override
	public NatsKeyValueWatchSubscription watch(String key, KeyValueWatcher watcher, KeyValueWatchOption... watchOptions)
			throws IOException, JetStreamApiException, InterruptedException {
		return this.keyValue.watch(key, watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(String key, KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return this.keyValue.watch(key, watcher, fromRevision, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(List<String> keys, KeyValueWatcher watcher,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return this.keyValue.watch(keys, watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watch(List<String> keys, KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return this.keyValue.watch(keys, watcher, fromRevision, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watchAll(KeyValueWatcher watcher, KeyValueWatchOption... watchOptions)
			throws IOException, JetStreamApiException, InterruptedException {
		return this.keyValue.watchAll(watcher, watchOptions);
	}

	@Override
	public NatsKeyValueWatchSubscription watchAll(KeyValueWatcher watcher, long fromRevision,
			KeyValueWatchOption... watchOptions) throws IOException, JetStreamApiException, InterruptedException {
		return this.keyValue.watchAll(watcher, fromRevision, watchOptions);
	}

	@Override
	public List<String> keys() throws IOException, JetStreamApiException, InterruptedException {
		return callInterruptibly(Kind.LIST, null, () -> this.keyValue.keys());
	}

	@Override
	public List<String> keys(String filter) throws IOException, JetStreamApiException, InterruptedException {
		return callInterruptibly(Kind.LIST, null, () -> this.keyValue.keys(filter));
	}

	@Override
	public List<String> keys(List<String> filters) throws IOException, JetStreamApiException, InterruptedException {
		return callInterruptibly(Kind.LIST, null, () -> this.keyValue.keys(filters));
	}

	@Override
	public List<KeyValueEntry> history(String key) throws IOException, JetStreamApiException, InterruptedException {
		return callInterruptibly(Kind.HISTORY, key, () -> this.keyValue.history(key));
	}

	@Override
	public void purgeDeletes() throws IOException, JetStreamApiException, InterruptedException {
		callInterruptibly(Kind.PURGE_DELETES, null, () -> {
			this.keyValue.purgeDeletes();
			return null;
		});
	}

	@Override
	public void purgeDeletes(KeyValuePurgeOptions options)
			throws IOException, JetStreamApiException, InterruptedException {
		callInterruptibly(Kind.PURGE_DELETES, null, () -> {
			this.keyValue.purgeDeletes(options);
			return null;
		});
	}

	@Override
	public KeyValueStatus getStatus() throws IOException, JetStreamApiException, InterruptedException {
		return this.keyValue.getStatus();
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys() {
		return this.keyValue.consumeKeys();
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys(String filter) {
		return this.keyValue.consumeKeys(filter);
	}

	@Override
	public LinkedBlockingQueue<KeyResult> consumeKeys(List<String> filters) {
		return this.keyValue.consumeKeys(filters);
	}

	/**
	 * An operation without a result.
	 */
	private interface Action {

		void execute() throws IOException, JetStreamApiException;

	}

}
