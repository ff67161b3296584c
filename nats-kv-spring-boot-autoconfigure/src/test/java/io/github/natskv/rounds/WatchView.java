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

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.WatchOptions;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;

/**
 * The bucket as one watch shows it.
 */
final class WatchView implements Consumer<BucketEntry<String>> {

	private final String name;

	private final WatchOptions options;

	private final Predicate<String> keys;

	private final Journal journal;

	/** Makes the handler slow now and then. */
	private final Random random;

	private final Map<String, BucketEntry<String>> last = new HashMap<>();

	private final Map<String, BucketEntry<String>> values = new HashMap<>();

	private final Map<String, Integer> descents = new HashMap<>();

	private final List<String> offences = new ArrayList<>();

	private Instant opened = Instant.now();

	private volatile boolean fast;

	WatchView(String name, WatchOptions options, Predicate<String> keys, Journal journal, Random random) {
		this.name = name;
		this.options = options;
		this.keys = keys;
		this.journal = journal;
		this.random = random;
	}

	static List<WatchView> all(Journal journal, Random random) {
		return List.of(new WatchView("everything", WatchOptions.of(), (key) -> true, journal, random),
				new WatchView("filtered", WatchOptions.of("a.*"), (key) -> key.startsWith("a."), journal, random),
				new WatchView("with history", WatchOptions.of().includeHistory(true), (key) -> true, journal, random),
				new WatchView("updates only", WatchOptions.of().initialValues(false), (key) -> true, journal, random));
	}

	WatchOptions options() {
		return this.options;
	}

	/** The watch has been opened, by the server's clock, which is this machine's. */
	synchronized void opened() {
		this.opened = Instant.now();
	}

	/** Let the handler be fast from now on. */
	void speedUp() {
		this.fast = true;
	}

	@Override
	public void accept(BucketEntry<String> entry) {
		note(entry);
		if (!this.fast && this.random.nextInt(200) == 0) {
			LockSupport.parkNanos(this.random.nextInt(200) * 1_000_000L);
		}
	}

	private synchronized void note(BucketEntry<String> entry) {
		String key = entry.key();
		if (!this.keys.test(key)) {
			this.offences.add("%s does not match the filter".formatted(entry));
		}
		boolean put = entry.operation() == KeyValueOperation.PUT;
		String impossible = put ? this.journal.impossible(key, entry.value()) : null;
		if (impossible != null) {
			this.offences.add("%s: %s".formatted(entry, impossible));
		}
		if (entry.inferred()) {
			if (this.options.initialValues() && !this.values.containsKey(key)) {
				this.offences.add("%s of a key without a value".formatted(entry));
			}
		}
		else {
			BucketEntry<String> before = this.last.put(key, entry);
			if (before != null && before.revision() >= entry.revision()) {
				int descents = this.descents.merge(key, 1, Integer::sum);
				if (descents > this.journal.renumberings()) {
					this.offences.add("%s after %s".formatted(entry, before));
				}
			}
		}
		if (put) {
			this.values.put(key, entry);
		}
		else {
			this.values.remove(key);
		}
	}

	synchronized List<String> offences() {
		return this.offences.stream().map(this::prefixed).toList();
	}

	/** How it differs from what the bucket holds. */
	synchronized List<String> differences(StoredBucket stored) {
		List<String> differences = new ArrayList<>();
		Map<String, KeyValueEntry> expected = stored.values(this.keys);
		expected.forEach((key, entry) -> {
			BucketEntry<String> seen = this.values.get(key);
			boolean required = this.options.initialValues() || entry.getCreated().toInstant().isAfter(this.opened);
			if ((seen != null) ? !isSame(entry, seen) : required) {
				differences
					.add(prefixed("%s instead of revision %d, '%s'".formatted((seen != null) ? seen : key + " absent",
							entry.getRevision(), entry.getValueAsString())));
			}
		});
		this.values.forEach((key, seen) -> {
			if (!expected.containsKey(key)) {
				differences.add(prefixed("%s, which is gone".formatted(seen)));
			}
		});
		return differences;
	}

	private static boolean isSame(KeyValueEntry entry, BucketEntry<String> seen) {
		return entry.getRevision() == seen.revision() && entry.getValueAsString().equals(seen.value());
	}

	private String prefixed(String text) {
		return "the watch '%s' saw %s".formatted(this.name, text);
	}

}
