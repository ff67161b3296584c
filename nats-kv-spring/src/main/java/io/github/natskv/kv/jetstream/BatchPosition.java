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

import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import org.jspecify.annotations.Nullable;

/**
 * The batch a message was written in. Its messages have consecutive revisions.
 *
 * @param id the id of the batch
 * @param before the revision before its first one
 */
public record BatchPosition(String id, long before) {

	/**
	 * Return the batch of a message.
	 * @param headers its headers
	 * @param revision its revision
	 * @return the batch, {@code null} if it was written alone
	 */
	public static @Nullable BatchPosition of(@Nullable Headers headers, long revision) {
		String id = (headers != null) ? headers.getFirst(NatsJetStreamConstants.NATS_BATCH_ID_HDR) : null;
		String sequence = (headers != null) ? headers.getFirst(NatsJetStreamConstants.NATS_BATCH_SEQUENCE_HDR) : null;
		if (id == null || sequence == null || !sequence.matches("[0-9]{1,9}")) {
			return null;
		}
		return new BatchPosition(id, revision - Long.parseLong(sequence));
	}

	/**
	 * Whether a message is the last one of a batch.
	 * @param headers its headers
	 * @return whether it is
	 */
	public static boolean isEnd(@Nullable Headers headers) {
		return headers != null && headers.containsKey(NatsJetStreamConstants.NATS_BATCH_COMMIT_HDR);
	}

}
