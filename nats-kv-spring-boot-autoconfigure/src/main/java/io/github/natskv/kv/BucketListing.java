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

package io.github.natskv.kv;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nats.client.Message;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.support.NatsKeyValueUtil;

/**
 * What can be listed of a bucket. Several filters are read one after the other, which
 * works on every server and with filters that overlap.
 */
final class BucketListing {

	private final BucketStream stream;

	BucketListing(BucketStream stream) {
		this.stream = stream;
	}

	/**
	 * Return the keys that have a value.
	 * @param filters filters, none means all
	 * @return the keys
	 */
	Set<String> keys(String... filters) {
		Set<String> keys = new HashSet<>();
		for (String filter : encode(filters)) {
			BucketScan.read(this.stream, filter, true, (message) -> {
				String key = message.getSubject();
				if (isPut(message)) {
					keys.add(key);
				}
				else {
					keys.remove(key);
				}
			});
		}
		Set<String> decoded = new LinkedHashSet<>(keys.size() * 2);
		keys.forEach((subject) -> decoded.add(this.stream.keys().keyOf(subject)));
		return decoded;
	}

	/**
	 * Return the last message of each key that has a value, by ascending revision.
	 * @param filters filters, none means all
	 * @return the messages
	 */
	List<Message> values(String... filters) {
		Map<String, Message> latest = new HashMap<>();
		for (String filter : encode(filters)) {
			BucketScan.read(this.stream, filter, false, (message) -> {
				if (isPut(message)) {
					latest.put(message.getSubject(), message);
				}
				else {
					latest.remove(message.getSubject());
				}
			});
		}
		List<Message> messages = new ArrayList<>(latest.values());
		messages.sort(Comparator.comparingLong((message) -> message.metaData().streamSequence()));
		return messages;
	}

	/**
	 * Return the messages of a key the bucket keeps, by ascending revision.
	 * @param key the key
	 * @return the messages
	 */
	List<Message> history(String key) {
		List<Message> messages = new ArrayList<>();
		BucketScan.read(this.stream, this.stream.keys().encode(key), false, (message) -> {
			if (NatsKeyValueUtil.getOperation(message.getHeaders()) == KeyValueOperation.PURGE) {
				messages.clear();
			}
			messages.add(message);
		});
		long kept = this.stream.layout().history();
		int surplus = (kept > 0) ? (int) Math.max(0, messages.size() - kept) : 0;
		return messages.subList(surplus, messages.size());
	}

	/**
	 * Remove deletion markers.
	 * @param olderThan how old they must be
	 * @return how many were removed
	 */
	int purgeDeletes(Duration olderThan) {
		this.stream.requireWritable();
		Instant limit = Instant.now().minus(olderThan);
		Map<String, Message> markers = new HashMap<>();
		BucketScan.read(this.stream, ">", true, (message) -> {
			if (isPut(message)) {
				markers.remove(message.getSubject());
			}
			else {
				markers.put(message.getSubject(), message);
			}
		});
		SentBefore before = new SentBefore(this.stream.bucket(), "removing deletion markers");
		int removed = 0;
		for (Message marker : markers.values()) {
			// others may publish to a subject like that, which the server would take for
			// a filter
			if (hasWildcards(marker.getSubject())) {
				continue;
			}
			if (olderThan.isZero() || marker.metaData().timestamp().toInstant().isBefore(limit)) {
				removed += (remove(marker, before) > 0) ? 1 : 0;
			}
		}
		return removed;
	}

	private long remove(Message marker, SentBefore before) {
		try {
			long count = this.stream.removeUpTo(this.stream.keys().rawKeyOf(marker.getSubject()),
					marker.metaData().streamSequence());
			before.sent();
			return count;
		}
		catch (KeyValueNotConnectedException ex) {
			throw before.translate(ex);
		}
	}

	private Collection<String> encode(String... filters) {
		Set<String> encoded = new LinkedHashSet<>();
		for (String filter : (filters.length > 0) ? filters : new String[] { ">" }) {
			encoded.add(this.stream.keys().encodeFilter(filter));
		}
		return encoded.contains(">") ? Set.of(">") : encoded;
	}

	private static boolean hasWildcards(String subject) {
		return Arrays.stream(subject.split("\\.")).anyMatch((token) -> token.equals("*") || token.equals(">"));
	}

	private static boolean isPut(Message message) {
		return NatsKeyValueUtil.getOperation(message.getHeaders()) == KeyValueOperation.PUT;
	}

}
