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

package io.github.natskv.kv.support;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.WatchFilters;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * A change as a watch got it from the server.
 *
 * @param <V> the type of the value
 */
final class WatchedChange<V> implements BucketChange<V> {

	private final WatchEntry change;

	private final BucketValues<V> values;

	private final WatchFilters filters;

	private @Nullable BucketEntry<V> entry;

	WatchedChange(WatchEntry change, BucketValues<V> values, WatchFilters filters) {
		this.change = change;
		this.values = values;
		this.filters = filters;
	}

	@Override
	public String key() {
		return this.values.key(this.change);
	}

	@Override
	public long revision() {
		return this.change.revision();
	}

	@Override
	public KeyValueOperation operation() {
		return this.change.operation();
	}

	@Override
	public BucketEntry<V> entry() {
		if (this.entry == null) {
			this.entry = this.values.decode(this.change);
		}
		return this.entry;
	}

	@Override
	public @Nullable KeyValueEntry raw() {
		return this.change.toKeyValueEntry();
	}

	@Override
	public int filter() {
		return this.filters.indexOf(this.change.key());
	}

}
