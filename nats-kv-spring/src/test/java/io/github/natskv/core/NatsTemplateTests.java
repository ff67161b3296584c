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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NatsTemplateTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start("max_payload: 4096");

	private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

	private Connection connection;

	private NatsTemplate template;

	@BeforeEach
	void connect() throws Exception {
		use(Nats.connect(Options.builder()
			.server(server.url())
			.advancedRequestBehavior()
			.subjectValidationType(Options.SubjectValidationType.Strict)
			.reconnectBufferSize(0)
			.reconnectWait(Duration.ofMillis(50))
			.maxReconnects(-1)
			.build()));
	}

	private void use(Connection connection) {
		this.connection = connection;
		this.template = new NatsTemplate(connection, new PayloadConverter(new JacksonPayloadFormat(new JsonMapper())),
				Duration.ofSeconds(2));
		connection.createDispatcher(this.received::add).subscribe("in");
		connection
			.createDispatcher(
					(message) -> connection.publish(message.getReplyTo(), message.getHeaders(), message.getData()))
			.subscribe("echo");
	}

	@AfterEach
	void close() throws Exception {
		this.connection.close();
	}

	@Test
	void aConnectionIsEnough() {
		NatsTemplate template = new NatsTemplate(this.connection);
		assertThat(template.request("echo", List.of(1, 2), new ParameterizedTypeReference<List<Integer>>() {
		})).containsExactly(1, 2);
		assertThat(template.request("echo", "x", String.class)).isEqualTo("x");
	}

	@Test
	void publishes() throws Exception {
		this.template.publish("in", Map.of("a", 1), Map.of("one", 1, "many", List.of("x", "y")));
		Message message = this.received.poll(5, TimeUnit.SECONDS);
		assertThat(message.getData()).asString().isEqualTo("{\"a\":1}");
		assertThat(message.getHeaders().get("one")).containsExactly("1");
		assertThat(message.getHeaders().get("many")).containsExactly("x", "y");
		this.template.publish("in", "text");
		assertThat(this.received.poll(5, TimeUnit.SECONDS).getData()).asString().isEqualTo("text");
	}

	@Test
	void arraysOptionalsAndBytesAreHeaderValues() throws Exception {
		this.template.publish("in", "text",
				Map.of("array", new String[] { "x", "y" }, "numbers", new int[] { 1, 2 }, "present", Optional.of(1),
						"absent", Optional.empty(), "bytes", "text".getBytes(StandardCharsets.UTF_8), "several",
						List.of(Optional.of("x"), Optional.empty(), "y".getBytes())));
		Message message = this.received.poll(5, TimeUnit.SECONDS);
		assertThat(message.getHeaders().get("array")).containsExactly("x", "y");
		assertThat(message.getHeaders().get("numbers")).containsExactly("1", "2");
		assertThat(message.getHeaders().get("present")).containsExactly("1");
		assertThat(message.getHeaders().keySet()).doesNotContain("absent");
		assertThat(message.getHeaders().get("bytes")).containsExactly("text");
		assertThat(message.getHeaders().get("several")).containsExactly("x", "y");
	}

	@Test
	void aHeaderWithoutAValueIsNotSent() throws Exception {
		Map<String, Object> headers = new HashMap<>();
		headers.put("none", null);
		headers.put("nothing", Collections.singletonList(null));
		headers.put("some", Arrays.asList("x", null, "y"));
		this.template.publish("in", "text", headers);
		Message message = this.received.poll(5, TimeUnit.SECONDS);
		assertThat(message.getHeaders().keySet()).containsExactly("some");
		assertThat(message.getHeaders().get("some")).containsExactly("x", "y");
		this.template.publish("in", "text", Collections.singletonMap("none", null));
		assertThat(this.received.poll(5, TimeUnit.SECONDS).getHeaders()).isNull();
	}

	@Test
	void whatAnInterceptorThrowsFailsTheFutureOfAnAsynchronousRequest() {
		NatsTemplate template = new NatsTemplate(this.connection, new PayloadConverter(), Duration.ofSeconds(2),
				List.of((message, invocation) -> {
					throw new IllegalStateException("refused by the interceptor");
				}));
		assertThat(template.requestAsync("echo", "x", String.class)).failsWithin(Duration.ofSeconds(5))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(IllegalStateException.class)
			.withMessageContaining("refused by the interceptor");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> template.requestAsync("echo", "x", String.class, Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> template.requestAsync("e cho", "x", String.class));
	}

	@Test
	void requestsConvertTheReply() throws Exception {
		assertThat(this.template.request("echo", "hi", String.class)).isEqualTo("hi");
		assertThat(this.template.request("echo", 7, Integer.class, Duration.ofSeconds(1))).isEqualTo(7);
		assertThat(this.template.request("echo", List.of(1, 2), new ParameterizedTypeReference<List<Long>>() {
		})).containsExactly(1L, 2L);
		assertThat(this.template.request("echo", new byte[0], new ParameterizedTypeReference<Optional<Long>>() {
		}, Duration.ofSeconds(1))).isEmpty();
		assertThat(this.template.requestAsync("echo", "hi", String.class).get()).isEqualTo("hi");
		assertThatExceptionOfType(PayloadConversionException.class)
			.isThrownBy(() -> this.template.request("echo", "hi", Integer.class));
	}

	@Test
	void wholeMessagesAndNothingAreRepliesToo() throws Exception {
		assertThat(this.template.request("echo", "hi", Void.class)).isNull();
		assertThat(this.template.requestAsync("echo", "", Void.class).get()).isNull();
		assertThatExceptionOfType(NoRespondersException.class)
			.isThrownBy(() -> this.template.request("nobody", "", Void.class));
		assertThat(this.template.request("echo", "hi", Message.class).getData()).asString().isEqualTo("hi");
		this.connection
			.createDispatcher((message) -> this.connection.publish(message.getReplyTo(),
					new Headers().add("trace", "42"), message.getData()))
			.subscribe("traced");
		org.springframework.messaging.Message<List<Long>> reply = this.template.request("traced", List.of(1),
				new ParameterizedTypeReference<>() {
				});
		assertThat(reply.getPayload()).containsExactly(1L);
		assertThat(reply.getHeaders()).containsEntry("trace", "42");
		assertThat(this.template.request("echo", Map.of("a", 1), Object.class)).isEqualTo(Map.of("a", 1));
		assertThatExceptionOfType(PayloadConversionException.class)
			.isThrownBy(() -> this.template.request("echo", "no json", Object.class));
	}

	@Test
	void messagesBringTheirHeaders() throws Exception {
		org.springframework.messaging.Message<?> spring = MessageBuilder.withPayload(Map.of("a", 1))
			.setHeader("trace", "42")
			.setHeader(MessageHeaders.CONTENT_TYPE, "application/json")
			.build();
		this.template.publish("in", spring, Map.of("trace", "43"));
		Message message = this.received.poll(5, TimeUnit.SECONDS);
		assertThat(message.getData()).asString().isEqualTo("{\"a\":1}");
		assertThat(message.getHeaders().get("trace")).containsExactly("43");
		assertThat(message.getHeaders().get("Content-Type")).containsExactly("application/json");
		assertThat(message.getHeaders().size()).isEqualTo(2);
		Message reply = this.template.request("echo", spring, Message.class);
		assertThat(reply.getHeaders().get("trace")).containsExactly("42");
		this.template.publish("in", reply);
		message = this.received.poll(5, TimeUnit.SECONDS);
		assertThat(message.getData()).isEqualTo(reply.getData());
		assertThat(message.getHeaders()).isEqualTo(reply.getHeaders());
	}

	@Test
	void whatFailsForAnotherReasonIsNotTakenForAMissingResponder() {
		NatsTemplate template = new NatsTemplate(this.connection, new PayloadConverter(), Duration.ofSeconds(2),
				List.of((message, invocation) -> {
					CompletableFuture<Message> reply = invocation.proceed(message);
					assertThat(reply).isNotNull();
					reply.obtrudeException(new IllegalStateException("refused by the interceptor"));
					return reply;
				}));
		assertThatExceptionOfType(NatsException.class).isThrownBy(() -> template.request("echo", "x", String.class))
			.isNotInstanceOf(NoRespondersException.class)
			.withMessageContaining("refused by the interceptor");
	}

	@Test
	void anInterceptorMayWrapReplies() throws Exception {
		NatsTemplate template = intercepted((message, invocation) -> {
			CompletableFuture<Message> reply = invocation.proceed(message);
			return (reply != null)
					? reply.thenApply((answer) -> new NatsMessage(answer.getSubject(), null, "wrapped".getBytes()))
					: null;
		});
		assertThat(template.request("echo", "x", String.class)).isEqualTo("wrapped");
		assertThat(template.requestAsync("echo", "x", String.class).get(5, TimeUnit.SECONDS)).isEqualTo("wrapped");
		template.publish("echo", "x");
	}

	@Test
	void anInterceptorMaySendAnotherMessage() {
		NatsTemplate template = intercepted((message, invocation) -> {
			message.headers().put("token", "secret");
			assertThat(message).asString().contains("'elsewhere'").doesNotContain("secret");
			return invocation.proceed(message.withSubject("echo").withPayload("other".getBytes()));
		});
		Message reply = template.request("elsewhere", "x", Message.class);
		assertThat(reply.getData()).asString().isEqualTo("other");
	}

	@Test
	void anInterceptorSeesWhyThereIsNoReplyAndMayHaveAnother() throws Exception {
		this.connection.createDispatcher((message) -> {
		}).subscribe("silent");
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		NatsTemplate template = intercepted((message, invocation) -> {
			CompletableFuture<Message> reply = invocation.proceed(message);
			assertThat(reply).isNotNull();
			return reply.exceptionally((failure) -> {
				failures.add(failure);
				return new NatsMessage(message.subject(), null, "fallback".getBytes());
			});
		});
		Duration timeout = Duration.ofMillis(50);
		assertThat(template.request("silent", "x", String.class, timeout)).isEqualTo("fallback");
		assertThat(template.request("nobody", "x", String.class)).isEqualTo("fallback");
		assertThat(template.requestAsync("silent", "x", String.class, timeout).get(5, TimeUnit.SECONDS))
			.isEqualTo("fallback");
		assertThat(failures).hasExactlyElementsOfTypes(NatsTimeoutException.class, NoRespondersException.class,
				NatsTimeoutException.class);
	}

	@Test
	void aReplyThatAnInterceptorNeverCompletesIsATimeout() {
		NatsTemplate template = intercepted((message, invocation) -> new CompletableFuture<>());
		Duration timeout = Duration.ofMillis(50);
		assertThatExceptionOfType(NatsTimeoutException.class)
			.isThrownBy(() -> template.request("echo", "x", String.class, timeout));
		assertThat(template.requestAsync("echo", "x", String.class, timeout)).failsWithin(Duration.ofSeconds(5))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(NatsTimeoutException.class);
	}

	@Test
	void aCheckedExceptionOfAnInterceptorIsTheCause() {
		NatsTemplate template = intercepted((message, invocation) -> {
			throw new IOException("no key");
		});
		assertThatExceptionOfType(NatsException.class).isThrownBy(() -> template.publish("echo", "x"))
			.withMessageContaining("interceptor")
			.withMessageContaining("'echo': no key")
			.withCauseInstanceOf(IOException.class);
		assertThatExceptionOfType(NatsException.class).isThrownBy(() -> template.request("echo", "x", String.class))
			.withCauseInstanceOf(IOException.class);
	}

	@Test
	void aFailedRequestHasTheStackTraceOfItsCaller() {
		NatsTemplate template = intercepted((message, invocation) -> invocation.proceed(message));
		assertThatExceptionOfType(NoRespondersException.class)
			.isThrownBy(() -> template.request("nobody", "x", String.class))
			.satisfies(
					(ex) -> assertThat(ex.getStackTrace()).anySatisfy((element) -> assertThat(element.getMethodName())
						.contains("aFailedRequestHasTheStackTraceOfItsCaller")));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void noTraceOfJnatsHidesThatOfTheCaller(boolean advanced) throws Exception {
		if (!advanced) {
			this.connection.close();
			use(server.connect());
		}
		this.connection.createDispatcher((message) -> {
		}).subscribe("silent");
		NatsTemplate intercepted = intercepted((message, invocation) -> invocation.proceed(message));
		for (NatsTemplate template : List.of(this.template, intercepted)) {
			assertThatExceptionOfType(NoRespondersException.class)
				.isThrownBy(() -> template.request("nobody", "x", String.class))
				.withNoCause();
			assertThat(template.requestAsync("nobody", "x", String.class)).failsWithin(Duration.ofSeconds(1))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(NoRespondersException.class)
				.withNoCause();
			assertThatExceptionOfType(NatsTimeoutException.class)
				.isThrownBy(() -> template.request("silent", "x", String.class, Duration.ofMillis(50)))
				.withNoCause();
		}
	}

	private NatsTemplate intercepted(PublishInterceptor interceptor) {
		return new NatsTemplate(this.connection, new PayloadConverter(), Duration.ofSeconds(2), List.of(interceptor));
	}

	@Test
	void dependentsOfAnAsynchronousReplyMayRequestThemselves() throws Exception {
		CompletableFuture<String> chained = this.template.requestAsync("echo", "a", String.class)
			.thenApply((reply) -> reply + this.template.request("echo", "b", String.class));
		assertThat(chained.get(5, TimeUnit.SECONDS)).isEqualTo("ab");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void failuresOfRequestsAreToldApart(boolean advanced) throws Exception {
		if (!advanced) {
			this.connection.close();
			use(server.connect());
		}
		this.connection.createDispatcher((message) -> {
		}).subscribe("silent");
		long start = System.nanoTime();
		assertThatExceptionOfType(NoRespondersException.class)
			.isThrownBy(() -> this.template.request("nobody", "x", String.class))
			.withMessageContaining("nobody");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
		assertThatExceptionOfType(NatsTimeoutException.class)
			.isThrownBy(() -> this.template.request("silent", "x", String.class, Duration.ofMillis(50)));
		assertThat(this.template.requestAsync("nobody", "x", String.class)).failsWithin(Duration.ofSeconds(1))
			.withThrowableThat()
			.withCauseInstanceOf(NoRespondersException.class);
		assertThat(this.template.requestAsync("silent", "x", String.class, Duration.ofMillis(50)))
			.failsWithin(Duration.ofSeconds(1))
			.withThrowableThat()
			.withCauseInstanceOf(NatsTimeoutException.class);
	}

	@Test
	void errorRepliesCarryCodeAndDescription() {
		this.connection.createDispatcher((message) -> this.connection.publish(message.getReplyTo(),
				new Headers().add("Nats-Service-Error", "no such order").add("Nats-Service-Error-Code", "404"), null))
			.subscribe("failing");
		assertThatExceptionOfType(NatsReplyException.class)
			.isThrownBy(() -> this.template.request("failing", "x", String.class))
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(404))
			.satisfies((ex) -> assertThat(ex.getDescription()).isEqualTo("no such order"));
	}

	@Test
	void whatCannotBeSentSaysWhy() {
		assertThatExceptionOfType(NatsException.class).isThrownBy(() -> this.template.publish("in", new byte[5000]))
			.withMessageContaining("5000")
			.withMessageContaining("4096");
		for (String subject : List.of("", "a..b", "a b", "a.*", "a.>", "a.")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.template.publish(subject, "x"));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.template.publish("in", null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.template.request("in", null, String.class))
			.withMessageContaining("empty byte[]");
		assertThatIllegalArgumentException().isThrownBy(() -> this.template.publish("in", "x", Map.of("a b", "x")))
			.withMessageContaining("a b");
		assertThatIllegalArgumentException().isThrownBy(() -> this.template.publish("in", "x", Map.of("a", "ü")))
			.withMessageContaining("'a'");
	}

	@Test
	void withoutConnectionNothingIsSent() throws Exception {
		NatsServer other = NatsServer.start();
		try (Connection lost = Nats.connect(Options.builder().server(other.url()).reconnectBufferSize(0).build())) {
			NatsTemplate template = new NatsTemplate(lost, new PayloadConverter(), Duration.ofSeconds(2));
			lost.createDispatcher((message) -> {
			}).subscribe("silent");
			CompletableFuture<String> inFlight = template.requestAsync("silent", "x", String.class,
					Duration.ofSeconds(30));
			other.kill();
			Awaitility.await().until(() -> lost.getStatus() != Connection.Status.CONNECTED);
			assertThatExceptionOfType(NatsNotConnectedException.class)
				.isThrownBy(() -> template.publish("in", "x", Map.of("a", "b")));
			assertThatExceptionOfType(NatsNotConnectedException.class)
				.isThrownBy(() -> template.request("in", "x", String.class));
			assertThat(template.requestAsync("in", "x", String.class)).isCompletedExceptionally();
			lost.close();
			assertThat(inFlight).failsWithin(Duration.ofSeconds(5))
				.withThrowableThat()
				.withCauseInstanceOf(NatsTimeoutException.class)
				.withMessageContaining("lost");
			assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(() -> template.publish("in", "x"));
		}
		finally {
			other.close();
		}
	}

}
