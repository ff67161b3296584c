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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.rounds.BucketFault.Damage;
import io.github.natskv.rounds.Reading.Kind;
import io.nats.client.api.KeyValueOperation;

/**
 * What was read while others wrote: no key is missing that was there all the time, none
 * is there that was not, nothing is older than what was acknowledged before, and without
 * a fault nothing is thrown or slow.
 */
final class ReadObserver implements Observer {

	private static final Duration RECOVERY = Duration.ofSeconds(5);

	private static final Duration ELECTION = Duration.ofSeconds(15);

	private static final long LIMIT = Duration.ofSeconds(3).toNanos();

	@Override
	public List<String> offences(BucketRound round) {
		return round.journal().readings().flatMap((reading) -> offences(reading, round)).toList();
	}

	private static Stream<String> offences(Reading reading, BucketRound round) {
		List<String> offences = new ArrayList<>();
		Journal journal = round.journal();
		Duration recovery = round.plan().topology().isCluster() ? ELECTION : RECOVERY;
		boolean disturbed = journal.isDisturbed(reading.started() - recovery.toNanos(), reading.ended());
		if (reading.failure() != null) {
			return disturbed ? Stream.empty() : Stream.of("%s threw %s".formatted(reading, reading.failure()));
		}
		if (!disturbed && reading.ended() - reading.started() > LIMIT) {
			offences.add("%s is slow".formatted(reading));
		}
		for (BucketEntry<String> entry : reading.entries()) {
			if (entry.operation() == KeyValueOperation.PUT && journal.impossible(entry.key(), entry.value()) != null) {
				offences.add("%s has %s: %s".formatted(reading, entry, journal.impossible(entry.key(), entry.value())));
			}
		}
		if (!journal.isDisturbed(reading.started(), reading.ended(), (damage) -> damage != Damage.INTERRUPTS)) {
			if (reading.kind() == Kind.HISTORY) {
				checkOrder(reading, offences);
			}
			else {
				checkPresence(reading, journal, offences);
			}
		}
		return offences.stream();
	}

	private static void checkOrder(Reading reading, List<String> offences) {
		List<BucketEntry<String>> entries = reading.entries();
		for (int i = 1; i < entries.size(); i++) {
			if (entries.get(i - 1).revision() >= entries.get(i).revision()) {
				offences.add("%s has %s after %s".formatted(reading, entries.get(i), entries.get(i - 1)));
			}
		}
	}

	private static void checkPresence(Reading reading, Journal journal, List<String> offences) {
		Set<String> found = new HashSet<>(reading.keys());
		for (BucketEntry<String> entry : reading.entries()) {
			if (!found.add(entry.key())) {
				offences.add("%s has %s twice".formatted(reading, entry.key()));
			}
			if (entry.revision() < journal.leastRevision(entry.key(), reading.started(), reading.ended())) {
				offences.add("%s has %s, which is outdated".formatted(reading, entry));
			}
		}
		keys(reading).forEach((key) -> {
			if (!found.contains(key) && journal.isSurelyPresent(key, reading.started(), reading.ended())) {
				offences.add("%s misses %s".formatted(reading, key));
			}
			if (found.contains(key) && journal.isSurelyAbsent(key, reading.started(), reading.ended())) {
				offences.add("%s has %s, which was deleted".formatted(reading, key));
			}
		});
	}

	/** The keys the reading is about. */
	private static Stream<String> keys(Reading reading) {
		if (reading.kind() == Kind.GET) {
			return Stream.of(reading.filter());
		}
		String prefix = reading.filter().equals(">") ? "" : reading.filter().substring(0, 2);
		return IntStream.range(0, Actor.KEYS).mapToObj(Actor::key).filter((key) -> key.startsWith(prefix));
	}

}
