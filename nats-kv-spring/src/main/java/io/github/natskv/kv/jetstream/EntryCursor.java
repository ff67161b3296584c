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

package io.github.natskv.kv.jetstream;

import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;

import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are read one after the other.
 */
public interface EntryCursor extends AutoCloseable {

	/**
	 * Read the next entry.
	 * @return the entry, with the key of the server, {@code null} at the end
	 */
	@Nullable KeyValueEntry next();

	@Override
	void close();

	/**
	 * Return a cursor of entries that have been read.
	 * @return the cursor, which begins with the lowest revision
	 */
	static EntryCursor of(Collection<KeyValueEntry> entries) {
		Iterator<KeyValueEntry> iterator = entries.stream()
			.sorted(Comparator.comparingLong(KeyValueEntry::getRevision))
			.iterator();
		return new EntryCursor() {

			@Override
			public @Nullable KeyValueEntry next() {
				return iterator.hasNext() ? iterator.next() : null;
			}

			@Override
			public void close() {
			}

		};
	}

}
