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
import java.util.concurrent.TimeUnit;

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

	};

	abstract Reading read(KeyValueBucket<String> bucket, String key, long started);

	@Override
	public void perform(Actor actor) throws InterruptedException {
		String key = actor.anyKey();
		long started = System.nanoTime();
		try {
			actor.journal().read(read(actor.bucket(), key, started));
		}
		catch (DataAccessException ex) {
			actor.journal()
				.read(new Reading(Kind.valueOf(name()), key, started, System.nanoTime(), List.of(), List.of(), ex));
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
