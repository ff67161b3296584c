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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketFullException;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.ValueTooLargeException;
import io.github.natskv.kv.watch.BucketRestorer;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.Mirror;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.TransientDataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for how {@link KeyValueBucket} fails, with jnats' own settings and with those of
 * this project.
 */
@ExtendWith(OutputCaptureExtension.class)
class KeyValueBucketFailureTests {

	private NatsServer server;

	private Connection connection;

	private KeyValueBucket<String> bucket;

	@BeforeEach
	void start() {
		this.server = NatsServer.start("max_payload: 100000");
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.connection.close();
		this.server.close();
	}

	private void connect(boolean plain) throws IOException, InterruptedException {
		Options.Builder options = Options.builder()
			.server(this.server.url())
			.maxReconnects(-1)
			.reconnectWait(Duration.ofMillis(50));
		if (!plain) {
			options.reconnectBufferSize(0)
				.advancedRequestBehavior()
				.subjectValidationType(Options.SubjectValidationType.Strict);
		}
		this.connection = Nats.connect(options.build());
		Buckets.create(this.connection, Buckets.configuration("b").storageType(StorageType.File).build());
		this.bucket = Buckets.access(this.connection, Duration.ofMillis(500)).bucket("b", String.class);
		this.bucket.put("a", "1");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whileDisconnectedNothingIsSentNorLeftBehind(boolean plain) throws Exception {
		connect(plain);
		this.server.kill();
		Awaitility.await().until(() -> this.connection.getStatus() != Connection.Status.CONNECTED);
		long start = System.nanoTime();
		assertThatExceptionOfType(KeyValueNotConnectedException.class)
			.isThrownBy(() -> this.bucket.create("lock", "me"));
		assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(() -> this.bucket.get("a"))
			.withMessageNotContaining("unknown");
		assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(() -> this.bucket.keys());
		assertThatExceptionOfType(KeyValueNotConnectedException.class)
			.isThrownBy(() -> this.bucket.compute("lock", (value) -> "x"));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(400));
		this.server.restart();
		Awaitility.await().until(() -> this.connection.getStatus() == Connection.Status.CONNECTED);
		Awaitility.await().ignoreExceptions().until(() -> "1".equals(this.bucket.get("a")));
		this.bucket.put("after", "x");
		assertThat(this.bucket.keys()).containsExactlyInAnyOrder("a", "after");
	}

	@Test
	void theHandleOfJnatsSaysSoWhileDisconnected() throws Exception {
		connect(false);
		KeyValue handle = this.bucket.getKeyValue();
		handle.put("a", "1");
		this.server.kill();
		Awaitility.await().until(() -> this.connection.getStatus() != Connection.Status.CONNECTED);
		List<ThrowingCallable> operations = List.of(() -> handle.get("a"), () -> handle.get("a", 1),
				() -> handle.put("a", "2"), () -> handle.put("a", 2), () -> handle.create("b", new byte[0]),
				() -> handle.update("a", "2", 1), () -> handle.delete("a"), () -> handle.purge("a"), handle::keys,
				() -> handle.history("a"), handle::getStatus, handle::purgeDeletes,
				() -> handle.watchAll(mock(KeyValueWatcher.class)));
		for (ThrowingCallable operation : operations) {
			assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(operation)
				.withMessageMatching("Not connected to a NATS server \\([A-Z]+\\), nothing was sent");
		}
		this.connection.close();
		assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(() -> handle.put("a", "2"))
			.withMessage("Not connected to a NATS server (CLOSED), nothing was sent");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aStalledServerMeansATimeoutWithUnknownOutcome(boolean plain) throws Exception {
		connect(plain);
		this.server.suspend();
		try {
			assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> this.bucket.put("b", "late"))
				.withMessageContaining("unknown");
			assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> this.bucket.get("a"))
				.withMessageNotContaining("unknown");
			assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> this.bucket.keys())
				.withMessageNotContaining("unknown");
		}
		finally {
			this.server.resume();
		}
		Awaitility.await().ignoreExceptions().until(() -> "late".equals(this.bucket.get("b")));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aListingThatStallsInTheMiddleFails(boolean plain) throws Exception {
		connect(plain);
		for (int i = 0; i < 100_000; i++) {
			this.connection.publish("$KV.b.k" + i, null);
		}
		Awaitility.await().ignoreExceptions().until(() -> this.bucket.getStatus().getEntryCount() == 100_001);
		CompletableFuture<Integer> listing = CompletableFuture.supplyAsync(() -> this.bucket.keys().size());
		Awaitility.await()
			.pollInterval(Duration.ofMillis(1))
			.until(() -> this.bucket.getStatus().getBackingStreamInfo().getStreamState().getConsumerCount() == 1);
		this.server.suspend();
		try {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> listing.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(KeyValueTimeoutException.class);
		}
		finally {
			this.server.resume();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aMissingBucketIsToldApart(boolean plain) throws Exception {
		connect(plain);
		KeyValueBucket<String> missing = Buckets.access(this.connection).bucket("missing", String.class);
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> missing.get("a"))
			.withMessageContaining("'missing'");
		this.connection.keyValueManagement().delete("b");
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> this.bucket.get("a"))
			.withMessageNotContaining("unknown");
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> this.bucket.put("a", "1"));
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> this.bucket.compute("a", (v) -> "1"));
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> this.bucket.keys());
		assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(() -> this.bucket.getStatus());
		Buckets.create(this.connection, Buckets.configuration("b").build());
		assertThat(this.bucket.create("a", "2")).isOne();
		assertThat(this.bucket.get("a")).isEqualTo("2");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aFullBucketIsToldApart(boolean plain) throws Exception {
		connect(plain);
		Buckets.create(this.connection, Buckets.configuration("full").maxBucketSize(2000).build());
		KeyValueBucket<String> full = Buckets.access(this.connection).bucket("full", String.class);
		full.put("a", "x".repeat(1000));
		assertThatExceptionOfType(BucketFullException.class).isThrownBy(() -> full.put("b", "x".repeat(1000)))
			.withMessageContaining("'full'");
		assertThat(full.get("b")).isNull();
	}

	@Test
	void aPurgeThatTheStreamDoesNotAllowIsNotTransient(CapturedOutput output) throws Exception {
		connect(false);
		this.connection.jetStreamManagement()
			.addStream(StreamConfiguration.builder()
				.name("KV_bare")
				.subjects("$KV.bare.>")
				.storageType(StorageType.Memory)
				.build());
		KeyValueBucket<String> bare = Buckets.access(this.connection).bucket("bare", String.class);
		bare.put("a", "1");
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class).isThrownBy(() -> bare.purge("a"))
			.withMessageContainingAll("purge", "'bare'", "allow_rollup_hdrs");
		bare.put("a", "2");
		assertThat(bare.get("a")).isEqualTo("2");
		assertThat(output.toString().lines().filter((line) -> line.contains("'bare'"))).singleElement()
			.asString()
			.contains("WARN", "allow_rollup_hdrs", "discard new", "allow_direct");
	}

	@Test
	void tooManyConsumersPassByThemselves() throws Exception {
		connect(false);
		this.connection.jetStreamManagement()
			.addStream(StreamConfiguration
				.builder(this.connection.jetStreamManagement().getStreamInfo("KV_b").getConfiguration())
				.name("KV_few")
				.subjects("$KV.few.>")
				.maxConsumers(1)
				.build());
		KeyValueBucket<String> few = Buckets.access(this.connection).bucket("few", String.class);
		few.put("a", "1");
		this.connection.jetStreamManagement()
			.createConsumer("KV_few", ConsumerConfiguration.builder().durable("taken").build());
		assertThatExceptionOfType(TransientDataAccessException.class).isThrownBy(() -> few.history("a"))
			.withMessageContaining("maximum consumers");
		this.connection.jetStreamManagement().deleteConsumer("KV_few", "taken");
		assertThat(few.history("a")).hasSize(1);
	}

	@Test
	void aFullStoreOfTheServerNamesItsLimitAndIsAProblemOfTheBucket() throws Exception {
		this.server.close();
		this.server = NatsServer.start("jetstream { max_memory_store: 1MB, max_file_store: 100KB }");
		connect(false);
		DefaultKeyValueBuckets buckets = Buckets.access(this.connection, BucketSettings.of("b"));
		KeyValueBucket<String> bucket = buckets.bucket("b", String.class);
		assertThatExceptionOfType(BucketFullException.class).isThrownBy(() -> {
			for (int i = 0; i < 20; i++) {
				bucket.put("k" + i, "x".repeat(10_000));
			}
		}).withMessageContainingAll("max_file_store", "disk");
		assertThat(problems(buckets)).singleElement().asString().contains("max_file_store", "disk");
		this.connection.jetStreamManagement().purgeStream("KV_b");
		bucket.put("a", "1");
		assertThat(problems(buckets)).containsExactly("none");
	}

	private static List<String> problems(DefaultKeyValueBuckets buckets) {
		return buckets.statuses(Duration.ofSeconds(5))
			.join()
			.stream()
			.map((status) -> Objects.requireNonNullElse(status.problem(), "none"))
			.toList();
	}

	@Test
	void aMirrorWhoseOriginWasDeletedNamesIt() throws Exception {
		connect(false);
		Buckets.create(this.connection,
				Buckets.configuration("m").mirror(Mirror.builder().name("KV_b").build()).build());
		KeyValueBucket<String> mirror = Buckets.access(this.connection).bucket("m", String.class);
		KeyValueBucket<String> consistent = Buckets
			.access(this.connection, new BucketSettings("m", "m", null, null, KeyCodec.NONE, true))
			.bucket("m", String.class);
		Awaitility.await().until(() -> "1".equals(mirror.get("a")));
		this.connection.keyValueManagement().delete("b");
		for (ThrowingCallable operation : List.<ThrowingCallable>of(() -> mirror.put("x", "2"),
				() -> mirror.create("x", "2"), () -> mirror.delete("a"), () -> consistent.get("a"))) {
			assertThatExceptionOfType(BucketNotFoundException.class).isThrownBy(operation)
				.withMessageContainingAll("no bucket 'b'", "'m' mirrors")
				.satisfies((ex) -> assertThat(ex.getBucket()).isEqualTo("b"));
		}
		assertThat(mirror.get("a")).isEqualTo("1");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aValueThatIsTooLargeIsToldApart(boolean plain) throws Exception {
		connect(plain);
		Buckets.create(this.connection, Buckets.configuration("small").maximumValueSize(100).build());
		KeyValueBucket<String> small = Buckets.access(this.connection).bucket("small", String.class);
		assertThatExceptionOfType(ValueTooLargeException.class).isThrownBy(() -> small.put("a", "x".repeat(101)))
			.withMessageContaining("max-value-size");
		assertThatExceptionOfType(ValueTooLargeException.class)
			.isThrownBy(() -> this.bucket.put("a", "x".repeat(100_001)))
			.withMessageContaining("max_payload");
		assertThat(this.bucket.get("a")).isEqualTo("1");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aServerWithoutJetStreamIsToldApart(boolean plain) throws Exception {
		connect(plain);
		KeyValueBucket<String> elsewhere = new DefaultKeyValueBuckets(this.connection,
				JetStreamOptions.builder().domain("nowhere").build(), List.of(),
				new DefaultKeyValueCodec(new PayloadConverter()), BucketRestorer.NONE)
			.bucket("b", String.class);
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> elsewhere.put("a", "x"))
			.withMessageContaining("No JetStream answers");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theHandleIsMadeWithoutAServer(boolean plain) throws Exception {
		connect(plain);
		this.server.kill();
		Awaitility.await().until(() -> this.connection.getStatus() != Connection.Status.CONNECTED);
		DefaultKeyValueBuckets access = Buckets.access(this.connection);
		assertThat(access.keyValue("b").getBucketName()).isEqualTo("b");
		assertThat(access.bucket("b", String.class).getName()).isEqualTo("b");
		this.server.restart();
		Awaitility.await().ignoreExceptions().until(() -> "1".equals(access.keyValue("b").get("a").getValueAsString()));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theOriginTakesTheWritesOfAMirror(boolean plain) throws Exception {
		connect(plain);
		Buckets.create(this.connection,
				Buckets.configuration("m").mirror(Mirror.builder().name("KV_b").build()).build());
		KeyValueBucket<String> mirror = Buckets.access(this.connection).bucket("m", String.class);
		Awaitility.await().until(() -> "1".equals(mirror.get("a")));
		mirror.put("x", "2");
		// a mirror answers direct reads of its origin, too
		Awaitility.await().until(() -> "2".equals(this.bucket.get("x")));
		mirror.compute("x", (value) -> value + "!");
		Awaitility.await().until(() -> "2!".equals(this.bucket.get("x")));
		Awaitility.await().until(() -> "2!".equals(mirror.get("x")));
		assertThat(mirror.keys()).containsExactlyInAnyOrder("a", "x");
	}

}
