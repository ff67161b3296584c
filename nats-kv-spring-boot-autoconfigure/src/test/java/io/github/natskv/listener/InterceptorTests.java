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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsException;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.NatsTimeoutException;
import io.github.natskv.core.OutgoingMessage;
import io.github.natskv.core.PublishInterceptor;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Message;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class InterceptorTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url())
		.withBean(Log.class)
		.withBean(Handlers.class)
		.withUserConfiguration(Interceptors.class);

	@Test
	void interceptorsAreCalledAroundHandlingInOrder() {
		this.runner.run((context) -> {
			assertThat(context.getBean(NatsOperations.class).request("echo", "a", String.class))
				.isEqualTo("<[tenant a]>");
			assertThat(context.getBean(Log.class)).startsWith("outer publish echo", "inner publish echo", "outer echo",
					"inner echo", "handler", "inner end", "outer end", "outer publish reply", "inner publish reply");
		});
	}

	@Test
	void publishingIsInterceptedToo() {
		this.runner.run((context) -> {
			context.getBean(NatsOperations.class).publish("echo", "a");
			context.getBean(NatsOperations.class).publish("echo", "b", Map.of("some", "header"));
			List<String> log = context.getBean(Log.class);
			Awaitility.await().until(() -> log.stream().filter("outer end"::equals).count() == 2);
			assertThat(log).filteredOn("inner publish echo"::equals).hasSize(2);
		});
	}

	@Test
	void anInterceptorMayAnswerFailOrHoldBack() {
		this.runner.run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			assertThat(nats.request("echo", "cached", String.class)).isEqualTo("<from the cache>");
			assertThatExceptionOfType(NatsReplyException.class)
				.isThrownBy(() -> nats.request("echo", "forbidden", String.class))
				.satisfies((ex) -> assertThat(ex.getDescription()).isEqualTo("not for you"));
			assertThat(context.getBean(Log.class)).doesNotContain("handler");
			assertThatIllegalStateException().isThrownBy(() -> nats.publish("refused", "x")).withMessage("refused");
			nats.publish("held.back", "x");
			assertThatExceptionOfType(NatsException.class)
				.isThrownBy(() -> nats.request("held.back", "x", String.class))
				.withMessageContaining("interceptor");
		});
	}

	@Test
	void anInterceptorSeesRepliesAndTimeouts() {
		this.runner.run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			List<String> log = context.getBean(Log.class);
			assertThat(nats.requestAsync("echo", "a", String.class)).succeedsWithin(Duration.ofSeconds(5));
			Awaitility.await().until(() -> log.contains("reply <[tenant a]>"));
			assertThatExceptionOfType(NatsTimeoutException.class)
				.isThrownBy(() -> nats.request("silent", "x", String.class, Duration.ofMillis(100)));
			assertThat(log).contains("no reply");
		});
	}

	static class Log extends CopyOnWriteArrayList<String> {

	}

	static class Handlers {

		private final Log log;

		Handlers(Log log) {
			this.log = log;
		}

		@NatsListener("echo")
		String echo(String text, @Header("tenant") String tenant) {
			this.log.add("handler");
			return tenant + " " + text;
		}

		@NatsListener("silent")
		CompletableFuture<String> silent(String text) {
			return new CompletableFuture<String>().completeOnTimeout("late", 300, TimeUnit.MILLISECONDS);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Interceptors {

		@Bean
		@Order(2)
		ListenerInterceptor inner(Log log) {
			return (delivery, invocation) -> {
				log.add("inner " + delivery.getSubject());
				Object result = invocation.proceed();
				log.add("inner end");
				return (result instanceof String) ? "[" + result + "]" : result;
			};
		}

		@Bean
		@Order(1)
		ListenerInterceptor outer(Log log) {
			return (delivery, invocation) -> {
				String text = new String(delivery.getMessage().getData(), StandardCharsets.UTF_8);
				if (text.equals("forbidden")) {
					throw new SecurityException("not for you");
				}
				log.add("outer " + delivery.getSubject());
				Object result = (text.equals("cached")) ? "from the cache" : invocation.proceed();
				log.add("outer end");
				return (result instanceof String) ? "<" + result + ">" : result;
			};
		}

		@Bean
		@Order(2)
		PublishInterceptor innerPublish(Log log) {
			return (message, invocation) -> {
				log.add("inner publish " + name(message));
				CompletableFuture<Message> reply = invocation.proceed(message);
				return (reply != null)
						? reply.whenComplete((result,
								failure) -> log.add((result != null)
										? "reply " + new String(result.getData(), StandardCharsets.UTF_8) : "no reply"))
						: null;
			};
		}

		@Bean
		@Order(1)
		PublishInterceptor outerPublish(Log log) {
			return (message, invocation) -> {
				if (message.subject().equals("refused")) {
					throw new IllegalStateException("refused");
				}
				if (message.subject().equals("held.back")) {
					return null;
				}
				log.add("outer publish " + name(message));
				message.headers().put("tenant", "tenant");
				return invocation.proceed(message);
			};
		}

		private static String name(OutgoingMessage message) {
			return (message.subject().startsWith("_INBOX")) ? "reply" : message.subject();
		}

	}

}
