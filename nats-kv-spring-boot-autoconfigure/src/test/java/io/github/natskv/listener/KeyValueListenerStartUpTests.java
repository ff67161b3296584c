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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.KeyValueListenerScene.Recorder;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When listeners on buckets start and stop, seen from the application.
 */
@ExtendWith(OutputCaptureExtension.class)
class KeyValueListenerStartUpTests {

	private static final int WEB_SERVER_PHASE = SmartLifecycle.DEFAULT_PHASE - 2048;

	private final KeyValueListenerScene scene = new KeyValueListenerScene();

	@AfterEach
	void closeScene() throws Exception {
		this.scene.close();
	}

	@Test
	void theInitialValuesAreHandledBeforeAWebServerStartsAndTheApplicationIsReady() throws Exception {
		KeyValue flags = this.scene.bucket("flags");
		for (int i = 0; i < 500; i++) {
			flags.put("key." + i, "value");
		}
		try (ConfigurableApplicationContext context = run(Slow.class, WebServer.class)) {
			WebServer webServer = context.getBean(WebServer.class);
			assertThat(webServer.seenAtStart).isEqualTo(500);
			assertThat(webServer.seenAtReady).isEqualTo(500);
			assertThat(webServer.snapshots).singleElement().satisfies((event) -> {
				assertThat(event.getListenerId()).isEqualTo("keyValueListenerStartUpTests.Slow.on");
				assertThat(event.getBucketKey()).isEqualTo("flags");
				assertThat(event.getBucketName()).isEqualTo("flags");
				assertThat(event.getConnectionName()).isEqualTo("default");
			});
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void lateListenersAreNamedTogetherAndKeepReadinessDownUntilTheyAreDone(boolean lazy, CapturedOutput output)
			throws Exception {
		this.scene.bucket("flags").put("a", "1");
		try (ConfigurableApplicationContext context = run(List.of(Late.class, Availability.class),
				"nats.listener.snapshot-timeout=200ms", "spring.main.lazy-initialization=" + lazy)) {
			Late late = context.getBean(Late.class);
			assertThat(output.toString().lines().filter((line) -> line.contains("WARN")).toList()).singleElement()
				.satisfies((line) -> assertThat(line).contains(".Late.one' (bucket 'flags')",
						".Late.missing' (bucket 'missing': ", "200 ms"));
			assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			late.proceed.countDown();
			Awaitility.await().until(() -> late.handled.contains("one"));
			assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			this.scene.bucket("missing").put("b", "2");
			Awaitility.await().until(() -> readiness(context) == ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(late.handled).contains("missing");
			assertThat(context.getBean(Availability.class).states).containsExactlyInAnyOrder(
					ReadinessState.ACCEPTING_TRAFFIC, ReadinessState.REFUSING_TRAFFIC,
					ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	@Test
	void aBucketThatIsProbablyMisspeltIsSaidAtOnce(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run(List.of(Missing.class), "nats.kv.buckets.misssing.history=1",
				"nats.listener.snapshot-timeout=500ms")) {
			assertThat(context.isRunning()).isTrue();
			assertThat(output.toString().lines().filter((line) -> line.contains("WARN")).toList())
				.satisfiesExactly(
						(line) -> assertThat(line).contains(".Missing.on' waits for bucket 'missing'",
								"It is not declared", "Did you mean 'misssing'?"),
						(line) -> assertThat(line).contains("500 ms"));
		}
	}

	@Test
	void trafficRefusedBySomebodyElseStaysRefused() throws Exception {
		this.scene.bucket("flags").put("a", "1");
		this.scene.bucket("missing");
		try (ConfigurableApplicationContext context = run(List.of(Late.class),
				"nats.listener.snapshot-timeout=100ms")) {
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			context.getBean(Late.class).proceed.countDown();
			Awaitility.await().until(() -> context.getBean(Late.class).snapshots.size() == 2);
			assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			Awaitility.await().until(() -> readiness(context) == ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	@Test
	void aStoppedListenerDoesNotKeepReadinessDown() {
		try (ConfigurableApplicationContext context = run(List.of(Missing.class),
				"nats.listener.snapshot-timeout=100ms")) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			registry.ids().forEach(registry::stop);
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	@Test
	void withoutAConnectionNobodyIsWaitedFor(CapturedOutput output) throws Exception {
		this.scene.bucket("flags").put("a", "1");
		Connection connection = ListenerTestContext.connect(this.scene.server());
		this.scene.server().kill();
		Awaitility.await().until(() -> connection.getStatus() != Connection.Status.CONNECTED);
		this.scene.runner()
			.withPropertyValues("nats.listener.snapshot-timeout=1h")
			.withBean(Connection.class, () -> connection)
			.withBean(Recorder.class)
			.withBean("entries", Entries.class)
			.run((context) -> {
				assertThat(output).contains("there is no connection", "'entries.on'");
				this.scene.server().restart();
				Awaitility.await()
					.untilAsserted(() -> assertThat(context.getBean(Recorder.class).calls()).containsExactly("a=1"));
			});
	}

	@Test
	void aBucketTheServerLostIsMadeAgainAndTheListenerStartsOver() {
		this.scene.runner()
			.withPropertyValues("nats.kv.buckets.flags.storage=memory", "nats.kv.buckets.flags.history=2")
			.withBean(Recorder.class)
			.withBean("entries", Entries.class)
			.run((context) -> {
				KeyValue flags = context.getBean(KeyValueBuckets.class).keyValue("flags");
				flags.put("a", "1");
				flags.put("b", "1");
				Recorder recorder = context.getBean(Recorder.class);
				Awaitility.await().until(() -> recorder.size() == 2);
				this.scene.server().kill();
				this.scene.server().restart();
				Awaitility.await()
					.untilAsserted(() -> assertThat(recorder.calls()).containsExactlyInAnyOrder("a=1", "b=1", "a=gone",
							"b=gone"));
				flags.put("a", "2");
				Awaitility.await().untilAsserted(() -> assertThat(recorder.calls()).last().isEqualTo("a=2"));
				assertThat(flags.getStatus().getMaxHistoryPerKey()).isEqualTo(2);
			});
	}

	@Test
	void closingTheApplicationEndsProgrammaticWatchesAndLeavesNothingBehind() throws Exception {
		this.scene.bucket("flags").put("a", "1");
		List<BucketWatch> watches = new ArrayList<>();
		this.scene.runner().withBean(Recorder.class).withBean("entries", Entries.class).run((context) -> {
			for (int i = 0; i < 5; i++) {
				watches.add(context.getBean(KeyValueBuckets.class).bucket("flags", String.class).watch(">", (entry) -> {
				}));
			}
			assertThat(watches).allMatch((watch) -> watch.awaitSnapshot(Duration.ofSeconds(5)));
			assertThat(watchThreads()).hasSize(6);
			assertThat(consumers()).isEqualTo(6);
		});
		assertThat(watchThreads()).isEmpty();
		assertThat(consumers()).isZero();
	}

	@Test
	void aRestartedContextCatchesUpBeforeAWebServerStarts() throws Exception {
		KeyValue flags = this.scene.bucket("flags");
		flags.put("a", "1");
		try (ConfigurableApplicationContext context = run(Slow.class, WebServer.class)) {
			context.stop();
			flags.put("b", "2");
			context.start();
			assertThat(context.getBean(WebServer.class).seenAtStart).isEqualTo(2);
			assertThat(context.getBean(WebServer.class).snapshots).hasSize(1);
		}
	}

	private long consumers() throws Exception {
		return this.scene.connection()
			.jetStreamManagement()
			.getStreamInfo("KV_flags")
			.getStreamState()
			.getConsumerCount();
	}

	private static List<String> watchThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("nats-watch-flags"))
			.toList();
	}

	private static ReadinessState readiness(ConfigurableApplicationContext context) {
		return context.getBean(ApplicationAvailability.class).getReadinessState();
	}

	private ConfigurableApplicationContext run(Class<?>... components) {
		return run(List.of(components));
	}

	private ConfigurableApplicationContext run(List<Class<?>> components, String... properties) {
		Class<?>[] sources = Stream.concat(Stream.of(KeyValueListenerScene.AUTO_CONFIGURATIONS), components.stream())
			.toArray(Class<?>[]::new);
		SpringApplication application = new SpringApplicationBuilder(sources).web(WebApplicationType.NONE)
			.properties(Map.of("nats.servers", this.scene.server().url()))
			.properties(properties)
			.build();
		return application.run();
	}

	static class Slow {

		private volatile int seen;

		@KeyValueListener("flags")
		void on(BucketEntry<String> change) throws InterruptedException {
			TimeUnit.MICROSECONDS.sleep(500);
			this.seen++;
		}

	}

	static class WebServer implements SmartLifecycle {

		private final Slow slow;

		private final List<BucketSnapshotCompletedEvent> snapshots = new CopyOnWriteArrayList<>();

		private int seenAtStart = -1;

		private int seenAtReady = -1;

		private boolean running;

		WebServer(Slow slow) {
			this.slow = slow;
		}

		@Override
		public int getPhase() {
			return WEB_SERVER_PHASE;
		}

		@Override
		public void start() {
			this.seenAtStart = this.slow.seen;
			this.running = true;
		}

		@EventListener(ApplicationReadyEvent.class)
		void onReady() {
			this.seenAtReady = this.slow.seen;
		}

		@EventListener
		void onSnapshot(BucketSnapshotCompletedEvent event) {
			assertThat(this.running).isFalse();
			this.snapshots.add(event);
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

	static class Late {

		private final CountDownLatch proceed = new CountDownLatch(1);

		private final List<String> handled = new CopyOnWriteArrayList<>();

		private final List<BucketSnapshotCompletedEvent> snapshots = new CopyOnWriteArrayList<>();

		@KeyValueListener("flags")
		void one(BucketEntry<String> change) throws InterruptedException {
			this.proceed.await(20, TimeUnit.SECONDS);
			this.handled.add("one");
		}

		@KeyValueListener("missing")
		void missing(BucketEntry<String> change) {
			this.handled.add("missing");
		}

		@EventListener
		void onSnapshot(BucketSnapshotCompletedEvent event) {
			this.snapshots.add(event);
		}

	}

	static class Availability {

		private final List<ReadinessState> states = new CopyOnWriteArrayList<>();

		@EventListener
		void onChange(AvailabilityChangeEvent<ReadinessState> event) {
			this.states.add(event.getState());
		}

	}

	static class Missing {

		@KeyValueListener("missing")
		void on(BucketEntry<String> change) {
		}

	}

	static class Entries {

		private final Recorder recorder;

		Entries(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener("flags")
		void on(BucketEntry<String> change) {
			this.recorder.add(change);
		}

	}

}
