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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.rounds.BucketFault.Damage;
import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * The bucket as its local copy shows it to one thread, which writes through it now and
 * then.
 */
final class CopyView implements Operation {

	private final KeyValueBucket<String> bucket;

	private final Journal journal;

	private final Map<String, BucketEntry<String>> last = new HashMap<>();

	private final Map<String, Integer> descents = new HashMap<>();

	private final Queue<OwnWrite> ownWrites = new ConcurrentLinkedQueue<>();

	private final Queue<String> offences = new ConcurrentLinkedQueue<>();

	CopyView(KeyValueBucket<String> bucket, Journal journal) {
		this.bucket = bucket;
		this.journal = journal;
	}

	@Override
	public void perform(Actor actor) throws InterruptedException {
		String key = actor.anyKey();
		try {
			if (actor.random().nextInt(4) == 0) {
				write(key);
			}
			else {
				read(key);
			}
		}
		catch (DataAccessException ex) {
			TimeUnit.MILLISECONDS.sleep(20);
		}
	}

	private void write(String key) {
		Write write = this.journal.put(key, null);
		write.acknowledged(this.bucket.put(key, write.value()));
		this.ownWrites.add(new OwnWrite(write, read(key), System.nanoTime()));
	}

	private @Nullable BucketEntry<String> read(String key) {
		BucketEntry<String> entry = this.bucket.getEntry(key);
		if (entry == null) {
			return null;
		}
		String impossible = this.journal.impossible(key, entry.value());
		if (impossible != null) {
			this.offences.add("%s: %s".formatted(entry, impossible));
		}
		BucketEntry<String> before = this.last.put(key, entry);
		if (before != null && before.revision() > entry.revision()
				&& this.descents.merge(key, 1, Integer::sum) > this.journal.renumberings() + 1) {
			this.offences.add("%s after %s".formatted(entry, before));
		}
		return entry;
	}

	/** When nothing happens any more. */
	List<String> offences() {
		List<String> all = new ArrayList<>(this.offences);
		this.descents.forEach((key, descents) -> {
			if (descents > this.journal.renumberings()) {
				all.add("revisions of %s went back %d times".formatted(key, descents));
			}
		});
		this.ownWrites.stream()
			.filter(this::isLost)
			.forEach((own) -> all.add("%s after %s".formatted(own.seen(), own.write())));
		return all.stream().map(CopyView::prefixed).toList();
	}

	private boolean isLost(OwnWrite own) {
		Write write = own.write();
		if (this.journal.isDisturbed(write.started(), own.readAt(), (damage) -> damage != Damage.INTERRUPTS)) {
			return false;
		}
		if (own.seen() != null) {
			return own.seen().revision() < write.revision();
		}
		return this.journal.writes()
			.noneMatch((other) -> other.key().equals(write.key()) && other.kind().isRemoval()
					&& other.mayHappenBetween(write.started(), own.readAt()));
	}

	/** How it differs from what the bucket holds. */
	List<String> differences(StoredBucket stored) {
		List<String> differences = new ArrayList<>();
		Map<String, KeyValueEntry> expected = stored.values((key) -> true);
		Map<String, BucketEntry<String>> listed = new HashMap<>();
		this.bucket.entries().forEach((entry) -> listed.put(entry.key(), entry));
		for (int i = 0; i < Actor.KEYS; i++) {
			String key = Actor.key(i);
			compare(expected.get(key), this.bucket.getEntry(key), "showed", differences);
			compare(expected.get(key), listed.remove(key), "listed", differences);
		}
		listed.values().forEach((entry) -> differences.add(prefixed("listed " + entry)));
		return differences;
	}

	private static void compare(@Nullable KeyValueEntry expected, @Nullable BucketEntry<String> found, String verb,
			List<String> differences) {
		boolean same = (expected == null || found == null) ? (expected == null && found == null)
				: (expected.getRevision() == found.revision() && expected.getValueAsString().equals(found.value()));
		if (!same) {
			differences.add(prefixed("%s %s instead of %s".formatted(verb, found, expected)));
		}
	}

	private static String prefixed(String text) {
		return "the local copy: " + text;
	}

	private record OwnWrite(Write write, @Nullable BucketEntry<String> seen, long readAt) {

	}

}
