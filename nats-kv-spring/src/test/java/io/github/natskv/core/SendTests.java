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

package io.github.natskv.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for messages that streams acknowledge.
 */
@Timeout(60)
class SendTests {

	private static final Duration SHORT = Duration.ofMillis(300);

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final String stream = "s" + UUID.randomUUID();

	private final String subject = this.stream + ".a";

	private final NatsTemplate template = template(connection);

	private static NatsTemplate template(Connection connection, PublishInterceptor... interceptors) {
		return new NatsTemplate(connection, PayloadConverter.withDefaultFormat(), Duration.ofSeconds(5),
				List.of(interceptors));
	}

	@BeforeEach
	void createStream() throws Exception {
		connection.jetStreamManagement().addStream(stream().build());
	}

	private StreamConfiguration.Builder stream() {
		return StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory);
	}

	private PublishAck send(boolean async, Object payload, SendOptions options) {
		return send(async, this.subject, payload, options);
	}

	private PublishAck send(boolean async, String subject, Object payload, SendOptions options) {
		if (!async) {
			return this.template.send(subject, payload, options);
		}
		CompletableFuture<PublishAck> ack = this.template.sendAsync(subject, payload, options);
		try {
			return ack.get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw (RuntimeException) ex.getCause();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aMessageIsStoredWhenItIsAcknowledged(boolean async) throws Exception {
		PublishAck ack = send(async, Map.of("a", 1), SendOptions.of().header("color", "red"));
		assertThat(ack.getStream()).isEqualTo(this.stream);
		assertThat(ack.getSeqno()).isOne();
		assertThat(ack.isDuplicate()).isFalse();
		MessageInfo stored = connection.jetStreamManagement().getMessage(this.stream, 1);
		assertThat(stored.getData()).asString().isEqualTo("{\"a\":1}");
		assertThat(stored.getHeaders().get("color")).containsExactly("red");
	}

	@Test
	void optionsAreOptional() throws Exception {
		assertThat(this.template.send(this.subject, "a").getSeqno()).isOne();
		assertThat(this.template.sendAsync(this.subject, "b").get().getSeqno()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aMessageWithTheSameIdIsStoredOnce(boolean async) throws Exception {
		SendOptions options = SendOptions.of().messageId("id-1");
		send(async, "a", options);
		PublishAck again = send(async, "a", options);
		assertThat(again.isDuplicate()).isTrue();
		assertThat(again.getSeqno()).isOne();
		assertThat(connection.jetStreamManagement().getStreamInfo(this.stream).getStreamState().getMsgCount()).isOne();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStreamThatIsNotAsExpectedStoresNothing(boolean async) {
		send(async, "a", SendOptions.of().expectedLastSequence(0).messageId("first"));
		send(async, "b",
				SendOptions.of()
					.expectedLastSequence(1)
					.expectedLastSubjectSequence(1)
					.expectedStream(this.stream)
					.expectedLastMessageId("first"));
		assertConflict(async, SendOptions.of().expectedLastSequence(1), 10071);
		assertConflict(async, SendOptions.of().expectedLastSubjectSequence(7), 10071);
		assertConflict(async, SendOptions.of().expectedLastMessageId("other"), 10070);
		assertConflict(async, SendOptions.of().expectedStream("other"), 10060);
	}

	private void assertConflict(boolean async, SendOptions options, int code) {
		assertThatExceptionOfType(SendConflictException.class).isThrownBy(() -> send(async, "c", options))
			.withMessageContaining(this.subject)
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo(code))
			.satisfies((ex) -> assertThat(ex.getSubject()).isEqualTo(this.subject));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aSubjectOfNoStreamIsNamed(boolean async) {
		assertThatExceptionOfType(NoStreamException.class)
			.isThrownBy(() -> send(async, "nowhere.a", "a", SendOptions.of().timeout(SHORT)))
			.withMessageContainingAll("'nowhere.a'", "300 ms", "nothing was stored", "nats.streams.definitions")
			.satisfies((ex) -> assertThat(ex.getSubject()).isEqualTo("nowhere.a"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStreamThatComesLateGetsTheMessage(boolean async) throws Exception {
		connection.jetStreamManagement().deleteStream(this.stream);
		long before = connection.getStatistics().getOutMsgs();
		CompletableFuture<PublishAck> ack = CompletableFuture
			.supplyAsync(() -> send(async, "a", SendOptions.of().timeout(Duration.ofSeconds(20))));
		Awaitility.await().until(() -> connection.getStatistics().getOutMsgs() > before + 1);
		assertThat(ack).isNotDone();
		createStream();
		assertThat(ack.get(20, TimeUnit.SECONDS).getSeqno()).isOne();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anOutcomeThatIsUnknownIsSaidToBe(boolean async) {
		connection.createDispatcher((message) -> {
		}).subscribe("silent.>");
		assertThatExceptionOfType(NatsTimeoutException.class)
			.isThrownBy(() -> send(async, "silent.a", "a", SendOptions.of().timeout(SHORT)))
			.withMessageContainingAll("'silent.a'", "the outcome is unknown", "With a message id");
		assertThatExceptionOfType(NatsTimeoutException.class)
			.isThrownBy(() -> send(async, "silent.a", "a", SendOptions.of().timeout(SHORT).messageId("id-7")))
			.withMessageContainingAll("the outcome is unknown", "sent again with its message id 'id-7'");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anAnswerOfSomebodyElseIsNoAcknowledgement(boolean async) {
		connection.createDispatcher((message) -> connection.publish(message.getReplyTo(), "hello".getBytes()))
			.subscribe("listener.>");
		assertThatExceptionOfType(NatsException.class)
			.isThrownBy(() -> send(async, "listener.a", "a", SendOptions.of()))
			.withMessageContaining("not by a stream");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStreamThatIsFullSaysSo(boolean async) throws Exception {
		connection.jetStreamManagement().updateStream(stream().maxMessages(1).discardPolicy(DiscardPolicy.New).build());
		send(async, "a", SendOptions.of());
		assertThatExceptionOfType(NatsException.class).isThrownBy(() -> send(async, "b", SendOptions.of()))
			.withMessageContainingAll(this.subject, "maximum messages exceeded");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aMessageThatIsTooLargeIsNotSent(boolean async) {
		assertThatExceptionOfType(NatsException.class)
			.isThrownBy(() -> send(async, new byte[2 * 1024 * 1024], SendOptions.of()))
			.withMessageContaining("max_payload");
	}

	@Test
	void nothingIsSentWithoutAConnection() throws Exception {
		Connection closed = server.connect();
		closed.close();
		NatsTemplate template = template(closed);
		assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(() -> template.send(this.subject, "a"))
			.withMessageContaining("nothing was sent");
		assertThat(template.sendAsync(this.subject, "a")).isCompletedExceptionally()
			.failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(NatsNotConnectedException.class);
	}

	@Test
	void badInputIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.template.send("a.*", "a"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.template.send(this.subject, null));
		assertThatIllegalArgumentException().isThrownBy(() -> SendOptions.of().messageId(" "));
		assertThatIllegalArgumentException().isThrownBy(() -> SendOptions.of().expectedLastSequence(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> SendOptions.of().timeout(Duration.ZERO));
	}

	@Test
	void optionsWinOverTheHeadersOfAPayload() throws Exception {
		Message message = NatsMessage.builder()
			.subject("other")
			.headers(new Headers().add("Nats-Msg-Id", "payload").add("color", "red"))
			.data("a")
			.build();
		this.template.send(this.subject, message, SendOptions.of().messageId("options"));
		MessageInfo stored = connection.jetStreamManagement().getMessage(this.stream, 1);
		assertThat(stored.getHeaders().get("Nats-Msg-Id")).containsExactly("options");
		assertThat(stored.getHeaders().get("color")).containsExactly("red");
	}

	@Test
	void interceptorsSeeTheAcknowledgement() throws Exception {
		List<Message> acks = new ArrayList<>();
		NatsTemplate template = template(connection, (message, invocation) -> {
			message.headers().put("added", "yes");
			CompletableFuture<Message> reply = invocation.proceed(message.withSubject(this.stream + ".other"));
			return reply.whenComplete((ack, failure) -> acks.add(ack));
		});
		assertThat(template.send(this.subject, "a").getSeqno()).isOne();
		assertThat(template.sendAsync(this.subject, "b").get().getSeqno()).isEqualTo(2);
		assertThat(acks).hasSize(2).doesNotContainNull();
		MessageInfo stored = connection.jetStreamManagement().getMessage(this.stream, 2);
		assertThat(stored.getSubject()).isEqualTo(this.stream + ".other");
		assertThat(stored.getHeaders().get("added")).containsExactly("yes");
	}

	@Test
	void interceptorsSeeTheFailure() {
		List<Throwable> failures = new ArrayList<>();
		NatsTemplate template = template(connection, (message, invocation) -> invocation.proceed(message)
			.whenComplete((ack, failure) -> failures.add(failure)));
		SendOptions options = SendOptions.of().timeout(SHORT);
		assertThatExceptionOfType(NoStreamException.class).isThrownBy(() -> template.send("nowhere.a", "a", options));
		assertThat(failures).singleElement().isInstanceOf(NoStreamException.class);
	}

	@Test
	void anInterceptorMayIgnoreTheAcknowledgement() throws Exception {
		NatsTemplate template = template(connection, (message, invocation) -> {
			invocation.proceed(message);
			return null;
		});
		assertThat(template.send(this.subject, "a").getSeqno()).isOne();
		assertThat(template.sendAsync(this.subject, "b").get().getSeqno()).isEqualTo(2);
	}

	@Test
	void aMessageThatAnInterceptorDropsIsNotAcknowledged() {
		NatsTemplate template = template(connection, (message, invocation) -> null);
		assertThatExceptionOfType(NatsException.class).isThrownBy(() -> template.send(this.subject, "a"))
			.withMessageContaining("did not call proceed");
	}

	@Test
	void callersWaitBeyondTheMessagesThatMayBeUnacknowledged() throws Exception {
		CountDownLatch arrived = new CountDownLatch(2);
		List<Message> requests = new CopyOnWriteArrayList<>();
		connection.createDispatcher((message) -> {
			requests.add(message);
			arrived.countDown();
		}).subscribe("bounded.>");
		NatsTemplate template = new NatsTemplate(connection, PayloadConverter.withDefaultFormat(),
				Duration.ofSeconds(20), List.of(), Duration.ofSeconds(20), 2);
		template.sendAsync("bounded.a", "1");
		template.sendAsync("bounded.a", "2");
		assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<CompletableFuture<PublishAck>> third = CompletableFuture
			.supplyAsync(() -> template.sendAsync("bounded.a", "3"));
		Awaitility.await().during(Duration.ofMillis(200)).until(() -> requests.size() == 2 && !third.isDone());
		connection.publish(requests.get(0).getReplyTo(), "{\"stream\":\"s\",\"seq\":1}".getBytes());
		third.get(20, TimeUnit.SECONDS);
		Awaitility.await().until(() -> requests.size() == 3);
	}

	@Test
	void aCallerThatIsInterruptedWhileItWaitsSendsNothing() throws Exception {
		connection.createDispatcher((message) -> {
		}).subscribe("waiting.>");
		NatsTemplate template = new NatsTemplate(connection, PayloadConverter.withDefaultFormat(),
				Duration.ofSeconds(20), List.of(), Duration.ofSeconds(20), 1);
		template.sendAsync("waiting.a", "1");
		CompletableFuture<PublishAck> second = new CompletableFuture<>();
		Thread caller = new Thread(() -> template.sendAsync("waiting.a", "2")
			.whenComplete((ack, failure) -> second.completeExceptionally(failure)));
		caller.start();
		Awaitility.await().until(() -> caller.getState() == Thread.State.WAITING);
		caller.interrupt();
		assertThat(second).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(NatsException.class)
			.withMessageContaining("nothing was sent");
	}

	@Test
	void manyMessagesAreStoredInTheOrderOfTheCalls() throws Exception {
		int count = 5_000;
		List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			acks.add(this.template.sendAsync(this.subject, "" + i));
		}
		for (int i = 0; i < count; i++) {
			assertThat(acks.get(i).get(20, TimeUnit.SECONDS).getSeqno()).isEqualTo(i + 1);
		}
	}

}
