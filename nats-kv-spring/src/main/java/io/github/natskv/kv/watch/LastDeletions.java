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

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The last deletions a handler was given, by ascending revision. Older ones are
 * forgotten, so that buckets whose keys come and go do not take ever more memory.
 */
final class LastDeletions {

	private static final int MAX = 100;

	private final Map<String, SeenRevision> kept = new LinkedHashMap<>();

	private long forgotten;

	void add(String key, SeenRevision deletion) {
		this.kept.put(key, deletion);
		if (this.kept.size() > MAX) {
			Iterator<SeenRevision> oldest = this.kept.values().iterator();
			this.forgotten = Math.max(this.forgotten, oldest.next().revision());
			oldest.remove();
		}
	}

	void remove(String key) {
		this.kept.remove(key);
	}

	void clear() {
		this.kept.clear();
		this.forgotten = 0;
	}

	@Nullable SeenRevision get(String key) {
		return this.kept.get(key);
	}

	void forEach(BiConsumer<String, SeenRevision> action) {
		this.kept.forEach(action);
	}

	/** Return the last revision that was forgotten, 0 if none was. */
	long forgotten() {
		return this.forgotten;
	}

}
