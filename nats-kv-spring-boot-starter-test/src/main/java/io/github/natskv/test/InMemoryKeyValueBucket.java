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

import java.lang.reflect.Type;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.interceptor.BucketInterceptors;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/**
 * A bucket in memory, for tests without a server. It behaves like one on a single current
 * server: revisions, history, conflicts, deletion markers, expiry, limits, listings and
 * watches, with the same exceptions. Values are stored encoded, so what does not survive
 * that shows. What only servers do is missing: failures, lost connections, other
 * applications.
 * <p>
 * Each watch has a daemon thread that ends when the watch is closed.
 *
 * @param <V> the type of the values
 * @since 0.1.0
 */
public final class InMemoryKeyValueBucket<V> implements KeyValueBucket<V> {

	private static final int COMPUTE_ATTEMPTS = 100;

	private final InMemoryStream stream;

	private final InMemoryKeys keys;

	private final KeyValueCodec codec;

	private final InMemoryValues<V> values;

	private final InMemoryWrites writes;

	private final BucketInterceptors interceptors;

	private InMemoryKeyValueBucket(InMemoryStream stream, InMemoryKeys keys, KeyValueCodec codec, Type valueType,
			BucketInterceptors interceptors) {
		this.stream = stream;
		this.keys = keys;
		this.codec = codec;
		this.values = new InMemoryValues<>(keys, valueType, codec);
		this.writes = new InMemoryWrites(stream, keys);
		this.interceptors = interceptors;
	}

	/**
	 * Create an empty bucket with every option at its default.
	 * @param name the name
	 * @param valueType the type of the values
	 * @param <V> the type of the values
	 * @return the bucket
	 */
	public static <V> InMemoryKeyValueBucket<V> of(String name, Class<V> valueType) {
		return builder(name).build(valueType);
	}

	/**
	 * Begin to describe a bucket.
	 * @param name the name
	 * @return a builder with every option at its default
	 */
	public static Builder builder(String name) {
		return new Builder(name, KeyValueConfiguration.builder(name).storageType(StorageType.Memory));
	}

	static Builder builder(KeyValueConfiguration configuration) {
		return new Builder(configuration.getBucketName(), KeyValueConfiguration.builder(configuration));
	}

	/**
	 * Return the same bucket with another view of its values.
	 * @param valueType the type of the values
	 * @param <T> the type of the values
	 * @return the same keys and revisions
	 */
	public <T> InMemoryKeyValueBucket<T> as(Class<T> valueType) {
		return as((Type) ClassUtils.resolvePrimitiveIfNecessary(valueType));
	}

	/**
	 * Return the same bucket with another view of its values.
	 * @param valueType the type of the values
	 * @param <T> the type of the values
	 * @return the same keys and revisions
	 */
	public <T> InMemoryKeyValueBucket<T> as(ParameterizedTypeReference<T> valueType) {
		return as(valueType.getType());
	}

	<T> InMemoryKeyValueBucket<T> as(Type valueType) {
		return new InMemoryKeyValueBucket<>(this.stream, this.keys, this.codec, valueType, this.interceptors);
	}

	/**
	 * Return this bucket with the interceptors around its operations.
	 * @return the bucket to give to an application
	 */
	KeyValueBucket<V> intercepted() {
		return this.interceptors.around(this);
	}

	/**
	 * End all watches.
	 */
	void close() {
		this.stream.close();
	}

	/**
	 * Remove everything, without a trace. Revisions go on.
	 */
	void clear() {
		this.stream.clear();
	}

	@Override
	public String getName() {
		return this.stream.bucket();
	}

	/**
	 * Return the bucket as jnats sees it, without the watches of jnats.
	 * @return the handle; its {@code watch} and {@code watchAll} throw an
	 * {@link UnsupportedOperationException}
	 */
	@Override
	public KeyValue getKeyValue() {
		return this.interceptors.around(new InMemoryKeyValue(this.stream, this.writes));
	}

	@Override
	public KeyValueStatus getStatus() {
		return this.stream.status();
	}

	@Override
	public @Nullable V get(String key) {
		StoredMessage last = this.stream.last(this.keys.encodeExisting(key));
		return (last != null && last.isPut()) ? this.values.value(last) : null;
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key) {
		return valueEntry(this.stream.last(this.keys.encodeExisting(key)));
	}

	@Override
	public @Nullable BucketEntry<V> getEntry(String key, long revision) {
		Assert.isTrue(revision > 0, () -> "'revision' must be at least 1, but is " + revision);
		String encoded = this.keys.encodeExisting(key);
		StoredMessage message = this.stream.get(revision);
		return (message != null && message.key().equals(encoded)) ? valueEntry(message) : null;
	}

	private @Nullable BucketEntry<V> valueEntry(@Nullable StoredMessage message) {
		return (message != null && message.isPut()) ? this.values.entry(message) : null;
	}

	@Override
	public boolean exists(String key) {
		StoredMessage last = this.stream.last(this.keys.encodeExisting(key));
		return last != null && last.isPut();
	}

	@Override
	public long put(String key, V value) {
		return this.writes.put(this.keys.encode(key), this.values.encode(value));
	}

	@Override
	public long create(String key, V value) {
		return this.writes.create(this.keys.encode(key), this.values.encode(value), null);
	}

	@Override
	public long create(String key, V value, Duration ttl) {
		return this.writes.create(this.keys.encode(key), this.values.encode(value), ttl);
	}

	@Override
	public boolean putIfAbsent(String key, V value) {
		try {
			create(key, value);
			return true;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	@Override
	public long update(String key, V value, long expectedRevision) {
		return this.writes.update(this.keys.encode(key), this.values.encode(value), expectedRevision);
	}

	@Override
	public @Nullable BucketEntry<V> compute(String key, UnaryOperator<@Nullable V> change) {
		String encoded = this.keys.encode(key);
		for (int attempt = 1;; attempt++) {
			StoredMessage last = this.stream.last(encoded);
			V current = (last != null && last.isPut()) ? this.values.value(last) : null;
			V changed = change.apply(current);
			if (changed == null && current == null) {
				return null;
			}
			try {
				return write(key, encoded, changed, (last != null) ? last.sequence() : 0);
			}
			catch (RevisionConflictException ex) {
				if (attempt == COMPUTE_ATTEMPTS) {
					throw new RevisionConflictException(
							"Gave up changing key '%s' in bucket '%s' after %d attempts: others write to it all the time"
								.formatted(key, getName(), attempt),
							ex);
				}
				LockSupport
					.parkNanos(ThreadLocalRandom.current().nextLong(TimeUnit.MICROSECONDS.toNanos(attempt * 20)));
			}
		}
	}

	private BucketEntry<V> write(String key, String encoded, @Nullable V value, long expectedRevision) {
		long revision = (value != null) ? this.writes.update(encoded, this.values.encode(value), expectedRevision)
				: this.writes.delete(encoded, expectedRevision);
		return new BucketEntry<>(getName(), key, value, revision,
				(value != null) ? KeyValueOperation.PUT : KeyValueOperation.DELETE, null);
	}

	@Override
	public long delete(String key) {
		return this.writes.delete(this.keys.encode(key), null);
	}

	@Override
	public long delete(String key, long expectedRevision) {
		return this.writes.delete(this.keys.encode(key), expectedRevision);
	}

	@Override
	public long purge(String key) {
		return this.writes.purge(this.keys.encode(key), null, null);
	}

	@Override
	public long purge(String key, long expectedRevision) {
		return this.writes.purge(this.keys.encode(key), expectedRevision, null);
	}

	@Override
	public long purge(String key, Duration markerTtl) {
		return this.writes.purge(this.keys.encode(key), null, markerTtl);
	}

	@Override
	public Set<String> keys() {
		return keys(new String[0]);
	}

	@Override
	public Set<String> keys(String... filters) {
		Set<String> found = new LinkedHashSet<>();
		values(filters).forEach((message) -> found.add(this.keys.decode(message.key())));
		return found;
	}

	@Override
	public List<BucketEntry<V>> entries(String... filters) {
		return values(filters).stream().map(this.values::entry).toList();
	}

	private List<StoredMessage> values(String... filters) {
		return this.stream.last(this.keys.matching(filters)
			.and(StoredMessage::isPut)
			.and((message) -> this.keys.isShown(message.key())));
	}

	@Override
	public List<BucketEntry<V>> history(String key) {
		return this.stream.history(this.keys.encodeExisting(key)).stream().map(this.values::entry).toList();
	}

	@Override
	public int purgeDeletes(Duration olderThan) {
		Assert.isTrue(!olderThan.isNegative(), () -> "'olderThan' must not be negative, but is " + olderThan);
		return this.stream.purgeDeletes(this.stream.now().minus(olderThan), false);
	}

	@Override
	public BucketWatch watch(String filter, Consumer<BucketEntry<V>> consumer) {
		return watch(WatchOptions.of(filter), consumer);
	}

	@Override
	public BucketWatch watch(WatchOptions options, Consumer<BucketEntry<V>> consumer) {
		return new InMemoryBucketWatch<>(consumer, (handler) -> createWatch(options, handler, false));
	}

	/**
	 * Create the watch of a listener.
	 * @param options what to deliver
	 * @param handler given each change
	 * @return the watch, which is not started
	 */
	RestartableWatch createWatch(WatchOptions options, BucketWatchHandler<V> handler) {
		return createWatch(options, handler, true);
	}

	private InMemoryWatch<V> createWatch(WatchOptions options, BucketWatchHandler<V> handler, boolean listener) {
		return new InMemoryWatch<>(this.stream, this.keys, this.values, options, this.interceptors.around(handler),
				listener);
	}

	/**
	 * Options of an in-memory bucket, with the defaults of {@code nats.kv.buckets}.
	 *
	 * @since 0.1.0
	 */
	public static final class Builder {

		private final String name;

		private final KeyValueConfiguration.Builder configuration;

		private KeyCodec keyCodec = KeyCodec.NONE;

		private @Nullable KeyValueCodec codec;

		private InstantSource clock = InstantSource.system();

		private BucketInterceptors interceptors;

		private Builder(String name, KeyValueConfiguration.Builder configuration) {
			this.name = name;
			this.interceptors = new BucketInterceptors(name, false, List.of());
			this.configuration = configuration;
		}

		/**
		 * How many revisions are kept of each key.
		 * @param history from 1, the default, to 64
		 * @return this
		 */
		public Builder history(int history) {
			this.configuration.maxHistoryPerKey(history);
			return this;
		}

		/**
		 * How long revisions are kept; for ever by default.
		 * @param ttl the time to live
		 * @return this
		 */
		public Builder ttl(Duration ttl) {
			this.configuration.ttl(ttl);
			return this;
		}

		/**
		 * Leave a marker for a value that has expired, and allow a time to live per key;
		 * neither by default.
		 * @param limitMarkerTtl how long such a marker is kept, at least one second
		 * @return this
		 */
		public Builder limitMarkerTtl(Duration limitMarkerTtl) {
			this.configuration.limitMarker(limitMarkerTtl);
			return this;
		}

		/**
		 * The largest value, with the headers that conditional writes and deletions have;
		 * by default only the 1 MB a server takes by default.
		 * @param maxValueSize the size
		 * @return this
		 */
		public Builder maxValueSize(DataSize maxValueSize) {
			this.configuration.maximumValueSize(Math.toIntExact(maxValueSize.toBytes()));
			return this;
		}

		/**
		 * The size of the bucket, counted as a server does that stores in memory;
		 * unlimited by default.
		 * @param maxBytes the size
		 * @return this
		 */
		public Builder maxBytes(DataSize maxBytes) {
			this.configuration.maxBucketSize(maxBytes.toBytes());
			return this;
		}

		/**
		 * Which characters keys may have; {@link KeyCodec#NONE} by default.
		 * @param keyCodec the codec
		 * @return this
		 */
		public Builder keyCodec(KeyCodec keyCodec) {
			this.keyCodec = keyCodec;
			return this;
		}

		/**
		 * The codec of the values; by default
		 * {@link io.github.natskv.kv.DefaultKeyValueCodec}, with a {@code JsonMapper}
		 * that is not configured where Jackson is present.
		 * @param codec the codec
		 * @return this
		 */
		public Builder codec(KeyValueCodec codec) {
			this.codec = codec;
			return this;
		}

		/**
		 * What tells the time; the system's by default. With a {@link MutableClock} a
		 * test decides when something expires.
		 * @param clock the clock
		 * @return this
		 */
		public Builder clock(InstantSource clock) {
			this.clock = clock;
			return this;
		}

		Builder interceptors(BucketInterceptors interceptors) {
			this.interceptors = interceptors;
			return this;
		}

		/**
		 * Create the bucket, which is empty.
		 * @param valueType the type of the values
		 * @param <V> the type of the values
		 * @return the bucket
		 */
		public <V> InMemoryKeyValueBucket<V> build(Class<V> valueType) {
			return build().as(valueType);
		}

		/**
		 * Create the bucket, which is empty.
		 * @param valueType the type of the values
		 * @param <V> the type of the values
		 * @return the bucket
		 */
		public <V> InMemoryKeyValueBucket<V> build(ParameterizedTypeReference<V> valueType) {
			return build().as(valueType);
		}

		private InMemoryKeyValueBucket<byte[]> build() {
			return new InMemoryKeyValueBucket<>(new InMemoryStream(this.configuration.build(), this.clock),
					new InMemoryKeys(this.name, this.keyCodec), (this.codec != null) ? this.codec : DefaultCodec.get(),
					byte[].class, this.interceptors);
		}

	}

}
