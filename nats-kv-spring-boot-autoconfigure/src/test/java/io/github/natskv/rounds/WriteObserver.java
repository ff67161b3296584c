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
import java.util.Set;
import java.util.stream.Collectors;

import io.github.natskv.rounds.Write.Kind;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledged writes are there, over what they were to replace; refused ones are not;
 * and no value is there twice.
 */
final class WriteObserver implements Observer {

	@Override
	public List<String> offences(BucketRound round) throws Exception {
		StoredBucket stored = round.stored();
		List<String> offences = new ArrayList<>();
		Set<String> values = new HashSet<>();
		for (KeyValueEntry entry : stored.entries()) {
			if (entry.getOperation() == KeyValueOperation.PUT) {
				String impossible = round.journal().impossible(entry.getKey(), entry.getValueAsString());
				if (impossible != null) {
					offences.add("the bucket holds revision %d: %s".formatted(entry.getRevision(), impossible));
				}
				if (!values.add(entry.getValueAsString())) {
					offences.add("the bucket holds '%s' twice".formatted(entry.getValueAsString()));
				}
			}
		}
		round.journal()
			.writes()
			.filter((write) -> write.isAcknowledged() && write.revision() > 0 && !round.journal().mayBeErased(write))
			.map((write) -> offence(write, stored.history(write.key()), round.history()))
			.filter((offence) -> offence != null)
			.collect(Collectors.toCollection(() -> offences));
		return offences;
	}

	private static @Nullable String offence(Write write, List<KeyValueEntry> history, int limit) {
		int index = 0;
		while (index < history.size() && history.get(index).getRevision() < write.revision()) {
			index++;
		}
		if (index == history.size() || history.get(index).getRevision() != write.revision()) {
			boolean superseded = index == 0 && history.size() >= limit;
			return superseded ? null : "the bucket has not kept %s".formatted(write);
		}
		if (write.kind() == Kind.PUT && !history.get(index).getValueAsString().equals(write.value())) {
			return "the bucket holds '%s' instead of %s".formatted(history.get(index).getValueAsString(), write);
		}
		Long expected = write.expected();
		KeyValueEntry before = (index > 0) ? history.get(index - 1) : null;
		if (expected == null || before == null) {
			return null;
		}
		boolean met = (expected == 0) ? before.getOperation() != KeyValueOperation.PUT
				: before.getRevision() == expected;
		return met ? null
				: "%s replaced revision %d, a %s".formatted(write, before.getRevision(), before.getOperation());
	}

}
