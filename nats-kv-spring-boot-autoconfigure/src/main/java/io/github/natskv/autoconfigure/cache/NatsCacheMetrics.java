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

package io.github.natskv.autoconfigure.cache;

import io.github.natskv.cache.NatsCache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Meters of one cache.
 */
class NatsCacheMetrics extends CacheMeterBinder<NatsCache> {

	private final NatsCache cache;

	NatsCacheMetrics(NatsCache cache, Iterable<Tag> tags) {
		super(cache, cache.getName(), tags);
		this.cache = cache;
	}

	@Override
	protected @Nullable Long size() {
		return null;
	}

	@Override
	protected long hitCount() {
		return this.cache.getStatistics().hits();
	}

	@Override
	protected Long missCount() {
		return this.cache.getStatistics().misses();
	}

	@Override
	protected Long evictionCount() {
		return this.cache.getStatistics().evictions();
	}

	@Override
	protected long putCount() {
		return this.cache.getStatistics().puts();
	}

	@Override
	protected void bindImplementationSpecificMetrics(MeterRegistry registry) {
		FunctionCounter.builder("cache.fills.refused", this.cache, (cache) -> cache.getStatistics().refusedFills())
			.tags(getTagsWithCacheName())
			.description("Loaded values that were not stored, as the key was written or evicted meanwhile")
			.register(registry);
		FunctionCounter.builder("cache.failures", this.cache, (cache) -> cache.getStatistics().failures())
			.tags(getTagsWithCacheName())
			.description("Reads and fills that failed")
			.register(registry);
	}

}
