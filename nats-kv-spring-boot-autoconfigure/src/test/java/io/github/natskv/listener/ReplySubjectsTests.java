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
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.PublishInterceptor;
import io.github.natskv.metrics.NatsListenerMetrics;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.KeyValueManagement;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for replies that a sender aims at what only the application may publish to.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReplySubjectsTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start("""
			authorization {
			  users: [
			    {user: app, password: app}
			    {user: sender, password: sender, permissions: {publish: "echo.>", subscribe: "_INBOX.>"}}
			  ]
			}
			""");

	@AutoClose
	private final Connection admin = connect("app");

	@AutoClose
	private final Connection sender = connect("sender");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url(), "nats.username=app", "nats.password=app")
		.withBean("substituting", ListenerErrorHandler.class, () -> (failure) -> "admin")
		.withBean("other", ListenerErrorHandler.class, () -> (failure) -> "never")
		.withBean(Handlers.class);

	private static Connection connect(String user) {
		try {
			return Nats.connect(Options.builder().server(server.url()).userInfo(user, user).build());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@BeforeEach
	void createBuckets() throws Exception {
		KeyValueManagement buckets = this.admin.keyValueManagement();
		for (String bucket : new String[] { "third", "roles" }) {
			if (!buckets.getBucketNames().contains(bucket)) {
				buckets.create(KeyValueConfiguration.builder(bucket).build());
			}
		}
		this.admin.keyValue("third").put("kept", "kept");
		this.admin.keyValue("roles").put("alice", "user");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			echo.json   | {not json           | $JS.API.STREAM.DELETE.KV_third
			echo.json   | {not json           | $JS.API.STREAM.PURGE.KV_third
			echo.bytes  | {"name":"KV_theirs","subjects":["$KV.theirs.>"]} | $JS.API.STREAM.CREATE.KV_theirs
			echo.bytes  | admin               | $KV.roles.alice
			echo.later  | admin               | $KV.roles.alice
			echo.handled | admin              | $KV.roles.alice
			""")
	void noReplyReachesWhatTheServerOrABucketListensTo(String subject, String payload, String replyTo) {
		this.runner.run((context) -> {
			this.sender.publish(subject, replyTo, payload.getBytes());
			awaitHandled(subject);
			await().during(Duration.ofMillis(300))
				.untilAsserted(() -> assertThat(this.admin.keyValueManagement().getBucketNames())
					.containsExactlyInAnyOrder("third", "roles"));
			assertThat(this.admin.keyValue("third").get("kept")).isNotNull();
			assertThat(this.admin.keyValue("roles").get("alice").getValueAsString()).isEqualTo("user");
		});
	}

	// The same listener handles in order.
	private void awaitHandled(String subject) throws Exception {
		assertThat(this.sender.request(subject, "\"after\"".getBytes(), Duration.ofSeconds(5))).isNotNull();
	}

	@Test
	void anErrorReplyThatInterceptorsRefuseIsNotSentEither() {
		this.runner.withBean(PublishInterceptor.class, () -> (message, invocation) -> {
			throw new IllegalStateException("no replies");
		}).run((context) -> {
			this.sender.publish("echo.json", "$JS.API.STREAM.DELETE.KV_third", "{not json".getBytes());
			awaitHandled("echo.json");
			assertThat(this.admin.keyValueManagement().getBucketNames()).contains("third");
		});
	}

	@Test
	void aRefusedReplyIsSentOnCountedAndLoggedOnce(CapturedOutput output) {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		this.runner.withBean(MeterRegistry.class, () -> registry)
			.withBean(ListenerInstrumentation.class, () -> new NatsListenerMetrics(registry))
			.run((context) -> {
				BlockingQueue<Message> sent = subscribe("sent");
				for (int i = 0; i < 3; i++) {
					this.sender.publish("echo.sent", "$KV.roles.alice", "admin".getBytes());
				}
				for (int i = 0; i < 3; i++) {
					assertThat(next(sent).getData()).asString().isEqualTo("admin");
				}
				assertThat(registry.get("nats.listener.replies.refused")
					.tag("listener.id", "sending")
					.functionCounter()
					.count()).isEqualTo(3);
			});
		assertThat(output).containsOnlyOnce("'$KV.roles.alice'").contains("Listener 'sending'");
	}

	@Test
	void replySubjectsNarrowWhereRepliesGo() {
		this.runner.withPropertyValues("nats.listener.reply-subjects=_INBOX.>,answers.*").run((context) -> {
			BlockingQueue<Message> answers = subscribe("answers.>");
			BlockingQueue<Message> others = subscribe("orders.>");
			this.sender.publish("echo.bytes", "orders.created", "x".getBytes());
			this.sender.publish("echo.bytes", "answers.a.b", "x".getBytes());
			this.sender.publish("echo.bytes", "answers", "x".getBytes());
			this.sender.publish("echo.bytes", "answers.a", "x".getBytes());
			awaitHandled("echo.bytes");
			this.admin.flush(Duration.ofSeconds(5));
			assertThat(next(answers).getSubject()).isEqualTo("answers.a");
			assertThat(answers).isEmpty();
			assertThat(others).isEmpty();
		});
	}

	@Test
	void replySubjectsThatMatchEverythingDoNotMatchTheServer() {
		this.runner.withPropertyValues("nats.listener.reply-subjects=>").run((context) -> {
			this.sender.publish("echo.bytes", "$KV.roles.alice", "admin".getBytes());
			awaitHandled("echo.bytes");
			assertThat(this.admin.keyValue("roles").get("alice").getValueAsString()).isEqualTo("user");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "$KV.>", "a..b", "a>", "a b" })
	void replySubjectsThatCannotBeAreRefused(String subject) {
		this.runner.withPropertyValues("nats.listener.reply-subjects[0]=" + subject).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("nats.listener.reply-subjects[0]")
				.hasMessageContaining(subject);
		});
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "Nats-Rollup", "nats-rollup", "Nats-TTL", "Nats-Expected-Stream", "Nats-Expected-Last-Sequence",
					"Nats-Schedule", "Nats-Batch-Id", "Nats-Msg-Id", "KV-Operation", "Nats-Marker-Reason" })
	void headersThatSteerTheServerAreNotCopiedFromTheRequest(String name) {
		this.runner.run((context) -> {
			Headers headers = new Headers().put(name, "all").put("trace", "42");
			for (String subject : new String[] { "echo.message", "echo.headers" }) {
				Message reply = this.sender.request(subject, headers, "x".getBytes(), Duration.ofSeconds(5));
				BlockingQueue<Message> sent = subscribe("sent");
				this.sender.publish(subject, headers, "x".getBytes());
				for (Message message : new Message[] { reply, next(sent) }) {
					assertThat(message.getHeaders().getFirst("trace")).as(subject).isEqualTo("42");
					assertThat(message.getHeaders().containsKeyIgnoreCase(name)).as(subject).isFalse();
				}
			}
		});
	}

	@Test
	void headersTheHandlerSetsOnANewMessageStayWhateverTheRequestHas() {
		this.runner.run((context) -> {
			Headers headers = new Headers().put("Nats-Msg-Id", "own").put("Nats-Rollup", "sub");
			Message reply = this.sender.request("echo.own", headers, "x".getBytes(), Duration.ofSeconds(5));
			assertThat(reply.getHeaders().getFirst("Nats-Msg-Id")).isEqualTo("own");
			assertThat(reply.getHeaders().getFirst("Nats-Rollup")).isEqualTo("all");
		});
	}

	private BlockingQueue<Message> subscribe(String subject) throws Exception {
		BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
		this.admin.createDispatcher(messages::add).subscribe(subject);
		this.admin.flush(Duration.ofSeconds(5));
		return messages;
	}

	private static Message next(BlockingQueue<Message> messages) throws InterruptedException {
		Message message = messages.poll(5, TimeUnit.SECONDS);
		assertThat(message).isNotNull();
		return message;
	}

	static class Handlers {

		@NatsListener("echo.json")
		Map<String, String> json(Map<String, String> payload) {
			return payload;
		}

		@NatsListener("echo.bytes")
		byte[] bytes(byte[] payload) {
			return payload;
		}

		@NatsListener("echo.later")
		CompletableFuture<String> later(String payload) {
			return CompletableFuture.completedFuture(payload);
		}

		@NatsListener(subjects = "echo.handled", errorHandler = "substituting")
		void handled(String payload) {
			throw new IllegalStateException(payload);
		}

		@NatsListener(subjects = "echo.sent", id = "sending")
		@SendTo("sent")
		String sent(String payload) {
			return payload;
		}

		@NatsListener("echo.message")
		@SendTo("sent")
		org.springframework.messaging.Message<String> message(org.springframework.messaging.Message<String> message) {
			return message;
		}

		@NatsListener("echo.headers")
		@SendTo("sent")
		org.springframework.messaging.Message<String> headers(org.springframework.messaging.Message<String> message) {
			return MessageBuilder.withPayload("y").copyHeaders(message.getHeaders()).build();
		}

		@NatsListener("echo.own")
		org.springframework.messaging.Message<String> own(org.springframework.messaging.Message<String> message) {
			return MessageBuilder.withPayload(message.getPayload())
				.setHeader("Nats-Msg-Id", "own")
				.setHeader("Nats-Rollup", "all")
				.build();
		}

	}

}
