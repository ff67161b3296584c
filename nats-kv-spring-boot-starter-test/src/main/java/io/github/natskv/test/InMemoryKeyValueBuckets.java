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
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.support.BucketInterceptors;
import io.github.natskv.kv.support.KeyValueInterceptors;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Access to in-memory buckets by name, for tests of code that asks for its buckets.
 *
 * @since 0.1.0
 */
public final class InMemoryKeyValueBuckets implements KeyValueBuckets, AutoCloseable {

	/** By the server's name. */
	private final Map<String, InMemoryKeyValueBucket<?>> buckets = new LinkedHashMap<>();

	/** By bucket key. */
	private final Map<String, BucketSettings> settings = new LinkedHashMap<>();

	private final String advice;

	/**
	 * Create access to buckets.
	 * @param buckets the buckets there are
	 */
	public InMemoryKeyValueBuckets(InMemoryKeyValueBucket<?>... buckets) {
		this("Give it to the constructor");
		for (InMemoryKeyValueBucket<?> bucket : buckets) {
			add(BucketSettings.of(bucket.getName()), bucket);
		}
	}

	private InMemoryKeyValueBuckets(String advice) {
		this.advice = advice;
	}

	/**
	 * Create the buckets of an application's configuration.
	 * @param settings what the application does with each bucket
	 * @param configurations their options on a server
	 * @param defaultCodec the codec of buckets without one of their own
	 * @param interceptors called around what is done with buckets
	 * @param clock tells the time
	 * @return access to the buckets
	 */
	static InMemoryKeyValueBuckets declared(List<BucketSettings> settings, List<KeyValueConfiguration> configurations,
			KeyValueCodec defaultCodec, KeyValueInterceptors interceptors, InstantSource clock) {
		InMemoryKeyValueBuckets declared = new InMemoryKeyValueBuckets(
				"Declare it in 'nats.kv.buckets': @InMemoryNats has no others");
		Map<String, KeyValueConfiguration> byName = new LinkedHashMap<>();
		configurations.forEach((configuration) -> byName.put(configuration.getBucketName(), configuration));
		for (BucketSettings bucket : settings) {
			KeyValueConfiguration configuration = byName.getOrDefault(bucket.name(),
					KeyValueConfiguration.builder(bucket.name()).build());
			declared.add(bucket,
					InMemoryKeyValueBucket.builder(configuration)
						.keyCodec(bucket.keyCodec())
						.codec((bucket.codec() != null) ? bucket.codec() : defaultCodec)
						.interceptors(new BucketInterceptors(bucket.key(), bucket.name(), true, interceptors))
						.clock(clock)
						.localCopy(bucket.localCopy())
						.build(byte[].class));
		}
		return declared;
	}

	private void add(BucketSettings settings, InMemoryKeyValueBucket<?> bucket) {
		this.settings.put(settings.key(), settings);
		this.buckets.put(settings.name(), bucket);
	}

	/**
	 * Find a bucket.
	 * @param name its name
	 * @return the bucket, whatever the type of its values
	 * @throws IllegalArgumentException if there is none of that name
	 */
	InMemoryKeyValueBucket<?> find(String name) {
		BucketSettings configured = this.settings.get(name);
		InMemoryKeyValueBucket<?> bucket = this.buckets.get((configured != null) ? configured.name() : name);
		Assert.notNull(bucket,
				() -> "There is no in-memory bucket '%s', but %s. %s".formatted(name, names(), this.advice));
		return bucket;
	}

	// Return what the configuration says about the values of a bucket.
	@Nullable Type valueType(String name) {
		BucketSettings bucket = this.settings.get(name);
		return (bucket != null) ? bucket.valueType() : null;
	}

	@Override
	public Set<String> names() {
		return Collections.unmodifiableSet(this.settings.keySet());
	}

	@Override
	public <V> KeyValueBucket<V> bucket(String name, Class<V> valueType) {
		return find(name).<V>withType((Type) ClassUtils.resolvePrimitiveIfNecessary(valueType)).intercepted();
	}

	@Override
	public <V> KeyValueBucket<V> bucket(String name, ParameterizedTypeReference<V> valueType) {
		return find(name).withType(valueType).intercepted();
	}

	@Override
	public KeyValue keyValue(String name) {
		return find(name).getKeyValue();
	}

	// Remove everything from all buckets, without a trace.
	void empty() {
		this.buckets.values().forEach(InMemoryKeyValueBucket::empty);
	}

	/**
	 * End all watches.
	 */
	@Override
	public void close() {
		this.buckets.values().forEach(InMemoryKeyValueBucket::close);
	}

}
