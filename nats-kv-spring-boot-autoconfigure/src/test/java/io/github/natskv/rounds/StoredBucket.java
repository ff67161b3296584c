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

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;

/**
 * What a bucket holds, read from its leader message by message.
 *
 * @param entries all revisions, in order
 */
record StoredBucket(List<KeyValueEntry> entries) {

	private static final int NO_MESSAGE_FOUND = 10037;

	static StoredBucket read(JetStreamManagement management, String stream) throws IOException, JetStreamApiException {
		List<KeyValueEntry> entries = new ArrayList<>();
		long sequence = 1;
		try {
			while (true) {
				MessageInfo message = management.getNextMessage(stream, sequence, ">");
				entries.add(new KeyValueEntry(message));
				sequence = message.getSeq() + 1;
			}
		}
		catch (JetStreamApiException ex) {
			if (ex.getApiErrorCode() != NO_MESSAGE_FOUND) {
				throw ex;
			}
		}
		return new StoredBucket(entries);
	}

	List<KeyValueEntry> history(String key) {
		return this.entries.stream().filter((entry) -> entry.getKey().equals(key)).toList();
	}

	/** The last revision of each key that has a value and meets the condition. */
	Map<String, KeyValueEntry> values(Predicate<String> keys) {
		Map<String, KeyValueEntry> last = this.entries.stream()
			.filter((entry) -> keys.test(entry.getKey()))
			.collect(Collectors.toMap(KeyValueEntry::getKey, (entry) -> entry, (older, newer) -> newer,
					LinkedHashMap::new));
		last.values().removeIf((entry) -> entry.getOperation() != KeyValueOperation.PUT);
		return last;
	}

	long lastRevision() {
		return this.entries.isEmpty() ? 0 : this.entries.get(this.entries.size() - 1).getRevision();
	}

}
