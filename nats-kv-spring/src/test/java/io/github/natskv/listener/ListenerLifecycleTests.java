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

package io.github.natskv.listener;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.NoRespondersException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.UnannouncedConnection;
import io.nats.client.Connection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class ListenerLifecycleTests {

	private static NatsServer server;

	private static Connection connection;

	private static NatsTemplate outside;

	@BeforeAll
	static void startServer() {
		server = NatsServer.start();
		connection = server.connect();
		outside = new NatsTemplate(connection, new PayloadConverter(), Duration.ofSeconds(5));
	}

	@AfterAll
	static void stopServer() throws Exception {
		connection.close();
		server.close();
	}

	@Test
	void aConnectionThatComesWhileAListenerStartsIsNotMissed() {
		Connection gate = UnannouncedConnection.of(connection);
		try (ListenerTestContext test = ListenerTestContext.start(server, (context) -> {
			context.registerBean("gate", Connection.class, () -> gate,
					(definition) -> definition.setAutowireCandidate(false));
			context.registerBean(Gated.class);
		})) {
			assertThat(outside.request("gated", "", String.class)).isEqualTo("gated");
			assertThat(test.registry().isPaused(test.registry().ids().iterator().next())).isFalse();
		}
	}

	@Test
	void listenersAreStartedStoppedPausedAndResumedById() {
		try (ListenerTestContext test = ListenerTestContext.start(server, Basic.class)) {
			NatsListenerRegistry registry = test.registry();
			assertThat(registry.ids()).containsExactly("basic", "manual");
			assertThat(registry.isRunning("manual")).isFalse();
			assertSilent("manual");
			registry.start("manual");
			assertThat(outside.request("manual", "x", String.class)).isEqualTo("manual");
			assertThat(outside.request("basic", "x", String.class)).isEqualTo("basic");
			registry.pause("basic");
			assertThat(registry.isRunning("basic")).isTrue();
			assertThat(registry.isPaused("basic")).isTrue();
			assertSilent("basic");
			registry.resume("basic");
			assertThat(registry.isPaused("basic")).isFalse();
			assertThat(outside.request("basic", "x", String.class)).isEqualTo("basic");
			registry.stop("basic");
			assertThat(registry.isRunning("basic")).isFalse();
			assertSilent("basic");
			registry.start("basic");
			registry.start("basic");
			assertThat(outside.request("basic", "x", String.class)).isEqualTo("basic");
			assertThatIllegalArgumentException().isThrownBy(() -> registry.stop("nobody"))
				.withMessageContaining("nobody")
				.withMessageContaining("[basic, manual]");
		}
	}

	@Test
	void theContextStopsAndStartsListeners() {
		try (ListenerTestContext test = ListenerTestContext.start(server, Basic.class)) {
			test.context().stop();
			assertThat(test.registry().isRunning("basic")).isFalse();
			assertSilent("basic");
			test.context().start();
			assertThat(outside.request("basic", "x", String.class)).isEqualTo("basic");
			assertSilent("manual");
			test.context().pause();
			assertSilent("basic");
			test.context().restart();
			assertThat(outside.request("basic", "x", String.class)).isEqualTo("basic");
		}
	}

	@Test
	void aPauseEndsWhenTheListenerStartsAgain() {
		try (ListenerTestContext test = ListenerTestContext.start(server, Basic.class)) {
			test.registry().pause("basic");
			test.context().stop();
			test.context().start();
			assertThat(test.registry().isPaused("basic")).isFalse();
			assertThat(outside.request("basic", "x", String.class)).isEqualTo("basic");
		}
	}

	@Test
	void closingFinishesWhatWasReceivedAndSendsItsReplies() throws Exception {
		for (Class<?> type : List.of(Slow.class, SlowConcurrent.class, SlowAsync.class)) {
			ListenerTestContext test = ListenerTestContext.start(server, type);
			AtomicInteger received = new AtomicInteger();
			connection.createDispatcher((message) -> received.incrementAndGet())
				.subscribe("replies." + type.getSimpleName());
			for (int i = 0; i < 50; i++) {
				connection.publish("slow", "replies." + type.getSimpleName(), new byte[0]);
			}
			connection.flush(Duration.ofSeconds(2));
			test.close();
			await().untilAsserted(() -> assertThat(received).hasValue(50));
			assertSilent("slow");
		}
	}

	@Test
	void drainingIsBounded() {
		Stuck.entered = new CountDownLatch(1);
		ListenerTestContext test = ListenerTestContext.start(server, (context) -> {
			context.registerBean("listenerSettings", ListenerSettings.class,
					() -> new ListenerSettings(1, true, Duration.ofMillis(300), Duration.ZERO, null, null));
			context.register(Stuck.class);
		});
		outside.publish("stuck", "x");
		await().until(() -> Stuck.entered.getCount() == 0);
		long start = System.nanoTime();
		test.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void withoutAServerClosingDoesNotWait() throws Exception {
		NatsServer other = NatsServer.start();
		ListenerTestContext test = ListenerTestContext.start(other, Basic.class);
		other.close();
		Connection lost = test.bean(Connection.class);
		await().until(() -> lost.getStatus() != Connection.Status.CONNECTED);
		long start = System.nanoTime();
		test.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void listenersAreBackAfterAReconnect() {
		NatsServer other = NatsServer.start();
		try (ListenerTestContext test = ListenerTestContext.start(other, Basic.class)) {
			other.kill();
			other.restart();
			await().ignoreExceptions().until(() -> test.template().request("basic", "x", String.class).equals("basic"));
		}
		finally {
			other.close();
		}
	}

	@Test
	void aListenerMayStopItself() {
		try (ListenerTestContext test = ListenerTestContext.start(server, SelfStopping.class)) {
			assertThat(outside.request("selfstopping.1", "x", String.class)).isEqualTo("stopped");
			assertThat(outside.request("selfstopping.2", "x", String.class)).isEqualTo("stopped");
			assertThat(test.registry().isRunning("one")).isFalse();
			await().untilAsserted(() -> assertSilent("selfstopping.1"));
			await().untilAsserted(() -> assertSilent("selfstopping.2"));
		}
	}

	@Test
	void oneAtATimeIsInOrderOnOneThread() throws Exception {
		try (ListenerTestContext test = ListenerTestContext.start(server, Ordered.class)) {
			Ordered ordered = test.bean(Ordered.class);
			for (int i = 0; i < 500; i++) {
				outside.publish("ordered", i);
				outside.publish("ordered.async", i);
			}
			await().until(() -> ordered.numbers.size() == 500 && ordered.asyncNumbers.size() == 500);
			assertThat(ordered.numbers).isEqualTo(IntStream.range(0, 500).boxed().toList());
			assertThat(ordered.asyncNumbers).isEqualTo(IntStream.range(0, 500).boxed().toList());
			assertThat(ordered.threads).containsExactly("nats-in-order");
			// the thread goes back to the pool of jnats
			test.registry().stop("in-order");
			assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).doesNotContain("nats-in-order");
		}
	}

	@Test
	void concurrencyIsReachedAndNeverExceeded() {
		for (boolean shared : new boolean[] { false, true }) {
			SimpleAsyncTaskExecutor executor = (shared) ? new SimpleAsyncTaskExecutor("shared-") : null;
			try (ListenerTestContext test = ListenerTestContext.start(server, (context) -> {
				context.registerBean("listenerSettings", ListenerSettings.class,
						() -> new ListenerSettings(4, true, Duration.ofSeconds(5), Duration.ZERO, executor, null));
				context.registerBean("concurrent", Concurrent.class);
			})) {
				Concurrent concurrent = test.bean(Concurrent.class);
				for (int i = 0; i < 200; i++) {
					outside.publish("concurrent", i);
				}
				await().until(() -> concurrent.count.get() == 200);
				assertThat(concurrent.max).hasValue(4);
				assertThat(concurrent.threads)
					.allMatch((name) -> name.startsWith((shared) ? "shared-" : "nats-concurrent.on-"));
			}
		}
	}

	@Test
	void whatExceedsTheConcurrencyWaitsInTheQueueOfTheConnection() {
		for (boolean shared : new boolean[] { false, true }) {
			Held.release = new CountDownLatch(1);
			SimpleAsyncTaskExecutor executor = (shared) ? new SimpleAsyncTaskExecutor("shared-") : null;
			try (ListenerTestContext test = ListenerTestContext.start(server, (context) -> {
				context.registerBean("listenerSettings", ListenerSettings.class,
						() -> new ListenerSettings(1, true, Duration.ofSeconds(5), Duration.ZERO, executor, null));
				context.register(Held.class);
			})) {
				for (int i = 0; i < 100; i++) {
					outside.publish("held", i);
				}
				// four are being handled, the next one waits for its turn
				await().until(() -> test.registry().pendingMessages("held") == 95);
				assertThat(test.bean(Held.class).entered).hasValue(4);
				Held.release.countDown();
				await().until(() -> test.bean(Held.class).entered.get() == 100);
			}
		}
	}

	@Test
	void listenersDoNotBlockEachOther() throws Exception {
		Blocking.release = new CountDownLatch(1);
		try (ListenerTestContext test = ListenerTestContext.start(server, Blocking.class)) {
			CompletableFuture<String> blocked = outside.requestAsync("blocking", "x", String.class);
			assertThat(outside.request("free", "x", String.class)).isEqualTo("free");
			assertThat(blocked).isNotDone();
			Blocking.release.countDown();
			assertThat(blocked.get(5, TimeUnit.SECONDS)).isEqualTo("blocking");
		}
	}

	private static void assertSilent(String subject) {
		assertThatExceptionOfType(NoRespondersException.class)
			.isThrownBy(() -> outside.request(subject, "x", String.class, Duration.ofSeconds(2)));
	}

	static class Basic {

		@NatsListener(subjects = "basic", id = "basic")
		String basic() {
			return "basic";
		}

		@NatsListener(subjects = "manual", id = "manual", autoStartup = "${no}")
		String manual() {
			return "manual";
		}

	}

	static class Slow {

		@NatsListener("slow")
		String slow() throws Exception {
			TimeUnit.MILLISECONDS.sleep(5);
			return "done";
		}

	}

	static class SlowConcurrent {

		@NatsListener(subjects = "slow", concurrency = "3")
		String slow() throws Exception {
			TimeUnit.MILLISECONDS.sleep(10);
			return "done";
		}

	}

	static class SlowAsync {

		@NatsListener(subjects = "slow", concurrency = "3")
		CompletableFuture<String> slow() {
			return CompletableFuture.supplyAsync(() -> "done",
					CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS));
		}

	}

	static class Stuck {

		static CountDownLatch entered;

		@NatsListener("stuck")
		void stuck() throws Exception {
			entered.countDown();
			new CountDownLatch(1).await();
		}

	}

	static class SelfStopping {

		private final NatsListenerRegistry registry;

		SelfStopping(NatsListenerRegistry registry) {
			this.registry = registry;
		}

		@NatsListener(subjects = "selfstopping.1", id = "one")
		String one() {
			this.registry.stop("one");
			return "stopped";
		}

		@NatsListener(subjects = "selfstopping.2", id = "two", concurrency = "2")
		String two() {
			this.registry.stop("two");
			return "stopped";
		}

	}

	static class Ordered {

		final List<Integer> numbers = new CopyOnWriteArrayList<>();

		final List<Integer> asyncNumbers = new CopyOnWriteArrayList<>();

		final Set<String> threads = ConcurrentHashMap.newKeySet();

		@NatsListener(subjects = "ordered", id = "in-order")
		void ordered(int number) {
			this.numbers.add(number);
			this.threads.add(Thread.currentThread().getName());
		}

		@NatsListener("ordered.async")
		CompletableFuture<Void> async(int number) {
			return CompletableFuture.runAsync(() -> this.asyncNumbers.add(number));
		}

	}

	static class Gated {

		@NatsListener(subjects = "gated", connection = "gate")
		String gated() {
			return "gated";
		}

	}

	static class Concurrent {

		final AtomicInteger count = new AtomicInteger();

		final AtomicInteger running = new AtomicInteger();

		final AtomicInteger max = new AtomicInteger();

		final Set<String> threads = ConcurrentHashMap.newKeySet();

		@NatsListener("concurrent")
		void on(int number) throws Exception {
			int now = this.running.incrementAndGet();
			this.max.accumulateAndGet(now, Math::max);
			this.threads.add(Thread.currentThread().getName());
			TimeUnit.MILLISECONDS.sleep(2);
			this.running.decrementAndGet();
			this.count.incrementAndGet();
		}

	}

	static class Held {

		static CountDownLatch release;

		final AtomicInteger entered = new AtomicInteger();

		@NatsListener(subjects = "held", id = "held", concurrency = "4")
		void on() throws Exception {
			this.entered.incrementAndGet();
			release.await();
		}

	}

	static class Blocking {

		static CountDownLatch release;

		@NatsListener("blocking")
		String blocking() throws Exception {
			release.await();
			return "blocking";
		}

		@NatsListener("free")
		String free() {
			return "free";
		}

	}

}
