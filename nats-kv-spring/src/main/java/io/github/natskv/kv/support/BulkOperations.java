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

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.BucketWrites;
import io.nats.client.api.MessageInfo;

import org.springframework.util.Assert;

/**
 * The operations of a bucket on many keys.
 *
 * @param <V> the type of the values
 */
final class BulkOperations<V> {

	private final BucketStore store;

	private final BucketKeys keys;

	private final BucketValues<V> values;

	BulkOperations(BucketStore store, BucketValues<V> values) {
		this.store = store;
		this.keys = values.keys();
		this.values = values;
	}

	<R> Map<String, R> get(Collection<String> keys, BiFunction<String, MessageInfo, R> reader) {
		Assert.notNull(keys, "'keys' must not be null");
		Map<String, String> encoded = new LinkedHashMap<>();
		for (String key : keys) {
			String onServer = this.keys.encodeExisting(key);
			if (!BucketKeys.isReserved(onServer)) {
				encoded.put(onServer, key);
			}
		}
		if (encoded.isEmpty()) {
			return Map.of();
		}
		Map<String, MessageInfo> messages = this.store.last(encoded.keySet());
		Map<String, R> found = new LinkedHashMap<>();
		encoded.forEach((onServer, key) -> {
			MessageInfo message = messages.get(onServer);
			if (message != null && BucketValues.isPut(message)) {
				found.put(key, reader.apply(key, message));
			}
		});
		return Collections.unmodifiableMap(found);
	}

	Map<String, Long> put(Map<String, ? extends V> values) {
		Assert.notNull(values, "'values' must not be null");
		BulkOutcome outcome = new BulkOutcome();
		this.store.writeAll(new ArrayList<Map.Entry<String, ? extends V>>(values.entrySet()).stream()
			.map((entry) -> outcome.prepare(entry.getKey(),
					(key) -> outcome.write(key, this.keys.encode(key), null, this.values.encode(entry.getValue()))))
			.filter(Objects::nonNull)
			.iterator());
		return outcome.revisions("write", this.store.bucket());
	}

	Map<String, Long> delete(Collection<String> keys) {
		Assert.notNull(keys, "'keys' must not be null");
		BulkOutcome outcome = new BulkOutcome();
		this.store.writeAll(new LinkedHashSet<>(keys).stream()
			.map((deleted) -> outcome.prepare(deleted,
					(key) -> outcome.write(key, this.keys.encode(key), BucketWrites.delete(), null)))
			.filter(Objects::nonNull)
			.iterator());
		return outcome.revisions("delete", this.store.bucket());
	}

}
