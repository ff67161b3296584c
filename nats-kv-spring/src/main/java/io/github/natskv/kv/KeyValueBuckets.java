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

import java.util.Set;

import io.nats.client.KeyValue;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Access to buckets by name: the bucket key of the configuration, else the server's name
 * of a bucket, which is bound and never created.
 *
 * @since 0.1.0
 */
public interface KeyValueBuckets {

	/**
	 * Return typed access to a bucket.
	 * @param name the bucket key, or the server's name
	 * @param valueType the type of the values
	 * @param <V> the type of the values
	 * @return the bucket
	 */
	<V> KeyValueBucket<V> bucket(String name, Class<V> valueType);

	/**
	 * Return typed access to a bucket.
	 * @param name the bucket key, or the server's name
	 * @param valueType the type of the values
	 * @param <V> the type of the values
	 * @return the bucket
	 */
	<V> KeyValueBucket<V> bucket(String name, ParameterizedTypeReference<V> valueType);

	/**
	 * Return the jnats handle of a bucket.
	 * @param name the bucket key, or the server's name
	 * @return the handle
	 */
	KeyValue keyValue(String name);

	/**
	 * Return the keys of the configured buckets.
	 * @return the bucket keys
	 */
	Set<String> names();

}
