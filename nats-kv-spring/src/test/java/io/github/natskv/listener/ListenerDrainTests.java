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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.listener.config.NatsListenerAnnotationBeanPostProcessor;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.retry.RetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what becomes of received messages while listeners are paused and stopped.
 */
@Timeout(120)
class ListenerDrainTests {

	@AutoClose
	private final NatsServer server = NatsServer.start();

	@AutoClose
	private final Connection connection = this.server.connect();

	private final NatsTemplate outside = new NatsTemplate(this.connection, new PayloadConverter(),
			Duration.ofSeconds(5));

	private static void register(AnnotationConfigApplicationContext context, Duration drainTimeout, Class<?> type) {
		DefaultLifecycleProcessor lifecycle = new DefaultLifecycleProcessor();
		lifecycle.setTimeoutPerShutdownPhase(60_000);
		context.registerBean(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, DefaultLifecycleProcessor.class,
				() -> lifecycle);
		context.registerBean("listenerSettings", ListenerSettings.class,
				() -> new ListenerSettings(1, true, drainTimeout, Duration.ZERO, null, null));
		context.registerBean("bean", type);
	}

	@Test
	void listenersOfAServerThatDoesNotAnswerDoNotWaitForItOneAfterTheOther() {
		ListenerTestContext test = ListenerTestContext.start(this.server,
				(context) -> register(context, Duration.ofSeconds(20), Several.class));
		this.server.suspend();
		try {
			assertThat(test.bean(Connection.class).getStatus()).isEqualTo(Connection.Status.CONNECTED);
			long start = System.nanoTime();
			test.registry().stopAll().join();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
		}
		finally {
			this.server.resume();
			test.close();
		}
	}

	@Test
	void aPauseBeforeARetryEndsWhenListenersStop() {
		try (ListenerTestContext test = ListenerTestContext.start(this.server, (context) -> {
			register(context, Duration.ofSeconds(30), Failing.class);
			context.registerBean(NatsListenerAnnotationBeanPostProcessor.RETRY_POLICY_BEAN_NAME, RetryPolicy.class,
					() -> RetryPolicy.builder().maxRetries(3).delay(Duration.ofHours(1)).build());
		})) {
			Failing failing = test.bean(Failing.class);
			CompletableFuture<String> reply = this.outside.requestAsync("failing", "", String.class,
					Duration.ofSeconds(60));
			await().until(() -> failing.calls.get() == 1);
			long start = System.nanoTime();
			test.registry().stopAll().join();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
			assertThat(reply).failsWithin(Duration.ofSeconds(5))
				.withThrowableThat()
				.withMessageContaining("failing on purpose");
			assertThat(failing.calls).hasValue(1);
		}
	}

	@Test
	void aServerThatDoesNotAnswerDoesNotKeepReceivedMessagesFromBeingHandled() {
		Gated.release = new CountDownLatch(1);
		try (ListenerTestContext test = ListenerTestContext.start(this.server,
				(context) -> register(context, Duration.ofSeconds(30), Gated.class))) {
			Gated gated = test.bean(Gated.class);
			for (int i = 0; i < 10; i++) {
				this.outside.publish("gated", i);
			}
			await().until(() -> test.registry().pendingMessages("gated") == 9);
			this.server.suspend();
			CompletableFuture<Void> stopped = test.registry().stopAll();
			Gated.release.countDown();
			await().atMost(Duration.ofSeconds(30)).until(stopped::isDone);
			this.server.resume();
			assertThat(gated.numbers).isEqualTo(IntStream.range(0, 10).boxed().toList());
		}
	}

	@Test
	void aListenerThatPausesAndResumesItselfStaysInOrder() {
		try (ListenerTestContext test = ListenerTestContext.start(this.server,
				(context) -> register(context, Duration.ofSeconds(20), Resuming.class))) {
			Resuming resuming = resumedWithBacklog(test);
			assertThat(test.registry().isRunning("resuming")).isTrue();
			assertThat(test.registry().isPaused("resuming")).isFalse();
			resuming.release.countDown();
			// the messages before it are handled by the subscription there was before
			await().pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.ignoreExceptions()
				.until(() -> this.outside.request("resuming", 100, Integer.class) == 100);
			assertThat(resuming.numbers).startsWith(IntStream.range(0, 20).boxed().toArray(Integer[]::new));
			assertThat(resuming.max).hasValue(1);
		}
	}

	private Resuming resumedWithBacklog(ListenerTestContext test) {
		Resuming resuming = test.bean(Resuming.class);
		for (int i = 0; i < 20; i++) {
			this.outside.publish("resuming", i);
		}
		await().until(() -> resuming.paused.getCount() == 0);
		resuming.resume.countDown();
		await().until(() -> resuming.resumed.getCount() == 0);
		return resuming;
	}

	@Test
	void whatWasReceivedBeforeAPauseIsFinishedByALaterStop() {
		try (ListenerTestContext test = ListenerTestContext.start(this.server,
				(context) -> register(context, Duration.ofSeconds(20), Resuming.class))) {
			Resuming resuming = resumedWithBacklog(test);
			CompletableFuture<Void> stopped = test.registry().stopAll();
			assertThat(stopped).isNotDone();
			resuming.release.countDown();
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(30));
			assertThat(resuming.numbers).isEqualTo(IntStream.range(0, 20).boxed().toList());
			assertThat(test.registry().isRunning("resuming")).isFalse();
		}
	}

	@Test
	void aHandlerThatClosesTheContextDoesNotWaitForItself() {
		for (Class<? extends Closing> type : List.of(ClosingOneAtATime.class, ClosingConcurrently.class)) {
			ListenerTestContext test = ListenerTestContext.start(this.server,
					(context) -> register(context, Duration.ofSeconds(25), type));
			Closing closing = test.bean(type);
			this.outside.publish("closing", "");
			assertThat(closing.took).succeedsWithin(Duration.ofSeconds(110))
				.satisfies((took) -> assertThat(took).isLessThan(Duration.ofSeconds(20)));
			assertThat(test.context().isActive()).isFalse();
			await().until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().startsWith("nats-drain-")));
		}
	}

	static class Several {

		@NatsListener("one")
		@NatsListener("two")
		@NatsListener("three")
		@NatsListener("four")
		void on() {
		}

	}

	static class Gated {

		static CountDownLatch release;

		final List<Integer> numbers = new CopyOnWriteArrayList<>();

		@NatsListener(subjects = "gated", id = "gated")
		void on(int number) throws Exception {
			release.await();
			this.numbers.add(number);
		}

	}

	static class Resuming {

		final CountDownLatch paused = new CountDownLatch(1);

		final CountDownLatch resume = new CountDownLatch(1);

		final CountDownLatch resumed = new CountDownLatch(1);

		final CountDownLatch release = new CountDownLatch(1);

		final List<Integer> numbers = new CopyOnWriteArrayList<>();

		final AtomicInteger running = new AtomicInteger();

		final AtomicInteger max = new AtomicInteger();

		private final NatsListenerRegistry registry;

		Resuming(NatsListenerRegistry registry) {
			this.registry = registry;
		}

		@NatsListener(subjects = "resuming", id = "resuming")
		int on(int number) throws Exception {
			this.max.accumulateAndGet(this.running.incrementAndGet(), Math::max);
			if (number == 0) {
				// later ones would not come any more
				await().until(() -> this.registry.pendingMessages("resuming") == 19);
				this.registry.pause("resuming");
				this.paused.countDown();
				this.resume.await();
				this.registry.resume("resuming");
				this.resumed.countDown();
				this.release.await();
			}
			TimeUnit.MILLISECONDS.sleep(2);
			this.numbers.add(number);
			this.running.decrementAndGet();
			return number;
		}

	}

	abstract static class Closing {

		final CompletableFuture<Duration> took = new CompletableFuture<>();

		private final ConfigurableApplicationContext context;

		Closing(ConfigurableApplicationContext context) {
			this.context = context;
		}

		void close() {
			long start = System.nanoTime();
			this.context.close();
			this.took.complete(Duration.ofNanos(System.nanoTime() - start));
		}

	}

	static class ClosingOneAtATime extends Closing {

		ClosingOneAtATime(ConfigurableApplicationContext context) {
			super(context);
		}

		@NatsListener("closing")
		void on() {
			close();
		}

	}

	static class ClosingConcurrently extends Closing {

		ClosingConcurrently(ConfigurableApplicationContext context) {
			super(context);
		}

		@NatsListener(subjects = "closing", concurrency = "2")
		void on() {
			close();
		}

	}

	static class Failing {

		final AtomicInteger calls = new AtomicInteger();

		@NatsListener("failing")
		void on(String text) {
			this.calls.incrementAndGet();
			throw new IllegalStateException("failing on purpose");
		}

	}

}
