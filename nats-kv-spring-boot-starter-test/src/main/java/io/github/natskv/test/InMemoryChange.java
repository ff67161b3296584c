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

import java.io.IOException;
import java.util.List;

import io.github.natskv.kv.BucketChange;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * A change of a key of a bucket in memory.
 *
 * @param <V> the type of the value
 * @param bucket the bucket
 * @param entry the entry
 * @param filters the filters of the watch
 */
record InMemoryChange<V>(KeyValueBucket<V> bucket, BucketEntry<V> entry,
		List<String> filters) implements BucketChange<V> {

	@Override
	public String key() {
		return this.entry.key();
	}

	@Override
	public long revision() {
		return this.entry.revision();
	}

	@Override
	public KeyValueOperation operation() {
		return this.entry.operation();
	}

	@Override
	public @Nullable KeyValueEntry raw() {
		try {
			return this.bucket.getKeyValue()
				.history(key())
				.stream()
				.filter((candidate) -> candidate.getRevision() == revision())
				.findFirst()
				.orElse(null);
		}
		catch (IOException | JetStreamApiException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public int filter() {
		for (int i = 0; i < this.filters.size(); i++) {
			if (SubjectMatcher.matches(this.filters.get(i), key())) {
				return i;
			}
		}
		throw new IllegalStateException("Key '%s' matches none of %s".formatted(key(), this.filters));
	}

}
