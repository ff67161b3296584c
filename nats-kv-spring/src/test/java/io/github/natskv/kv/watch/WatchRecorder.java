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

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.kv.jetstream.WatchEntry;

/**
 * Keeps what a watch delivered as a near-cache would, and the offences against the rules.
 */
final class WatchRecorder implements BucketWatchHandler<byte[]> {

	private final Map<String, String> values = new ConcurrentHashMap<>();

	private final Map<String, Long> revisions = new ConcurrentHashMap<>();

	private final List<String> inferred = new CopyOnWriteArrayList<>();

	private final List<String> offences = new CopyOnWriteArrayList<>();

	private volatile long lastRevision;

	private volatile int lives = 1;

	@Override
	public void handle(BucketChange<byte[]> change) {
		WatchEntry entry = change.stored();
		if (entry.revision() == 0) {
			this.inferred.add(entry.key());
			if (this.revisions.remove(entry.key()) == null || this.values.remove(entry.key()) == null) {
				this.offences.add("inferred deletion of absent key " + entry.key());
			}
			return;
		}
		if (entry.revision() <= this.lastRevision) {
			this.lives++;
			this.revisions.clear();
		}
		this.lastRevision = entry.revision();
		Long before = this.revisions.put(entry.key(), entry.revision());
		if (before != null && before >= entry.revision()) {
			this.offences.add("%s: %d after %d".formatted(entry.key(), entry.revision(), before));
		}
		byte[] value = entry.value();
		if (value != null) {
			this.values.put(entry.key(), new String(value, StandardCharsets.UTF_8));
		}
		else {
			this.values.remove(entry.key());
		}
	}

	Map<String, String> values() {
		return this.values;
	}

	List<String> inferred() {
		return this.inferred;
	}

	List<String> offences() {
		return this.offences;
	}

	long lastRevision() {
		return this.lastRevision;
	}

	/** How many lives of the bucket were seen: a revision that goes back starts one. */
	int lives() {
		return this.lives;
	}

}
