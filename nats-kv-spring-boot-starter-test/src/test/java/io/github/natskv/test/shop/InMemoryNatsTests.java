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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.NoRespondersException;
import io.github.natskv.core.NoStreamException;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.interceptor.BucketDelivery;
import io.github.natskv.kv.interceptor.BucketOperation;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.test.ClearBuckets;
import io.github.natskv.test.InMemoryNats;
import io.github.natskv.test.MutableClock;
import io.github.natskv.test.NatsKvTest;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.KeyValueStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link InMemoryNats}.
 */
@NatsKvTest(properties = { "nats.kv.buckets.receipts.ttl=1h", "nats.kv.buckets.described.description=A description",
		"nats.kv.buckets.described.metadata.team=shop", "nats.listener.retry.max-retries=1",
		"nats.listener.retry.delay=1ms" })
@InMemoryNats
@ClearBuckets
@Import({ Prices.class, MutableClock.class })
class InMemoryNatsTests {

	@Autowired
	private NatsOperations nats;

	@Autowired
	private Connection connection;

	@Autowired
	private NatsListenerRegistry registry;

	@Autowired
	private KeyValueBucket<Receipt> receipts;

	@Autowired
	private KeyValueBucket<Integer> shelves;

	@Autowired
	private Stock stock;

	@Test
	void aRequestIsAnsweredByTheListener() {
		assertThat(this.nats.request("orders.eu.created", new Order("tea", 2), Receipt.class))
			.isEqualTo(new Receipt("eu", "tea", 6));
		assertThat(this.receipts.get("eu")).isEqualTo(new Receipt("eu", "tea", 6));
	}

	@Test
	void aPublishedMessageHasBeenHandledAtOnceAndItsResultIsSentOn() {
		List<Message> sent = new CopyOnWriteArrayList<>();
		var dispatcher = this.connection.createDispatcher(sent::add).subscribe("orders.accounted");
		this.nats.publish("orders.us.created", new Order("salt", 1), Map.of("trace", "42"));
		assertThat(this.receipts.get("us")).isEqualTo(new Receipt("us", "salt", 4));
		assertThat(sent).hasSize(1);
		this.connection.closeDispatcher(dispatcher);
	}

	@Test
	void reactiveBucketsAreInMemoryToo(@Autowired ReactiveKeyValueBucket<Receipt> reactive) {
		Receipt receipt = new Receipt("eu", "tea", 6);
		StepVerifier.create(reactive.watch("reactive").take(1).mapNotNull(BucketEntry::value))
			.then(() -> reactive.put("reactive", receipt).block())
			.expectNext(receipt)
			.expectComplete()
			.verify(Duration.ofSeconds(10));
	}

	@Test
	void thereIsNoStreamToSendTo() {
		assertThatExceptionOfType(NoStreamException.class).isThrownBy(() -> this.nats.send("nowhere", "a"))
			.withMessageContainingAll("'nowhere'", "@InMemoryNats has no streams");
	}

	@Test
	void aListenerOnAStreamSaysThatItReceivesNothing() {
		this.registry.start("invoices");
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.registry.status("invoices").problem()).contains("receives nothing"));
		this.registry.stop("invoices");
	}

	@Test
	void noReplyGoesToASubjectOfTheServer() {
		List<Message> sent = new CopyOnWriteArrayList<>();
		var dispatcher = this.connection.createDispatcher(sent::add)
			.subscribe("$JS.API.STREAM.DELETE.KV_receipts")
			.subscribe("orders.accounted");
		this.connection.publish("orders.us.created", "$JS.API.STREAM.DELETE.KV_receipts",
				"{\"item\":\"salt\",\"count\":1}".getBytes());
		this.connection.publish("orders.us.created", "$JS.API.STREAM.DELETE.KV_receipts", "{not json".getBytes());
		assertThat(sent).extracting(Message::getSubject).containsExactly("orders.accounted");
		this.connection.closeDispatcher(dispatcher);
	}

	@Test
	void anInvalidPayloadGetsAnErrorReply() {
		assertThatExceptionOfType(NatsReplyException.class)
			.isThrownBy(() -> this.nats.request("orders.eu.created", new Order("tea", 0), Receipt.class))
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(400))
			.withMessageContaining("count");
		assertThatExceptionOfType(NatsReplyException.class)
			.isThrownBy(() -> this.nats.request("orders.eu.created", "no JSON", Receipt.class))
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(400));
	}

	@Test
	void aFailureIsTriedAgainWithinInterceptorsAndGetsAnErrorReply(@Autowired CountingInterceptor interceptor) {
		int before = interceptor.calls.get();
		assertThatExceptionOfType(NatsReplyException.class)
			.isThrownBy(() -> this.nats.request("orders.eu.created", new Order("unicorn", 1), Receipt.class))
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(500))
			.withMessageContaining("There are no unicorns");
		assertThat(interceptor.calls).hasValue(before + 1);
	}

	@Test
	void aSubjectWithoutListenerHasNoResponders() {
		assertThatExceptionOfType(NoRespondersException.class)
			.isThrownBy(() -> this.nats.request("orders.eu.deleted", "", String.class));
		assertThatExceptionOfType(NoRespondersException.class)
			.isThrownBy(() -> this.nats.request("orders.eu.west.created", "", String.class));
	}

	@Test
	void aListenerHandlesInAThreadOfItsOwnOneMessageAtATime() throws Exception {
		Thread test = Thread.currentThread();
		String name = test.getName();
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		AtomicInteger active = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		var dispatcher = this.connection.createDispatcher((message) -> {
			threads.add(Thread.currentThread());
			most.accumulateAndGet(active.incrementAndGet(), Math::max);
			Thread.yield();
			active.decrementAndGet();
		}).subscribe("work");
		Thread other = new Thread(() -> publishMany("work"));
		other.start();
		publishMany("work");
		other.join();
		assertThat(this.nats.request("orders.eu.created", new Order("tea", 2), Receipt.class).total()).isEqualTo(6);
		assertThat(threads).hasSize(1).doesNotContain(test, other);
		assertThat(most).hasValue(1);
		assertThat(test.getName()).isEqualTo(name);
		this.connection.closeDispatcher(dispatcher);
		Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
	}

	private void publishMany(String subject) {
		for (int i = 0; i < 200; i++) {
			this.connection.publish(subject, new byte[0]);
		}
	}

	@Test
	void whatAHandlerPublishesComesAfterTheMessageItHandlesAndBeforePublishReturns() {
		List<String> received = new CopyOnWriteArrayList<>();
		var first = this.connection.createDispatcher((message) -> {
			message.getConnection().publish("second", new byte[0]);
			received.add("first");
		}).subscribe("first");
		var second = this.connection.createDispatcher((message) -> {
			message.getConnection().publish("first.again", new byte[0]);
			received.add("second");
		}).subscribe("second");
		first.subscribe("first.again", (message) -> received.add("again"));
		this.connection.publish("first", new byte[0]);
		assertThat(received).hasSize(3).containsSubsequence("first", "again").contains("second");
		this.connection.closeDispatcher(first);
		this.connection.closeDispatcher(second);
	}

	@Test
	void aRawRequestTimesOut() throws Exception {
		var dispatcher = this.connection.createDispatcher();
		AtomicReference<Message> request = new AtomicReference<>();
		dispatcher.subscribe("silent", request::set);
		assertThat(this.connection.request("silent", new byte[0], Duration.ofMillis(50))).isNull();
		assertThat(this.connection.requestWithTimeout("silent", new byte[0], Duration.ofMillis(50))).failsWithin(10,
				TimeUnit.SECONDS);
		assertThat(request.get().getReplyTo()).startsWith("_INBOX.");
		this.connection.closeDispatcher(dispatcher);
	}

	@Test
	void aPausedListenerGetsNothing() {
		this.registry.pause("orders.on");
		try {
			assertThatExceptionOfType(NoRespondersException.class)
				.isThrownBy(() -> this.nats.request("orders.eu.created", new Order("tea", 2), Receipt.class));
		}
		finally {
			this.registry.resume("orders.on");
		}
		assertThat(this.nats.request("orders.eu.created", new Order("tea", 2), Receipt.class).total()).isEqualTo(6);
	}

	@Test
	void aMemberOfAQueueGroupGetsTheMessage() {
		List<String> received = new CopyOnWriteArrayList<>();
		var dispatcher = this.connection.createDispatcher();
		dispatcher.subscribe("work.*", "workers", (message) -> received.add("one"));
		dispatcher.subscribe("work.>", "workers", (message) -> received.add("two"));
		dispatcher.subscribe("work.now", (message) -> received.add("all"));
		this.connection.publish("work.now", new byte[0]);
		assertThat(received).containsExactly("one", "all");
		this.connection.closeDispatcher(dispatcher);
		this.connection.publish("work.now", new byte[0]);
		assertThat(received).hasSize(2);
	}

	@Test
	void aRawRequestWorksAsWithJnats() throws Exception {
		Message reply = this.connection.request("orders.eu.created", "{\"item\":\"tea\",\"count\":1}".getBytes(),
				Duration.ofSeconds(5));
		assertThat(new String(reply.getData())).contains("\"total\":3");
		assertThat(this.connection.request("nobody.there", new byte[0], Duration.ofSeconds(5))).isNull();
	}

	@Test
	void bucketsHaveTheirConfiguredOptions(@Autowired MutableClock clock, @Autowired @Qualifier("stock") KeyValue raw)
			throws Exception {
		for (int i = 1; i <= 5; i++) {
			this.receipts.put("eu", new Receipt("eu", "tea", i));
		}
		assertThat(this.receipts.history("eu")).extracting(BucketEntry::value)
			.extracting(Receipt::total)
			.containsExactly(3, 4, 5);
		clock.advance(Duration.ofHours(1));
		assertThat(this.receipts.exists("eu")).isFalse();
		assertThat(this.shelves.getName()).isEqualTo("stock-of-the-shop");
		this.shelves.put("attic.a b", 1);
		assertThat(raw.keys()).doesNotContain("attic.a b").hasSize(1);
	}

	@Test
	void bucketsHaveTheOptionsThatAreOnlyShown(@Autowired KeyValueBuckets buckets) {
		KeyValueStatus status = buckets.bucket("described", String.class).getStatus();
		assertThat(status.getDescription()).isEqualTo("A description");
		assertThat(status.getConfiguration().getMetadata()).containsEntry("team", "shop");
	}

	@Test
	void bucketsAreEmptyWhenATestBegins() {
		assertThat(this.receipts.keys()).isEmpty();
		assertThat(this.receipts.history("eu")).isEmpty();
	}

	@Test
	void changesOfBucketsReachTheirListener() {
		this.shelves.put("shelf.top", 1);
		this.shelves.put("cellar.left", 2);
		this.shelves.put("attic.left", 3);
		this.shelves.delete("shelf.top");
		Awaitility.await().until(() -> this.stock.seen().contains("top=null"));
		assertThat(this.stock.seen()).containsSubsequence("top=1", "left=2", "top=null").doesNotContain("left=3");
	}

	@Test
	void interceptorsAreAroundOperationsAndDeliveries(@Autowired RecordingBucketInterceptor interceptor,
			@Autowired @Qualifier("stock") KeyValue raw) throws Exception {
		interceptor.calls.clear();
		long revision = this.shelves.put("shelf.low", 1);
		raw.get("shelf.low");
		Awaitility.await()
			.untilAsserted(() -> assertThat(interceptor.calls).contains(
					BucketOperation.of("default", "stock", "stock-of-the-shop", true, BucketOperation.Kind.PUT,
							"shelf.low"),
					BucketOperation.of("default", "stock", "stock-of-the-shop", true, BucketOperation.Kind.GET,
							"shelf.low"),
					BucketDelivery.of("default", "stock", "stock-of-the-shop", true, "stock.Recorder.on", "shelf.low",
							revision, KeyValueOperation.PUT)));
		try (BucketWatch watch = this.shelves.watch("shelf.low", (entry) -> {
		})) {
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(5))).isTrue();
		}
		assertThat(interceptor.calls).contains(BucketDelivery.of("default", "stock", "stock-of-the-shop", true, null,
				"shelf.low", revision, KeyValueOperation.PUT));
	}

	@Test
	void emptyingLeavesNoTraceAndEvenListenersKnow() throws Exception {
		this.shelves.put("shelf.full", 1);
		Awaitility.await().until(() -> this.stock.seen().contains("full=1"));
		new TestContextManager(InMemoryNatsTests.class).beforeTestMethod(this,
				getClass().getDeclaredMethod("bucketsAreEmptyWhenATestBegins"));
		assertThat(this.stock.seen()).endsWith("full=gone");
		assertThat(this.shelves.history("shelf.full")).isEmpty();
	}

	@Test
	void aChangeThatCouldNotBeHandledIsOfferedAgain() {
		this.shelves.put("shelf.broken", 1);
		Awaitility.await().until(() -> this.stock.seen().contains("broken=1"));
		assertThat(this.stock.seen()).containsSubsequence("failed", "broken=1");
	}

	@Test
	void aStoppedListenerOfABucketCatchesUp() {
		String id = this.registry.ids()
			.stream()
			.filter((candidate) -> candidate.contains("tock"))
			.findFirst()
			.orElseThrow();
		this.shelves.put("shelf.before", 1);
		Awaitility.await().until(() -> this.stock.seen().contains("before=1"));
		this.registry.stop(id);
		this.shelves.put("shelf.meanwhile", 2);
		assertThat(this.stock.seen()).doesNotContain("meanwhile=2");
		this.registry.start(id);
		this.shelves.put("shelf.after", 3);
		Awaitility.await().until(() -> this.stock.seen().contains("after=3"));
		assertThat(this.stock.seen()).containsOnlyOnce("before=1", "meanwhile=2", "after=3");
	}

	@Test
	void whatNeedsAServerSaysSo(@Autowired JetStream jetStream) {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> jetStream.publish("subject", new byte[0]))
			.withMessageContaining("JetStream.publish needs a NATS server")
			.withMessageContaining("@EmbeddedNats");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(this.connection::RTT)
			.withMessageContaining("Connection.RTT");
	}

}
