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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.testsupport.NatsServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for listeners of beans that are not singletons.
 */
class ScopedListenerTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@Test
	void aBeanBehindAScopedProxyIsAskedForWithEachMessage() {
		RefreshScope scope = new RefreshScope();
		try (ListenerTestContext test = ListenerTestContext.start(server, (context) -> {
			context.getBeanFactory().registerScope("refresh", scope);
			context.registerBean("instances", AtomicInteger.class);
			context.register(Refreshed.class, RefreshedApi.class);
		})) {
			assertThat(test.registry().ids()).containsExactlyInAnyOrder("refreshed.on", "refreshedApi.on");
			assertThat(test.template().request("refreshed", "x", String.class)).isEqualTo("instance 1 x");
			assertThat(test.template().request("refreshed", "x", String.class)).isEqualTo("instance 1 x");
			assertThat(test.template().request("refreshed.api", "x", String.class)).isEqualTo("api x");
			scope.refresh();
			assertThat(test.template().request("refreshed", "x", String.class)).isEqualTo("instance 2 x");
			test.context().getBean("refreshed");
			assertThat(test.registry().ids()).hasSize(2);
		}
	}

	@Test
	void prototypesThatAppearAtTheSameTimeGetIdsOfTheirOwn() throws Exception {
		int threads = 8;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try (ListenerTestContext test = ListenerTestContext.start(server,
				(context) -> context.registerBeanDefinition("proto", ListenerTestContext.prototype(Prototype.class)))) {
			int rounds = 40;
			CyclicBarrier barrier = new CyclicBarrier(threads);
			for (int round = 0; round < rounds; round++) {
				List<Future<?>> beans = new ArrayList<>();
				for (int i = 0; i < threads; i++) {
					beans.add(executor.submit(() -> {
						barrier.await();
						return test.context().getBean("proto");
					}));
				}
				for (Future<?> bean : beans) {
					assertThat(bean.get()).isNotNull();
				}
			}
			assertThat(test.registry().ids()).hasSize(2 * rounds * threads)
				.contains("proto.on", "proto.on#" + rounds * threads, "named", "named#" + rounds * threads);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@org.springframework.context.annotation.Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.TARGET_CLASS)
	@org.springframework.stereotype.Component("refreshed")
	static class Refreshed {

		private final AtomicInteger instances;

		private final int instance;

		Refreshed(AtomicInteger instances) {
			this.instances = instances;
			this.instance = this.instances.incrementAndGet();
		}

		@NatsListener("refreshed")
		String on(String text) {
			return "instance " + this.instance + " " + text;
		}

	}

	interface Api {

		String on(String text);

	}

	@org.springframework.context.annotation.Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.INTERFACES)
	@org.springframework.stereotype.Component("refreshedApi")
	static class RefreshedApi implements Api {

		@Override
		@NatsListener("refreshed.api")
		public String on(String text) {
			return "api " + text;
		}

	}

	static class Prototype {

		@NatsListener(subjects = "proto", autoStartup = "false")
		void on() {
		}

		@NatsListener(subjects = "proto", id = "named", autoStartup = "false")
		void named() {
		}

	}

	static class RefreshScope implements Scope {

		private final Map<String, Object> beans = new ConcurrentHashMap<>();

		void refresh() {
			this.beans.clear();
		}

		@Override
		public Object get(String name, ObjectFactory<?> factory) {
			return this.beans.computeIfAbsent(name, (key) -> factory.getObject());
		}

		@Override
		public Object remove(String name) {
			return this.beans.remove(name);
		}

		@Override
		public void registerDestructionCallback(String name, Runnable callback) {
		}

	}

}
