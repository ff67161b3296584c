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

package io.github.natskv.cache;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.cache.NatsCacheConfiguration.OnError;
import io.github.natskv.kv.BucketFullException;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.ValueTooLargeException;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.Cache;
import org.springframework.dao.PermissionDeniedDataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Keys that are secrets, where reads and writes of them fail.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class SecretKeysTests {

	private static final String SECRET = "token-4711";

	private static final Duration SHORT = Duration.ofMillis(150);

	private static final Duration LONG = Duration.ofSeconds(20);

	@AutoClose
	private static final NatsServer server = NatsServer.start("""
			authorization { users: [
			  { user: all, password: p }
			  { user: some, password: p, permissions: { publish: { deny: "$KV.*.orders.s.%s" } } }
			] }
			""".formatted(SECRET));

	@AutoClose
	private static final Connection connection = connect(server.url(), "all");

	private final String bucket = "c" + UUID.randomUUID();

	private static Connection connect(String url, String user) {
		try {
			return Nats.connect(Options.builder().server(url).userInfo(user, "p").errorListener(new ErrorListener() {
			}).build());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private KeyValueConfiguration.Builder configuration() {
		return Buckets.configuration(this.bucket);
	}

	private CacheNode node(Connection connection, OnError onError, Duration timeout) {
		return new CacheNode(connection, timeout, this.bucket, NatsCacheConfiguration.defaults().onError(onError));
	}

	@Test
	void failuresOfAServerThatDoesNotAnswerHaveNone(CapturedOutput output) throws Exception {
		Buckets.create(connection, configuration().build());
		try (NetworkProxy proxy = NetworkProxy.to(server.port());
				Connection away = connect(proxy.url(), "all");
				CacheNode failing = node(away, OnError.FAIL, SHORT);
				CacheNode missing = node(away, OnError.MISS, SHORT)) {
			NatsCache cache = failing.cache("orders");
			Awaitility.await().ignoreExceptions().until(() -> cache.get(SECRET) == null);
			proxy.hold();
			assertFails(KeyValueTimeoutException.class, () -> cache.put(SECRET, "2"));
			assertFails(KeyValueTimeoutException.class, () -> cache.get(SECRET));
			assertFails(KeyValueTimeoutException.class, () -> cache.evict(SECRET));
			assertFails(KeyValueTimeoutException.class, () -> cache.evictIfPresent(SECRET));
			assertFails(KeyValueTimeoutException.class, () -> cache.putIfAbsent(SECRET, "2"));
			assertFails(KeyValueTimeoutException.class, () -> join(cache.retrieve(SECRET)));
			assertThat(missing.cache("orders").get(SECRET)).isNull();
			proxy.release();
			away.close();
			assertFails(KeyValueNotConnectedException.class, () -> cache.put(SECRET, "2"));
		}
		assertThat(output).contains("reads of it are misses").doesNotContain(SECRET);
	}

	private static void join(CompletableFuture<?> future) throws Throwable {
		try {
			future.join();
		}
		catch (RuntimeException ex) {
			assertThat(ex.toString()).doesNotContain(SECRET);
			throw ex.getCause();
		}
	}

	@Test
	void refusalsOfTheServerHaveNone() throws Exception {
		Buckets.create(connection, configuration().maxBucketSize(2000).maximumValueSize(1000).build());
		try (CacheNode node = node(connection, OnError.FAIL, LONG);
				Connection restricted = connect(server.url(), "some");
				CacheNode denied = node(restricted, OnError.FAIL, Duration.ofSeconds(2))) {
			NatsCache cache = node.cache("orders");
			assertFails(ValueTooLargeException.class, () -> cache.put(SECRET, "x".repeat(2000)));
			cache.put("a", "x".repeat(800));
			cache.put("b", "x".repeat(800));
			assertFails(BucketFullException.class, () -> cache.put(SECRET, "x".repeat(800)));
			NatsCache refusing = denied.cache("orders");
			Awaitility.await().ignoreExceptions().until(() -> !refusing.evictIfPresent("c"));
			assertFails(PermissionDeniedDataAccessException.class, () -> refusing.evict(SECRET));
		}
	}

	@Test
	void failuresOfALoaderHaveNone() {
		Buckets.create(connection, configuration().build());
		try (CacheNode node = node(connection, OnError.MISS, LONG)) {
			NatsCache cache = node.cache("orders");
			Throwable failure = assertFails(Cache.ValueRetrievalException.class, () -> cache.get(SECRET, () -> {
				throw new IllegalStateException("no");
			}));
			assertThat(failure).hasCauseInstanceOf(IllegalStateException.class).extracting("key").isEqualTo(SECRET);
		}
	}

	private static Throwable assertFails(Class<? extends Throwable> type, ThrowingCallable call) {
		Throwable failure = catchThrowable(call);
		assertThat(failure).isInstanceOf(type);
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		assertThat(text.toString()).doesNotContain(SECRET);
		return failure;
	}

}
