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
import java.util.Collection;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.nats.client.KeyValue;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.ClassUtils;

/**
 * Buckets in memory by name.
 */
abstract class InMemoryBuckets implements KeyValueBuckets, AutoCloseable {

	/**
	 * Find a bucket.
	 * @param name its name
	 * @return the bucket, whatever the type of its values
	 * @throws IllegalArgumentException if there is none of that name
	 */
	abstract InMemoryKeyValueBucket<?> find(String name);

	/**
	 * Return the buckets.
	 * @return all of them
	 */
	abstract Collection<? extends InMemoryKeyValueBucket<?>> all();

	/**
	 * Return what the configuration says about the values of a bucket.
	 * @param name its name
	 * @return the type, {@code null} if there is none
	 */
	@Nullable Type valueType(String name) {
		return null;
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

	/**
	 * Remove everything from all buckets, without a trace.
	 */
	void empty() {
		all().forEach(InMemoryKeyValueBucket::clear);
	}

	/**
	 * End all watches.
	 */
	@Override
	public void close() {
		all().forEach(InMemoryKeyValueBucket::close);
	}

}
