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

import java.util.List;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link JetStreamListener} methods that are refused at start-up.
 */
class InvalidStreamListenerTests {

	private static NatsServer server;

	private static StreamTestScene scene;

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		scene = new StreamTestScene(server);
		scene.stream("s", "s.>");
		StreamTestScene.get(() -> scene.management()
			.addStream(StreamConfiguration.builder().name("queue").retentionPolicy(RetentionPolicy.WorkQueue).build()));
		scene.consumer("s", ConsumerConfiguration.builder().durable("narrow").filterSubject("s.eu.>"));
		scene.consumer("s", ConsumerConfiguration.builder().durable("all"));
		scene.consumer("s", ConsumerConfiguration.builder().durable("unacknowledged").ackPolicy(AckPolicy.None));
	}

	@AfterAll
	static void stop() {
		scene.close();
		server.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			NoStream | it has no stream
			NoConsumer | it has no consumer
			Result | it returns a result, which nobody waits for
			NotCovered | delivers [s.eu.>], which does not cover its subject 's.us.*'
			OwnDeadLetter | its dead letters go to 's.dead', which consumer 'all' of stream 's' delivers, too
			CoveredDeadLetter | its dead letters go to 's.x.dead', which its own subject 's.x.*' covers
			Unacknowledged | has the ack policy 'none'
			OddAck | attribute 'ack' is 'sometimes'
			NoAcknowledgment | it acknowledges messages itself, but takes no Acknowledgment
			NotManual | it takes an Acknowledgment, but its messages are acknowledged by the listener
			UnknownVariable | attribute 'orderedBy' is '{key}', but not every one of its subjects has a token {key}
			OrderedBatch | it takes batches, of which the messages cannot be in order
			NoList | is neither a bean nor a List of the messages of a batch
			Overlapping | its subjects 's.x.*' and 's.x.y' overlap
			OrderedConsumer | attribute 'consumer' is 'c', which is of no use where the stream is read in order
			OrderedWorkQueue | stream 'queue' is a work queue
			PositionOnly | attribute 'position' is 'b/k', which needs ordered
			OddFrom | attribute 'from' is 'yesterday'
			OddPosition | attribute 'position' is 'nowhere'
			OddName | attribute 'consumer' is 'a.b', which cannot be a name
			""")
	void anInvalidListenerIsRefused(String listener, String problem) throws Exception {
		Class<?> type = Class.forName(getClass().getName() + "$" + listener);
		assertThatThrownBy(() -> scene.start(type).close())
			.satisfies((failure) -> assertThat(invalid(failure)).contains(problem).contains(listener + ".on("));
	}

	private static String invalid(Throwable failure) {
		Throwable cause = failure;
		while (!(cause instanceof InvalidListenerException) && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause.toString();
	}

	@Test
	void aStreamThatIsNotThereIsWaitedFor() {
		try (ListenerTestContext test = scene
			.start((AnnotationConfigApplicationContext context) -> context.register(Missing.class))) {
			assertThat(test.registry().isRunning("missing")).isTrue();
		}
	}

	static class NoStream {

		@JetStreamListener(consumer = "c")
		void on(String text) {
		}

	}

	static class NoConsumer {

		@JetStreamListener("s")
		void on(String text) {
		}

	}

	static class Result {

		@JetStreamListener(stream = "s", consumer = "c")
		String on(String text) {
			return text;
		}

	}

	static class NotCovered {

		@JetStreamListener(stream = "s", consumer = "narrow", subjects = "s.us.*")
		void on(String text) {
		}

	}

	static class OwnDeadLetter {

		@JetStreamListener(stream = "s", consumer = "all", deadLetter = "s.dead")
		void on(String text) {
		}

	}

	static class CoveredDeadLetter {

		@JetStreamListener(stream = "s", consumer = "c", subjects = "s.x.*", deadLetter = "s.x.dead")
		void on(String text) {
		}

	}

	static class Unacknowledged {

		@JetStreamListener(stream = "s", consumer = "unacknowledged")
		void on(String text) {
		}

	}

	static class OddAck {

		@JetStreamListener(stream = "s", consumer = "c", ack = "sometimes")
		void on(String text) {
		}

	}

	static class NoAcknowledgment {

		@JetStreamListener(stream = "s", consumer = "c", ack = "manual")
		void on(String text) {
		}

	}

	static class NotManual {

		@JetStreamListener(stream = "s", consumer = "c")
		void on(String text, Acknowledgment acknowledgment) {
		}

	}

	static class UnknownVariable {

		@JetStreamListener(stream = "s", consumer = "c", subjects = "s.*", orderedBy = "{key}")
		void on(String text) {
		}

	}

	static class OrderedBatch {

		@JetStreamListener(stream = "s", consumer = "c", subjects = "s.{key}", orderedBy = "{key}", batch = "3")
		void on(List<String> texts) {
		}

	}

	static class NoList {

		@JetStreamListener(stream = "s", consumer = "c", batch = "3")
		void on(String text) {
		}

	}

	static class Overlapping {

		@JetStreamListener(stream = "s", consumer = "c", subjects = { "s.x.*", "s.x.y" })
		void on(String text) {
		}

	}

	static class OrderedConsumer {

		@JetStreamListener(stream = "s", consumer = "c", ordered = "true")
		void on(String text) {
		}

	}

	static class OrderedWorkQueue {

		@JetStreamListener(stream = "queue", ordered = "true")
		void on(String text) {
		}

	}

	static class PositionOnly {

		@JetStreamListener(stream = "s", consumer = "c", position = "b/k")
		void on(String text) {
		}

	}

	static class OddFrom {

		@JetStreamListener(stream = "s", ordered = "true", from = "yesterday")
		void on(String text) {
		}

	}

	static class OddPosition {

		@JetStreamListener(stream = "s", ordered = "true", position = "nowhere")
		void on(String text) {
		}

	}

	static class OddName {

		@JetStreamListener(stream = "s", consumer = "a.b")
		void on(String text) {
		}

	}

	static class Missing {

		@JetStreamListener(id = "missing", stream = "missing", consumer = "c")
		void on(String text) {
		}

	}

}
