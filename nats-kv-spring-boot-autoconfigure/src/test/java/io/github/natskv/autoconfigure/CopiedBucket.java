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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyResult;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A bucket that copies others, read in every way there is.
 */
final class CopiedBucket {

	private final KeyValue raw;

	private final KeyValueBucket<String> typed;

	CopiedBucket(ApplicationContext context, String name) {
		this.raw = context.getBean(KeyValueBuckets.class).keyValue(name);
		this.typed = context.getBean(KeyValueBuckets.class).bucket(name, String.class);
	}

	KeyValue raw() {
		return this.raw;
	}

	KeyValueBucket<String> typed() {
		return this.typed;
	}

	static ApplicationContextRunner runner(NatsServer server) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url());
	}

	static KeyValue origin(Connection connection, String name) throws Exception {
		connection.keyValueManagement().create(KeyValueConfiguration.builder(name).maxHistoryPerKey(5).build());
		return connection.keyValue(name);
	}

	static void deleteBuckets(Connection connection) throws Exception {
		for (String name : connection.keyValueManagement().getBucketNames()) {
			connection.keyValueManagement().delete(name);
		}
	}

	static StreamConfiguration stream(Connection connection, String name) throws Exception {
		return connection.jetStreamManagement().getStreamInfo("KV_" + name).getConfiguration();
	}

	/**
	 * Begin to wait for something to be copied. A server that could not begin to copy
	 * looks after it every 10 s.
	 * @return the condition to complete
	 */
	static ConditionFactory copied() {
		return Awaitility.await().atMost(Duration.ofSeconds(45));
	}

	void awaitValue(String key, String value) {
		copied().until(() -> value.equals(this.typed.get(key)));
	}

	/**
	 * The bucket has {@code a} with values 1 and 2, {@code b.c} with 3, and {@code gone},
	 * deleted.
	 */
	void assertReads() throws Exception {
		assertTypedReads();
		assertRawReads();
		assertWatches();
	}

	private void assertTypedReads() {
		assertThat(this.typed.get("a")).isEqualTo("2");
		assertThat(this.typed.get("gone")).isNull();
		BucketEntry<String> entry = this.typed.getEntry("a");
		assertThat(entry.key()).isEqualTo("a");
		assertThat(this.typed.getEntry("a", entry.revision())).isEqualTo(entry);
		assertThat(this.typed.keys()).isEqualTo(Set.of("a", "b.c"));
		assertThat(this.typed.keys("b.*")).isEqualTo(Set.of("b.c"));
		assertThat(this.typed.entries()).extracting(BucketEntry::value).containsExactlyInAnyOrder("2", "3");
		assertThat(this.typed.history("a")).extracting(BucketEntry::value).containsExactly("1", "2");
	}

	private void assertRawReads() throws Exception {
		KeyValueEntry entry = this.raw.get("a");
		assertThat(entry.getKey()).isEqualTo("a");
		assertThat(entry.getValueAsString()).isEqualTo("2");
		assertThat(this.raw.get("a", entry.getRevision()).getValueAsString()).isEqualTo("2");
		assertThat(this.raw.get("b.c", entry.getRevision())).isNull();
		assertThat(this.raw.get("gone")).isNull();
		assertThat(this.raw.keys()).containsExactlyInAnyOrder("a", "b.c");
		assertThat(this.raw.keys("b.*")).containsExactly("b.c");
		assertThat(this.raw.keys(List.of("a"))).containsExactly("a");
		assertThat(this.raw.history("a")).extracting(KeyValueEntry::getValueAsString).containsExactly("1", "2");
		assertThat(this.raw.consumeKeys("a").take()).extracting(KeyResult::getKey).isEqualTo("a");
		assertThat(this.raw.getStatus().getBucketName()).isEqualTo(this.typed.getName());
	}

	private void assertWatches() throws Exception {
		List<String> seen = new CopyOnWriteArrayList<>();
		List<String> rawSeen = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = this.typed.watch(">", (entry) -> seen.add(entry.key() + "=" + entry.value()));
				AutoCloseable rawWatch = this.raw.watchAll(new RecordingWatcher(rawSeen))) {
			awaitAll(() -> seen);
			awaitAll(() -> rawSeen);
		}
	}

	private static void awaitAll(Supplier<List<String>> seen) {
		copied().untilAsserted(() -> assertThat(seen.get()).containsExactlyInAnyOrder("a=2", "b.c=3", "gone=null"));
	}

	/**
	 * Keeps what arrives.
	 *
	 * @param seen the entries
	 */
	private record RecordingWatcher(List<String> seen) implements KeyValueWatcher {

		@Override
		public void watch(KeyValueEntry entry) {
			this.seen.add(entry.getKey() + "=" + entry.getValueAsString());
		}

		@Override
		public void endOfData() {
		}

	}

	/**
	 * Keeps what a listener of the bucket "copy" is called with.
	 */
	static class Listener {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		@KeyValueListener("copy")
		void on(BucketEntry<String> change) {
			this.calls.add(change.bucket() + "." + change.key() + "=" + change.value());
		}

		void await(String... calls) {
			copied().untilAsserted(() -> assertThat(this.calls).contains(calls));
		}

	}

}
