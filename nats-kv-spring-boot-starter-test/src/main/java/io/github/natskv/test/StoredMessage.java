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

package io.github.natskv.test;

import java.time.Instant;

import io.github.natskv.jetstream.Delivery;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.impl.NatsMessage;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.NatsKeyValueUtil;

/**
 * One revision of a key as a server keeps it.
 *
 * @param sequence the revision
 * @param key the key as it is on the server
 * @param headers the headers, empty if there are none
 * @param data the bytes
 * @param time when it was stored
 * @param expiry when it goes away, {@link Instant#MAX} for never
 */
record StoredMessage(long sequence, String key, Headers headers, byte[] data, Instant time, Instant expiry) {

	private static final int OVERHEAD = 16;

	boolean isPut() {
		return operation() == KeyValueOperation.PUT;
	}

	KeyValueOperation operation() {
		return NatsKeyValueUtil.getOperation(this.headers);
	}

	boolean isRollup() {
		return this.headers.containsKey(NatsJetStreamConstants.ROLLUP_HDR);
	}

	boolean isRollupOfAll() {
		return NatsJetStreamConstants.ROLLUP_HDR_ALL.equals(this.headers.getFirst(NatsJetStreamConstants.ROLLUP_HDR));
	}

	// as a memory stream counts
	long size(String bucket) {
		return NatsKeyValueUtil.toKeyPrefix(bucket).length() + this.key.length() + contentSize(this.headers, this.data)
				+ OVERHEAD;
	}

	MessageInfo toMessageInfo(String bucket) {
		Headers described = new Headers(this.headers)
			.put(NatsJetStreamConstants.NATS_SUBJECT, NatsKeyValueUtil.toKeyPrefix(bucket) + this.key)
			.put(NatsJetStreamConstants.NATS_SEQUENCE, Long.toString(this.sequence))
			.put(NatsJetStreamConstants.NATS_TIMESTAMP, this.time.toString());
		return new MessageInfo(
				NatsMessage.builder().subject("direct.get").headers(described).data(this.data.clone()).build(),
				NatsKeyValueUtil.toStreamName(bucket), true);
	}

	WatchEntry toWatchEntry(String bucket) {
		String acknowledgment = "$JS.ACK.%s.in-memory.1.%d.%d.%d%09d.0".formatted(NatsKeyValueUtil.toStreamName(bucket),
				this.sequence, this.sequence, this.time.getEpochSecond(), this.time.getNano());
		NatsMessage message = new NatsMessage(NatsKeyValueUtil.toKeyPrefix(bucket) + this.key, acknowledgment,
				this.headers, this.data.clone()) {

			@Override
			public boolean isJetStream() {
				return true;
			}

			@Override
			public NatsJetStreamMetaData metaData() {
				return new NatsJetStreamMetaData(this);
			}

		};
		return WatchEntry.of(this.key, message, Delivery.of(message));
	}

	KeyValueEntry toKeyValueEntry(String bucket) {
		return new KeyValueEntry(toMessageInfo(bucket));
	}

	static int contentSize(Headers headers, byte[] data) {
		return (headers.isEmpty() ? 0 : headers.serializedLength()) + data.length;
	}

}
