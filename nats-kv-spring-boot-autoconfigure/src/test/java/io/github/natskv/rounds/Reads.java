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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.rounds.Reading.Kind;

import org.springframework.dao.DataAccessException;

/**
 * The reading operations.
 */
enum Reads implements Operation {

	GET {

		@Override
		Reading read(KeyValueBucket<String> bucket, String key, long started) {
			BucketEntry<String> entry = bucket.getEntry(key);
			return reading(Kind.GET, key, started, (entry != null) ? List.of(entry) : List.of());
		}

	},

	KEYS {

		@Override
		Reading read(KeyValueBucket<String> bucket, String key, long started) {
			String filter = pattern(key);
			List<String> keys = List.copyOf(bucket.keys(filter));
			return new Reading(Kind.KEYS, filter, started, System.nanoTime(), keys, List.of(), null);
		}

	},

	ENTRIES {

		@Override
		Reading read(KeyValueBucket<String> bucket, String key, long started) {
			String filter = pattern(key);
			return reading(Kind.ENTRIES, filter, started, bucket.entries(filter));
		}

	},

	HISTORY {

		@Override
		Reading read(KeyValueBucket<String> bucket, String key, long started) {
			return reading(Kind.HISTORY, key, started, bucket.history(key));
		}

	},

	GET_ASYNC {

		@Override
		Kind kind() {
			return Kind.GET;
		}

		@Override
		Reading read(KeyValueBucket<String> bucket, String key, long started) {
			BucketEntry<String> entry = Writes.join(bucket.getEntryAsync(key));
			return reading(Kind.GET, key, started, (entry != null) ? List.of(entry) : List.of());
		}

	},

	GET_ALL {

		@Override
		Kind kind() {
			return Kind.GET;
		}

		@Override
		Reading read(KeyValueBucket<String> bucket, String key, long started) {
			List<String> all = IntStream.range(0, Actor.KEYS).mapToObj(Actor::key).toList();
			return reading(Kind.GET, key, started, Stream.ofNullable(bucket.getEntries(all).get(key)).toList());
		}

	},

	STREAM {

		// a key that is written meanwhile comes again
		@Override
		Reading read(KeyValueBucket<String> bucket, String key, long started) {
			String filter = pattern(key);
			Map<String, BucketEntry<String>> latest = new LinkedHashMap<>();
			try (Stream<BucketEntry<String>> entries = bucket.stream(filter)) {
				entries.forEach((entry) -> {
					latest.remove(entry.key());
					latest.put(entry.key(), entry);
				});
			}
			return reading(Kind.STREAM, filter, started, List.copyOf(latest.values()));
		}

	};

	Kind kind() {
		return Kind.valueOf(name());
	}

	abstract Reading read(KeyValueBucket<String> bucket, String key, long started);

	@Override
	public void perform(Actor actor) throws InterruptedException {
		String key = actor.anyKey();
		long started = System.nanoTime();
		try {
			actor.journal().read(read(actor.bucket(), key, started));
		}
		catch (DataAccessException ex) {
			actor.journal().read(new Reading(kind(), key, started, System.nanoTime(), List.of(), List.of(), ex));
			TimeUnit.MILLISECONDS.sleep(20);
		}
	}

	/** Everything, or the keys of the same group. */
	private static String pattern(String key) {
		return key.endsWith("1") ? key.charAt(0) + ".>" : ">";
	}

	private static Reading reading(Kind kind, String filter, long started, List<BucketEntry<String>> entries) {
		return new Reading(kind, filter, started, System.nanoTime(), List.of(), entries, null);
	}

}
