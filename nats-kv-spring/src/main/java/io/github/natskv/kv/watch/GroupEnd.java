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

package io.github.natskv.kv.watch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.github.natskv.kv.jetstream.BatchPosition;
import io.github.natskv.kv.jetstream.WatchApi;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;

/**
 * Finds out whether a watch has received all it will of a batch. The end of the batch may
 * not match its filters, and a server stores the messages of a batch one after the other,
 * so that nothing more to come at the moment proves nothing. Its leader is asked.
 */
final class GroupEnd {

	/** The time to wait for the next message before asking. */
	static final Duration PATIENCE = Duration.ofMillis(5);

	/** The time to wait where the leader cannot be asked. */
	private static final Duration SILENCE = Duration.ofMillis(200);

	private final RevisionLookup lookup;

	GroupEnd(RevisionLookup lookup) {
		this.lookup = lookup;
	}

	/**
	 * Whether all of a batch has come.
	 * @param group what has come of it
	 * @param keyPrefix what the subjects of keys begin with
	 * @param subjects the subjects of the watch
	 * @param api the server
	 * @return {@code false} if more is about to come
	 * @throws IOException if JetStream does not answer at all
	 */
	boolean isReached(EntryGroup group, String keyPrefix, List<String> subjects, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		List<MessageInfo> last = this.lookup.last(keyPrefix + ">", api);
		if (last == null) {
			return group.age() > SILENCE.toNanos();
		}
		// the batch is not stored completely
		if (last.stream()
			.anyMatch((message) -> group.has(message.getHeaders(), message.getSeq())
					&& !BatchPosition.isEnd(message.getHeaders()))) {
			return false;
		}
		List<MessageInfo> next = this.lookup.next(subjects, group.lastRevision() + 1, api);
		return next != null && next.stream().noneMatch((message) -> group.has(message.getHeaders(), message.getSeq()));
	}

}
