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

import java.time.Duration;

import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.util.unit.DataSize;

/**
 * Buckets in memory, with a clock that stands still.
 */
class InMemoryFixture implements BucketFixture {

	private final MutableClock clock = new MutableClock();

	@Override
	public KeyValueBuckets create(KeyValueConfiguration configuration, KeyCodec keyCodec) {
		InMemoryKeyValueBucket.Builder builder = InMemoryKeyValueBucket.builder(configuration.getBucketName())
			.history((int) configuration.getMaxHistoryPerKey())
			.ttl(configuration.getTtl())
			.maxValueSize(DataSize.ofBytes(configuration.getMaximumValueSize()))
			.maxBytes(DataSize.ofBytes(configuration.getMaxBucketSize()))
			.keyCodec(keyCodec)
			.clock(this.clock);
		if (configuration.getBackingConfig().getAllowAtomicPublish()) {
			builder.transactions();
		}
		if (configuration.getLimitMarkerTtl() != null) {
			builder.limitMarkerTtl(configuration.getLimitMarkerTtl());
		}
		return new InMemoryKeyValueBuckets(builder.build(byte[].class));
	}

	@Override
	public <V> RestartableWatch watch(KeyValueBuckets buckets, String name, Class<V> type, WatchOptions options,
			BucketWatchHandler<V> handler) {
		return ((InMemoryKeyValueBuckets) buckets).find(name).withType(type).createWatch(options, handler);
	}

	@Override
	public void elapse(Duration duration) {
		this.clock.advance(duration);
	}

	@Override
	public boolean supports(String serverVersion) {
		return true;
	}

}
