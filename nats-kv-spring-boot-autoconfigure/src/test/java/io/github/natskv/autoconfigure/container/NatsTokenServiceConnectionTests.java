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

package io.github.natskv.autoconfigure.container;

import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsContainerConnectionDetailsFactory} with a server that asks for a
 * token and has no JetStream.
 */
@Testcontainers(disabledWithoutDocker = true)
@SpringBootTest
class NatsTokenServiceConnectionTests {

	@Container
	@ServiceConnection
	static final GenericContainer<?> nats = NatsImage.containerOfFullName("--auth", "t0ken");

	@Test
	void connectsWithTheToken(@Autowired Connection connection) {
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void saysThatJetStreamIsMissing(@Autowired NatsConnectionDetails details) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
			.withBean(NatsConnectionDetails.class, () -> details)
			.withPropertyValues("nats.kv.buckets.names.history=1")
			.run((context) -> assertThat(context.getStartupFailure()).hasStackTraceContaining("needs JetStream"));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NatsAutoConfiguration.class)
	static class Application {

	}

}
