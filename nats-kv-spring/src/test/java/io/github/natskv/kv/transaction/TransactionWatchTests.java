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

package io.github.natskv.kv.transaction;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Watches of transactions over slow networks.
 */
@Timeout(60)
class TransactionWatchTests {

	/** More than a watch asks for at a time, so that they come one by one. */
	private static final String LARGE = "x".repeat(900_000);

	private static NatsServer server;

	private static Connection connection;

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		connection = server.connect();
		assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"), "needs server 2.14.5");
	}

	@AfterAll
	static void stop() throws InterruptedException {
		connection.close();
		server.close();
	}

	/**
	 * What is written last does not match, and what matches comes late.
	 */
	@Test
	void aListIsCompleteHoweverLateItsPartsCome() throws Exception {
		String name = "b" + UUID.randomUUID();
		Buckets.create(connection, BucketConfigurations.withTransactions(Buckets.configuration(name).build()));
		KeyValueBucket<String> bucket = Buckets.access(connection).bucket(name, String.class);
		List<List<String>> lists = new CopyOnWriteArrayList<>();
		try (NetworkProxy proxy = NetworkProxy.to(server.port(), Duration.ofMillis(200));
				Connection slow = proxy.connect();
				DefaultKeyValueBuckets watching = Buckets.access(slow);
				BucketWatch watch = watching.bucket(name, String.class)
					.watchTransactions(WatchOptions.of("a.*"),
							(entries) -> lists.add(entries.stream().map(BucketEntry::key).toList()))) {
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
			bucket.transactionWithoutResult((tx) -> {
				for (int i = 0; i < 6; i++) {
					tx.put("a." + i, LARGE);
				}
				tx.put("last", "1");
			});
			Awaitility.await().until(() -> lists.stream().mapToInt(List::size).sum() == 6);
			assertThat(lists).containsExactly(List.of("a.0", "a.1", "a.2", "a.3", "a.4", "a.5"));
		}
	}

}
