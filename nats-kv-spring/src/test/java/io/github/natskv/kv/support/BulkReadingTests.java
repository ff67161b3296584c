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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBucket.KeyPage;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for reading, streaming and clearing whole buckets, of several kinds and over slow
 * and broken networks.
 */
@Timeout(120)
class BulkReadingTests {

	private static NatsServer server;

	private static Connection near;

	private final String name = "b" + UUID.randomUUID();

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		near = server.connect();
	}

	@AfterAll
	static void stop() throws InterruptedException {
		near.close();
		server.close();
	}

	private KeyValueBucket<String> bucket(Connection connection) {
		return Buckets.access(connection, Duration.ofSeconds(5)).bucket(this.name, String.class);
	}

	private KeyValueBucket<String> create(int history) {
		Buckets.create(near, Buckets.configuration(this.name).maxHistoryPerKey(history).build());
		return bucket(near);
	}

	private static Map<String, String> values(int count) {
		return IntStream.range(0, count).boxed().collect(Collectors.toMap((i) -> "k." + i, (i) -> "v" + i));
	}

	private static boolean supports(String version) {
		return near.getServerInfo().isSameOrNewerThanVersion(version);
	}

	private long consumers() {
		return bucket(near).getStatus().getBackingStreamInfo().getStreamState().getConsumerCount();
	}

	@Test
	void consistentReadsComeFromTheLeader() {
		Map<String, String> values = values(1500);
		create(1).putAll(values);
		KeyValueBucket<String> consistent = Buckets
			.access(near, new BucketSettings(this.name, this.name, null, null, KeyCodec.NONE, true))
			.bucket(this.name, String.class);
		assertThat(consistent.getAll(values.keySet())).isEqualTo(values);
		assertThat(consistent.getAsync("k.1").join()).isEqualTo("v1");
		assertThat(consistent.getAsync("none").join()).isNull();
	}

	@Test
	void bucketsWithoutDirectReadsAreRead() throws Exception {
		Map<String, String> values = values(1500);
		KeyValueBucket<String> bucket = create(1);
		bucket.putAll(values);
		update((stream) -> stream.allowDirect(false));
		if (supports("2.10.0")) {
			// known to have them until it is asked
			assertThat(bucket.getAll(values.keySet())).isEqualTo(values);
		}
		assertThat(bucket(near).getAll(values.keySet())).isEqualTo(values);
		assertThat(bucket(near).getAsync("k.1").join()).isEqualTo("v1");
	}

	private void update(UnaryOperator<StreamConfiguration.Builder> change) throws Exception {
		StreamConfiguration stream = near.jetStreamManagement().getStreamInfo("KV_" + this.name).getConfiguration();
		near.jetStreamManagement().updateStream(change.apply(StreamConfiguration.builder(stream)).build());
	}

	@Test
	void mirrorsAreReadAndWritten() throws Exception {
		assumeTrue(supports("2.10.0"));
		Map<String, String> values = values(600);
		create(1);
		Buckets.create(near,
				Buckets.configuration("m" + this.name)
					.mirror(Mirror.builder().name("KV_" + this.name).build())
					.build());
		KeyValueBucket<String> mirror = Buckets.access(near).bucket("m" + this.name, String.class);
		mirror.putAll(values);
		Awaitility.await().until(() -> mirror.getAll(values.keySet()).equals(values));
		assertThat(mirror.stream()).hasSize(600);
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = mirror.watch("k.*", seen::add)) {
			Awaitility.await().until(() -> seen.size() == 600);
			assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class).isThrownBy(mirror::clear)
				.withMessageContainingAll("'m" + this.name + "' cannot be cleared", "copies '" + this.name + "'");
			assertThat(seen).hasSize(600);
			bucket(near).clear();
			Awaitility.await().until(() -> seen.size() == 1200);
			assertThat(mirror.keys()).isEmpty();
		}
	}

	@Test
	void oldServersRefuseToClear() {
		assumeFalse(supports("2.10.0"));
		assertThatExceptionOfType(UnsupportedServerFeatureException.class).isThrownBy(() -> create(1).clear())
			.withMessageContainingAll("2.10.0", near.getServerInfo().getVersion());
	}

	@Test
	void bucketsWithSourcesAreNotCleared() throws Exception {
		assumeTrue(supports("2.10.0"));
		create(1).put("a", "1");
		Buckets.create(near,
				Buckets.configuration("s" + this.name)
					.addSource(Source.builder().name("KV_" + this.name).build())
					.build());
		KeyValueBucket<String> sourced = Buckets.access(near).bucket("s" + this.name, String.class);
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class).isThrownBy(sourced::clear)
			.withMessageContaining("copies '" + this.name + "'");
	}

	@Test
	void bucketsWithoutRollUpsAreNotCleared() throws Exception {
		assumeTrue(supports("2.10.0"));
		KeyValueBucket<String> bucket = create(1);
		bucket.put("a", "1");
		update((stream) -> stream.allowRollup(false));
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class).isThrownBy(bucket::clear)
			.withMessageContainingAll("'" + this.name + "' cannot be cleared", "allow_rollup_hdrs");
		assertThat(bucket.get("a")).isEqualTo("1");
	}

	@ParameterizedTest
	@MethodSource("io.github.natskv.testsupport.NetworkProxy#roundTrips")
	void networksMayBeSlow(Duration roundTrip) throws Exception {
		Map<String, String> values = values(3000);
		create(1);
		try (NetworkProxy proxy = NetworkProxy.to(server.port(), roundTrip); Connection far = proxy.connect()) {
			KeyValueBucket<String> bucket = bucket(far);
			assertThat(bucket.putAll(values)).hasSize(3000);
			assertThat(bucket.getAll(values.keySet())).isEqualTo(values);
			try (Stream<BucketEntry<String>> stream = bucket.stream()) {
				assertThat(stream.map(BucketEntry::key)).containsExactlyInAnyOrderElementsOf(values.keySet());
			}
			if (supports("2.10.0")) {
				bucket.clear();
				assertThat(bucket.keys()).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5 })
	void aStreamGoesOnWhenItsConsumerOrItsConnectionIsLost(int history) throws Exception {
		Map<String, String> values = values(5000);
		KeyValueBucket<String> writer = create(history);
		writer.putAll(values);
		writer.putAll(values);
		try (NetworkProxy proxy = NetworkProxy.to(server.port()); Connection far = proxy.connect()) {
			List<BucketEntry<String>> entries = new ArrayList<>();
			try (Stream<BucketEntry<String>> stream = bucket(far).stream()) {
				stream.forEach((entry) -> {
					entries.add(entry);
					if (entries.size() == 1000) {
						deleteConsumers();
					}
					if (entries.size() == 3000) {
						proxy.cut();
					}
				});
			}
			assertThat(entries).extracting(BucketEntry::revision).doesNotHaveDuplicates().isSorted();
			assertThat(entries).isEqualTo(writer.entries()).hasSize(5000);
		}
		Awaitility.await().until(() -> consumers() <= 1);
	}

	private void deleteConsumers() {
		try {
			for (String consumer : near.jetStreamManagement().getConsumerNames("KV_" + this.name)) {
				near.jetStreamManagement().deleteConsumer("KV_" + this.name, consumer);
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5 })
	void aStreamIsCompleteWhileOthersWrite(int history) throws Exception {
		Map<String, String> values = values(2000);
		KeyValueBucket<String> writer = create(history);
		writer.putAll(values);
		AtomicBoolean done = new AtomicBoolean();
		Thread other = new Thread(() -> {
			for (int i = 0; !done.get(); i++) {
				writer.put("k." + ((i * 7919) % 2000), "new" + i);
			}
		});
		other.start();
		try {
			for (int round = 0; round < 5; round++) {
				Map<String, Long> seen = new HashMap<>();
				try (Stream<BucketEntry<String>> stream = writer.stream("k.*")) {
					stream.forEach((entry) -> assertThat(seen.merge(entry.key(), entry.revision(), Math::max))
						.isEqualTo(entry.revision()));
				}
				assertThat(seen.keySet()).isEqualTo(values.keySet());
			}
		}
		finally {
			done.set(true);
			other.join();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5 })
	void pagesHaveEachKeyWhileOthersWriteAndReadLittle(int history) throws Exception {
		Map<String, String> values = values(3000);
		KeyValueBucket<String> writer = create(history);
		writer.putAll(values);
		AtomicBoolean done = new AtomicBoolean();
		Thread other = new Thread(() -> {
			for (int i = 0; !done.get() && i < 3000; i++) {
				writer.put("k." + ((i * 7919) % 3000), "new" + i);
			}
		});
		try (Connection reading = server.connect()) {
			KeyValueBucket<String> bucket = bucket(reading);
			long before = reading.getStatistics().getInMsgs();
			assertThat(bucket.keys("k.*", 0, 10).keys()).hasSize(10);
			assertThat(reading.getStatistics().getInMsgs() - before).isLessThan(1000);
			other.start();
			Set<String> seen = new HashSet<>();
			Long next = 0L;
			while (next != null) {
				KeyPage page = bucket.keys("k.*", next, 700);
				assertThat(page.keys()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(700);
				seen.addAll(page.keys());
				next = page.next();
			}
			assertThat(seen).isEqualTo(values.keySet());
		}
		finally {
			done.set(true);
			other.join();
		}
		Awaitility.await().until(() -> consumers() == 0);
	}

	@Test
	void aStreamHasAConsumerUntilItIsClosed() {
		KeyValueBucket<String> bucket = create(1);
		bucket.putAll(values(3000));
		try (Stream<BucketEntry<String>> stream = bucket.stream()) {
			assertThat(consumers()).isZero();
			Iterator<BucketEntry<String>> entries = stream.iterator();
			entries.next();
			assertThat(consumers()).isOne();
		}
		assertThat(consumers()).isZero();
		try (Stream<BucketEntry<String>> stream = bucket.stream()) {
			assertThat(stream.count()).isEqualTo(3000);
			assertThat(consumers()).isZero();
		}
	}

	@Test
	void aStreamThatWasClosedReadsNothingMore() {
		KeyValueBucket<String> bucket = create(1);
		bucket.putAll(values(3000));
		bucket.put("other", "x");
		Stream<BucketEntry<String>> stream = bucket.stream("k.*", "other");
		Iterator<BucketEntry<String>> entries = stream.iterator();
		entries.next();
		stream.close();
		assertThatIllegalStateException().isThrownBy(entries::hasNext).withMessageContainingAll(this.name, "closed");
		assertThat(consumers()).isZero();
	}

	@Test
	void aStreamMayBeClosedByAnotherThread() throws Exception {
		KeyValueBucket<String> bucket = create(1);
		bucket.putAll(values(3000));
		try (NetworkProxy proxy = NetworkProxy.to(server.port()); Connection far = proxy.connect()) {
			Stream<BucketEntry<String>> stream = bucket(far).stream();
			Iterator<BucketEntry<String>> entries = stream.iterator();
			entries.next();
			proxy.hold();
			CompletableFuture<Throwable> reading = CompletableFuture
				.supplyAsync(() -> catchThrowable(() -> entries.forEachRemaining((entry) -> {
				})));
			CompletableFuture<Void> closing = CompletableFuture.runAsync(stream::close);
			assertThat(reading.get(20, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class)
				.hasMessageContaining("closed");
			proxy.release();
			closing.get(20, TimeUnit.SECONDS);
			// the removal is on its way through the proxy
			Awaitility.await().until(() -> consumers() == 0);
		}
	}

	@Test
	void aStreamWhoseLastAnswerWasLostWithTheConnectionEndsAllTheSame() throws Exception {
		KeyValueBucket<String> bucket = create(1);
		bucket.putAll(values(10));
		try (NetworkProxy proxy = NetworkProxy.to(server.port());
				Connection far = proxy.connect();
				Stream<BucketEntry<String>> stream = Buckets.access(far, Duration.ofSeconds(1))
					.bucket(this.name, String.class)
					.stream()) {
			Iterator<BucketEntry<String>> entries = stream.iterator();
			for (int i = 0; i < 10; i++) {
				entries.next();
			}
			proxy.swallow();
			long sent = far.getStatistics().getOutMsgs();
			CompletableFuture<Boolean> more = CompletableFuture.supplyAsync(entries::hasNext);
			Awaitility.await().until(() -> far.getStatistics().getOutMsgs() > sent);
			proxy.cut();
			proxy.pass();
			assertThat(more.get(20, TimeUnit.SECONDS)).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 500, 4000 })
	void aStreamOfABucketThatIsRecreatedFails(int keys) throws Exception {
		KeyValueBucket<String> bucket = create(1);
		bucket.putAll(values(3000));
		try (Stream<BucketEntry<String>> stream = bucket.stream()) {
			Iterator<BucketEntry<String>> entries = stream.iterator();
			entries.next();
			near.keyValueManagement().delete(this.name);
			create(1).putAll(values(keys));
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> entries.forEachRemaining((entry) -> {
			})).withMessageContaining("recreated");
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(entries::hasNext);
		}
	}

	@Test
	void theEndIsNotThatOfAnotherBucketWhoseConsumerAnswers() throws Exception {
		KeyValueBucket<String> bucket = create(1);
		bucket.putAll(values(3000));
		try (Stream<BucketEntry<String>> stream = bucket.stream()) {
			Iterator<BucketEntry<String>> entries = stream.iterator();
			entries.next();
			String consumer = near.jetStreamManagement().getConsumerNames("KV_" + this.name).get(0);
			near.keyValueManagement().delete(this.name);
			create(1);
			near.jetStreamManagement()
				.addOrUpdateConsumer("KV_" + this.name,
						ConsumerConfiguration.builder().name(consumer).ackPolicy(AckPolicy.None).build());
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> entries.forEachRemaining((entry) -> {
			})).withMessageContaining("recreated");
		}
	}

	@Test
	void theLastEntryIsNotLostWithTheConnection() throws Exception {
		KeyValueBucket<String> writer = create(1);
		writer.putAll(values(3));
		try (NetworkProxy proxy = NetworkProxy.to(server.port()); Connection far = proxy.connect()) {
			KeyValueBucket<String> bucket = bucket(far);
			bucket.get("k.0");
			long before = far.getStatistics().getInMsgs();
			List<String> keys = new ArrayList<>();
			try (Stream<BucketEntry<String>> stream = bucket.stream()) {
				Iterator<BucketEntry<String>> entries = stream.iterator();
				keys.add(entries.next().key());
				keys.add(entries.next().key());
				// the state of the stream, the consumer, and three entries
				Awaitility.await().until(() -> far.getStatistics().getInMsgs() >= before + 5);
				proxy.hold();
				proxy.cut();
				Awaitility.await().until(() -> far.getStatus() != Connection.Status.CONNECTED);
				CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(proxy::release);
				entries.forEachRemaining((entry) -> keys.add(entry.key()));
			}
			assertThat(keys).containsExactlyInAnyOrder("k.0", "k.1", "k.2");
		}
	}

	@Test
	void largeValuesAreStreamed() {
		Buckets.create(near, Buckets.configuration(this.name).build());
		KeyValueBucket<byte[]> bucket = Buckets.access(near).bucket(this.name, byte[].class);
		Map<String, byte[]> values = new HashMap<>();
		IntStream.range(0, 30).forEach((i) -> values.put("k" + i, new byte[1024 * 1024 - i]));
		values.put("small", new byte[1]);
		bucket.putAll(values);
		Set<String> keys = new HashSet<>();
		try (Stream<BucketEntry<byte[]>> stream = bucket.stream()) {
			stream.forEach((entry) -> {
				assertThat(entry.value()).hasSameSizeAs(values.get(entry.key()));
				keys.add(entry.key());
			});
		}
		assertThat(keys).isEqualTo(values.keySet());
	}

	@Test
	void aClearedBucketGoesOnForAWatchThatIsOutOfTouch() throws Exception {
		assumeTrue(supports("2.10.0"));
		KeyValueBucket<String> writer = create(1);
		writer.putAll(values(100));
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		try (NetworkProxy proxy = NetworkProxy.to(server.port());
				Connection far = proxy.connect();
				BucketWatch watch = bucket(far).watch(">", seen::add)) {
			Awaitility.await().until(() -> seen.size() == 100);
			proxy.hold();
			proxy.cut();
			writer.clear();
			writer.put("k.1", "again");
			proxy.release();
			Map<String, String> last = new HashMap<>();
			Awaitility.await().untilAsserted(() -> {
				last.clear();
				seen.forEach((entry) -> last.put(entry.key(), entry.value()));
				last.values().removeIf(Objects::isNull);
				assertThat(last).isEqualTo(Map.of("k.1", "again"));
			});
		}
	}

}
