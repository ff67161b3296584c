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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.StoredBytesCodec;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.local.BucketCopy;
import io.github.natskv.kv.local.CopiedStore;
import io.github.natskv.kv.support.BucketInterceptors;
import io.github.natskv.kv.support.DefaultKeyValueBucket;
import io.github.natskv.kv.support.KeyValueInterceptors;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.github.natskv.provisioning.BucketConfigurations;
import io.nats.client.KeyValue;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
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
public final class InMemoryKeyValueBucket<V> extends DefaultKeyValueBucket<V> {

	/** The time that the copy may take to know that everything is gone. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private final InMemoryStream stream;

	private final @Nullable BucketCopy copy;

	private final KeyValueCodec codec;

	private final BucketValues<V> values;

	private final BucketInterceptors interceptors;

	private InMemoryKeyValueBucket(InMemoryStream stream, @Nullable BucketCopy copy, BucketKeys keys,
			KeyValueCodec codec, Type valueType, BucketInterceptors interceptors) {
		this(stream, copy, new BucketValues<>(keys, valueType, codec), codec, interceptors);
	}

	private InMemoryKeyValueBucket(InMemoryStream stream, @Nullable BucketCopy copy, BucketValues<V> values,
			KeyValueCodec codec, BucketInterceptors interceptors) {
		super((copy != null) ? CopiedStore.of(copy) : stream, values,
				interceptors.around(InMemoryKeyValue.create(stream)),
				(options, handler) -> InMemoryWatch.create(stream, values, options, interceptors.around(handler))
					.opened(),
				() -> copy(stream, values.keys(), LocalCopySettings.ofAll()));
		this.stream = stream;
		this.copy = copy;
		this.codec = codec;
		this.values = values;
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
	public <T> InMemoryKeyValueBucket<T> withType(Class<T> valueType) {
		return withType((Type) ClassUtils.resolvePrimitiveIfNecessary(valueType));
	}

	/**
	 * Return the same bucket with another view of its values.
	 * @param valueType the type of the values
	 * @param <T> the type of the values
	 * @return the same keys and revisions
	 */
	public <T> InMemoryKeyValueBucket<T> withType(ParameterizedTypeReference<T> valueType) {
		return withType(valueType.getType());
	}

	<T> InMemoryKeyValueBucket<T> withType(Type valueType) {
		return new InMemoryKeyValueBucket<>(this.stream, this.copy, this.values.keys(), this.codec, valueType,
				this.interceptors);
	}

	/**
	 * Return this bucket with the interceptors around its operations.
	 * @return the bucket to give to an application
	 */
	KeyValueBucket<V> intercepted() {
		return this.interceptors.around(this);
	}

	// End all watches.
	void close() {
		this.stream.watches().close();
	}

	// Remove everything, without a trace. Revisions go on.
	void empty() {
		this.stream.empty();
		BucketCopy held = this.copy;
		long start = System.nanoTime();
		while (held != null && held.status().entries() > 0 && System.nanoTime() - start < PATIENCE) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}
	}

	/**
	 * Return the bucket as jnats sees it, without the watches of jnats.
	 * @return the handle; its {@code watch} and {@code watchAll} throw an
	 * {@link UnsupportedOperationException}
	 */
	@Override
	public KeyValue getKeyValue() {
		return super.getKeyValue();
	}

	/**
	 * Create the watch of a listener.
	 * @param options what to deliver
	 * @param handler given each change
	 * @return the watch, which is not started
	 */
	RestartableWatch createWatch(WatchOptions options, BucketWatchHandler<V> handler) {
		return InMemoryWatch.create(this.stream, this.values, options, this.interceptors.around(handler));
	}

	private static BucketCopy copy(InMemoryStream stream, BucketKeys keys, LocalCopySettings settings) {
		return new BucketCopy(stream, settings, settings.keys().stream().map(keys::encodeFilter).toList(),
				(handler) -> InMemoryWatch.create(stream,
						new BucketValues<>(keys, byte[].class, StoredBytesCodec.INSTANCE),
						WatchOptions.of().filters(settings.keys()), handler));
	}

	/**
	 * Options of an in-memory bucket, with the defaults of {@code nats.kv.buckets}.
	 *
	 * @since 0.1.0
	 */
	public static final class Builder {

		private final String name;

		private KeyValueConfiguration.Builder configuration;

		private KeyCodec keyCodec = KeyCodec.NONE;

		private @Nullable KeyValueCodec codec;

		private InstantSource clock = InstantSource.system();

		private BucketInterceptors interceptors;

		private @Nullable LocalCopySettings localCopy;

		private Builder(String name, KeyValueConfiguration.Builder configuration) {
			this.name = name;
			this.interceptors = new BucketInterceptors(name, name, false, KeyValueInterceptors.NONE);
			this.configuration = configuration;
		}

		/**
		 * The number of revisions kept of each key.
		 * @param history from 1, the default, to 64
		 * @return this
		 */
		public Builder history(int history) {
			this.configuration.maxHistoryPerKey(history);
			return this;
		}

		/**
		 * The time for which revisions are kept; for ever by default.
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
		 * Allow transactions, which are refused by default.
		 * @return this
		 */
		public Builder transactions() {
			this.configuration = KeyValueConfiguration
				.builder(BucketConfigurations.withTransactions(this.configuration.build()));
			return this;
		}

		/**
		 * The characters that keys may have; {@link KeyCodec#NONE} by default.
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
		 * The clock; the system's by default. With a {@link MutableClock} a test decides
		 * when something expires.
		 * @param clock the clock
		 * @return this
		 */
		public Builder clock(InstantSource clock) {
			this.clock = clock;
			return this;
		}

		Builder localCopy(@Nullable LocalCopySettings localCopy) {
			this.localCopy = localCopy;
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
			return build().withType(valueType);
		}

		/**
		 * Create the bucket, which is empty.
		 * @param valueType the type of the values
		 * @param <V> the type of the values
		 * @return the bucket
		 */
		public <V> InMemoryKeyValueBucket<V> build(ParameterizedTypeReference<V> valueType) {
			return build().withType(valueType);
		}

		private InMemoryKeyValueBucket<byte[]> build() {
			InMemoryStream stream = new InMemoryStream(this.configuration.build(), this.clock);
			BucketKeys keys = new BucketKeys(new BucketSettings(this.name, this.name, null, null, this.keyCodec, false),
					Options.DEFAULT_MAX_CONTROL_LINE);
			return new InMemoryKeyValueBucket<>(stream,
					(this.localCopy != null) ? copy(stream, keys, this.localCopy) : null, keys,
					(this.codec != null) ? this.codec : DefaultCodec.get(), byte[].class, this.interceptors);
		}

	}

}
