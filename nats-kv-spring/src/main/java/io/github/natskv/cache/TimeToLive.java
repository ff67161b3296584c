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

import io.github.natskv.kv.jetstream.BucketStore;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * Times to live of entries, which not every server and bucket can keep: one that cannot
 * be kept is refused, unless it is what the bucket has for all of its entries.
 */
final class TimeToLive {

	private final BucketStore store;

	private volatile boolean allowed;

	private volatile @Nullable Duration ofBucket;

	TimeToLive(BucketStore store) {
		this.store = store;
	}

	Headers apply(Headers headers, @Nullable Duration ttl) {
		if (ttl == null) {
			return headers;
		}
		require(ttl);
		return this.allowed ? CacheEntries.expiring(headers, ttl) : headers;
	}

	void require(Duration ttl) {
		if (this.allowed || ttl.equals(this.ofBucket)) {
			return;
		}
		try {
			requireOfEntries();
			this.allowed = true;
		}
		catch (InvalidDataAccessResourceUsageException ex) {
			Duration found = configuration().getMaxAge();
			if (!ttl.equals(found)) {
				throw ex;
			}
			this.ofBucket = found;
		}
	}

	private void requireOfEntries() {
		this.store.requireMessageTtl("A time to live of cache entries");
		long history = configuration().getMaxMsgsPerSubject();
		if (history != 1) {
			throw new InvalidDataAccessResourceUsageException(
					"A time to live of cache entries needs a bucket with 'history: 1', as an older value would come back when the last one expires, but bucket '%s' keeps %d"
						.formatted(this.store.bucket(), history));
		}
	}

	private StreamConfiguration configuration() {
		return this.store.info().getConfiguration();
	}

}
