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

import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.watch.BucketWatchFactory;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.Assert;

/**
 * Lets {@code @KeyValueListener} methods watch buckets in memory.
 */
final class InMemoryWatchFactory implements BucketWatchFactory {

	private final ObjectProvider<KeyValueBuckets> buckets;

	InMemoryWatchFactory(ObjectProvider<KeyValueBuckets> buckets) {
		this.buckets = buckets;
	}

	@Override
	public <V> RestartableWatch createWatch(Connection connection, String name, @Nullable Type valueType,
			WatchOptions options, BucketWatchHandler<V> handler) {
		KeyValueBuckets buckets = this.buckets.getObject();
		Assert.state(buckets instanceof InMemoryKeyValueBuckets,
				() -> "The listener on bucket '%s' needs buckets in memory, but the KeyValueBuckets bean is of %s. Remove that bean, or make it InMemoryKeyValueBuckets"
					.formatted(name, buckets.getClass()));
		InMemoryKeyValueBuckets inMemory = (InMemoryKeyValueBuckets) buckets;
		Type type = (valueType != null) ? valueType : inMemory.valueType(name);
		return inMemory.find(name).<V>withType((type != null) ? type : byte[].class).createWatch(options, handler);
	}

	@Override
	public boolean isOf(Connection connection) {
		return InMemoryConnection.isInMemory(connection);
	}

}
