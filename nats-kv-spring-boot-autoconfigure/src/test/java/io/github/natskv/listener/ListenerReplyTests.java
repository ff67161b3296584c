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
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsHeaders;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.PublishInterceptor;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what is answered, and sent on.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerReplyTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url())
		.withBean("missingErrorHandler", ListenerErrorHandler.class, () -> (failure) -> {
			throw new NatsReplyException(404, "no such order");
		})
		.withBean("otherErrorHandler", ListenerErrorHandler.class, () -> (failure) -> "never")
		.withBean(Handlers.class);

	@ParameterizedTest
	@CsvSource({ "reply,no replies today", "throwing,boom", "later,boom" })
	void aRequesterIsAnsweredWhereAnInterceptorRefusesReplies(String subject, String description) {
		this.runner.withBean(PublishInterceptor.class, () -> (message, invocation) -> {
			if (message.subject().startsWith("_INBOX.")) {
				throw new IllegalStateException("no replies today");
			}
			return invocation.proceed(message);
		}).run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			assertThatExceptionOfType(NatsReplyException.class)
				.isThrownBy(() -> nats.request(subject, "x", String.class))
				.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(500))
				.satisfies((ex) -> assertThat(ex.getDescription()).isEqualTo(description));
		});
	}

	@Test
	void anErrorReplyAnInterceptorFailedAfterIsNotSentTwice() {
		this.runner.withBean(PublishInterceptor.class, () -> (message, invocation) -> {
			CompletableFuture<Message> reply = invocation.proceed(message);
			if (message.subject().equals("answers")) {
				throw new IllegalStateException("too late");
			}
			return reply;
		}).run((context) -> {
			Connection connection = context.getBean(Connection.class);
			BlockingQueue<Message> answers = new LinkedBlockingQueue<>();
			connection.createDispatcher(answers::add).subscribe("answers");
			connection.publish("throwing.named", "answers", "first".getBytes());
			connection.publish("throwing.named", "answers", "second".getBytes());
			assertThat(error(answers)).isEqualTo("first");
			assertThat(error(answers)).isEqualTo("second");
		});
	}

	private static String error(BlockingQueue<Message> answers) throws InterruptedException {
		Message answer = answers.poll(5, TimeUnit.SECONDS);
		assertThat(answer).isNotNull();
		return answer.getHeaders().getFirst(NatsHeaders.SERVICE_ERROR);
	}

	@Test
	void aHandlerMayChooseTheErrorItAnswers(CapturedOutput output) {
		this.runner.run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			for (String subject : new String[] { "missing", "missing.later", "missing.handled" }) {
				assertThatExceptionOfType(NatsReplyException.class).as(subject)
					.isThrownBy(() -> nats.request(subject, "x", String.class))
					.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(404))
					.satisfies((ex) -> assertThat(ex.getDescription()).isEqualTo("no such order"));
			}
		});
		assertThat(output).contains("no such order").doesNotContain("\tat " + Handlers.class.getName());
	}

	@Test
	void anErrorOfAnotherIsPassedOnOnlyWhereTheHandlerSaysSo() {
		this.runner.run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			assertThatExceptionOfType(NatsReplyException.class)
				.isThrownBy(() -> nats.request("asking", "x", String.class))
				.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(500))
				.satisfies((ex) -> assertThat(ex.getSubject()).isEqualTo("asking"))
				.satisfies((ex) -> assertThat(ex.getDescription())
					.isEqualTo("The responder on subject 'missing' answered with error 404: no such order"));
			assertThatExceptionOfType(NatsReplyException.class)
				.isThrownBy(() -> nats.request("asking.on", "x", String.class))
				.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(404))
				.satisfies((ex) -> assertThat(ex.getDescription()).isEqualTo("no such order"));
		});
	}

	@Test
	void whatComesLaterIsSentOnToo() {
		this.runner.run((context) -> {
			Connection connection = context.getBean(Connection.class);
			BlockingQueue<Message> sent = new LinkedBlockingQueue<>();
			connection.createDispatcher(sent::add).subscribe("sent.*");
			for (String subject : new String[] { "send.future", "send.mono" }) {
				connection.publish(subject, "x".getBytes());
				Message message = sent.poll(5, TimeUnit.SECONDS);
				assertThat(message).as(subject).isNotNull();
				assertThat(message.getSubject()).isEqualTo(subject.replace("send.", "sent."));
				assertThat(message.getData()).asString().isEqualTo("x later");
			}
		});
	}

	@Test
	void anEmptyResultIsNotSentOn() {
		this.runner.run((context) -> {
			Connection connection = context.getBean(Connection.class);
			BlockingQueue<Message> sent = new LinkedBlockingQueue<>();
			connection.createDispatcher(sent::add).subscribe("sent.*");
			for (String payload : new String[] { "null", "empty", "last" }) {
				connection.publish("send.optional", payload.getBytes());
			}
			Message message = sent.poll(5, TimeUnit.SECONDS);
			assertThat(message).isNotNull();
			assertThat(message.getData()).asString().isEqualTo("last");
			assertThat(connection.request("send.optional", "empty".getBytes(), Duration.ofSeconds(5)).getData())
				.isEmpty();
		});
	}

	static class Handlers {

		@NatsListener("reply")
		String reply(String text) {
			return text;
		}

		@NatsListener("throwing")
		void throwing() {
			throw new IllegalStateException("boom");
		}

		@NatsListener("throwing.named")
		void throwingNamed(String name) {
			throw new IllegalStateException(name);
		}

		@NatsListener("later")
		CompletableFuture<String> later() {
			return CompletableFuture.supplyAsync(() -> {
				throw new IllegalStateException("boom");
			});
		}

		@NatsListener("missing")
		String missing() {
			throw new NatsReplyException(404, "no such order");
		}

		@NatsListener("asking")
		String asking(String text, NatsOperations nats) {
			return nats.request("missing", text, String.class);
		}

		@NatsListener("asking.on")
		String askingOn(String text, NatsOperations nats) {
			try {
				return nats.request("missing", text, String.class);
			}
			catch (NatsReplyException ex) {
				throw ex.passOn();
			}
		}

		@NatsListener("missing.later")
		CompletableFuture<String> missingLater() {
			return CompletableFuture.supplyAsync(this::missing);
		}

		@NatsListener(subjects = "missing.handled", errorHandler = "missingErrorHandler")
		String missingHandled() {
			throw new IllegalStateException("missing");
		}

		@NatsListener("send.future")
		@SendTo("sent.future")
		CompletableFuture<String> sendFuture(String text) {
			return CompletableFuture.supplyAsync(() -> text + " later",
					CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS));
		}

		@NatsListener("send.mono")
		@SendTo("sent.mono")
		Mono<String> sendMono(String text) {
			return Mono.just(text + " later").delayElement(Duration.ofMillis(5));
		}

		@NatsListener("send.optional")
		@SendTo("sent.optional")
		Optional<String> sendOptional(String text) {
			return switch (text) {
				case "null" -> null;
				case "empty" -> Optional.empty();
				default -> Optional.of(text);
			};
		}

	}

}
