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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natskv.kv.BucketEntry;
import io.nats.client.api.KeyValueEntry;

/**
 * Listings of a bucket at rest return exactly what it holds.
 */
final class ListingObserver implements Observer {

	@Override
	public List<String> offences(BucketRound round) throws Exception {
		List<String> offences = new ArrayList<>();
		StoredBucket stored = round.stored();
		Map<String, KeyValueEntry> values = stored.values((key) -> true);
		compare("keys()", values.keySet(), round.bucket().keys(), offences);
		compare("entries()", values.values().stream().map(ListingObserver::text).toList(),
				round.bucket().entries().stream().map(ListingObserver::text).toList(), offences);
		for (int i = 0; i < Actor.KEYS; i += 6) {
			String key = Actor.key(i);
			compare("history(\"%s\")".formatted(key), stored.history(key).stream().map(ListingObserver::text).toList(),
					round.bucket().history(key).stream().map(ListingObserver::text).toList(), offences);
		}
		if (round.stored().lastRevision() != stored.lastRevision()) {
			return offences(round);
		}
		return offences;
	}

	private static void compare(String listing, Iterable<String> expected, Iterable<String> found,
			List<String> offences) {
		Set<String> missing = set(expected);
		found.forEach(missing::remove);
		Set<String> surplus = set(found);
		expected.forEach(surplus::remove);
		if (!missing.isEmpty() || !surplus.isEmpty()) {
			offences.add("%s at rest misses %s and has besides %s".formatted(listing, missing, surplus));
		}
	}

	private static Set<String> set(Iterable<String> texts) {
		Set<String> set = new HashSet<>();
		texts.forEach(set::add);
		return set;
	}

	private static String text(KeyValueEntry entry) {
		return "%s %s %d".formatted(entry.getKey(), entry.getOperation(), entry.getRevision());
	}

	private static String text(BucketEntry<String> entry) {
		return "%s %s %d".formatted(entry.key(), entry.operation(), entry.revision());
	}

}
