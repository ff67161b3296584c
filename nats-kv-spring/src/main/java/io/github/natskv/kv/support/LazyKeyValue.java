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
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.jetstream.BucketLayout;
import io.github.natskv.kv.jetstream.BucketStream;
import io.github.natskv.kv.jetstream.RawReads;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.api.KeyResult;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;

/**
 * The jnats handle of a bucket, made on first use: jnats asks the server when it makes
 * one. Keys and values are those on the server. With consistent reads, values come from
 * the leader of the stream.
 * <p>
 * jnats looks for the keys of a mirror under the mirror's own name, where they usually
 * are not. Such mirrors are read here instead, and written and watched at their origin.
 */
final class LazyKeyValue implements InvocationHandler {

	private static final List<String> ALL = List.of(">");

	private static final Object[] NONE = {};

	private final BucketStream stream;

	private final JetStreamOptions options;

	private final RawReads reads;

	private volatile @Nullable KeyValue delegate;

	private volatile @Nullable KeyValue origin;

	private LazyKeyValue(BucketStream stream, JetStreamOptions options, AsyncRequests requests) {
		this.stream = stream;
		this.options = options;
		this.reads = new RawReads(stream, requests);
	}

	static KeyValue of(BucketStream stream, JetStreamOptions options, AsyncRequests requests) {
		return (KeyValue) Proxy.newProxyInstance(KeyValue.class.getClassLoader(), new Class<?>[] { KeyValue.class },
				new LazyKeyValue(stream, options, requests));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Object[] given = (arguments != null) ? arguments : NONE;
		return switch (method.getName()) {
			case "equals" -> proxy == given[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "toString" -> "KeyValue of bucket '%s'".formatted(this.stream.bucket());
			case "getBucketName" -> this.stream.bucket();
			case "getStatus" -> call(delegate(), method, given);
			case "get" -> (this.stream.settings().consistentReads() || readsItself()) ? get(given)
					: call(delegate(), method, given);
			case "keys" -> readsItself() ? this.reads.keys(filters(given)) : call(delegate(), method, given);
			case "history" -> readsItself() ? this.reads.history((String) given[0]) : call(delegate(), method, given);
			case "consumeKeys" -> consumeKeys(method, given);
			case "watch", "watchAll" -> call(watchable(), method, given);
			case "purgeDeletes" -> purgeDeletes(writable(), method, given);
			default -> call(writable(), method, given);
		};
	}

	private @Nullable Object call(KeyValue target, Method method, Object[] arguments) throws Throwable {
		try {
			return AopUtils.invokeJoinpointUsingReflection(target, method, arguments);
		}
		catch (IllegalStateException ex) {
			// jnats has no connection, and no room for what is to be sent later
			this.stream.api().requireConnected();
			throw new KeyValueNotConnectedException("Nothing was sent: " + ex.getMessage(), ex);
		}
	}

	// many requests, each of which may find no connection
	private @Nullable Object purgeDeletes(KeyValue target, Method method, Object[] arguments) throws Throwable {
		this.stream.api().requireConnected();
		try {
			return AopUtils.invokeJoinpointUsingReflection(target, method, arguments);
		}
		catch (IllegalStateException ex) {
			throw new IOException("The connection was lost while removing deletion markers in bucket '%s'"
				.formatted(this.stream.bucket()), ex);
		}
	}

	private @Nullable KeyValueEntry get(Object[] arguments) throws IOException, JetStreamApiException {
		String key = (String) arguments[0];
		return (arguments.length == 1) ? this.reads.get(key) : this.reads.get(key, (long) arguments[1]);
	}

	@SuppressWarnings("unchecked")
	private static List<String> filters(Object[] arguments) {
		if (arguments.length == 0) {
			return ALL;
		}
		return (arguments[0] instanceof String filter) ? List.of(filter) : (List<String>) arguments[0];
	}

	// reports failures in the queue
	private @Nullable Object consumeKeys(Method method, Object[] arguments) throws Throwable {
		try {
			if (!readsItself()) {
				return call(delegate(), method, arguments);
			}
			LinkedBlockingQueue<KeyResult> results = new LinkedBlockingQueue<>();
			this.reads.keys(filters(arguments)).forEach((key) -> results.add(new KeyResult(key)));
			results.add(new KeyResult());
			return results;
		}
		catch (IOException | JetStreamApiException | KeyValueNotConnectedException ex) {
			return new LinkedBlockingQueue<>(List.of(new KeyResult(ex)));
		}
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

}
