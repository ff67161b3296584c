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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.kv.watch.BucketRestorer;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.KeyValueConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link JetStreamListener} methods that read a stream in order.
 */
@Timeout(120)
class OrderedStreamListenerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@AutoClose
	private final NatsServer server = NatsServer.start();

	@AutoClose
	private final StreamTestScene scene = new StreamTestScene(this.server);

	@BeforeEach
	void fill() {
		this.scene.stream("s", "s.*");
		for (int i = 1; i <= 3; i++) {
			this.scene.publish("s." + i % 2, "m" + i);
		}
	}

	@Test
	void eachBeginsWhereItIsTold() {
		try (ListenerTestContext test = this.scene.start(Beginnings.class)) {
			Beginnings beginnings = test.bean(Beginnings.class);
			await().untilAsserted(() -> assertThat(beginnings.first).containsExactly("m1", "m2", "m3"));
			await().untilAsserted(() -> assertThat(beginnings.last).containsExactly("m2", "m3"));
			await().untilAsserted(() -> assertThat(beginnings.second).containsExactly("m2", "m3"));
			await().untilAsserted(() -> assertThat(beginnings.timed).containsExactly("m1", "m3"));
			this.scene.publish("s.1", "m4");
			await().untilAsserted(() -> assertThat(beginnings.fresh).containsExactly("m4"));
			assertThat(consumers()).hasSize(5);
		}
		await().untilAsserted(() -> assertThat(consumers()).isEmpty());
	}

	private List<String> consumers() {
		return StreamTestScene.get(() -> this.scene.management().getConsumerNames("s"));
	}

	@Test
	void aFailedMessageIsHandledAgainBeforeTheNext() {
		try (ListenerTestContext test = this.scene.start(Failing.class)) {
			Failing failing = test.bean(Failing.class);
			await().untilAsserted(() -> assertThat(failing.calls).containsExactly("m1", "m2", "m2", "m2", "m3"));
		}
	}

	@Test
	void aReaderGoesOnWhereItWasAfterFaults() {
		try (ListenerTestContext test = this.scene.start(Reader.class)) {
			Reader reader = test.bean(Reader.class);
			await().until(() -> reader.handled.size() == 3);
			this.server.kill();
			this.server.restart();
			await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> this.scene.publish("s.1", "m4"));
			await().atMost(PATIENCE).until(() -> reader.handled.contains("m4"));
			consumers().forEach(
					(consumer) -> StreamTestScene.get(() -> this.scene.management().deleteConsumer("s", consumer)));
			this.scene.publish("s.1", "m5");
			await().atMost(PATIENCE).until(() -> reader.handled.contains("m5"));
			assertThat(reader.handled).containsExactly("m1", "m2", "m3", "m4", "m5");
			StreamTestScene.get(() -> this.scene.management().deleteStream("s"));
			// the server may be about to remove the directory of the stream that was
			// deleted
			await().ignoreExceptions().untilAsserted(() -> this.scene.stream("s", "s.*"));
			this.scene.publish("s.1", "again");
			await().atMost(PATIENCE).until(() -> reader.handled.contains("again"));
		}
	}

	@Test
	void aPositionInABucketIsWhereTheNextStartGoesOn() {
		StreamTestScene.get(() -> this.scene.connection()
			.keyValueManagement()
			.create(KeyValueConfiguration.builder().name("positions").build()));
		try (ListenerTestContext test = this.scene.start(projecting())) {
			Projection projection = test.bean(Projection.class);
			await().untilAsserted(() -> assertThat(projection.handled).containsExactly("m1", "m2", "m3"));
			await().untilAsserted(() -> assertThat(position()).isEqualTo("3"));
		}
		List<String> more = new ArrayList<>();
		IntStream.rangeClosed(4, 300).forEach((i) -> {
			this.scene.publish("s.1", "m" + i);
			more.add("m" + i);
		});
		try (ListenerTestContext test = this.scene.start(projecting())) {
			Projection projection = test.bean(Projection.class);
			await().until(() -> projection.handled.size() == 297);
			assertThat(projection.handled).isEqualTo(more);
			await().untilAsserted(() -> assertThat(position()).isEqualTo("300"));
		}
	}

	private String position() {
		return StreamTestScene.get(() -> this.scene.connection().keyValue("positions").get("p.s").getValueAsString());
	}

	private static Consumer<AnnotationConfigApplicationContext> projecting() {
		return (context) -> {
			context.registerBean(KeyValueBuckets.class,
					() -> new DefaultKeyValueBuckets(context.getBean(Connection.class),
							JetStreamOptions.defaultOptions(), List.of(),
							new DefaultKeyValueCodec(new PayloadConverter()), BucketRestorer.NONE));
			context.register(Projection.class);
		};
	}

	static class Beginnings {

		private final List<String> first = new CopyOnWriteArrayList<>();

		private final List<String> last = new CopyOnWriteArrayList<>();

		private final List<String> second = new CopyOnWriteArrayList<>();

		private final List<String> timed = new CopyOnWriteArrayList<>();

		private final List<String> fresh = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "s", ordered = "true")
		void first(String text) {
			if (!text.equals("m4")) {
				this.first.add(text);
			}
		}

		@JetStreamListener(stream = "s", ordered = "true", from = "last-per-subject")
		void last(String text) {
			if (!text.equals("m4")) {
				this.last.add(text);
			}
		}

		@JetStreamListener(stream = "s", ordered = "true", from = "2")
		void second(String text) {
			if (!text.equals("m4")) {
				this.second.add(text);
			}
		}

		@JetStreamListener(stream = "s", ordered = "true", from = "2020-01-31T12:00:00+01:00", subjects = "s.1")
		void timed(String text) {
			if (!text.equals("m4")) {
				this.timed.add(text);
			}
		}

		@JetStreamListener(stream = "s", ordered = "true", from = "new")
		void fresh(String text) {
			this.fresh.add(text);
		}

	}

	static class Failing {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "s", ordered = "true")
		void on(String text) {
			this.calls.add(text);
			if (text.equals("m2") && this.calls.size() < 4) {
				throw new IllegalStateException("failing on purpose");
			}
		}

	}

	static class Reader {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "s", ordered = "true")
		void on(String text) {
			this.handled.add(text);
		}

	}

	static class Projection {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "s", ordered = "true", position = "positions/p.s")
		void on(String text) {
			this.handled.add(text);
		}

	}

}
