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

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.WatchFilters;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * A change of a key of a bucket in memory.
 *
 * @param <V> the type of the value
 * @param encodedKey the key as it is on the server
 * @param message what was stored, {@code null} if the key has vanished
 * @param values makes entries
 * @param filters the filters of the watch
 */
record InMemoryChange<V>(String encodedKey, @Nullable StoredMessage message, BucketValues<V> values,
		WatchFilters filters) implements BucketChange<V> {

	@Override
	public String key() {
		return this.values.keys().decode(this.encodedKey);
	}

	@Override
	public long revision() {
		return (this.message != null) ? this.message.sequence() : 0;
	}

	@Override
	public KeyValueOperation operation() {
		return (this.message != null) ? this.message.operation() : KeyValueOperation.DELETE;
	}

	@Override
	public BucketEntry<V> entry() {
		KeyValueEntry raw = raw();
		return (raw != null) ? this.values.entry(raw)
				: this.values.decode(WatchEntry.inferredDeletion(this.encodedKey));
	}

	@Override
	public @Nullable KeyValueEntry raw() {
		return (this.message != null) ? this.message.toKeyValueEntry(this.values.keys().bucket()) : null;
	}

	@Override
	public int filter() {
		return this.filters.indexOf(this.encodedKey);
	}

}
