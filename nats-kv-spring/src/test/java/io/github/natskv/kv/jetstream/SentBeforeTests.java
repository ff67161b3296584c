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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SentBefore}: operations of several requests that lose the connection
 * between two of them.
 */
class SentBeforeTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private final Connection connection = server.connect();

	@AutoClose
	private final Connection lost = server.connect();

	private final KeyValueBucket<String> other = Buckets.access(this.connection).bucket("b", String.class);

	@BeforeEach
	void makeBucket() throws Exception {
		if (this.connection.keyValueManagement().getBucketNames().contains("b")) {
			this.connection.keyValueManagement().delete("b");
		}
		Buckets.create(this.connection, Buckets.configuration("b").maxHistoryPerKey(5).build());
	}

	/** The connection is lost before a request after some with a part of the subject. */
	private KeyValueBucket<String> losing(String subject, int before) {
		return disturbed(subject, before, () -> {
			this.lost.close();
			return null;
		});
	}

	private KeyValueBucket<String> disturbed(String subject, int before,
			Callable<@Nullable CompletableFuture<Message>> disturbance) {
		AtomicInteger requests = new AtomicInteger();
		Connection losing = (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("requestWithTimeout") && arguments[0].toString().contains(subject)
							&& requests.getAndIncrement() == before) {
						CompletableFuture<Message> answer = disturbance.call();
						if (answer != null) {
							return answer;
						}
					}
					try {
						return method.invoke(this.lost, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
		return Buckets.access(losing).bucket("b", String.class);
	}

	@Test
	void createSaysThatAnAttemptWasSent() {
		this.other.put("a", "1");
		this.other.delete("a");
		KeyValueBucket<String> bucket = losing("$KV.b.", 1);
		assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> bucket.create("a", "2"))
			.withMessageContainingAll("creating key 'a'", "'b'", "unknown")
			.withCauseInstanceOf(KeyValueNotConnectedException.class);
		assertThat(this.other.get("a")).isNull();
	}

	@Test
	void createThatCannotLookWhyItWasRefusedSaysThatAnAttemptWasSent() {
		this.other.put("a", "1");
		KeyValueBucket<String> bucket = losing("STREAM.MSG.GET", 0);
		assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> bucket.create("a", "2"));
	}

	@Test
	void createThatSendsNothingSaysSo() {
		KeyValueBucket<String> bucket = losing("$KV.b.", 0);
		assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(() -> bucket.create("a", "2"));
	}

	@Test
	void computeSaysThatAnAttemptWasSent() {
		KeyValueBucket<String> bucket = losing("$KV.b.", 1);
		assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> bucket.compute("a", (value) -> {
			this.other.put("a", value + "!");
			return "mine";
		})).withMessageContainingAll("changing key 'a'", "'b'", "unknown");
	}

	@Test
	void purgeDeletesSaysThatSomeWereRemoved() {
		for (String key : new String[] { "a", "b" }) {
			this.other.put(key, "1");
			this.other.delete(key);
		}
		KeyValueBucket<String> bucket = losing("STREAM.PURGE", 1);
		assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(() -> bucket.purgeDeletes(Duration.ZERO))
			.withMessageContainingAll("deletion markers in bucket 'b'", "unknown");
		assertThat(this.other.purgeDeletes(Duration.ZERO)).isBetween(1, 2);
	}

	@Test
	void purgeDeletesThatSendsNothingSaysSo() {
		this.other.put("a", "1");
		this.other.delete("a");
		KeyValueBucket<String> bucket = losing("STREAM.PURGE", 0);
		assertThatExceptionOfType(KeyValueNotConnectedException.class)
			.isThrownBy(() -> bucket.purgeDeletes(Duration.ZERO));
		assertThat(this.other.purgeDeletes(Duration.ZERO)).isOne();
	}

	@Test
	void purgeDeletesSaysWhichWereRemoved() {
		for (String key : new String[] { "a", "b", "c" }) {
			this.other.put(key, "1");
			this.other.delete(key);
		}
		KeyValueBucket<String> bucket = disturbed("STREAM.PURGE", 1, () -> CompletableFuture
			.completedFuture(NatsMessage.builder()
				.subject("_INBOX.answer")
				.data("""
						{"error": {"code": 503, "err_code": 10008, "description": "system temporarily unavailable"}}""")
				.build()));
		assertThatExceptionOfType(BulkOperationException.class).isThrownBy(() -> bucket.purgeDeletes(Duration.ZERO))
			.withMessageContainingAll("1 of 3 deletion markers", "'b'")
			.satisfies((ex) -> {
				assertThat(ex.getSucceeded()).hasSize(2);
				assertThat(ex.getFailures()).hasSize(1);
				assertThat(ex.getSucceeded().keySet()).doesNotContainAnyElementsOf(ex.getFailures().keySet());
			});
		assertThat(this.other.purgeDeletes(Duration.ZERO)).isOne();
		assertThat(this.other.keys()).isEmpty();
	}

}
