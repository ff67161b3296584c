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

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Access to in-memory buckets by name, for tests of code that asks for its buckets.
 *
 * @since 0.1.0
 */
public final class InMemoryKeyValueBuckets extends InMemoryBuckets {

	private final Map<String, InMemoryKeyValueBucket<?>> buckets = new LinkedHashMap<>();

	/**
	 * Create access to buckets.
	 * @param buckets the buckets there are
	 */
	public InMemoryKeyValueBuckets(InMemoryKeyValueBucket<?>... buckets) {
		for (InMemoryKeyValueBucket<?> bucket : buckets) {
			this.buckets.put(bucket.getName(), bucket);
		}
	}

	@Override
	public Set<String> names() {
		return Collections.unmodifiableSet(this.buckets.keySet());
	}

	@Override
	Collection<InMemoryKeyValueBucket<?>> all() {
		return this.buckets.values();
	}

	@Override
	InMemoryKeyValueBucket<?> find(String name) {
		InMemoryKeyValueBucket<?> bucket = this.buckets.get(name);
		if (bucket == null) {
			throw new IllegalArgumentException(
					"There is no in-memory bucket '%s', but %s. Give it to the constructor".formatted(name, names()));
		}
		return bucket;
	}

}
