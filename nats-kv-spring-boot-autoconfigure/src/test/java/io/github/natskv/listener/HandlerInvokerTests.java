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
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.BucketEntry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Retry, interceptors and argument resolvers reach listeners of subjects and of buckets.
 */
class HandlerInvokerTests {

	@AutoClose
	private static final KeyValueListenerScene scene = new KeyValueListenerScene();

	private final ApplicationContextRunner runner = scene.runner().withBean(Handlers.class);

	@BeforeEach
	void createBucket() throws Exception {
		scene.deleteBuckets();
		scene.bucket("flags").put("a", "one");
	}

	@Test
	void theRetryPolicyOfListenersHoldsForChangesOfBuckets() {
		this.runner.withPropertyValues("nats.listener.retry.max-retries=1", "nats.listener.retry.delay=1ms")
			.run((context) -> {
				Handlers handlers = context.getBean(Handlers.class);
				scene.connection().keyValue("flags").put("bad", "x");
				scene.connection().keyValue("flags").put("b", "two");
				Awaitility.await().until(() -> handlers.calls.contains("b=two tenant $KV.flags.b"));
				assertThat(handlers.calls).filteredOn((call) -> call.startsWith("bad")).hasSize(2);
			});
	}

	@Test
	void withoutAPolicyAChangeIsOfferedThreeMoreTimes() {
		this.runner.run((context) -> {
			Handlers handlers = context.getBean(Handlers.class);
			scene.connection().keyValue("flags").put("bad", "x");
			Awaitility.await()
				.until(() -> handlers.calls.stream().filter((call) -> call.startsWith("bad")).count() == 4);
		});
	}

	@Test
	void interceptorsSeeMessagesAndChanges() {
		List<String> seen = new CopyOnWriteArrayList<>();
		this.runner.withBean(ListenerInterceptor.class, () -> (delivery, invocation) -> {
			seen.add(delivery.getListenerId() + " " + delivery.getSubject() + " " + (delivery.getMessage() != null));
			return invocation.proceed();
		}).run((context) -> {
			context.getBean(NatsOperations.class).request("greet", "hi", String.class);
			assertThat(seen).containsExactlyInAnyOrder("changes $KV.flags.a false", "greetings greet true");
		});
	}

	@Test
	void resolversOfUsersAreAskedForParametersNobodyElseResolves() {
		this.runner.run((context) -> {
			assertThat(context.getBean(NatsOperations.class).request("greet", "hi", String.class))
				.isEqualTo("hi tenant greet");
			assertThat(context.getBean(Handlers.class).calls).containsExactly("a=one tenant $KV.flags.a");
		});
	}

	static class Handlers implements HandlerMethodArgumentResolver {

		final List<String> calls = new CopyOnWriteArrayList<>();

		@NatsListener(subjects = "greet", id = "greetings")
		String greet(String text, Tenant tenant) {
			return text + " " + tenant.name();
		}

		@KeyValueListener(bucket = "flags", id = "changes")
		void on(BucketEntry<String> entry, Tenant tenant) {
			this.calls.add(entry.key() + "=" + entry.value() + " " + tenant.name());
			if (entry.key().equals("bad")) {
				throw new IllegalStateException("not this one");
			}
		}

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType() == Tenant.class;
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, Message<?> message) {
			return new Tenant("tenant " + message.getHeaders().get("nats_subject"));
		}

	}

	record Tenant(String name) {

	}

}
