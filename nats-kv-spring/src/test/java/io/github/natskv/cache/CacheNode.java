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

package io.github.natskv.cache;

import java.time.Duration;

import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.nats.client.Connection;
import tools.jackson.databind.json.JsonMapper;

/**
 * An application with caches in a bucket, for tests.
 */
final class CacheNode implements AutoCloseable {

	static final KeyValueCodec CODEC = new DefaultKeyValueCodec(
			new PayloadConverter(new JacksonPayloadFormat(new JsonMapper())));

	private final DefaultKeyValueBuckets buckets;

	private final NatsCacheManager manager;

	CacheNode(Connection connection, Duration timeout, String bucket, NatsCacheConfiguration configuration,
			BucketSettings... settings) {
		this.buckets = Buckets.access(connection, timeout, settings);
		this.manager = new NatsCacheManager(this.buckets, bucket, CODEC);
		this.manager.setDefaults(configuration);
	}

	NatsCacheManager manager() {
		return this.manager;
	}

	NatsCache cache(String name) {
		return (NatsCache) this.manager.getCache(name);
	}

	@Override
	public void close() {
		this.manager.destroy();
		this.buckets.close();
	}

}
