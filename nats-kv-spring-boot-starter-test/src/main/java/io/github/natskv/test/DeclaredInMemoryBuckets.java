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
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.support.BucketInterceptors;
import io.github.natskv.kv.support.KeyValueInterceptors;
import io.nats.client.api.KeyValueConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of an application's configuration, in memory.
 */
final class DeclaredInMemoryBuckets extends InMemoryBuckets {

	/** By bucket key. */
	private final Map<String, BucketSettings> settings = new LinkedHashMap<>();

	/** By the server's name. */
	private final Map<String, InMemoryKeyValueBucket<byte[]>> buckets = new LinkedHashMap<>();

	DeclaredInMemoryBuckets(List<BucketSettings> settings, List<KeyValueConfiguration> configurations,
			KeyValueCodec defaultCodec, KeyValueInterceptors interceptors, InstantSource clock) {
		Map<String, KeyValueConfiguration> byName = new LinkedHashMap<>();
		configurations.forEach((configuration) -> byName.put(configuration.getBucketName(), configuration));
		for (BucketSettings bucket : settings) {
			KeyValueConfiguration configuration = byName.getOrDefault(bucket.name(),
					KeyValueConfiguration.builder(bucket.name()).build());
			this.settings.put(bucket.key(), bucket);
			this.buckets.put(bucket.name(), create(bucket, configuration, defaultCodec,
					new BucketInterceptors(bucket.key(), true, interceptors), clock));
		}
	}

	private static InMemoryKeyValueBucket<byte[]> create(BucketSettings settings, KeyValueConfiguration configuration,
			KeyValueCodec defaultCodec, BucketInterceptors interceptors, InstantSource clock) {
		return InMemoryKeyValueBucket.builder(configuration)
			.keyCodec(settings.keyCodec())
			.codec((settings.codec() != null) ? settings.codec() : defaultCodec)
			.interceptors(interceptors)
			.clock(clock)
			.build(byte[].class);
	}

	@Override
	public Set<String> names() {
		return Collections.unmodifiableSet(this.settings.keySet());
	}

	@Override
	@Nullable Type valueType(String name) {
		BucketSettings bucket = this.settings.get(name);
		return (bucket != null) ? bucket.valueType() : null;
	}

	@Override
	Collection<InMemoryKeyValueBucket<byte[]>> all() {
		return this.buckets.values();
	}

	@Override
	InMemoryKeyValueBucket<byte[]> find(String name) {
		BucketSettings bucket = this.settings.get(name);
		InMemoryKeyValueBucket<byte[]> found = this.buckets.get((bucket != null) ? bucket.name() : name);
		if (found == null) {
			throw new IllegalArgumentException(
					"There is no bucket '%s', but %s. Declare it in 'nats.kv.buckets': @InMemoryNats has no others"
						.formatted(name, names()));
		}
		return found;
	}

}
