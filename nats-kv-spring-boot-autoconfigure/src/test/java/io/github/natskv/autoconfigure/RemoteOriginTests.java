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

package io.github.natskv.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.TransientDataAccessResourceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/**
 * Buckets of a leaf node that copy a bucket of the JetStream domain of the hub, while the
 * leaf node has a bucket of the same name.
 */
class RemoteOriginTests {

	private static final int LEAF_PORT = freePort();

	@AutoClose
	private static final NatsServer hub = NatsServer.start("""
			server_name: "hub"
			jetstream { domain: "hub" }
			leafnodes { listen: "127.0.0.1:%d" }
			""".formatted(LEAF_PORT));

	@AutoClose
	private static final NatsServer leaf = NatsServer.start("""
			server_name: "leaf"
			jetstream { domain: "leaf" }
			leafnodes { remotes: [{ url: "nats-leaf://127.0.0.1:%d" }] }
			""".formatted(LEAF_PORT));

	@AutoClose
	private final Connection hubConnection = hub.connect();

	@AutoClose
	private final Connection leafConnection = leaf.connect();

	private final ApplicationContextRunner runner = CopiedBucket.runner(leaf);

	private KeyValue origin;

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@BeforeEach
	void makeBuckets() throws Exception {
		CopiedBucket.deleteBuckets(this.hubConnection);
		CopiedBucket.deleteBuckets(this.leafConnection);
		this.origin = CopiedBucket.origin(this.hubConnection, "origin");
		this.origin.put("a", "1");
		this.origin.put("a", "2");
		this.origin.put("gone", "x");
		this.origin.delete("gone");
		this.origin.put("b.c", "3");
		this.leafConnection.keyValueManagement().create(KeyValueConfiguration.builder("origin").build());
		this.leafConnection.keyValue("origin").put("a", "of the leaf");
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> this.leafConnection.keyValue("origin", KeyValueOptions.builder().jsDomain("hub").build())
				.getStatus()
				.getEntryCount() > 0);
	}

	@Test
	void aMirrorReadsWritesAndLeavesTheBucketOfTheSameNameAlone() {
		this.runner
			.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=origin", "nats.kv.buckets.copy.mirror.domain=hub",
					"nats.kv.buckets.copy.history=5")
			.run((context) -> {
				CopiedBucket copy = new CopiedBucket(context, "copy");
				copy.awaitValue("b.c", "3");
				copy.assertReads();
				copy.typed().put("typed", "1");
				copy.raw().put("raw", "1");
				copy.raw().create("gone", "again".getBytes());
				copy.awaitValue("typed", "1");
				copy.awaitValue("raw", "1");
				assertThat(this.origin.get("gone").getValueAsString()).isEqualTo("again");
				// nats-server 2.9 lets every mirror answer for a bucket of its origin's
				// name
				boolean old = this.leafConnection.getServerInfo().isOlderThanVersion("2.10.0");
				for (int i = 0; i < 50 && !old; i++) {
					assertThat(this.leafConnection.keyValue("origin").get("a").getValueAsString())
						.isEqualTo("of the leaf");
				}
			});
	}

	@Test
	void aMirrorNamesItsOriginWhenThatIsDeletedOrAway() {
		this.runner
			.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=origin", "nats.kv.buckets.copy.mirror.domain=hub")
			.run((context) -> {
				KeyValueBucket<String> copy = context.getBean(KeyValueBuckets.class).bucket("copy", String.class);
				CopiedBucket.copied().until(() -> "2".equals(copy.get("a")));
				hub.suspend();
				try {
					assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> copy.put("late", "3"))
						.withMessageContainingAll("bucket 'origin' of domain 'hub'", "'copy' mirrors", "unknown");
				}
				finally {
					hub.resume();
				}
				this.hubConnection.keyValueManagement().delete("origin");
				long start = System.nanoTime();
				assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> copy.put("a", "3"))
					.withMessageContainingAll("bucket 'origin' of domain 'hub'", "'copy' mirrors");
				assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> copy.create("b", "3"));
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
				assertThat(copy.get("a")).isEqualTo("2");
				hub.stop();
				try {
					Awaitility.await()
						.untilAsserted(() -> assertThatExceptionOfType(TransientDataAccessResourceException.class)
							.isThrownBy(() -> copy.put("a", "3"))
							.withMessageContainingAll("bucket 'origin' of domain 'hub'", "no JetStream answers there"));
				}
				finally {
					hub.restart();
					Awaitility.await().until(() -> this.hubConnection.getStatus() == Connection.Status.CONNECTED);
				}
			});
	}

	@Test
	void aSourcedBucketReads() {
		assumeFalse(this.leafConnection.getServerInfo().isOlderThanVersion("2.10.0"), "needs a server from 2.10");
		this.runner
			.withPropertyValues("nats.kv.buckets.copy.sources[0].bucket=origin",
					"nats.kv.buckets.copy.sources[0].domain=hub", "nats.kv.buckets.copy.history=5")
			.run((context) -> {
				CopiedBucket copy = new CopiedBucket(context, "copy");
				copy.awaitValue("b.c", "3");
				copy.assertReads();
			});
	}

}
