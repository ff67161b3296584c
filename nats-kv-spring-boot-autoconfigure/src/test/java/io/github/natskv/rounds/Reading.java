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

package io.github.natskv.rounds;

import java.util.List;

import io.github.natskv.kv.BucketEntry;
import org.jspecify.annotations.Nullable;

/**
 * What a reading operation returned, or threw.
 *
 * @param kind which operation
 * @param filter the key or the pattern that was read
 * @param started when it began, in terms of {@link System#nanoTime()}
 * @param ended when it returned
 * @param keys the keys that were returned, for listings of keys
 * @param entries the entries that were returned
 * @param failure what was thrown instead
 */
record Reading(Kind kind, String filter, long started, long ended, List<String> keys, List<BucketEntry<String>> entries,
		@Nullable Exception failure) {

	@Override
	public String toString() {
		return "%s(\"%s\"), which took %d ms".formatted(this.kind.name().toLowerCase(), this.filter,
				(this.ended - this.started) / 1_000_000);
	}

	enum Kind {

		GET, KEYS, ENTRIES, STREAM, HISTORY

	}

}
