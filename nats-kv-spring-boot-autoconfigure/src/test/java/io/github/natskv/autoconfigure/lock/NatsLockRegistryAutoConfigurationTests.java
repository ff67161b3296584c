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

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.testsupport.NatsServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.support.locks.DefaultLockRegistry;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.ExpirableLockRegistry;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.integration.support.locks.RenewableLockRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * The registry of locks for Spring Integration.
 */
class NatsLockRegistryAutoConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner plain = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsLockAutoConfiguration.class,
				NatsLockRegistryAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	private final ApplicationContextRunner runner = this.plain.withPropertyValues("nats.locks.bucket=locks",
			"nats.kv.provisioning=none");

	@Test
	void theRegistryIsInjectedByItsInterfaces() {
		this.runner.withUserConfiguration(Registries.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(Injected.class)
				.isEqualTo(new Injected(context.getBean(LockRegistry.class))));
	}

	@Test
	void anotherRegistryIsLeftAlone() {
		this.runner.withBean(DefaultLockRegistry.class)
			.run((context) -> assertThat(context).hasSingleBean(LockRegistry.class)
				.hasSingleBean(DefaultLockRegistry.class));
	}

	@Test
	void otherLocksAreLeftAlone() {
		this.runner.withBean(BucketLocks.class, () -> mock(BucketLocks.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockRegistry.class));
	}

	@Test
	void nothingIsMadeWithoutABucket() {
		this.plain.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockRegistry.class));
	}

	@Test
	void nothingIsMadeWithoutSpringIntegration() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.integration"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(BucketLocks.class)
				.doesNotHaveBean("natsLockRegistry"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Registries {

		@Bean
		Injected injected(ExpirableLockRegistry<DistributedLock> expirable,
				ObjectProvider<RenewableLockRegistry<DistributedLock>> renewable) {
			assertThat(renewable.getObject()).isSameAs(expirable);
			return new Injected(expirable);
		}

	}

	record Injected(LockRegistry<?> registry) {

	}

}
