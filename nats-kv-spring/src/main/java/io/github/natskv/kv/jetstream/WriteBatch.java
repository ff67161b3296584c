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

package io.github.natskv.kv.jetstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.nats.client.support.NatsJetStreamConstants;

/**
 * Writes that take effect together, or not at all, with keys as they are on the server.
 * Each may expect a revision of its own key. Keys that are not written are guarded by
 * messages to a reserved key, each of which expects the revision of another key. That has
 * to be an exact one: on replicated streams a server does not check wildcards against
 * writes under way.
 *
 * @param writes the writes
 * @param guards keys that are not written, with the revisions they must still have
 */
public record WriteBatch(List<Write> writes, Map<String, Long> guards) {

	/** The key that guards are written to. */
	public static final String GUARD_KEY = "_kv.guard";

	/** The number of messages that a server takes together. */
	public static final int MAX_SIZE = 1000;

	/** Return how many messages this takes. */
	public int size() {
		return this.writes.size() + this.guards.size();
	}

	List<Message> messages(BucketLayout layout) {
		List<Message> messages = new ArrayList<>(size());
		forEach(layout.originPrefix(),
				(write) -> messages.add(NatsMessage.builder()
					.subject(layout.writePrefix() + write.key())
					.headers(write.headers())
					.data(write.value())
					.build()));
		return messages;
	}

	/**
	 * Return all messages as they are stored.
	 * @param prefix what the subjects of keys begin with in the stream
	 * @return the messages, with the headers of a batch
	 */
	public List<Write> numbered(String prefix) {
		List<Write> all = new ArrayList<>(size());
		forEach(prefix, all::add);
		return all;
	}

	private void forEach(String prefix, Consumer<Write> consumer) {
		String id = NUID.nextGlobal();
		int sequence = 0;
		for (Map.Entry<String, Long> guard : this.guards.entrySet()) {
			consumer.accept(guard(prefix + guard.getKey(), guard.getValue()).numbered(id, ++sequence, size()));
		}
		for (Write write : this.writes) {
			consumer.accept(write.numbered(id, ++sequence, size()));
		}
	}

	// looks like a deleted key to other clients
	private static Write guard(String subject, long revision) {
		return new Write(GUARD_KEY,
				new Headers()
					.put(NatsJetStreamConstants.KV_OPERATION_HEADER_KEY, KeyValueOperation.DELETE.getHeaderValue())
					.put(NatsJetStreamConstants.EXPECTED_LAST_SUB_SEQ_HDR, Long.toString(revision))
					.put(NatsJetStreamConstants.EXPECTED_LAST_SUB_SEQ_SUB_HDR, subject),
				new byte[0]);
	}

	/**
	 * A revision to be written.
	 *
	 * @param key the key on the server
	 * @param headers the operation, the expected revision and the time to live
	 * @param value the value
	 */
	public record Write(String key, Headers headers, byte[] value) {

		private Write numbered(String id, int sequence, int size) {
			Headers numbered = new Headers(this.headers).put(NatsJetStreamConstants.NATS_BATCH_ID_HDR, id)
				.put(NatsJetStreamConstants.NATS_BATCH_SEQUENCE_HDR, Integer.toString(sequence));
			if (sequence == size) {
				numbered.put(NatsJetStreamConstants.NATS_BATCH_COMMIT_HDR, "1");
			}
			return new Write(this.key, numbered, this.value);
		}

	}

}
