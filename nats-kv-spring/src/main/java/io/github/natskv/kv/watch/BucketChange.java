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

package io.github.natskv.kv.watch;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * A change of a key as a {@link BucketWatchHandler} is given it: its value is decoded
 * when it is asked for.
 *
 * @param <V> the type of the value
 * @since 0.1.0
 */
public final class BucketChange<V> {

	private final WatchEntry stored;

	private final BucketValues<V> values;

	private final WatchFilters filters;

	private @Nullable BucketEntry<V> entry;

	BucketChange(WatchEntry stored, BucketValues<V> values, WatchFilters filters) {
		this.stored = stored;
		this.values = values;
		this.filters = filters;
	}

	/** Return the change as the server has it. */
	public WatchEntry stored() {
		return this.stored;
	}

	/** Return the server's name of the bucket. */
	public String bucket() {
		return this.values.keys().bucket();
	}

	/** Return the key. */
	public String key() {
		return this.values.key(this.stored);
	}

	/**
	 * Return the revision, 0 for an {@linkplain BucketEntry#inferred() inferred}
	 * deletion.
	 */
	public long revision() {
		return this.stored.revision();
	}

	/** Return what happened to the key. */
	public KeyValueOperation operation() {
		return this.stored.operation();
	}

	/**
	 * Return the entry with its value.
	 * @throws ValueDecodingException if the value is not one of the wanted type
	 */
	public BucketEntry<V> entry() {
		if (this.entry == null) {
			this.entry = this.values.decode(this.stored);
		}
		return this.entry;
	}

	/**
	 * Return the entry as it is on the server.
	 * @return the entry, {@code null} for an inferred deletion, which the server does not
	 * have
	 */
	public @Nullable KeyValueEntry raw() {
		return this.stored.toKeyValueEntry();
	}

	/**
	 * Return which of the watch's filters the key matches.
	 * @return the index of the filter in the options of the watch
	 */
	public int filter() {
		return this.filters.indexOf(this.stored.key());
	}

	@Override
	public String toString() {
		return "revision %d of key '%s'".formatted(revision(), this.stored.key());
	}

}
