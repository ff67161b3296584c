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

package io.github.natskv.test.shop;

import java.nio.file.Path;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.test.NatsKvTest;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.testcontainers.containers.GenericContainer;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsKvTest} with a {@code @ServiceConnection}, whose container is a
 * process.
 */
@NatsKvTest(useDefaultFilters = false, properties = "nats.servers=nats://127.0.0.1:1")
@EnabledOnOs({ OS.LINUX, OS.MAC })
class NatsKvTestServiceConnectionTests {

	@Test
	void theSliceIsConnectedToTheContainer(@Autowired Connection connection, @Autowired ProcessContainer container) {
		assertThat(connection.getConnectedUrl()).isEqualTo(container.server.getUrl());
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Containers {

		@Bean(destroyMethod = "stop")
		@ServiceConnection(name = "nats")
		ProcessContainer container() {
			return new ProcessContainer();
		}

	}

	/**
	 * What looks like a container of the official image.
	 */
	static class ProcessContainer extends GenericContainer<ProcessContainer> {

		private static final String BINARY = System.getenv("NATS_SERVER_BINARY");

		EmbeddedNatsServer server;

		ProcessContainer() {
			super("nats:2");
		}

		@Override
		public void start() {
			if (this.server == null) {
				this.server = EmbeddedNatsServer.builder().binary((BINARY != null) ? Path.of(BINARY) : null).start();
			}
		}

		@Override
		public void stop() {
			if (this.server != null) {
				this.server.close();
			}
		}

		@Override
		public boolean isRunning() {
			return this.server != null && this.server.isRunning();
		}

		@Override
		public String getDockerImageName() {
			return "nats:2";
		}

		@Override
		public String getHost() {
			return "127.0.0.1";
		}

		@Override
		public Integer getMappedPort(int port) {
			return this.server.getPort();
		}

	}

}
