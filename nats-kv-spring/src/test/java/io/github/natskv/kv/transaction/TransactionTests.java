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

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.ReadOnlyBucketException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.kv.ValueTooLargeException;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Transactions where a server refuses them, or does not answer. What both servers and
 * buckets in memory do is in the contract tests.
 */
@Timeout(60)
class TransactionTests {

	private static final String PERMISSIONS = """
			authorization { users: [
			  { user: all, password: p },
			  { user: some, password: p, permissions: { publish: { deny: "%s" } } }
			] }
			""";

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private static boolean isNew() {
		return connection.getServerInfo().isSameOrNewerThanVersion("2.14.5");
	}

	private static KeyValueConfiguration configuration(StorageType storage) {
		return BucketConfigurations
			.withTransactions(KeyValueConfiguration.builder("b" + UUID.randomUUID()).storageType(storage).build());
	}

	private static String create(Connection connection) {
		assumeTrue(isNew(), "needs server 2.14.5");
		KeyValueConfiguration configuration = configuration(StorageType.Memory);
		Buckets.create(connection, configuration);
		return configuration.getBucketName();
	}

	private static KeyValueBucket<String> bucket(String name) {
		return Buckets.access(connection).bucket(name, String.class);
	}

	private static StreamConfiguration stream(String name) throws Exception {
		return connection.jetStreamManagement().getStreamInfo("KV_" + name).getConfiguration();
	}

	@Test
	void olderServersAreRefusedBeforeAnythingIsSent() throws Exception {
		assumeFalse(connection.getServerInfo().isSameOrNewerThanVersion("2.12.15"), "needs an older server");
		String name = "b" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(name).build());
		AtomicInteger calls = new AtomicInteger();
		String version = connection.getServerInfo().getVersion();
		assertThatExceptionOfType(UnsupportedServerFeatureException.class)
			.isThrownBy(() -> bucket(name).transactionWithoutResult((tx) -> calls.incrementAndGet()))
			.isNotInstanceOf(BucketOptionRequiredException.class)
			.satisfies((ex) -> assertThat(ex.getRequiredVersion()).isEqualTo("2.12.15"))
			.withMessageContainingAll("A transaction", "2.12.15", version);
		assertThat(calls).hasValue(0);
	}

	@ParameterizedTest
	@EnumSource
	void guardsAreCheckedInBothStorages(StorageType storage) {
		assumeTrue(isNew(), "needs server 2.14.5");
		KeyValueConfiguration configuration = configuration(storage);
		Buckets.create(connection, configuration);
		KeyValueBucket<String> bucket = bucket(configuration.getBucketName());
		IntStream.range(0, 20).forEach((i) -> bucket.put("read." + i, "1"));
		AtomicInteger calls = new AtomicInteger();
		bucket.transactionWithoutResult((tx) -> {
			int sum = IntStream.range(0, 20).map((i) -> Integer.parseInt(tx.get("read." + i))).sum();
			if (calls.incrementAndGet() == 1) {
				bucket.put("read.7", "2");
			}
			tx.put("sum", "" + sum);
		});
		assertThat(bucket.get("sum")).isEqualTo("21");
		assertThat(calls).hasValue(2);
	}

	@Test
	void aBucketWhoseOptionIsSwitchedOffByJnatsSaysSo() throws Exception {
		String name = create(connection);
		KeyValueBucket<String> bucket = bucket(name);
		bucket.transactionWithoutResult((tx) -> {
			tx.put("a", "1");
			tx.put("b", "1");
		});
		connection.keyValueManagement()
			.update(KeyValueConfiguration.builder(name).storageType(StorageType.Memory).build());
		assertThat(stream(name).getAllowAtomicPublish()).isFalse();
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(BucketOptionRequiredException.class)
				.isThrownBy(() -> bucket.transactionWithoutResult((tx) -> {
					tx.put("a", "2");
					tx.put("b", "2");
				}))
				.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo("transactions"));
		}
		assertThat(bucket.get("a")).isEqualTo("1");
		connection.jetStreamManagement()
			.updateStream(StreamConfiguration.builder(stream(name)).allowAtomicPublish().build());
		bucket.transactionWithoutResult((tx) -> {
			tx.put("a", "3");
			tx.put("b", "3");
		});
		assertThat(bucket.get("a")).isEqualTo("3");
	}

	@Test
	void mirrorsAndCopiesAreRefused() {
		String origin = create(connection);
		String mirror = "b" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(mirror).mirror(Mirror.builder().name(origin).build()).build());
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
			.isThrownBy(() -> bucket(mirror).transactionWithoutResult((tx) -> tx.put("a", "1")))
			.isNotInstanceOf(BucketOptionRequiredException.class)
			.withMessageContainingAll(mirror, "mirror of '" + origin + "'");
		String copy = "b" + UUID.randomUUID();
		Buckets.create(connection,
				Buckets.configuration(copy).sources(List.of(Source.builder().name("KV_" + origin).build())).build());
		assertThatExceptionOfType(ReadOnlyBucketException.class)
			.isThrownBy(() -> bucket(copy).transactionWithoutResult((tx) -> tx.put("a", "1")));
	}

	/**
	 * Of a message that is not the last one of a batch, the server says nothing.
	 */
	@Test
	void aValueThatIsTooLargeIsToldAsSuch() throws Exception {
		String name = create(connection);
		KeyValueBucket<String> bucket = bucket(name);
		bucket.put("a", "1");
		connection.jetStreamManagement()
			.updateStream(StreamConfiguration.builder(stream(name)).maximumMessageSize(500).build());
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(ValueTooLargeException.class)
				.isThrownBy(() -> bucket.transactionWithoutResult((tx) -> {
					tx.put("a", "x".repeat(450));
					tx.put("b", "2");
				}))
				.withMessageContaining("max-value-size");
		}
		assertThat(bucket.get("a")).isEqualTo("1");
		assertThatExceptionOfType(ValueTooLargeException.class)
			.isThrownBy(() -> bucket.transactionWithoutResult((tx) -> {
				tx.put("a", "x".repeat(2_000_000));
				tx.put("b", "2");
			}));
	}

	@ParameterizedTest
	@EnumSource(Denied.class)
	void aMissingPermissionIsTold(Denied denied) throws Exception {
		assumeTrue(isNew(), "needs server 2.14.5");
		try (NatsServer restricted = NatsServer.start(PERMISSIONS.formatted(denied.subject));
				Connection all = as(restricted, "all");
				Connection some = as(restricted, "some")) {
			Buckets.create(all, BucketConfigurations.withTransactions(Buckets.configuration("restricted").build()));
			KeyValueBucket<String> bucket = Buckets.access(some).bucket("restricted", String.class);
			assertThatExceptionOfType(PermissionDeniedDataAccessException.class)
				.isThrownBy(() -> bucket.transactionWithoutResult((tx) -> {
					tx.get("read");
					tx.put("first", "1");
					tx.put("last", "1");
				}))
				.withMessageContaining(denied.subject);
			assertThat(bucket.keys()).isEmpty();
		}
	}

	private static Connection as(NatsServer server, String user) throws IOException, InterruptedException {
		return Nats.connect(Options.builder().server(server.url()).userInfo(user, "p").build());
	}

	@Test
	void noAnswerMeansThatTheOutcomeIsUnknown() throws Exception {
		String name = create(connection);
		bucket(name).put("a", "1");
		try (NetworkProxy proxy = NetworkProxy.to(server.port()); Connection slow = proxy.connect()) {
			KeyValueBucket<String> bucket = Buckets.access(slow, Duration.ofMillis(500)).bucket(name, String.class);
			AtomicInteger calls = new AtomicInteger();
			assertThatExceptionOfType(KeyValueTimeoutException.class)
				.isThrownBy(() -> bucket.transactionWithoutResult((tx) -> {
					calls.incrementAndGet();
					tx.put("b", tx.get("a"));
					proxy.swallow();
				}))
				.withMessageContaining("outcome is unknown");
			assertThat(calls).hasValue(1);
			proxy.cut();
			Awaitility.await().until(() -> slow.getStatus() != Connection.Status.CONNECTED);
			assertThatExceptionOfType(KeyValueNotConnectedException.class)
				.isThrownBy(() -> bucket.transactionWithoutResult((tx) -> calls.incrementAndGet()));
			assertThat(calls).hasValue(1);
		}
	}

	@Test
	void aReadThatFindsNoLeaderEndsItAsItEndsOtherReads() throws Exception {
		String name = create(connection);
		bucket(name).put("a", "1");
		AtomicBoolean down = new AtomicBoolean();
		KeyValueBucket<String> bucket = Buckets.access(leaderless(down)).bucket(name, String.class);
		AtomicInteger calls = new AtomicInteger();
		assertThatExceptionOfType(TransientDataAccessResourceException.class)
			.isThrownBy(() -> bucket.transactionWithoutResult((tx) -> {
				calls.incrementAndGet();
				tx.put("b", "1");
				down.set(true);
				tx.get("a");
			}))
			.withMessageContainingAll(name, "10008");
		assertThatExceptionOfType(TransientDataAccessResourceException.class)
			.isThrownBy(() -> bucket.compute("a", (value) -> value + "!"))
			.withMessageContainingAll(name, "10008");
		assertThat(calls).hasValue(1);
		assertThat(bucket(name).keys()).containsExactly("a");
	}

	@Test
	void aConflictWhoseKeysCannotBeLookedForIsOne() throws Exception {
		String name = create(connection);
		bucket(name).put("a", "1");
		bucket(name).put("b", "1");
		AtomicBoolean down = new AtomicBoolean();
		KeyValueBucket<String> bucket = Buckets.access(leaderless(down), Duration.ofMillis(500))
			.bucket(name, String.class);
		AtomicInteger calls = new AtomicInteger();
		assertThatExceptionOfType(RevisionConflictException.class)
			.isThrownBy(() -> bucket.transactionWithoutResult((tx) -> {
				tx.get("a");
				tx.get("b");
				bucket(name).put("b", "2");
				down.set(calls.incrementAndGet() == 100);
				tx.put("c", "1");
			}))
			.withMessageContainingAll("after 100 attempts", "[a, b]");
		assertThat(bucket(name).exists("c")).isFalse();
	}

	// a connection over which servers say that the stream has no leader for reads
	private static Connection leaderless(AtomicBoolean down) {
		Message unavailable = NatsMessage.builder()
			.subject("reply")
			.data("{\"error\":{\"code\":503,\"err_code\":10008,\"description\":\"JetStream system temporarily unavailable\"}}")
			.build();
		return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					boolean read = arguments != null && arguments.length > 0
							&& String.valueOf(arguments[0]).matches(".*\\.(MSG|DIRECT)\\.GET\\..*");
					if (down.get() && read) {
						return method.getName().equals("publish") ? null
								: CompletableFuture.completedFuture(unavailable);
					}
					return method.invoke(connection, arguments);
				});
	}

	/**
	 * Where there is no room for a batch, only its first message would be told so.
	 */
	@Test
	void waitsWhereTooManyBatchesAreOpen() throws Exception {
		String name = create(connection);
		for (int i = 0; i < 50; i++) {
			open(name, "open" + i, 1, false);
		}
		KeyValueBucket<String> bucket = bucket(name);
		AtomicInteger calls = new AtomicInteger();
		CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> bucket.transactionWithoutResult((tx) -> {
			calls.incrementAndGet();
			tx.put("a", "1");
			tx.put("b", "1");
		}));
		Awaitility.await().during(Duration.ofMillis(200)).until(() -> !waiting.isDone());
		open(name, "open7", 2, true);
		waiting.get(5, TimeUnit.SECONDS);
		assertThat(bucket.get("b")).isEqualTo("1");
		assertThat(calls).hasValue(1);
	}

	private static void open(String name, String batch, int sequence, boolean commit) throws Exception {
		Headers headers = new Headers().put("Nats-Batch-Id", batch).put("Nats-Batch-Sequence", "" + sequence);
		if (commit) {
			headers.put("Nats-Batch-Commit", "1");
		}
		connection.request("$KV." + name + ".other." + batch, headers, new byte[0]).get(5, TimeUnit.SECONDS);
	}

	enum Denied {

		GUARD("$KV.restricted._kv.guard"), FIRST("$KV.restricted.first"), LAST("$KV.restricted.last");

		private final String subject;

		Denied(String subject) {
			this.subject = subject;
		}

	}

}
