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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.listener.config.NatsListenerAnnotationBeanPostProcessor;
import io.github.natskv.testsupport.NatsServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ListenerRetryTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url(), "nats.listener.retry.delay=1ms")
		.withBean(Flaky.class);

	@Test
	void aFailedHandlerIsCalledAgain() {
		this.runner.withPropertyValues("nats.listener.retry.max-retries=2").run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			for (String subject : new String[] { "flaky", "flaky.future", "flaky.mono" }) {
				assertThat(nats.request(subject, 2, String.class)).as(subject).isEqualTo("attempt 3");
			}
		});
	}

	@Test
	void interceptorsAndTheErrorHandlerAreCalledOnce() {
		AtomicInteger intercepted = new AtomicInteger();
		List<String> failures = new CopyOnWriteArrayList<>();
		this.runner.withPropertyValues("nats.listener.retry.max-retries=2")
			.withBean(ListenerInterceptor.class, () -> (delivery, invocation) -> {
				intercepted.incrementAndGet();
				return invocation.proceed();
			})
			.withBean(ListenerErrorHandler.class, () -> (failure) -> {
				failures.add(failure.getCause().getMessage());
				return "handled";
			})
			.run((context) -> {
				assertThat(context.getBean(NatsOperations.class).request("flaky", 5, String.class))
					.isEqualTo("handled");
				assertThat(context.getBean(Flaky.class).calls).hasValue(3);
				assertThat(intercepted).hasValue(1);
				assertThat(failures).containsExactly("failure 3");
			});
	}

	@Test
	void theLastFailureIsTheReply() {
		this.runner.withPropertyValues("nats.listener.retry.max-retries=2").run((context) -> {
			Flaky flaky = context.getBean(Flaky.class);
			for (String subject : new String[] { "flaky", "flaky.future", "flaky.mono" }) {
				flaky.calls.set(0);
				assertThatExceptionOfType(NatsReplyException.class)
					.isThrownBy(() -> context.getBean(NatsOperations.class).request(subject, 5, String.class))
					.satisfies((ex) -> assertThat(ex.getDescription()).as(subject).isEqualTo("failure 3"));
				assertThat(flaky.calls).hasValue(3);
			}
		});
	}

	@Test
	void nothingIsTriedAgainByDefault() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(NatsReplyException.class)
				.isThrownBy(() -> context.getBean(NatsOperations.class).request("flaky", 5, String.class));
			assertThat(context.getBean(Flaky.class).calls).hasValue(1);
			assertThat(context).doesNotHaveBean(RetryPolicy.class);
		});
	}

	@Test
	void badPayloadsErrorsAndChosenAnswersAreNotTriedAgain() {
		this.runner
			.withPropertyValues("nats.listener.retry.max-retries=2", "nats.listener.retry.delay=1h",
					"nats.listener.retry.max-delay=1h")
			.run((context) -> {
				NatsOperations nats = context.getBean(NatsOperations.class);
				assertThatExceptionOfType(NatsReplyException.class)
					.isThrownBy(() -> nats.request("flaky", "no number", String.class))
					.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(400));
				assertThatExceptionOfType(NatsReplyException.class)
					.isThrownBy(() -> nats.request("flaky.error", 1, String.class))
					.satisfies((ex) -> assertThat(ex.getDescription()).isEqualTo("broken"));
				assertThatExceptionOfType(NatsReplyException.class)
					.isThrownBy(() -> nats.request("flaky.chosen", 1, String.class))
					.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(404));
				assertThatExceptionOfType(NatsReplyException.class)
					.isThrownBy(() -> nats.request("flaky.joined", 1, String.class))
					.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(404));
			});
	}

	@Test
	void theUsersPolicyWins() {
		this.runner.withPropertyValues("nats.listener.retry.max-retries=2")
			.withBean(NatsListenerAnnotationBeanPostProcessor.RETRY_POLICY_BEAN_NAME, RetryPolicy.class,
					() -> RetryPolicy.builder().maxRetries(3).delay(Duration.ZERO).build())
			.run((context) -> assertThat(context.getBean(NatsOperations.class).request("flaky", 3, String.class))
				.isEqualTo("attempt 4"));
	}

	@Test
	void pausesAreThoseOfTheProperties() {
		this.runner
			.withPropertyValues("nats.listener.retry.max-retries=2", "nats.listener.retry.delay=100ms",
					"nats.listener.retry.multiplier=3", "nats.listener.retry.max-delay=200ms",
					"nats.listener.retry.jitter=10ms")
			.run((context) -> {
				BackOffExecution pauses = context.getBean(RetryPolicy.class).getBackOff().start();
				assertThat(pauses.nextBackOff()).isBetween(90L, 110L);
				assertThat(pauses.nextBackOff()).isBetween(170L, 200L);
				assertThat(pauses.nextBackOff()).isEqualTo(BackOffExecution.STOP);
			});
	}

	@Test
	void anErrorOfAnotherIsTriedAgain() {
		this.runner.withPropertyValues("nats.listener.retry.max-retries=2").run((context) -> {
			assertThatExceptionOfType(NatsReplyException.class)
				.isThrownBy(() -> context.getBean(NatsOperations.class).request("flaky.asking", 1, String.class));
			assertThat(context.getBean(Flaky.class).calls).hasValue(3);
		});
	}

	@Test
	void settingsThatCannotWorkAreRefused() {
		this.runner.withPropertyValues("nats.listener.retry.max-retries=-1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("nats.listener.retry.max-retries"));
		this.runner.withPropertyValues("nats.listener.retry.max-retries=1", "nats.listener.retry.multiplier=0.5")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("'nats.listener.retry': does not work"));
	}

	static class Flaky {

		final AtomicInteger calls = new AtomicInteger();

		@NatsListener("flaky")
		String on(int failures) {
			int call = this.calls.incrementAndGet();
			if (call <= failures) {
				throw new IllegalStateException("failure " + call);
			}
			this.calls.set(0);
			return "attempt " + call;
		}

		@NatsListener("flaky.future")
		CompletableFuture<String> future(int failures) {
			return CompletableFuture.supplyAsync(() -> on(failures));
		}

		@NatsListener("flaky.mono")
		Mono<String> mono(int failures) {
			return Mono.fromSupplier(() -> on(failures));
		}

		@NatsListener("flaky.error")
		String error(int number) {
			throw new AssertionError("broken");
		}

		@NatsListener("flaky.joined")
		String joined(int failures) {
			return CompletableFuture.supplyAsync(() -> chosen(failures)).join();
		}

		@NatsListener("flaky.asking")
		String asking(int number, NatsOperations nats) {
			this.calls.incrementAndGet();
			return nats.request("flaky.chosen", number, String.class);
		}

		@NatsListener("flaky.chosen")
		String chosen(int number) {
			throw new NatsReplyException(404, "no such number");
		}

	}

}
