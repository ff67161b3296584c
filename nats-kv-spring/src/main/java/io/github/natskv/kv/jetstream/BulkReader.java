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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.jetstream.JetStreamLevel;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.api.MessageInfo;

/**
 * Reads of many keys: as batches where the server has them, else with a request for each
 * key and many of those underway at a time.
 */
final class BulkReader {

	private static final String BATCHES_SINCE = "2.11.0";

	private static final int BATCH = 512;

	private static final int BATCH_CHARACTERS = 32 * 1024;

	private static final int BATCHES_UNDERWAY = 4;

	private final BucketStream stream;

	private final BucketReads reads;

	private final AsyncRequests requests;

	BulkReader(BucketStream stream, BucketReads reads, AsyncRequests requests) {
		this.stream = stream;
		this.reads = reads;
		this.requests = requests;
	}

	/**
	 * Read the last messages of keys, from where the settings of the bucket say.
	 * @param keys the keys on the server
	 * @return the messages of those that have one, deletion markers included, by key
	 */
	Map<String, MessageInfo> read(Collection<String> keys) {
		Map<String, MessageInfo> found = new LinkedHashMap<>();
		try {
			Collection<String> left = keys;
			if (keys.size() > 1 && hasBatches()) {
				left = inBatches(keys, found);
			}
			oneByOne(left, found);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KeyValueTimeoutException("Interrupted while reading bucket '%s'".formatted(this.stream.bucket()),
					ex);
		}
		return found;
	}

	private boolean hasBatches() {
		this.stream.api().requireConnected();
		return this.stream.layout().direct() && !this.stream.settings().consistentReads()
				&& !ImportedApi.isImported(this.stream.api().prefix())
				&& JetStreamLevel.of(this.stream.api().connection(), this.stream.api().prefix()).has(BATCHES_SINCE);
	}

	private Collection<String> inBatches(Collection<String> keys, Map<String, MessageInfo> found)
			throws InterruptedException {
		String prefix = this.stream.layout().readPrefix();
		List<List<String>> batches = batches(keys, prefix);
		List<String> left = new ArrayList<>();
		int sent = 0;
		int ended = 0;
		try (DirectBatch batch = new DirectBatch(this.stream.api(), this.stream.streamName())) {
			while (ended < batches.size()) {
				while (sent < batches.size() && sent - ended < BATCHES_UNDERWAY
						&& (this.requests.tryEnter() || enterAsOnly(sent - ended))) {
					batch.send(batches.get(sent++));
				}
				Set<String> unread = batch
					.receive((subject, message) -> found.put(subject.substring(prefix.length()), message));
				if (unread == null) {
					break;
				}
				ended++;
				this.requests.leave();
				unread.forEach((subject) -> left.add(subject.substring(prefix.length())));
			}
		}
		finally {
			for (int i = ended; i < sent; i++) {
				this.requests.leave();
			}
		}
		if (ended < batches.size()) {
			// asking for each tells why
			return keys.stream().filter((key) -> !found.containsKey(key)).toList();
		}
		return left;
	}

	private boolean enterAsOnly(int underway) throws InterruptedException {
		if (underway == 0) {
			this.requests.enter();
			return true;
		}
		return false;
	}

	private static List<List<String>> batches(Collection<String> keys, String prefix) {
		List<List<String>> batches = new ArrayList<>();
		List<String> batch = new ArrayList<>();
		int characters = 0;
		for (String key : keys) {
			String subject = prefix + key;
			if (batch.size() == BATCH || (characters + subject.length() > BATCH_CHARACTERS && !batch.isEmpty())) {
				batches.add(batch);
				batch = new ArrayList<>();
				characters = 0;
			}
			batch.add(subject);
			characters += subject.length();
		}
		if (!batch.isEmpty()) {
			batches.add(batch);
		}
		return batches;
	}

	private void oneByOne(Collection<String> keys, Map<String, MessageInfo> found) throws InterruptedException {
		RequestPipeline<String> pipeline = new RequestPipeline<>(this.requests, this.stream.api().timeout(),
				(key, begun) -> {
					MessageInfo message = this.reads.answered(begun, Duration.ZERO, key);
					if (message != null) {
						found.put(key, message);
					}
				});
		try {
			for (String key : keys) {
				pipeline.send(key, () -> this.reads.begin(key));
			}
			pipeline.finish();
		}
		finally {
			pipeline.abandon((key, begun) -> {
			});
		}
	}

}
