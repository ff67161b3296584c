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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.PullConsumer;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for requests about keys that others have made up.
 */
class ApiRequestTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final String name = "b" + UUID.randomUUID();

	private final BucketStream stream = new BucketStream(
			new JetStreamClient(connection, JetStreamOptions.defaultOptions(), BucketErrors::translate),
			new BucketSettings(this.name, this.name, null, null, KeyCodec.NONE, false));

	private final BucketReads reads = new BucketReads(this.stream);

	private KeyValueBucket<String> bucket;

	@BeforeEach
	void createBucket() {
		Buckets.create(connection, Buckets.configuration(this.name).maxHistoryPerKey(2).build());
		this.bucket = Buckets.access(connection).bucket(this.name, String.class);
	}

	// what separates the parts of a protocol line cannot be in a subject
	static Stream<String> keys() {
		return Stream
			.concat(IntStream.rangeClosed(0, 0x1f)
				.filter((character) -> "\t\n\f\r".indexOf(character) < 0)
				.mapToObj((character) -> String.valueOf((char) character)),
					Stream.of("\"", "\\", "/", "'", "{", "}", ":", ",", "\\\"", "\\u0022", "<", "&", "%s", "$"))
			.flatMap((text) -> Stream.of("x" + text + "y", text + "x", "x" + text));
	}

	private void publish(String key, String operation) {
		Headers headers = (operation != null) ? new Headers().put("KV-Operation", operation) : null;
		connection.publish("$KV." + this.name + "." + key, headers, "1".getBytes());
	}

	@ParameterizedTest
	@MethodSource("keys")
	void everyKeyIsTakenAsItIs(String key) throws Exception {
		String subject = "$KV." + this.name + "." + key;
		this.bucket.put("x", "other");
		publish(key, null);
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.bucket.getStatus().getEntryCount() == 2);
		// the subject of a direct get comes in a header, whose end jnats trims
		assertThat(this.reads.last(key)).extracting(MessageInfo::getSeq).isEqualTo(2L);
		assertThat(this.reads.lastFromLeader(key)).extracting(MessageInfo::getSubject).isEqualTo(subject);
		assertThat(this.reads.nextRevision(subject, 1)).isEqualTo(2);
		assertThat(this.stream.subjects(subject, this.stream.info())).isEqualTo(Map.of(subject, 1L));
		assertThat(BucketScan.last(this.stream, key, true)).extracting(KeyValueEntry::getKey).containsExactly(key);
		assertThat(BucketScan.all(this.stream, key)).extracting(KeyValueEntry::getKey).containsExactly(key);
		assertThat(this.reads.lastOf(List.of(subject))).extracting(MessageInfo::getSubject).containsExactly(subject);
		WatchApi watches = new WatchApi(connection, JetStreamOptions.defaultOptions(), TIMEOUT, this.name, () -> false);
		assertThat(watches.lastRevisions(List.of(subject))).extracting(WatchApi.Mark::sequence).containsExactly(2L);
		assertThat(watches.keys("$KV." + this.name + ".", List.of(key), 1).keys()).containsExactly(key);
		PullConsumer consumer = watches.consumer();
		assertThat(watches
			.create(consumer,
					consumer.configure(TIMEOUT, null).deliverPolicy(DeliverPolicy.All).filterSubject(subject).build())
			.getNumPending()).isEqualTo(1);
		assertThat(this.bucket.keys()).containsExactlyInAnyOrder("x", key);
		assertThat(this.bucket.entries()).extracting(BucketEntry::key).containsExactly("x", key);
		assertThat(new StreamWrites(this.stream).removeUpTo(key, 2)).isEqualTo(1);
		assertThat(this.bucket.keys()).containsExactly("x");
	}

	@Test
	void aMarkerForAKeyWithQuotesRemovesNothingElse() {
		this.bucket.put("victim", "1");
		publish("mine.x\",\"filter\":\"$KV." + this.name + ".victim", "DEL");
		publish("mine.y\"", "DEL");
		Awaitility.await().until(() -> this.bucket.getStatus().getEntryCount() == 3);
		assertThat(this.bucket.purgeDeletes(Duration.ZERO)).isEqualTo(2);
		assertThat(this.bucket.entries()).extracting(BucketEntry::key).containsExactly("victim");
		assertThat(this.bucket.getStatus().getEntryCount()).isOne();
	}

	@ParameterizedTest
	@MethodSource("wildcards")
	void aMarkerForAKeyWithWildcardsRemovesNothingElse(String key) throws Exception {
		this.bucket.put("mine.victim", "1");
		publish(key, "DEL");
		publish("mine.deleted", "DEL");
		connection.flush(TIMEOUT);
		Awaitility.await().until(() -> this.bucket.getStatus().getEntryCount() >= 2);
		this.bucket.purgeDeletes(Duration.ZERO);
		assertThat(this.bucket.get("mine.victim")).isEqualTo("1");
		assertThat(this.bucket.history("mine.deleted")).isEmpty();
		assertThat(this.bucket.keys()).containsExactly("mine.victim");
	}

	static Stream<String> wildcards() {
		return Stream.of("mine.*", "mine.>", ">", "*.*", "*.victim");
	}

}
