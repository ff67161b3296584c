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

package io.github.natskv.autoconfigure.lock;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mockito.Mockito.mock;

/**
 * Locks on a bucket for ShedLock.
 */
class NatsShedLockAutoConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner plain = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsLockAutoConfiguration.class,
				NatsShedLockAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	private final ApplicationContextRunner runner = this.plain
		.withPropertyValues("nats.locks.bucket=l" + UUID.randomUUID(), "nats.kv.provisioning=none");

	@Test
	void tasksRunInOneApplication() throws Exception {
		try (Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
		}
		ApplicationContextRunner application = this.runner.withUserConfiguration(TaskConfiguration.class)
			.withPropertyValues("nats.kv.provisioning=create");
		application.run((one) -> application.run((two) -> {
			one.getBean(Task.class).run();
			two.getBean(Task.class).run();
			one.getBean(Task.class).run();
			assertThat(one.getBean(Task.class).runs()).isOne();
			assertThat(two.getBean(Task.class).runs()).isZero();
			assertThat(two.getBean(BucketLocks.class).tryAcquire("task")).isNull();
		}));
	}

	@Test
	void theProviderIsExtensible() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(LockProvider.class)
			.hasSingleBean(ExtensibleLockProvider.class));
	}

	@Test
	void anotherProviderIsLeftAlone() {
		LockProvider other = mock(LockProvider.class);
		this.runner.withBean(LockProvider.class, () -> other)
			.run((context) -> assertThat(context).getBean(LockProvider.class).isSameAs(other));
	}

	@Test
	void otherLocksAreLeftAlone() {
		this.runner.withBean(BucketLocks.class, () -> mock(BucketLocks.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockProvider.class));
	}

	@Test
	void nothingIsMadeWithoutABucket() {
		this.plain.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockProvider.class));
	}

	@Test
	void nothingIsMadeWithoutShedLock() {
		this.runner.withClassLoader(new FilteredClassLoader("net.javacrumbs.shedlock"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(BucketLocks.class)
				.doesNotHaveBean("natsLockProvider"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableSchedulerLock(defaultLockAtMostFor = "PT10M")
	static class TaskConfiguration {

		@Bean
		Task task() {
			return new Task();
		}

	}

	static class Task {

		private final AtomicInteger runs = new AtomicInteger();

		@SchedulerLock(name = "task", lockAtLeastFor = "PT5M")
		void run() {
			this.runs.incrementAndGet();
		}

		int runs() {
			return this.runs.get();
		}

	}

}
