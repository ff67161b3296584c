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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * How far a watch got: which sequence, and which keys have a value as far as its handler
 * knows. Keys are those on the server.
 */
final class InMemoryPosition {

	private final Set<String> keys = new HashSet<>();

	private long sequence = -1;

	private boolean snapshotDone;

	boolean isNew() {
		return this.sequence < 0;
	}

	/**
	 * Start after what is there.
	 * @param sequence the last sequence there is
	 * @param keys the keys that have a value
	 */
	void begin(long sequence, Collection<String> keys) {
		this.sequence = sequence;
		this.keys.addAll(keys);
		this.snapshotDone = true;
	}

	boolean isSnapshotDone() {
		return this.snapshotDone;
	}

	void snapshotDone() {
		this.snapshotDone = true;
	}

	boolean isBefore(StoredMessage message) {
		return message.sequence() > this.sequence;
	}

	/**
	 * Return the keys that have a value as far as the handler knows, but are not there.
	 * @param present the keys that are there, as values or as deletion markers
	 * @return the missing keys
	 */
	List<String> missing(Set<String> present) {
		return this.keys.stream().filter((key) -> !present.contains(key)).sorted().toList();
	}

	/**
	 * Note that a change was handled.
	 * @param key the key
	 * @param message what was stored, {@code null} if the key has vanished
	 */
	void handled(String key, @Nullable StoredMessage message) {
		if (message != null) {
			this.sequence = Math.max(this.sequence, message.sequence());
		}
		if (message != null && message.isPut()) {
			this.keys.add(key);
		}
		else {
			this.keys.remove(key);
		}
	}

}
