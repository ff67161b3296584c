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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for how long an application takes to close, and what it leaves on the server.
 */
@Timeout(120)
class ClosingTests {

	@AutoClose
	private final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = CopiedBucket.runner(this.server)
		.withBean(Several.class)
		.withPropertyValues("nats.kv.buckets.flags.storage=memory");

	@Test
	void aServerThatDoesNotAnswerIsWaitedForOnce() {
		this.runner.run((context) -> {
			watchTwice(context.getBean(KeyValueBuckets.class));
			assertThat(closeSuspended(context.getSourceApplicationContext())).isLessThan(Duration.ofSeconds(3));
		});
	}

	@Test
	void theTimeoutsThatAreConfiguredBoundIt() {
		this.runner
			.withPropertyValues("nats.connection-timeout=300ms", "nats.jetstream.request-timeout=300ms",
					"nats.listener.drain-timeout=1s")
			.run((context) -> {
				watchTwice(context.getBean(KeyValueBuckets.class));
				assertThat(closeSuspended(context.getSourceApplicationContext())).isLessThan(Duration.ofMillis(1200));
			});
	}

	@Test
	void consumersAreRemovedWhileHandlersAreStillAtWork() throws Exception {
		try (Connection connection = this.server.connect()) {
			this.runner.withBean(Stuck.class).run((context) -> {
				watchTwice(context.getBean(KeyValueBuckets.class));
				context.getBean(KeyValueBuckets.class).bucket("flags", String.class).put("stuck", "x");
				Stuck stuck = context.getBean(Stuck.class);
				stuck.begun.await();
				Awaitility.await().untilAsserted(() -> assertThat(consumers(connection)).isEqualTo(5));
				CompletableFuture<Void> closed = CompletableFuture
					.runAsync(context.getSourceApplicationContext()::close);
				Awaitility.await()
					.atMost(Duration.ofSeconds(4))
					.untilAsserted(() -> assertThat(consumers(connection)).isEqualTo(2));
				assertThat(closed).isNotDone();
				stuck.release.countDown();
				assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
				assertThat(consumers(connection)).isZero();
			});
		}
	}

	@Test
	void watchesThatAreStuckEndSideBySide() {
		CountDownLatch release = new CountDownLatch(1);
		this.runner.run((context) -> {
			KeyValueBucket<String> flags = context.getBean(KeyValueBuckets.class).bucket("flags", String.class);
			flags.put("a", "1");
			CountDownLatch begun = new CountDownLatch(3);
			for (int i = 0; i < 3; i++) {
				flags.watch(">", (entry) -> {
					begun.countDown();
					awaitForGood(release);
				});
			}
			begun.await();
			long start = System.nanoTime();
			context.getSourceApplicationContext().close();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(13));
			release.countDown();
		});
	}

	private static void awaitForGood(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				// goes on whatever happens
			}
		}
	}

	private static void watchTwice(KeyValueBuckets buckets) {
		KeyValueBucket<String> flags = buckets.bucket("flags", String.class);
		for (int i = 0; i < 2; i++) {
			assertThat(flags.watch(">", (entry) -> {
			}).awaitSnapshot(Duration.ofSeconds(10))).isTrue();
		}
	}

	private static long consumers(Connection connection) throws Exception {
		return connection.jetStreamManagement().getStreamInfo("KV_flags").getStreamState().getConsumerCount();
	}

	private Duration closeSuspended(ConfigurableApplicationContext context) {
		this.server.suspend();
		try {
			long start = System.nanoTime();
			context.close();
			return Duration.ofNanos(System.nanoTime() - start);
		}
		finally {
			this.server.resume();
		}
	}

	/**
	 * Listens to subjects and to a bucket.
	 */
	static class Several {

		@NatsListener("first")
		void first(String message) {
		}

		@NatsListener("second")
		void second(String message) {
		}

		@KeyValueListener("flags")
		void one(@org.jspecify.annotations.Nullable String value) {
		}

		@KeyValueListener("flags")
		void two(@org.jspecify.annotations.Nullable String value) {
		}

	}

	/**
	 * Does not end when it is interrupted.
	 */
	static class Stuck {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		@KeyValueListener(bucket = "flags", keys = "stuck")
		void on(@org.jspecify.annotations.Nullable String value) {
			this.begun.countDown();
			awaitForGood(this.release);
		}

	}

}
