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
import java.time.Duration;
import java.util.Random;

import io.github.natskv.rounds.Write.Kind;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.PurgeOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;

/**
 * A client of the same bucket that is not ours, close to the servers.
 */
final class OtherClient {

	static final Duration REQUEST_TIMEOUT = Duration.ofMillis(500);

	private final RoundServers servers;

	private final Journal journal;

	OtherClient(RoundServers servers, Journal journal) {
		this.servers = servers;
		this.journal = journal;
	}

	JetStreamManagement management() throws IOException {
		return this.servers.management(REQUEST_TIMEOUT);
	}

	/** Write to keys in their order, first values, then whatever; some of it may fail. */
	void write(int count, Random random) throws IOException, JetStreamApiException, InterruptedException {
		for (int i = 0; i < count; i++) {
			int number = (i < Actor.KEYS) ? i : random.nextInt(Actor.KEYS);
			boolean removes = i >= Actor.KEYS && number % 2 == 0 && random.nextInt(4) == 0;
			put(Actor.key(number), removes);
		}
	}

	private void put(String key, boolean removes) throws InterruptedException {
		Write write = removes ? this.journal.remove(key, Kind.DELETE, null) : this.journal.put(key, null);
		try {
			if (removes) {
				keyValue().delete(key);
				write.acknowledged(0);
			}
			else {
				write.acknowledged(keyValue().put(key, write.value()));
			}
		}
		catch (IOException | JetStreamApiException | IllegalStateException ex) {
			Thread.sleep(10);
		}
	}

	/** Make the bucket again if its only server has lost it. */
	void restoreBucket(BucketRound round) throws IOException, JetStreamApiException {
		if (!round.plan().topology().isCluster() && BucketRound.storage(round.plan()) == StorageType.Memory) {
			Connection connection = this.servers.connection();
			Awaitility.await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
			connection.keyValueManagement()
				.create(KeyValueConfiguration.builder(BucketRound.BUCKET)
					.storageType(StorageType.Memory)
					.maxHistoryPerKey(round.history())
					.build());
		}
	}

	/** Delete a key and then the marker. */
	void erase(String key) throws IOException, JetStreamApiException {
		Write erasure = this.journal.remove(key, Kind.ERASE, null);
		keyValue().delete(key);
		management().purgeStream(BucketRound.STREAM, PurgeOptions.subject("$KV." + BucketRound.BUCKET + "." + key));
		erasure.acknowledged(0);
	}

	private KeyValue keyValue() throws IOException {
		JetStreamOptions options = JetStreamOptions.builder().requestTimeout(REQUEST_TIMEOUT).build();
		return this.servers.connection()
			.keyValue(BucketRound.BUCKET, KeyValueOptions.builder().jetStreamOptions(options).build());
	}

}
