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

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamProbe;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.BucketStatus;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.StoredBytesCodec;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchRecoveredEvent;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.jetstream.BucketErrors;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketStream;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.JetStreamStore;
import io.github.natskv.kv.local.BucketCopy;
import io.github.natskv.kv.local.CopiedStore;
import io.github.natskv.kv.watch.BucketRestorer;
import io.github.natskv.kv.watch.BucketWatchFactory;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.BucketWatches;
import io.github.natskv.kv.watch.RestartableWatch;
import io.github.natskv.kv.watch.WatchSettings;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentLruCache;

/**
 * The buckets reached over a connection. Neither creating this nor asking it for a bucket
 * talks to the server.
 *
 * @since 0.1.0
 */
public class DefaultKeyValueBuckets implements KeyValueBuckets, BucketWatchFactory, BucketMonitor, AutoCloseable {

	private static final int MAX_OTHERS = 100;

	private final Connection connection;

	private final JetStreamClient api;

	private final AsyncRequests requests;

	private final JetStreamProbe probe;

	private final JetStreamOptions options;

	private final Map<String, BucketSettings> settings = new LinkedHashMap<>();

	private final KeyValueCodec codec;

	private final KeyValueInterceptors interceptors;

	private final Consumer<WatchRecoveredEvent> recovered;

	private final TypedWatches watches;

	private final Map<Connection, TypedWatches> otherWatches = new ConcurrentHashMap<>();

	private final Map<String, BucketStream> streams = new ConcurrentHashMap<>();

	/** Of buckets that are not configured, those that were used last. */
	private final ConcurrentLruCache<String, BucketStream> otherStreams;

	private final Map<String, KeyValue> keyValues = new ConcurrentHashMap<>();

	private final Map<String, BucketCopy> copies = new ConcurrentHashMap<>();

	private final Map<TypedName, KeyValueBucket<?>> buckets = new ConcurrentHashMap<>();

	/**
	 * Create access to buckets.
	 * @param options the domain or prefix and the request timeout
	 * @param settings the configured buckets
	 * @param codec the codec of buckets that have none of their own
	 * @param restorer makes a bucket again that watches find missing
	 */
	public DefaultKeyValueBuckets(Connection connection, JetStreamOptions options, Collection<BucketSettings> settings,
			KeyValueCodec codec, BucketRestorer restorer) {
		this(connection, options, AsyncRequests.DEFAULT_MAX_IN_FLIGHT, settings, codec, restorer,
				KeyValueInterceptors.NONE, (event) -> {
				});
	}

	/**
	 * Create access to buckets.
	 * @param options the domain or prefix and the request timeout
	 * @param maxInFlight how many requests that nobody waits for, one by one, are
	 * underway at most
	 * @param settings the configured buckets
	 * @param codec the codec of buckets that have none of their own
	 * @param restorer makes a bucket again that watches find missing
	 * @param interceptors called around operations on buckets and deliveries to watches
	 * @param recovered told, in the thread of a watch, that it is back in touch
	 */
	public DefaultKeyValueBuckets(Connection connection, JetStreamOptions options, int maxInFlight,
			Collection<BucketSettings> settings, KeyValueCodec codec, BucketRestorer restorer,
			KeyValueInterceptors interceptors, Consumer<WatchRecoveredEvent> recovered) {
		this.connection = connection;
		this.api = new JetStreamClient(connection, options, BucketErrors::translate);
		this.requests = new AsyncRequests(maxInFlight);
		this.otherStreams = new ConcurrentLruCache<>(MAX_OTHERS,
				(name) -> newStream(this.api, BucketSettings.of(name)));
		this.probe = new JetStreamProbe(this.api);
		this.options = options;
		settings.forEach((bucket) -> this.settings.put(bucket.key(), bucket));
		this.codec = codec;
		this.interceptors = interceptors;
		this.recovered = recovered;
		this.watches = watches(connection, restorer);
	}

	@Override
	public <V> KeyValueBucket<V> bucket(String name, Class<V> valueType) {
		return typed(name, ClassUtils.resolvePrimitiveIfNecessary(valueType));
	}

	@Override
	public <V> KeyValueBucket<V> bucket(String name, ParameterizedTypeReference<V> valueType) {
		return typed(name, valueType.getType());
	}

	@SuppressWarnings("unchecked")
	private <V> KeyValueBucket<V> typed(String name, Type valueType) {
		BucketSettings bucket = settings(name);
		if (!isConfigured(bucket)) {
			return create(bucket, valueType);
		}
		return (KeyValueBucket<V>) this.buckets.computeIfAbsent(new TypedName(bucket.name(), valueType),
				(key) -> create(bucket, valueType));
	}

	private <V> KeyValueBucket<V> create(BucketSettings bucket, Type valueType) {
		BucketStream stream = stream(bucket);
		return create(stream, values(stream, valueType));
	}

	private <V> KeyValueBucket<V> create(BucketStream stream, BucketValues<V> values) {
		BucketSettings bucket = stream.settings();
		return interceptors(bucket).around(new DefaultKeyValueBucket<V>(store(stream), values, keyValue(bucket),
				(options, handler) -> this.watches.open(stream, values, options, handler),
				() -> newCopy(stream, LocalCopySettings.ofAll())));
	}

	private BucketStore store(BucketStream stream) {
		LocalCopySettings settings = stream.settings().localCopy();
		return (settings != null) ? CopiedStore.of(copy(stream, settings)) : new JetStreamStore(stream, this.requests);
	}

	private BucketCopy copy(BucketStream stream, LocalCopySettings settings) {
		return this.copies.computeIfAbsent(stream.bucket(), (name) -> newCopy(stream, settings));
	}

	private BucketCopy newCopy(BucketStream stream, LocalCopySettings settings) {
		List<String> filters = settings.keys().stream().map(stream.keys()::encodeFilter).toList();
		return new BucketCopy(new JetStreamStore(stream, this.requests), settings, filters,
				(handler) -> this.watches.follow(stream, settings.keys(), handler));
	}

	private <V> BucketValues<V> values(BucketStream stream, Type valueType) {
		KeyValueCodec own = stream.settings().codec();
		return new BucketValues<>(stream.keys(), valueType, (own != null) ? own : this.codec);
	}

	@Override
	public KeyValue keyValue(String name) {
		return keyValue(settings(name));
	}

	private KeyValue keyValue(BucketSettings bucket) {
		return isConfigured(bucket) ? this.keyValues.computeIfAbsent(bucket.name(), (key) -> createKeyValue(bucket))
				: createKeyValue(bucket);
	}

	private KeyValue createKeyValue(BucketSettings bucket) {
		return interceptors(bucket).around(LazyKeyValue.of(stream(bucket), this.options, this.requests));
	}

	@Override
	public Set<String> names() {
		return Collections.unmodifiableSet(this.settings.keySet());
	}

	@Override
	public <V> RestartableWatch createWatch(Connection connection, String name, @Nullable Type valueType,
			WatchOptions options, BucketWatchHandler<V> handler) {
		BucketSettings bucket = settings(name);
		Type configured = (bucket.valueType() != null) ? bucket.valueType() : byte[].class;
		boolean own = isOf(connection);
		BucketStream stream = (own) ? stream(bucket)
				: newStream(new JetStreamClient(connection, this.options, BucketErrors::translate), bucket);
		TypedWatches factory = (own) ? this.watches
				: this.otherWatches.computeIfAbsent(connection, (key) -> watches(key, BucketRestorer.NONE));
		return factory.create(stream, values(stream, (valueType != null) ? valueType : configured), options, handler);
	}

	@Override
	public boolean isOf(Connection connection) {
		return connection == this.connection;
	}

	@Override
	public Map<String, String> serverNames() {
		Map<String, String> names = new LinkedHashMap<>();
		this.settings.forEach((key, bucket) -> names.put(key, bucket.name()));
		return names;
	}

	@Override
	public KeyValueBucket<byte[]> stored(String name) {
		BucketStream stream = stream(settings(name));
		return create(stream, new BucketValues<>(stream.keys(), byte[].class, StoredBytesCodec.INSTANCE));
	}

	@Override
	public CompletableFuture<List<BucketStatus>> statuses(Duration timeout) {
		return this.probe.<BucketStatus>ask(this.settings.values().stream().map(BucketQuestion::new).toList(), timeout)
			.thenApply((statuses) -> statuses.stream().map(this::withRefusal).toList());
	}

	private BucketStatus withRefusal(BucketStatus status) {
		BucketStream stream = this.streams.get(status.bucketName());
		String refusal = (stream != null) ? stream.fullStore() : null;
		return (refusal != null && status.problem() == null) ? status.withProblem(refusal) : status;
	}

	@Override
	public List<WatchStatus> watches() {
		return allWatches().flatMap(TypedWatches::statuses).toList();
	}

	@Override
	public long recoveries(String name) {
		return allWatches().mapToLong((watches) -> watches.recoveries(name)).sum();
	}

	@Override
	public Set<String> copied() {
		return this.settings.values()
			.stream()
			.filter((bucket) -> bucket.localCopy() != null)
			.map(BucketSettings::key)
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	@Override
	public @Nullable LocalCopyStatus localCopy(String key) {
		BucketSettings bucket = this.settings.get(key);
		BucketCopy copy = (bucket != null) ? this.copies.get(bucket.name()) : null;
		return (copy != null) ? copy.status() : null;
	}

	private Stream<TypedWatches> allWatches() {
		return Stream.concat(Stream.of(this.watches), this.otherWatches.values().stream());
	}

	private TypedWatches watches(Connection connection, BucketRestorer restorer) {
		Duration timeout = this.options.getRequestTimeout();
		WatchSettings defaults = WatchSettings.defaults();
		return new TypedWatches(
				new BucketWatches(connection, this.options, restorer,
						(timeout != null) ? defaults.limitRequestTimeout(timeout) : defaults),
				this::interceptors, this.recovered);
	}

	/**
	 * Close all watches: a handler at work may finish within 5 s, then it is interrupted.
	 */
	@Override
	public void close() {
		this.copies.values().forEach(BucketCopy::close);
		this.watches.close();
		this.otherWatches.values().forEach(TypedWatches::close);
		this.probe.close();
		this.requests.close();
	}

	private BucketInterceptors interceptors(BucketSettings bucket) {
		return new BucketInterceptors(bucket.key(), bucket.name(), isConfigured(bucket), this.interceptors);
	}

	private BucketStream stream(BucketSettings bucket) {
		return isConfigured(bucket) ? this.streams.computeIfAbsent(bucket.name(), (key) -> newStream(this.api, bucket))
				: this.otherStreams.get(bucket.name());
	}

	private BucketStream newStream(JetStreamClient api, BucketSettings bucket) {
		return new BucketStream(api, bucket, isConfigured(bucket) ? MissingBucket.DECLARED
				: MissingBucket.undeclared(bucket.name(), this.settings.keySet()));
	}

	// Few of others are kept, as there is no end to the names somebody may ask for.
	private boolean isConfigured(BucketSettings bucket) {
		return this.settings.get(bucket.key()) == bucket;
	}

	private BucketSettings settings(String name) {
		BucketSettings configured = this.settings.get(name);
		if (configured != null) {
			return configured;
		}
		Assert.isTrue(name.matches("[A-Za-z0-9_-]+"),
				() -> "'%s' is neither a bucket key of the configuration nor a server's name of a bucket ([A-Za-z0-9_-]+)"
					.formatted(name));
		return this.settings.values()
			.stream()
			.filter((bucket) -> bucket.name().equals(name))
			.findFirst()
			.orElseGet(() -> BucketSettings.of(name));
	}

	private record TypedName(String name, Type valueType) {

	}

}
