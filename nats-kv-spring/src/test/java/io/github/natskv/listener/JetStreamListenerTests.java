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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.NatsHeaders;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.JetStreamSubscription;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link JetStreamListener} methods on one server.
 */
@Timeout(120)
class JetStreamListenerTests {

	private static final Duration SOON = Duration.ofMillis(5);

	private static NatsServer server;

	private static StreamTestScene scene;

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		scene = new StreamTestScene(server);
	}

	@AfterAll
	static void stop() {
		scene.close();
		server.close();
	}

	@Test
	void messagesAreHandledAndThenAcknowledged() {
		scene.stream("plain", "plain.>");
		scene.publish("plain.eu.created", "{\"id\":1}");
		try (ListenerTestContext test = scene.start(Plain.class)) {
			Plain plain = test.bean(Plain.class);
			scene.publish("plain.us.created", "{\"id\":2}");
			await().untilAsserted(() -> assertThat(plain.handled).containsExactly("1 eu 1", "2 us 1"));
			await().until(() -> scene.isAllAcknowledged("plain", "plain-durable"));
			ConsumerConfiguration made = scene.consumer("plain", "plain-durable").getConsumerConfiguration();
			assertThat(made.getFilterSubject()).isEqualTo("plain.*.created");
			assertThat(made.getMaxDeliver()).isEqualTo(-1);
			assertThat(made.getBackoff()).isEmpty();
			assertThat(test.registry().isRunning("plain")).isTrue();
			assertThat(test.registry().status("plain").subjects()).containsExactly("plain.*.created");
		}
	}

	@Test
	void aMessageThatFailedIsDeliveredAgainAfterTheBackoff() {
		scene.stream("failing", "failing");
		try (ListenerTestContext test = scene.start(Failing.class)) {
			Failing failing = test.bean(Failing.class);
			scene.publish("failing", "x");
			await().until(() -> failing.attempts.size() == 4);
			assertThat(failing.attempts).containsExactly(1L, 2L, 3L, 4L);
			await().until(() -> scene.isAllAcknowledged("failing", "c"));
			assertThat(failing.times.get(1) - failing.times.get(0)).isGreaterThan(Duration.ofMillis(80).toNanos());
			assertThat(failing.times.get(3) - failing.times.get(2)).isGreaterThan(Duration.ofMillis(180).toNanos());
		}
	}

	@Test
	void aFailureCountsAlsoWhereTheErrorHandlerThrows() {
		scene.stream("worse", "worse.in");
		scene.stream("worse-dead", "worse.dead");
		scene.consumer("worse", ConsumerConfiguration.builder().durable("c").maxDeliver(2));
		scene.publish("worse.in", "x");
		try (ListenerTestContext test = scene.start((context) -> {
			context.register(Worse.class);
			context.registerBean("throwing", ListenerErrorHandler.class, () -> (failure) -> {
				throw new UnsupportedOperationException("the handler of errors fails");
			});
		})) {
			await().until(() -> scene.count("worse-dead") == 1);
			await().until(() -> scene.isAllAcknowledged("worse", "c"));
			assertThat(test.bean(Worse.class).calls).hasValue(2);
			assertThat(scene.first("worse-dead").getHeaders().getFirst("Dead-Letter-Reason"))
				.contains("failing on purpose");
		}
	}

	@Test
	void aDeliveryBeyondTheLimitGoesToTheDeadLettersWithoutTheHandler() {
		scene.stream("limited", "limited.in");
		scene.stream("limited-dead", "limited.dead");
		scene.consumer("limited",
				ConsumerConfiguration.builder().durable("c").maxDeliver(2).ackWait(Duration.ofSeconds(20)));
		Headers headers = new Headers();
		headers.put("Nats-Msg-Id", "own");
		headers.put("Nats-Expected-Stream", "limited");
		headers.put("color", "red");
		scene.publish("limited.in", headers, "poison");
		try (ListenerTestContext test = scene.start(Limited.class)) {
			await().until(() -> scene.count("limited-dead") == 1);
			MessageInfo letter = scene.first("limited-dead");
			assertThat(letter.getHeaders().getFirst("Nats-Msg-Id")).isEqualTo("limited/1/c");
			assertThat(letter.getHeaders().getFirst("Nats-Expected-Stream")).isNull();
			assertThat(letter.getHeaders().getFirst("Original-Nats-Msg-Id")).isEqualTo("own");
			assertThat(letter.getHeaders().getFirst("color")).isEqualTo("red");
			assertThat(letter.getHeaders().getFirst("Dead-Letter-Reason")).contains("failing on purpose");
			assertThat(new String(letter.getData())).isEqualTo("poison");
			await().until(() -> scene.isAllAcknowledged("limited", "c"));
			assertThat(test.bean(Limited.class).calls).hasValue(2);
			assertThat(test.registry().status("limited").deadLetters()).isEqualTo(1);
			DeadLetters letters = test.bean(DeadLetters.class);
			assertThat(letters.listenerIds()).containsExactly("limited");
			assertThat(letters.list("limited")).singleElement().satisfies((dead) -> {
				assertThat(dead.subject()).isEqualTo("limited.in");
				assertThat(dead.deliveries()).isEqualTo(2);
				assertThat(dead.originalSequence()).isEqualTo(1);
				assertThat(dead.headers()).containsKeys("color", "Original-Nats-Msg-Id");
			});
			assertThat(letters.sendBack("limited", 77)).isFalse();
			test.bean(Limited.class).healed = true;
			assertThat(letters.sendBackAll("limited")).isEqualTo(1);
			await().until(() -> test.bean(Limited.class).calls.get() == 3);
			assertThat(letters.list("limited")).isEmpty();
		}
	}

	@Test
	void aPayloadThatDoesNotConvertIsADeadLetterAtOnce() {
		scene.stream("odd", "odd.in");
		scene.stream("odd-dead", "odd.dead");
		try (ListenerTestContext test = scene.start(Odd.class)) {
			scene.publish("odd.in", "no json");
			scene.publish("odd.in", "{\"id\":7}");
			Odd odd = test.bean(Odd.class);
			await().untilAsserted(() -> assertThat(odd.handled).containsExactly(7));
			await().until(() -> scene.isAllAcknowledged("odd", "c"));
			assertThat(scene.first("odd-dead").getHeaders().getFirst("Dead-Letter-Deliveries")).isEqualTo("1");
		}
	}

	@Test
	void aDeadLetterIsStoredOnceAlsoWhereItsNumberWasThatOfAnother() {
		scene.stream("twice", "twice.in");
		scene.stream("twice-dead", "twice.dead");
		try (ListenerTestContext test = scene.start(Twice.class)) {
			scene.publish("twice.in", "no json");
			await().until(() -> scene.count("twice-dead") == 1);
			await().until(() -> scene.isAllAcknowledged("twice", "c"));
			StreamTestScene.get(() -> scene.management().deleteConsumer("twice", "c"));
			await().atMost(Duration.ofSeconds(20))
				.ignoreExceptions()
				.until(() -> scene.isAllAcknowledged("twice", "c"));
			assertThat(scene.count("twice-dead")).isEqualTo(1);

			StreamTestScene.get(() -> scene.management().deleteStream("twice"));
			scene.stream("twice", "twice.in");
			scene.publish("twice.in", "no json either");
			await().atMost(Duration.ofSeconds(20)).until(() -> scene.count("twice-dead") == 2);
			assertThat(test.bean(DeadLetters.class).list("twice")).extracting((letter) -> new String(letter.payload()))
				.containsExactly("no json", "no json either");
		}
	}

	@Test
	void aDeadLetterThatNoStreamStoresIsNotLost() {
		scene.stream("homeless", "homeless.in");
		scene.publish("homeless.in", "no json");
		try (ListenerTestContext test = scene.start(Homeless.class)) {
			await().until(() -> scene.consumer("homeless", "c").getDelivered().getConsumerSequence() > 2);
			assertThat(scene.consumer("homeless", "c").getAckFloor().getStreamSequence()).isZero();
			assertThat(test.registry().status("homeless.on").problem()).contains("homeless.dead");
			scene.stream("homeless-dead", "homeless.dead");
			await().until(() -> scene.count("homeless-dead") == 1);
			await().until(() -> scene.isAllAcknowledged("homeless", "c"));
			assertThat(test.registry().isRunning("homeless.on")).isTrue();
		}
	}

	@Test
	void aMessageThatTheConsumerOfOthersDoesNotDeliverAnyMoreIsADeadLetter() throws Exception {
		scene.stream("spent", "spent.in");
		scene.stream("wasted", "wasted.in");
		scene.stream("spent-dead", "spent.dead");
		List<JetStreamSubscription> others = new ArrayList<>();
		for (String stream : List.of("spent", "wasted")) {
			scene.consumer(stream,
					ConsumerConfiguration.builder().durable("c").maxDeliver(2).ackWait(Duration.ofSeconds(1)));
			scene.publish(stream + ".in", "never acknowledged");
			others.add(scene.connection().jetStream().subscribe(null, PullSubscribeOptions.bind(stream, "c")));
		}
		for (int delivery = 1; delivery <= 2; delivery++) {
			for (JetStreamSubscription other : others) {
				assertThat(other.fetch(1, Duration.ofSeconds(20))).hasSize(1);
			}
		}
		try (ListenerTestContext test = scene.start(Spent.class)) {
			await().atMost(Duration.ofSeconds(20)).until(() -> scene.count("spent-dead") == 1);
			await().atMost(Duration.ofSeconds(20)).until(() -> test.registry().status("wasted").leftBehind() == 1);
			Headers headers = scene.first("spent-dead").getHeaders();
			assertThat(headers.getFirst("Nats-Msg-Id")).isEqualTo("spent/1/c");
			assertThat(headers.getFirst("Dead-Letter-Deliveries")).isEqualTo("2");
			assertThat(test.registry().status("spent").deadLetters()).isEqualTo(1);
			assertThat(test.registry().status("spent").leftBehind()).isZero();
			assertThat(test.bean(Spent.class).handled).isEmpty();
			scene.publish("spent.in", "next");
			await().until(() -> test.bean(Spent.class).handled.contains("next"));
		}
	}

	@Test
	void aMessageOfASubjectThatIsNotTheListenersIsHandedBack() {
		scene.stream("stray", "stray.*");
		scene.consumer("stray", ConsumerConfiguration.builder().durable("c"));
		scene.publish("stray.other", "x");
		scene.publish("stray.own", "y");
		try (ListenerTestContext test = scene.start(Stray.class)) {
			Stray stray = test.bean(Stray.class);
			await().untilAsserted(() -> assertThat(stray.handled).containsExactly("y"));
			await().atMost(Duration.ofSeconds(20))
				.until(() -> scene.consumer("stray", "c").getDelivered().getConsumerSequence() >= 3);
			assertThat(scene.consumer("stray", "c").getAckFloor().getStreamSequence()).isZero();
			assertThat(test.registry().status("stray").problem()).contains("delivers subject 'stray.other'");
		}
		try (ListenerTestContext test = scene.start(EveryStray.class)) {
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(test.bean(EveryStray.class).handled).containsExactly("x"));
			await().until(() -> scene.isAllAcknowledged("stray", "c"));
			assertThat(test.registry().status("every-stray").problem()).isNull();
		}
	}

	@Test
	void aHandlerThatTakesLongerThanTheAckWaitKeepsItsMessageAndThoseThatWait() {
		scene.stream("slow", "slow");
		scene.consumer("slow", ConsumerConfiguration.builder().durable("c").ackWait(Duration.ofMillis(600)));
		for (int i = 0; i < 3; i++) {
			scene.publish("slow", "" + i);
		}
		try (ListenerTestContext test = scene.start((context) -> {
			context.registerBean("settings", StreamListenerSettings.class,
					() -> new StreamListenerSettings(StreamTestScene.BACKOFF, 10),
					(definition) -> definition.setPrimary(true));
			context.register(Slow.class);
		})) {
			await().atMost(Duration.ofSeconds(20)).until(() -> scene.isAllAcknowledged("slow", "c"));
			assertThat(test.bean(Slow.class).handled).containsExactly("0 1", "1 1", "2 1");
			assertThat(scene.consumer("slow", "c").getDelivered().getConsumerSequence()).isEqualTo(3);
		}
	}

	@Test
	void messagesWithTheSameTextAreInOrderAndOthersSideBySide() {
		scene.stream("ordered", "ordered.*");
		try (ListenerTestContext test = scene.start(Ordered.class)) {
			Ordered ordered = test.bean(Ordered.class);
			for (int i = 0; i < 20; i++) {
				scene.publish("ordered.a", "a" + i);
			}
			scene.publish("ordered.b", "b0");
			await().untilAsserted(() -> assertThat(ordered.handled).contains("b0"));
			assertThat(ordered.handled).doesNotContain("a0");
			ordered.release.countDown();
			await().until(() -> scene.isAllAcknowledged("ordered", "c"));
			assertThat(ordered.handled.stream().filter((text) -> text.startsWith("a")))
				.containsExactlyElementsOf(IntStream.range(0, 20).mapToObj((i) -> "a" + i).toList());
			assertThat(ordered.failures).hasValue(2);
		}
	}

	@Test
	void aBatchThatFailedInPartIsAcknowledgedInPart() {
		scene.stream("batch", "batch");
		for (int i = 0; i < 10; i++) {
			scene.publish("batch", (i == 4) ? "no json" : "{\"id\":" + i + "}");
		}
		try (ListenerTestContext test = scene.start(Batch.class)) {
			Batch batch = test.bean(Batch.class);
			await().until(() -> scene.isAllAcknowledged("batch", "c"));
			assertThat(batch.handled).hasSize(9).doesNotHaveDuplicates().contains(0, 1, 2, 3, 5, 6, 7, 8, 9);
			assertThat(batch.sizes.get(0)).isGreaterThan(1);
			assertThat(batch.handled.indexOf(3)).isLessThan(batch.handled.indexOf(2));
		}
	}

	@Test
	void messagesMayBeAcknowledgedByHandAndWithTheServersWord() {
		scene.stream("hand", "hand.*");
		try (ListenerTestContext test = scene.start(ByHand.class)) {
			ByHand byHand = test.bean(ByHand.class);
			scene.publish("hand.manual", "a");
			scene.publish("hand.manual", "again");
			scene.publish("hand.confirmed", "b");
			await().until(() -> scene.isAllAcknowledged("hand", "confirmed"));
			await().until(() -> byHand.acknowledgments.size() == 1);
			assertThat(scene.consumer("hand", "manual").getNumAckPending()).isEqualTo(1);
			byHand.acknowledgments.get(0).ack();
			await().until(() -> byHand.acknowledgments.size() == 2);
			byHand.acknowledgments.get(1).nak(Duration.ofMillis(50));
			await().until(() -> byHand.acknowledgments.size() == 3);
			byHand.acknowledgments.get(2).term("enough");
			await().until(() -> scene.isAllAcknowledged("hand", "manual"));
		}
	}

	@Test
	void aResultIsStoredBeforeTheMessageIsAcknowledged() {
		scene.stream("sending", "sending.in");
		scene.publish("sending.in", "x");
		try (ListenerTestContext test = scene.start(Sending.class)) {
			Sending sending = test.bean(Sending.class);
			await().until(() -> sending.calls.get() >= 2);
			assertThat(scene.consumer("sending", "c").getAckFloor().getStreamSequence()).isZero();
			scene.stream("sending-out", "sending.out");
			await().until(() -> scene.count("sending-out") == 1);
			await().until(() -> scene.isAllAcknowledged("sending", "c"));
		}
	}

	@Test
	void whatIsNotBegunIsHandedBackWhenAListenerStops() {
		scene.stream("stopping", "stopping");
		scene.consumer("stopping", ConsumerConfiguration.builder().durable("c").ackWait(Duration.ofMinutes(5)));
		try (ListenerTestContext first = scene.start((context) -> {
			context.registerBean("settings", StreamListenerSettings.class,
					() -> new StreamListenerSettings(StreamTestScene.BACKOFF, 500),
					(definition) -> definition.setPrimary(true));
			context.register(Stopping.class);
		})) {
			for (int i = 0; i < 500; i++) {
				scene.publish("stopping", "" + i);
			}
			Stopping busy = first.bean(Stopping.class);
			await().until(() -> busy.handled.size() == 1 && scene.consumer("stopping", "c").getNumAckPending() == 500);
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> first.registry().stop("stopping"));
			try (ListenerTestContext second = scene.start(Stopping.class)) {
				Stopping other = second.bean(Stopping.class);
				other.release.countDown();
				long start = System.nanoTime();
				await().pollInterval(Duration.ofMillis(5)).until(() -> other.handled.size() == 499);
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
				assertThat(stopped).isNotDone();
				busy.release.countDown();
				stopped.join();
				await().until(() -> scene.isAllAcknowledged("stopping", "c"));
				assertThat(busy.handled).containsExactly("0");
			}
		}
	}

	@Test
	void whatWaitsForItsTurnIsHandledInOrderAfterAPause() {
		scene.stream("resumed", "resumed.*");
		scene.consumer("resumed", ConsumerConfiguration.builder().durable("c").ackWait(Duration.ofMinutes(5)));
		try (ListenerTestContext test = scene.start(Resumed.class)) {
			Resumed resumed = test.bean(Resumed.class);
			for (int pause = 0; pause < 5; pause++) {
				int before = resumed.handled.size();
				CountDownLatch gate = new CountDownLatch(1);
				resumed.gate = gate;
				for (int i = before; i < before + 30; i++) {
					scene.publish("resumed.a", String.valueOf(i));
				}
				await().pollInterval(SOON).until(() -> test.registry().status("resumed").pending() == 29);
				CompletableFuture<Void> paused = CompletableFuture.runAsync(() -> test.registry().pause("resumed"));
				await().pollInterval(SOON).until(() -> test.registry().status("resumed").pending() == 0);
				gate.countDown();
				paused.join();
				test.registry().resume("resumed");
				await().pollInterval(SOON).untilAsserted(() -> assertThat(resumed.handled).hasSize(before + 30));
				assertThat(resumed.handled).isSorted();
			}
		}
	}

	@Test
	void aPausedListenerGoesOnWhenItIsResumed() {
		scene.stream("pausing", "pausing");
		try (ListenerTestContext test = scene.start(Pausing.class)) {
			Pausing pausing = test.bean(Pausing.class);
			scene.publish("pausing", "a");
			await().until(() -> pausing.handled.size() == 1);
			test.registry().pause("pausing");
			assertThat(test.registry().isPaused("pausing")).isTrue();
			scene.publish("pausing", "b");
			await().until(() -> scene.consumer("pausing", "c").getNumPending()
					+ scene.consumer("pausing", "c").getNumAckPending() == 1);
			assertThat(pausing.handled).containsExactly("a");
			test.registry().resume("pausing");
			await().untilAsserted(() -> assertThat(pausing.handled).containsExactly("a", "b"));
		}
	}

	static class Plain {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(id = "plain", stream = "plain", consumer = "plain-durable",
				subjects = "plain.{region}.created")
		void on(Order order, @DestinationVariable String region, @Header(NatsHeaders.DELIVERY_ATTEMPT) int attempt) {
			this.handled.add(order.id() + " " + region + " " + attempt);
		}

	}

	record Order(int id) {

	}

	static class Failing {

		private final List<Long> attempts = new CopyOnWriteArrayList<>();

		private final List<Long> times = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "failing", consumer = "c")
		CompletableFuture<Void> on(Message<String> message) {
			this.times.add(System.nanoTime());
			this.attempts.add((Long) message.getHeaders().get(NatsHeaders.DELIVERY_ATTEMPT));
			if (this.attempts.size() == 1) {
				throw new IllegalStateException("failing on purpose");
			}
			return (this.attempts.size() < 4) ? CompletableFuture.failedFuture(new IllegalStateException("later"))
					: CompletableFuture.completedFuture(null);
		}

	}

	static class Limited {

		private final AtomicInteger calls = new AtomicInteger();

		private volatile boolean healed;

		@JetStreamListener(id = "limited", stream = "limited", consumer = "c", deadLetter = "limited.dead")
		void on(String text) {
			this.calls.incrementAndGet();
			if (this.healed) {
				return;
			}
			throw new IllegalStateException("failing on purpose");
		}

	}

	static class Odd {

		private final List<Integer> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "odd", consumer = "c", deadLetter = "odd.dead")
		void on(Order order) {
			this.handled.add(order.id());
		}

	}

	static class Twice {

		@JetStreamListener(id = "twice", stream = "twice", consumer = "c", deadLetter = "twice.dead")
		void on(Order order) {
		}

	}

	static class Worse {

		private final AtomicInteger calls = new AtomicInteger();

		@JetStreamListener(stream = "worse", consumer = "c", deadLetter = "worse.dead", errorHandler = "throwing")
		void on(String text) {
			this.calls.incrementAndGet();
			throw new IllegalStateException("failing on purpose");
		}

	}

	static class Spent {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(id = "spent", stream = "spent", consumer = "c", deadLetter = "spent.dead")
		void spent(String text) {
			this.handled.add(text);
		}

		@JetStreamListener(id = "wasted", stream = "wasted", consumer = "c")
		void wasted(String text) {
			this.handled.add(text);
		}

	}

	static class Homeless {

		@JetStreamListener(id = "homeless.on", stream = "homeless", consumer = "c", deadLetter = "homeless.dead")
		void on(Order order) {
		}

	}

	static class Stray {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(id = "stray", stream = "stray", consumer = "c", subjects = "stray.own")
		void on(String text) {
			this.handled.add(text);
		}

	}

	static class EveryStray {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(id = "every-stray", stream = "stray", consumer = "c", subjects = "stray.*")
		void on(String text) {
			this.handled.add(text);
		}

	}

	static class Slow {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "slow", consumer = "c")
		void on(String text, @Header(NatsHeaders.DELIVERY_ATTEMPT) String attempt) throws InterruptedException {
			Thread.sleep(1000);
			this.handled.add(text + " " + attempt);
		}

	}

	static class Ordered {

		private final CountDownLatch release = new CountDownLatch(1);

		private final AtomicInteger failures = new AtomicInteger();

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "ordered", consumer = "c", subjects = "ordered.{key}", concurrency = "4",
				orderedBy = "{key}")
		void on(String text) throws InterruptedException {
			if (text.equals("a0")) {
				this.release.await();
			}
			if (text.equals("a3") && this.failures.incrementAndGet() < 3) {
				throw new IllegalStateException("failing on purpose");
			}
			if (text.equals("a3")) {
				this.failures.decrementAndGet();
			}
			this.handled.add(text);
		}

	}

	static class Batch {

		private final List<Integer> handled = new CopyOnWriteArrayList<>();

		private final List<Integer> sizes = new CopyOnWriteArrayList<>();

		private boolean failed;

		@JetStreamListener(stream = "batch", consumer = "c", batch = "5")
		void on(List<Order> orders) {
			this.sizes.add(orders.size());
			for (int i = 0; i < orders.size(); i++) {
				if (orders.get(i).id() == 2 && !this.failed) {
					this.failed = true;
					throw new BatchFailedException(i, new IllegalStateException("failing on purpose"));
				}
				this.handled.add(orders.get(i).id());
			}
		}

	}

	static class ByHand {

		private final List<Acknowledgment> acknowledgments = new CopyOnWriteArrayList<>();

		@JetStreamListener(stream = "hand", consumer = "manual", subjects = "hand.manual", ack = "manual")
		void manual(String text, Acknowledgment acknowledgment) {
			this.acknowledgments.add(acknowledgment);
		}

		@JetStreamListener(stream = "hand", consumer = "confirmed", subjects = "hand.confirmed", ack = "confirmed")
		void confirmed(String text) {
		}

	}

	static class Sending {

		private final AtomicInteger calls = new AtomicInteger();

		@JetStreamListener(stream = "sending", consumer = "c")
		@SendTo("sending.out")
		String on(String text) {
			return text + this.calls.incrementAndGet();
		}

	}

	static class Stopping {

		private final CountDownLatch release = new CountDownLatch(1);

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(id = "stopping", stream = "stopping", consumer = "c")
		void on(String text) throws InterruptedException {
			this.handled.add(text);
			this.release.await();
		}

	}

	static class Resumed {

		private final List<Integer> handled = new CopyOnWriteArrayList<>();

		private volatile CountDownLatch gate = new CountDownLatch(0);

		@JetStreamListener(id = "resumed", stream = "resumed", consumer = "c", subjects = "resumed.{key}",
				concurrency = "4", orderedBy = "{key}")
		void on(Integer number) throws InterruptedException {
			this.gate.await();
			this.handled.add(number);
		}

	}

	static class Pausing {

		private final List<String> handled = new CopyOnWriteArrayList<>();

		@JetStreamListener(id = "pausing", stream = "pausing", consumer = "c")
		void on(String text) {
			this.handled.add(text);
		}

	}

}
