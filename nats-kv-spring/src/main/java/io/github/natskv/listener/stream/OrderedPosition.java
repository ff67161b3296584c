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

package io.github.natskv.listener.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueEntry;

/**
 * The sequence of the last message that was handled, in a bucket.
 */
public final class OrderedPosition {

	private final String key;

	private final Supplier<KeyValue> bucket;

	/**
	 * Create a position.
	 * @param key the key in the bucket
	 * @param bucket the bucket, asked for when it is needed
	 */
	public OrderedPosition(String key, Supplier<KeyValue> bucket) {
		this.key = key;
		this.bucket = bucket;
	}

	// 0 where there is none
	long read() throws IOException, JetStreamApiException {
		KeyValueEntry entry = this.bucket.get().get(this.key);
		byte[] value = (entry != null) ? entry.getValue() : null;
		if (value == null) {
			return 0;
		}
		String text = new String(value, StandardCharsets.UTF_8).trim();
		if (!text.matches("\\d{1,18}")) {
			throw new IOException("The position at key '%s' is '%s', which is no sequence".formatted(this.key, text));
		}
		return Long.parseLong(text);
	}

	void write(long sequence) throws IOException, JetStreamApiException {
		this.bucket.get().put(this.key, Long.toString(sequence));
	}

}
