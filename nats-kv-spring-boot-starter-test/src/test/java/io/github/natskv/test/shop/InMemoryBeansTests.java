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

package io.github.natskv.test.shop;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.test.ClearBuckets;
import io.github.natskv.test.InMemoryKeyValueBucket;
import io.github.natskv.test.InMemoryKeyValueBuckets;
import io.github.natskv.test.InMemoryNats;
import io.github.natskv.test.MutableClock;
import io.github.natskv.test.NatsKvTest;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link InMemoryNats} beside beans of the application.
 */
@NatsKvTest(properties = "nats.kv.buckets.receipts.ttl=1h", useDefaultFilters = false)
@InMemoryNats
@Import({ MutableClock.class, InMemoryBeansTests.ApplicationBeans.class })
class InMemoryBeansTests {

	@Test
	void theMutableClockGoesBeforeTheClockOfTheApplication(@Autowired MutableClock clock,
			@Autowired KeyValueBucket<Receipt> receipts) {
		receipts.put("eu", new Receipt("eu", "tea", 1));
		clock.advance(Duration.ofHours(1));
		assertThat(receipts.exists("eu")).isFalse();
	}

	@Test
	void theConnectionInMemoryGoesBeforeThatOfTheApplication(@Autowired Connection connection,
			@Autowired ApplicationContext context) {
		List<String> received = new CopyOnWriteArrayList<>();
		connection.createDispatcher((message) -> received.add(message.getSubject())).subscribe("subject");
		connection.publish("subject", new byte[0]);
		assertThat(received).containsExactly("subject");
		verifyNoInteractions(context.getBean("applicationConnection", Connection.class));
	}

	@Test
	void bucketsOfTheApplicationAreEmptiedToo() throws Exception {
		TestContextManager tests = new TestContextManager(OwnBuckets.class);
		KeyValueBucket<String> own = tests.getTestContext()
			.getApplicationContext()
			.getBean(KeyValueBuckets.class)
			.bucket("own", String.class);
		own.put("a", "1");
		tests.beforeTestMethod(new OwnBuckets(), OwnBuckets.class.getDeclaredMethod("test"));
		assertThat(own.keys()).isEmpty();
	}

	@Test
	void watchesEndWithTheContext() {
		TestContextManager tests = new TestContextManager(OwnBuckets.class);
		KeyValueBucket<String> own = tests.getTestContext()
			.getApplicationContext()
			.getBean(KeyValueBuckets.class)
			.bucket("own", String.class);
		List<Thread> threads = new CopyOnWriteArrayList<>();
		own.watch(">", (entry) -> threads.add(Thread.currentThread()));
		own.put("a", "1");
		Awaitility.await().until(() -> !threads.isEmpty());
		tests.getTestContext().markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
		Awaitility.await().until(() -> !threads.get(0).isAlive());
	}

	@TestConfiguration
	static class ApplicationBeans {

		@Bean
		Clock clock() {
			return Clock.systemUTC();
		}

		@Bean
		Connection applicationConnection() {
			return mock(Connection.class);
		}

	}

	@NatsKvTest(useDefaultFilters = false)
	@InMemoryNats
	@ClearBuckets
	static class OwnBuckets {

		void test() {
		}

		@TestConfiguration
		static class Buckets {

			@Bean
			KeyValueBuckets buckets() {
				return new InMemoryKeyValueBuckets(InMemoryKeyValueBucket.of("own", String.class),
						InMemoryKeyValueBucket.of("receipts", Receipt.class),
						InMemoryKeyValueBucket.of("stock", Integer.class));
			}

		}

	}

}
