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

package io.github.natskv.kv.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.LocalCopySettings.WhenStale;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.StaleReadException;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The copy of a bucket in memory.
 */
@Timeout(90)
class LocalCopyTests {

	private static final LocalCopySettings SETTINGS = new LocalCopySettings(List.of(">"), Long.MAX_VALUE,
			Duration.ofSeconds(30), WhenStale.FAIL, Duration.ofSeconds(10));

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final List<AutoCloseable> opened = new ArrayList<>();

	private final String name = "c" + UUID.randomUUID();

	private KeyValueBucket<String> other;

	@BeforeEach
	void create() {
		KeyValueConfiguration.Builder configuration = Buckets.configuration(this.name);
		Buckets.create(connection,
				isNew() ? configuration.limitMarker(Duration.ofSeconds(1)).build() : configuration.build());
		this.other = Buckets.access(connection).bucket(this.name, String.class);
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
	}

	private static boolean isNew() {
		return connection.getServerInfo().isSameOrNewerThanVersion("2.11.0");
	}

	private KeyValueBucket<String> copied(LocalCopySettings settings) {
		return copied(server.connect(), settings);
	}

	private KeyValueBucket<String> copied(Connection connection, LocalCopySettings settings) {
		DefaultKeyValueBuckets buckets = Buckets.access(connection, Duration.ofSeconds(1),
				new BucketSettings(this.name, this.name, null, null, KeyCodec.NONE, false, settings));
		this.opened.add(buckets);
		this.opened.add(connection);
		return buckets.bucket(this.name, String.class);
	}

	private static LocalCopyStatus status(KeyValueBucket<?> bucket) {
		LocalCopyStatus status = bucket.getLocalCopyStatus();
		assertThat(status).isNotNull();
		return status;
	}

	@Test
	void readsAreAnsweredFromMemory() {
		this.other.put("a", "1");
		this.other.put("b", "2");
		KeyValueBucket<String> bucket = copied(SETTINGS);
		assertThat(bucket.get("a")).isEqualTo("1");
		assertThat(bucket.get("none")).isNull();
		assertThat(bucket.exists("b")).isTrue();
		assertThat(bucket.keys()).containsExactlyInAnyOrder("a", "b");
		assertThat(bucket.keys("a")).containsExactly("a");
		assertThat(bucket.entries()).hasSize(2);
		assertThat(bucket.getAll(List.of("a", "b", "none"))).containsOnlyKeys("a", "b");
		assertThat(bucket.getEntry("a").revision()).isEqualTo(this.other.getEntry("a").revision());
		assertThat(bucket.getEntry("a").created()).isEqualTo(this.other.getEntry("a").created());
		assertThat(bucket.getAsync("b").join()).isEqualTo("2");
		assertThat(bucket.get("a")).isSameAs(bucket.get("a"));
		assertThat(status(bucket).misses()).isZero();
		assertThat(status(bucket).hits()).isGreaterThan(8);
		assertThat(status(bucket).entries()).isEqualTo(2);
		assertThat(status(bucket).bytes()).isEqualTo(4);
		assertThat(status(bucket).complete()).isTrue();
		assertThat(status(bucket).age()).isZero();
		assertThat(this.other.getLocalCopyStatus()).isNull();
	}

	@Test
	void theReactiveTwinReadsTheCopyUnlessItIsToldNotTo() {
		this.other.put("a", "1");
		KeyValueBucket<String> bucket = copied(SETTINGS);
		ReactiveKeyValueBucket<String> reactive = ReactiveKeyValueBucket.of(bucket);
		StepVerifier.create(reactive.exists("a")).expectNext(true).verifyComplete();
		long hits = status(bucket).hits();
		StepVerifier.create(reactive.get("a")).expectNext("1").verifyComplete();
		StepVerifier.create(reactive.get("none")).verifyComplete();
		StepVerifier.create(reactive.put("b", "2").then(reactive.get("b"))).expectNext("2").verifyComplete();
		assertThat(status(bucket).hits()).isEqualTo(hits + 3);
		StepVerifier.create(reactive.remote().get("a")).expectNext("1").verifyComplete();
		assertThat(status(bucket).hits()).isEqualTo(hits + 3);
		assertThat(reactive.getLocalCopyStatus()).isNotNull()
			.extracting(LocalCopyStatus::entries)
			.isEqualTo(status(bucket).entries());
		ReactiveKeyValueBucket<String> without = ReactiveKeyValueBucket.of(this.other);
		assertThat(without.remote()).isSameAs(without);
		assertThat(without.getLocalCopyStatus()).isNull();
	}

	@Test
	void ownWritesAreSeenAtOnce() {
		KeyValueBucket<String> bucket = copied(SETTINGS);
		for (int i = 0; i < 200; i++) {
			String key = "k" + i % 10;
			String value = "v" + i;
			switch (i % 6) {
				case 0 -> bucket.put(key, value);
				case 1 -> bucket.compute(key, (current) -> value);
				case 2 -> bucket.putAsync(key, value).join();
				case 3 -> bucket.putAll(Map.of(key, value));
				case 4 -> bucket.remote().put(key, value);
				default -> {
					bucket.delete(key);
					assertThat(bucket.get(key)).isNull();
					bucket.create(key, value);
				}
			}
			assertThat(bucket.get(key)).isEqualTo(value);
			assertThat(bucket.keys()).contains(key);
		}
		bucket.deleteAll(List.of("k0", "k1"));
		assertThat(bucket.exists("k0")).isFalse();
		assertThat(bucket.keys()).doesNotContain("k0", "k1");
	}

	@Test
	void whatOthersWriteArrivesAndRevisionsNeverGoBack() {
		KeyValueBucket<String> bucket = copied(SETTINGS);
		bucket.put("a", "0");
		Thread writer = new Thread(() -> {
			for (int i = 1; i < 2000; i++) {
				this.other.put("a", Integer.toString(i));
			}
		});
		writer.start();
		long last = 0;
		while (writer.isAlive()) {
			if (ThreadLocalRandom.current().nextInt(100) == 0) {
				long revision = bucket.put("a", "own");
				assertThat(bucket.getEntry("a").revision()).isGreaterThanOrEqualTo(revision);
			}
			long revision = bucket.getEntry("a").revision();
			assertThat(revision).isGreaterThanOrEqualTo(last);
			last = revision;
		}
		long end = this.other.put("a", "end");
		Awaitility.await().until(() -> bucket.getEntry("a").revision() == end);
		this.other.delete("a");
		Awaitility.await().until(() -> !bucket.exists("a"));
	}

	@Test
	void computeNeedsOneRoundTripWhereTheRevisionIsKnown() {
		KeyValueBucket<String> bucket = copied(SETTINGS);
		bucket.put("a", "1");
		long sent = outMessages();
		for (int i = 0; i < 50; i++) {
			bucket.compute("a", (value) -> value + "1");
		}
		// with what the watch sends
		assertThat(outMessages() - sent).isLessThan(80);
		this.other.put("a", "x");
		assertThat(bucket.compute("a", (value) -> value + "y").value()).isEqualTo("xy");
	}

	private long outMessages() {
		return ((Connection) this.opened.get(this.opened.size() - 1)).getStatistics().getOutMsgs();
	}

	@Test
	void aClearOfAnotherNodeEmptiesIt() {
		assumeTrue(isNew(), "needs server 2.11");
		this.other.put("a", "1");
		KeyValueBucket<String> bucket = copied(SETTINGS);
		assertThat(bucket.get("a")).isEqualTo("1");
		this.other.clear();
		Awaitility.await().until(() -> bucket.keys().isEmpty() && !bucket.exists("a"));
		bucket.put("b", "2");
		bucket.clear();
		assertThat(bucket.get("b")).isNull();
		assertThat(bucket.keys()).isEmpty();
	}

	@Test
	void valuesLeaveAtTheirTime() {
		assumeTrue(isNew(), "needs server 2.11");
		KeyValueBucket<String> bucket = copied(SETTINGS);
		this.other.create("a", "1", Duration.ofSeconds(2));
		bucket.create("b", "1", Duration.ofSeconds(1));
		Awaitility.await().until(() -> bucket.exists("a"));
		assertThat(bucket.exists("b")).isTrue();
		Awaitility.await().atMost(Duration.ofSeconds(4)).until(() -> !bucket.exists("a") && !bucket.exists("b"));
		assertThat(bucket.keys()).isEmpty();
	}

	@Test
	void whatIsNotHeldIsAskedFor() {
		for (int i = 0; i < 10; i++) {
			this.other.put("k" + i, "v" + i);
		}
		KeyValueBucket<String> bucket = copied(
				new LocalCopySettings(List.of(">"), 3, Duration.ofSeconds(30), WhenStale.FAIL, Duration.ofSeconds(10)));
		for (int i = 0; i < 10; i++) {
			assertThat(bucket.get("k" + i)).isEqualTo("v" + i);
		}
		assertThat(bucket.keys()).hasSize(10);
		assertThat(bucket.get("none")).isNull();
		assertThat(status(bucket).entries()).isEqualTo(3);
		assertThat(status(bucket).evictions()).isEqualTo(7);
		assertThat(status(bucket).complete()).isFalse();
	}

	@Test
	void aCopyIsCompleteAgainWhenThereIsRoomForWhatWasLeftOut() {
		for (int i = 0; i < 5; i++) {
			this.other.put("k" + i, "v" + i);
		}
		KeyValueBucket<String> bucket = copied(
				new LocalCopySettings(List.of(">"), 3, Duration.ofSeconds(30), WhenStale.FAIL, Duration.ofSeconds(10)));
		assertThat(bucket.get("none")).isNull();
		assertThat(status(bucket).misses()).isZero();
		assertThat(bucket.keys()).hasSize(5);
		assertThat(status(bucket).complete()).isFalse();
		this.other.delete("k0");
		this.other.delete("k1");
		Awaitility.await().until(() -> status(bucket).entries() == 1);
		assertThat(bucket.get("k3")).isEqualTo("v3");
		assertThat(bucket.get("k4")).isEqualTo("v4");
		assertThat(status(bucket).complete()).isTrue();
		long misses = status(bucket).misses();
		assertThat(bucket.get("k4")).isEqualTo("v4");
		assertThat(bucket.keys()).containsExactlyInAnyOrder("k2", "k3", "k4");
		assertThat(status(bucket).misses()).isEqualTo(misses);
	}

	@Test
	void keysThatAreNotCopiedAreAskedFor() {
		this.other.put("a.1", "1");
		this.other.put("b.1", "2");
		KeyValueBucket<String> bucket = copied(new LocalCopySettings(List.of("a.>"), Long.MAX_VALUE,
				Duration.ofSeconds(30), WhenStale.FAIL, Duration.ofSeconds(10)));
		assertThat(bucket.get("a.1")).isEqualTo("1");
		assertThat(status(bucket).misses()).isZero();
		assertThat(bucket.get("b.1")).isEqualTo("2");
		assertThat(bucket.keys()).containsExactlyInAnyOrder("a.1", "b.1");
		assertThat(bucket.keys("a.>")).containsExactly("a.1");
		assertThat(status(bucket).entries()).isEqualTo(1);
	}

	@Test
	void aCopyThatWasOutOfTouchForTooLongIsNotRead() throws Exception {
		this.other.put("a", "1");
		try (NetworkProxy proxy = NetworkProxy.to(server.port())) {
			KeyValueBucket<String> failing = copied(proxy.connect(), new LocalCopySettings(List.of(">"), Long.MAX_VALUE,
					Duration.ofSeconds(3), WhenStale.FAIL, Duration.ofSeconds(10)));
			KeyValueBucket<String> serving = copied(proxy.connect(), new LocalCopySettings(List.of(">"), Long.MAX_VALUE,
					Duration.ofSeconds(3), WhenStale.SERVE, Duration.ofSeconds(10)));
			assertThat(failing.get("a")).isEqualTo("1");
			assertThat(serving.get("a")).isEqualTo("1");
			proxy.hold();
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(
						() -> assertThatExceptionOfType(StaleReadException.class).isThrownBy(() -> failing.get("a"))
							.withMessageContaining(this.name)
							.withMessageContaining("when-stale"));
			assertThat(status(failing).age()).isGreaterThan(Duration.ofSeconds(3));
			assertThat(serving.get("a")).isEqualTo("1");
			this.other.put("a", "2");
			proxy.release();
			Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
				assertThat(failing.get("a")).isEqualTo("2");
				assertThat(serving.get("a")).isEqualTo("2");
			});
		}
	}

	@Test
	void aReadBeforeTheFirstSnapshotWaitsForIt() throws Exception {
		try (NetworkProxy proxy = NetworkProxy.to(server.port())) {
			Connection connection = proxy.connect();
			proxy.hold();
			KeyValueBucket<String> bucket = copied(connection, new LocalCopySettings(List.of(">"), Long.MAX_VALUE,
					Duration.ofSeconds(30), WhenStale.FAIL, Duration.ofMillis(200)));
			assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> bucket.get("a"))
				.withMessageContaining("snapshot-timeout");
			proxy.release();
			Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> bucket.get("a") == null);
		}
	}

	@Test
	void afterTheBucketWasRecreatedTheCopyIsThatOfTheNewOne() throws Exception {
		for (int i = 0; i < 50; i++) {
			this.other.put("k" + i, "old");
		}
		KeyValueBucket<String> bucket = copied(SETTINGS);
		assertThat(bucket.get("k49")).isEqualTo("old");
		connection.keyValueManagement().delete(this.name);
		Buckets.create(connection, Buckets.configuration(this.name).build());
		this.other.put("k1", "new");
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			assertThat(bucket.get("k1")).isEqualTo("new");
			assertThat(bucket.keys()).containsExactly("k1");
			assertThat(bucket.get("k2")).isNull();
		});
	}

	@Test
	void afterOutagesTheCopyIsTheBucket() throws Exception {
		try (NetworkProxy proxy = NetworkProxy.to(server.port(), Duration.ofMillis(20))) {
			KeyValueBucket<String> bucket = copied(proxy.connect(), SETTINGS);
			for (int round = 0; round < 4; round++) {
				for (int i = 0; i < 100; i++) {
					String key = "k" + ThreadLocalRandom.current().nextInt(40);
					if (ThreadLocalRandom.current().nextInt(4) == 0) {
						this.other.delete(key);
					}
					else {
						this.other.put(key, "v" + round + "." + i);
					}
					if (i == 50) {
						proxy.cut();
					}
				}
				if (round == 2) {
					connection.jetStreamManagement().purgeStream("KV_" + this.name);
				}
				Map<String, String> expected = new HashMap<>();
				this.other.entries().forEach((entry) -> expected.put(entry.key(), entry.value()));
				Awaitility.await().atMost(Duration.ofSeconds(40)).ignoreExceptions().untilAsserted(() -> {
					Map<String, String> copied = new HashMap<>();
					bucket.entries().forEach((entry) -> copied.put(entry.key(), entry.value()));
					assertThat(copied).isEqualTo(expected);
				});
			}
		}
	}

}
