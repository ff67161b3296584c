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

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.api.KeyValueOperation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What {@link KeyValueBucket} promises.
 */
class KeyValueBucketTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private DefaultKeyValueBuckets buckets;

	private KeyValueBucket<String> bucket;

	@BeforeEach
	void createBucket() {
		this.buckets = Buckets.access(connection);
		this.bucket = this.buckets.bucket(newBucket(5), String.class);
	}

	private String newBucket(int history) {
		String name = "b" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(name).maxHistoryPerKey(history).build());
		return name;
	}

	private <V> KeyValueBucket<V> bucketOf(Class<V> type) {
		return this.buckets.bucket(newBucket(1), type);
	}

	@Test
	void aValueIsReadBack() {
		long revision = this.bucket.put("a", "1");
		assertThat(this.bucket.get("a")).isEqualTo("1");
		BucketEntry<String> entry = this.bucket.getEntry("a");
		assertThat(entry.revision()).isEqualTo(revision);
		assertThat(entry.bucket()).isEqualTo(this.bucket.getName());
		assertThat(entry.operation()).isEqualTo(KeyValueOperation.PUT);
		assertThat(entry.created()).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
		assertThat(this.bucket.exists("a")).isTrue();
		assertThat(this.bucket.getStatus().getEntryCount()).isEqualTo(1);
	}

	@Test
	void anAbsentKeyIsNull() {
		assertThat(this.bucket.get("a")).isNull();
		assertThat(this.bucket.getEntry("a")).isNull();
		assertThat(this.bucket.exists("a")).isFalse();
	}

	@Test
	void aBucketThatIsNotConfiguredIsLookedUpOnce() throws Exception {
		String name = newBucket(1);
		List<String> lookups = new CopyOnWriteArrayList<>();
		Dispatcher dispatcher = connection.createDispatcher((message) -> lookups.add(message.getSubject()));
		dispatcher.subscribe("$JS.API.STREAM.INFO.KV_" + name);
		connection.flush(Duration.ofSeconds(5));
		for (int i = 0; i < 3; i++) {
			this.buckets.bucket(name, String.class).put("a", "1");
			assertThat(this.buckets.bucket(name, String.class).get("a")).isEqualTo("1");
		}
		connection.flush(Duration.ofSeconds(5));
		Awaitility.await().until(() -> !lookups.isEmpty());
		assertThat(lookups).hasSize(1);
		connection.closeDispatcher(dispatcher);
	}

	@Test
	void anEmptyValueIsNotAbsent() {
		this.bucket.put("a", "");
		assertThat(this.bucket.get("a")).isEmpty();
		assertThat(this.bucket.exists("a")).isTrue();
		assertThat(this.bucket.keys()).containsExactly("a");
		assertThat(this.bucket.putIfAbsent("a", "x")).isFalse();
		KeyValueBucket<byte[]> bytes = bucketOf(byte[].class);
		bytes.put("a", new byte[0]);
		assertThat(bytes.get("a")).isEmpty();
		assertThat(bytes.get("b")).isNull();
	}

	@Test
	void nullIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.put("a", null));
	}

	@Test
	void oneRevisionIsRead() {
		long first = this.bucket.put("a", "1");
		this.bucket.put("a", "2");
		long marker = this.bucket.delete("a");
		assertThat(this.bucket.getEntry("a", first).value()).isEqualTo("1");
		assertThat(this.bucket.getEntry("b", first)).isNull();
		assertThat(this.bucket.getEntry("a", marker)).isNull();
		assertThat(this.bucket.getEntry("a", 1000)).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.getEntry("a", 0));
	}

	@Test
	void textIsWrittenPlainAndRecordsAsJson() throws Exception {
		KeyValueBucket<BigDecimal> numbers = bucketOf(BigDecimal.class);
		numbers.put("n", new BigDecimal("1.50"));
		assertThat(numbers.get("n")).isEqualTo(new BigDecimal("1.50"));
		assertThat(numbers.getKeyValue().get("n").getValueAsString()).isEqualTo("1.50");
		KeyValueBucket<Integer> integers = bucketOf(int.class);
		integers.put("n", 42);
		assertThat(integers.get("n")).isEqualTo(42);
		assertThat(integers.getKeyValue().get("n").getValueAsLong()).isEqualTo(42);
		KeyValueBucket<Boolean> flags = bucketOf(Boolean.class);
		flags.put("f", true);
		assertThat(flags.get("f")).isTrue();
		assertThat(flags.getKeyValue().get("f").getValueAsString()).isEqualTo("true");
		KeyValueBucket<Profile> profiles = bucketOf(Profile.class);
		Profile profile = new Profile("Jane", 42, Instant.EPOCH);
		profiles.put("jane", profile);
		assertThat(profiles.get("jane")).isEqualTo(profile);
		assertThat(profiles.getKeyValue().get("jane").getValueAsString()).startsWith("{").contains("\"age\":42");
		KeyValueBucket<Map<String, List<Profile>>> maps = this.buckets.bucket(newBucket(1),
				new ParameterizedTypeReference<Map<String, List<Profile>>>() {
				});
		maps.put("m", Map.of("x", List.of(profile)));
		assertThat(maps.get("m")).isEqualTo(Map.of("x", List.of(profile)));
	}

	@Test
	void withoutJacksonJsonIsRefusedNamingTheStarter() {
		DefaultKeyValueCodec codec = new DefaultKeyValueCodec(new PayloadConverter());
		assertThat(codec.decode(codec.encode("x", String.class), String.class)).isEqualTo("x");
		assertThatExceptionOfType(PayloadConversionException.class).isThrownBy(() -> codec.decoder(Profile.class))
			.withMessageContaining("spring-boot-starter-jackson");
	}

	@Test
	void aValueThatDoesNotDecodeIsReachableRaw() {
		String name = newBucket(1);
		long revision = this.buckets.bucket(name, String.class).put("p", "not json");
		KeyValueBucket<Profile> profiles = this.buckets.bucket(name, Profile.class);
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> profiles.get("p"))
			.withMessageContainingAll(name, "'p'", "Revision " + revision, Profile.class.getName())
			.satisfies((ex) -> assertThat(ex.getEntry().getValueAsString()).isEqualTo("not json"));
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(profiles::entries);
		this.buckets.bucket(name, String.class).put("p", "null");
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> profiles.get("p"));
	}

	@Test
	void theHandleOfABucketIsItsOwnWhereItsNameIsTheKeyOfAnother() {
		BucketSettings orders = new BucketSettings("orders", "orders_v2", null, null, KeyCodec.NONE, false);
		BucketSettings newer = new BucketSettings("orders_v2", "orders_v3", null, null, KeyCodec.NONE, false);
		try (DefaultKeyValueBuckets access = Buckets.access(connection, orders, newer)) {
			assertThat(access.bucket("orders", String.class).getKeyValue().getBucketName()).isEqualTo("orders_v2");
			assertThat(access.bucket("orders_v2", String.class).getKeyValue().getBucketName()).isEqualTo("orders_v3");
			assertThat(access.keyValue("orders").getBucketName()).isEqualTo("orders_v2");
		}
	}

	@Test
	void createWritesWhereThereIsNoValue() {
		long first = this.bucket.create("a", "1");
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> this.bucket.create("a", "2"));
		assertThat(this.bucket.putIfAbsent("a", "2")).isFalse();
		this.bucket.delete("a");
		assertThat(this.bucket.create("a", "3")).isGreaterThan(first);
		this.bucket.purge("a");
		assertThat(this.bucket.putIfAbsent("a", "4")).isTrue();
		assertThat(this.bucket.get("a")).isEqualTo("4");
	}

	@Test
	void createOfAKeyThatOthersDeleteAllTheTimeDoesNotSayThatItHasAValue() {
		Connection beaten = beatenBy(() -> this.bucket.delete("a"));
		this.bucket.delete("a");
		try (DefaultKeyValueBuckets access = Buckets.access(beaten)) {
			KeyValueBucket<String> slow = access.bucket(this.bucket.getName(), String.class);
			assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> slow.create("a", "1"))
				.withMessageContaining("after 10 attempts");
			assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> slow.putIfAbsent("a", "1"));
		}
		assertThat(this.bucket.exists("a")).isFalse();
	}

	// a connection over which each write comes after one of somebody else
	private static Connection beatenBy(Runnable other) {
		return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("requestWithTimeout") && arguments[0].toString().startsWith("$KV.")) {
						other.run();
					}
					return method.invoke(connection, arguments);
				});
	}

	@Test
	void updateNeedsTheLatestRevision() {
		long first = this.bucket.update("a", "1", 0);
		long second = this.bucket.update("a", "2", first);
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.update("a", "x", first))
			.isInstanceOf(OptimisticLockingFailureException.class);
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.update("a", "x", 0));
		assertThat(this.bucket.getEntry("a").revision()).isEqualTo(second);
	}

	@Test
	void negativeRevisionsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.update("a", "x", -1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.delete("a", -1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.purge("a", -1));
		assertThat(this.bucket.history("a")).isEmpty();
	}

	@Test
	void deleteLeavesHistoryAndPurgeDoesNot() {
		long first = this.bucket.put("a", "1");
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.delete("a", 0));
		long deleted = this.bucket.delete("a", first);
		assertThat(this.bucket.get("a")).isNull();
		assertThat(this.bucket.history("a")).extracting(BucketEntry::operation)
			.containsExactly(KeyValueOperation.PUT, KeyValueOperation.DELETE);
		assertThat(this.bucket.history("a")).extracting(BucketEntry::revision).containsExactly(first, deleted);
		assertThatExceptionOfType(RevisionConflictException.class).isThrownBy(() -> this.bucket.purge("a", first));
		long purged = this.bucket.purge("a", deleted);
		assertThat(this.bucket.history("a")).singleElement()
			.isEqualTo(new BucketEntry<>(this.bucket.getName(), "a", null, purged, KeyValueOperation.PURGE,
					this.bucket.history("a").get(0).created()));
	}

	@Test
	void historyKeepsAsManyRevisionsAsTheBucket() {
		IntStream.range(0, 8).forEach((i) -> this.bucket.put("a", "" + i));
		assertThat(this.bucket.history("a")).extracting(BucketEntry::value).containsExactly("3", "4", "5", "6", "7");
		assertThat(this.bucket.history("b")).isEmpty();
	}

	@Test
	void computeChangesCreatesAndDeletes() {
		assertThat(this.bucket.compute("a", (value) -> value)).isNull();
		assertThat(this.bucket.history("a")).isEmpty();
		BucketEntry<String> created = this.bucket.compute("a", (value) -> value + "!");
		assertThat(created.value()).isEqualTo("null!");
		assertThat(created.created()).isNull();
		assertThat(created.revision()).isEqualTo(this.bucket.getEntry("a").revision());
		assertThat(this.bucket.compute("a", (value) -> value + "!").value()).isEqualTo("null!!");
		BucketEntry<String> deleted = this.bucket.compute("a", (value) -> null);
		assertThat(deleted.operation()).isEqualTo(KeyValueOperation.DELETE);
		assertThat(this.bucket.get("a")).isNull();
		assertThat(this.bucket.compute("a", (value) -> value)).isNull();
		assertThat(this.bucket.compute("a", (value) -> (value != null) ? "wrong" : "again").value()).isEqualTo("again");
	}

	@Test
	void computeGivesUpSayingAfterHowManyAttempts() {
		assertThatExceptionOfType(RevisionConflictException.class)
			.isThrownBy(() -> this.bucket.compute("a", (value) -> "" + this.bucket.put("a", "other")))
			.withMessageContaining("after 100 attempts");
	}

	@Test
	void sixteenWritersLoseNoUpdate() throws Exception {
		KeyValueBucket<Integer> counter = bucketOf(Integer.class);
		inParallel(16, (i) -> {
			for (int n = 0; n < 20; n++) {
				counter.compute("n", (value) -> (value != null) ? value + 1 : 1);
			}
		});
		assertThat(counter.get("n")).isEqualTo(320);
	}

	@Test
	void oneOfSixteenCreatesOverAMarker() throws Exception {
		for (int round = 0; round < 20; round++) {
			String key = "k" + (round % 2);
			this.bucket.delete(key);
			AtomicInteger winners = new AtomicInteger();
			inParallel(16, (i) -> {
				if (this.bucket.putIfAbsent(key, "" + i)) {
					winners.incrementAndGet();
				}
			});
			assertThat(winners).hasValue(1);
		}
	}

	@Test
	void conditionalDeletesRemoveOnlyWhatWasSeen() throws Exception {
		AtomicInteger taken = new AtomicInteger();
		long revision = this.bucket.put("job", "x");
		inParallel(16, (i) -> {
			try {
				this.bucket.delete("job", revision);
				taken.incrementAndGet();
			}
			catch (RevisionConflictException ex) {
				assertThat(ex).hasMessageContaining("job");
			}
		});
		assertThat(taken).hasValue(1);
	}

	private static void inParallel(int threads, IntConsumer work) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<? extends Future<?>> futures = IntStream.range(0, threads)
				.mapToObj((i) -> executor.submit(() -> work.accept(i)))
				.toList();
			for (Future<?> future : futures) {
				future.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void keysAndEntriesAreThoseWithAValue() {
		this.bucket.put("x.1", "a");
		this.bucket.put("y.1", "b");
		this.bucket.put("x.2", "c");
		this.bucket.put("x.1", "d");
		this.bucket.delete("y.1");
		assertThat(this.bucket.keys()).containsExactlyInAnyOrder("x.1", "x.2");
		assertThat(this.bucket.keys("y.>")).isEmpty();
		assertThat(this.bucket.keys("x.1", "x.*", "*.2")).containsExactlyInAnyOrder("x.1", "x.2");
		assertThat(this.bucket.entries()).extracting(BucketEntry::value).containsExactly("c", "d");
		assertThat(this.bucket.entries("x.1")).extracting(BucketEntry::key).containsExactly("x.1");
	}

	@Test
	void anEmptyBucketHasNoKeys() {
		assertThat(this.bucket.keys()).isEmpty();
		assertThat(this.bucket.entries()).isEmpty();
	}

	@Test
	void purgeDeletesRemovesOldMarkers() {
		this.bucket.put("a", "1");
		this.bucket.delete("a");
		this.bucket.purge("b");
		this.bucket.put("c", "1");
		assertThat(this.bucket.purgeDeletes(Duration.ofMinutes(1))).isZero();
		assertThat(this.bucket.purgeDeletes(Duration.ZERO)).isEqualTo(2);
		assertThat(this.bucket.history("a")).isEmpty();
		assertThat(this.bucket.keys()).containsExactly("c");
		assertThat(this.bucket.create("a", "2")).isPositive();
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.purgeDeletes(Duration.ofSeconds(-1)));
	}

	@Test
	void keyCodecsApplyToEverything() throws Exception {
		for (KeyCodec codec : List.of(KeyCodec.ESCAPE, KeyCodec.BASE64)) {
			String name = newBucket(3);
			DefaultKeyValueBuckets access = Buckets.access(connection,
					new BucketSettings("users", name, null, null, codec, false));
			KeyValueBucket<String> users = access.bucket("users", String.class);
			users.put("eu.jane@example.org", "1");
			users.create("eu.user:42", "2");
			users.put("us.ä..b", "3");
			assertThat(users.get("eu.user:42")).isEqualTo("2");
			assertThat(users.keys()).containsExactlyInAnyOrder("eu.jane@example.org", "eu.user:42", "us.ä..b");
			assertThat(users.keys("eu.user:*")).isEmpty();
			assertThat(users.keys("us.ä.>")).containsExactly("us.ä..b");
			assertThat(users.entries("eu.user:42")).extracting(BucketEntry::key).containsExactly("eu.user:42");
			assertThat(users.history("us.ä..b")).extracting(BucketEntry::key).containsExactly("us.ä..b");
			assertThat(users.getEntry("eu.user:42", users.getEntry("eu.user:42").revision()).value()).isEqualTo("2");
			assertThat(access.bucket(name, String.class)).isSameAs(users);
			users.getKeyValue().put("=zz", "foreign");
			assertThat(users.keys()).hasSize(3).doesNotContain("=zz");
		}
	}

	@Test
	void invalidKeysAreRefusedEverywhere() {
		String tooLong = "x".repeat(4000);
		for (String key : new String[] { "a b", "a.", "a..b", "", tooLong, "a.*" }) {
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> this.bucket.put(key, "x"));
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> this.bucket.get(key));
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> this.bucket.history(key));
		}
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> this.bucket.keys("a b"));
		String longKey = "x".repeat(3500);
		this.bucket.put(longKey, "x");
		assertThat(this.bucket.get(longKey)).isEqualTo("x");
		assertThat(this.bucket.keys(longKey)).containsExactly(longKey);
	}

	@Test
	void consistentReadsWorkOnBothKindsOfHandles() throws Exception {
		String name = newBucket(2);
		DefaultKeyValueBuckets access = Buckets.access(connection,
				new BucketSettings("c", name, null, null, KeyCodec.NONE, true));
		KeyValueBucket<String> consistent = access.bucket("c", String.class);
		long revision = consistent.put("a", "");
		assertThat(consistent.get("a")).isEmpty();
		assertThat(consistent.getEntry("a", revision).value()).isEmpty();
		consistent.put("b", "1");
		assertThat(access.keyValue("c").get("b").getValueAsString()).isEqualTo("1");
		assertThat(access.keyValue("c").get("a", revision).getRevision()).isEqualTo(revision);
		assertThat(access.keyValue("c").get("x")).isNull();
	}

	@Test
	void valuesExpireOrAreRefused() {
		String name = "t" + UUID.randomUUID();
		boolean supported = connection.getServerInfo().isSameOrNewerThanVersion("2.11.0");
		Buckets.create(connection,
				Buckets.configuration(name).limitMarker(supported ? Duration.ofSeconds(60) : null).build());
		KeyValueBucket<String> expiring = this.buckets.bucket(name, String.class);
		assertThatIllegalArgumentException().isThrownBy(() -> expiring.create("a", "1", Duration.ofMillis(1500)));
		assertThatIllegalArgumentException().isThrownBy(() -> expiring.create("a", "1", Duration.ZERO));
		if (supported) {
			expiring.create("a", "1", Duration.ofSeconds(1));
			assertThat(expiring.get("a")).isEqualTo("1");
			Awaitility.await().until(() -> !expiring.exists("a"));
			expiring.purge("a", Duration.ofSeconds(1));
			assertThatExceptionOfType(BucketOptionRequiredException.class)
				.isThrownBy(() -> this.bucket.create("a", "1", Duration.ofSeconds(1)))
				.withMessageContaining(this.bucket.getName())
				.satisfies((ex) -> assertThat(ex.getBucketName()).isEqualTo(this.bucket.getName()))
				.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo("limit-marker-ttl"));
		}
		else {
			assertThatExceptionOfType(UnsupportedServerFeatureException.class)
				.isThrownBy(() -> expiring.create("a", "1", Duration.ofSeconds(1)))
				.withMessageContainingAll("2.11.0", connection.getServerInfo().getVersion());
		}
		assertThat(this.bucket.exists("a")).isFalse();
	}

	record Profile(String name, int age, Instant since) {

	}

}
