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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Snapshots of more keys than one request takes, while all that a transaction wrote is
 * replaced by the next one: some in every build, hundreds in the profile {@code rounds}.
 * Where the snapshot believed a consumer that nothing was pending, 5 of 240 had parts of
 * several transactions, so that one build of two would fail, and the profile always.
 */
class LargeSnapshotRoundTests {

	private static final int TOGETHER = 300;

	private static final int OTHERS = 1100;

	private static final int MAX_PAUSE_MILLIS = 6;

	private static final int IN_EVERY_BUILD = 40;

	@Test
	@Timeout(600)
	void allIsOfOneTransaction() throws Exception {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"), "needs server 2.14.5");
			Buckets.create(connection, BucketConfigurations.withTransactions(Buckets.configuration("large").build()));
			KeyValueBucket<String> bucket = Buckets.access(connection).bucket("large", String.class);
			bucket.putAll(IntStream.range(0, OTHERS).boxed().collect(Collectors.toMap((i) -> "g." + i, (i) -> "0")));
			write(bucket, "0");
			AtomicBoolean running = new AtomicBoolean(true);
			ExecutorService executor = Executors.newFixedThreadPool(2);
			try {
				List<Future<?>> writers = new ArrayList<>();
				for (String writer : List.of("a", "b")) {
					writers.add(executor.submit(() -> {
						for (int n = 0; running.get(); n++) {
							write(bucket, writer + n);
							// so that there is an end now and then
							TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(MAX_PAUSE_MILLIS));
						}
						return null;
					}));
				}
				for (int i = 0; i < snapshots(); i++) {
					read(bucket);
				}
				running.set(false);
				for (Future<?> writer : writers) {
					writer.get(20, TimeUnit.SECONDS);
				}
			}
			finally {
				running.set(false);
				executor.shutdownNow();
			}
		}
	}

	private static void write(KeyValueBucket<String> bucket, String value) {
		bucket.transactionWithoutResult((tx) -> IntStream.range(0, TOGETHER).forEach((i) -> tx.put("f." + i, value)));
	}

	private static void read(KeyValueBucket<String> bucket) {
		List<BucketEntry<String>> entries = bucket.snapshot();
		assertThat(entries).hasSize(TOGETHER + OTHERS);
		Set<String> values = entries.stream()
			.filter((entry) -> entry.key().startsWith("f."))
			.map(BucketEntry::value)
			.collect(Collectors.toSet());
		assertThat(values).hasSize(1);
	}

	private static int snapshots() {
		String minutes = System.getProperty("nats-kv.test.rounds");
		return StringUtils.hasText(minutes) ? 100 * Integer.parseInt(minutes) : IN_EVERY_BUILD;
	}

}
