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

package io.github.natskv.kv.support;

import java.io.IOException;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.testsupport.NatsCluster;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests reading what was just written to a replicated bucket, over a connection to
 * another node.
 */
class KeyValueBucketClusterTests {

	private static final int WRITES = 2_000;

	private static NatsCluster cluster;

	private static Connection leader;

	private static Connection follower;

	@BeforeAll
	static void start() throws IOException, InterruptedException {
		cluster = NatsCluster.start();
		try (Connection connection = cluster.connect()) {
			Buckets.create(connection, Buckets.configuration("replicated").replicas(3).build());
		}
		int leading = cluster.leaderOf("KV_replicated");
		leader = Nats.connect(cluster.node(leading).url());
		follower = Nats.connect(cluster.node((leading + 1) % 3).url());
	}

	@AfterAll
	static void stop() throws InterruptedException {
		leader.close();
		follower.close();
		cluster.close();
	}

	@Test
	void consistentReadsSeeEveryWriteThroughAnotherNode() throws Exception {
		KeyValueBucket<Long> writer = bucket(leader, true);
		DefaultKeyValueBuckets reading = buckets(follower, true);
		KeyValueBucket<Long> reader = reading.bucket("replicated", Long.class);
		for (long i = 0; i < WRITES; i++) {
			long revision = writer.put("consistent", i);
			assertThat(reader.get("consistent")).isEqualTo(i);
			assertThat(reading.keyValue("replicated").get("consistent").getRevision()).isEqualTo(revision);
			assertThat(reader.getEntry("consistent", revision)).isNotNull();
		}
	}

	@Test
	void otherReadsMayBeBehind() {
		KeyValueBucket<Long> writer = bucket(leader, false);
		KeyValueBucket<Long> reader = bucket(follower, false);
		boolean behind = false;
		for (long i = 0; i < 10L * WRITES && !behind; i++) {
			writer.put("direct", i);
			Long read = reader.get("direct");
			behind = read == null || read != i;
		}
		assertThat(behind).isTrue();
	}

	private static KeyValueBucket<Long> bucket(Connection connection, boolean consistentReads) {
		return buckets(connection, consistentReads).bucket("replicated", Long.class);
	}

	private static DefaultKeyValueBuckets buckets(Connection connection, boolean consistentReads) {
		return Buckets.access(connection,
				new BucketSettings("replicated", "replicated", null, null, KeyCodec.NONE, consistentReads));
	}

}
