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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.listener.NatsListenerLifecycle;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Ending an application before its connection is made, or while everything that waits for
 * it begins.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EarlyCloseTests {

	private static final Duration SOON = Duration.ofMillis(2500);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withBean(Listeners.class)
		.withPropertyValues("nats.startup=retry", "nats.reconnect-wait=50ms", "nats.connection-timeout=10s",
				"nats.jetstream.request-timeout=8s", "nats.kv.buckets.flags.history=2",
				"nats.kv.buckets.other.history=2");

	@ParameterizedTest
	@ValueSource(ints = { 0, 5, 20, 50, 100, 200, 400 })
	void whileAServerComesBack(int delay, CapturedOutput output) {
		try (NatsServer server = NatsServer.start()) {
			server.suspend();
			this.runner.withPropertyValues("nats.servers=" + server.url(), "nats.connection-timeout=500ms")
				.run((context) -> {
					server.resume();
					await().pollDelay(Duration.ofMillis(delay)).until(() -> true);
					assertThat(close(context.getSourceApplicationContext())).isLessThan(SOON);
				});
		}
		assertNothingWrong(output);
	}

	@Test
	void whileTheServerIsSilent(CapturedOutput output) {
		try (NatsServer server = NatsServer.start()) {
			server.suspend();
			this.runner.withPropertyValues("nats.servers=" + server.url(), "nats.connection-timeout=3s")
				.run((context) -> assertThat(close(context.getSourceApplicationContext())).isLessThan(SOON));
			server.resume();
		}
		assertNothingWrong(output);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 50, 500 })
	void whileJetStreamIsSilent(int delay, CapturedOutput output) {
		String silent = "authorization { users: [ { user: u, password: p, permissions: {"
				+ " subscribe: { deny: [\"_INBOX.>\"] } } } ] }";
		try (NatsServer server = NatsServer.start(silent)) {
			int port = server.port();
			server.kill();
			this.runner
				.withPropertyValues("nats.servers=nats://127.0.0.1:" + port, "nats.username=u", "nats.password=p")
				.run((context) -> {
					server.restart();
					Connection connection = context.getBean(Connection.class);
					await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
					await().pollDelay(Duration.ofMillis(delay)).until(() -> true);
					assertThat(close(context.getSourceApplicationContext())).isLessThan(SOON);
				});
		}
		assertNothingWrong(output);
	}

	@Test
	void whileBucketsAreProvisioned(CapturedOutput output) throws Exception {
		AtomicInteger requests = new AtomicInteger();
		try (NatsServer server = NatsServer.start(); Connection far = server.connect()) {
			// JetStream somewhere else, which answers nothing
			far.createDispatcher((message) -> requests.incrementAndGet()).subscribe("far.API.>");
			far.flush(Duration.ofSeconds(5));
			this.runner
				.withPropertyValues("nats.servers=" + server.url(), "nats.jetstream.prefix=far.API",
						"nats.jetstream.request-timeout=1s", "nats.listener.auto-startup=false")
				.run((context) -> {
					int before = requests.get();
					await().atMost(Duration.ofSeconds(10)).until(() -> requests.get() > before);
					assertThat(close(context.getSourceApplicationContext())).isLessThan(SOON);
				});
		}
		assertNothingWrong(output);
		assertThat(output.toString().lines().filter((line) -> !line.contains("DEBUG")))
			.noneMatch((line) -> line.contains("Interrupted"));
	}

	@Test
	void whileInitialValuesAreAwaited(CapturedOutput output) throws Exception {
		try (NatsServer server = NatsServer.start()) {
			Waiting waiting = new Waiting();
			CompletableFuture<Void> start = CompletableFuture
				.runAsync(() -> this.runner.withBean(Waiting.class, () -> waiting)
					.withPropertyValues("nats.servers=" + server.url(), "nats.listener.snapshot-timeout=30s")
					.run((context) -> {
					}));
			await().until(waiting::isStarted);
			assertThat(close((ConfigurableApplicationContext) waiting.context)).isLessThan(SOON);
			start.get(20, TimeUnit.SECONDS);
		}
		assertThat(output).doesNotContain("have not handled the initial values");
	}

	@Test
	void whileListenersAreAboutToStart() {
		try (NatsServer server = NatsServer.start()) {
			this.runner.withBean(Interrupter.class)
				.withPropertyValues("nats.servers=" + server.url(), "nats.listener.snapshot-timeout=30s")
				.run((context) -> {
					assertThat(Thread.interrupted()).isTrue();
					assertThat(close(context.getSourceApplicationContext())).isLessThan(SOON);
				});
		}
	}

	private static Duration close(ConfigurableApplicationContext context) {
		long start = System.nanoTime();
		context.close();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static void assertNothingWrong(CapturedOutput output) {
		assertThat(output).doesNotContain("was not sent, as too many")
			.doesNotContain("have not handled the initial values of their buckets within");
	}

	static class Listeners {

		@NatsListener("one.*")
		void on(String text) {
		}

		@KeyValueListener(bucket = "flags")
		void on(BucketEntry<String> change) {
		}

	}

	/**
	 * A listener that waits for its bucket.
	 */
	static class Waiting implements ApplicationContextAware {

		private volatile ApplicationContext context;

		@Override
		public void setApplicationContext(ApplicationContext context) {
			this.context = context;
		}

		@KeyValueListener(bucket = "missing", id = "waiting")
		void on(BucketEntry<String> change) {
		}

		boolean isStarted() {
			return this.context != null && this.context.getBeanProvider(NatsListenerRegistry.class)
				.stream()
				.anyMatch((registry) -> registry.ids().contains("waiting") && registry.isRunning("waiting"));
		}

	}

	/**
	 * Interrupts the start just before listeners are started.
	 */
	static class Interrupter implements SmartLifecycle {

		private volatile boolean running;

		@Override
		public int getPhase() {
			return NatsListenerLifecycle.START_PHASE - 1;
		}

		@Override
		public void start() {
			this.running = true;
			Thread.currentThread().interrupt();
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
