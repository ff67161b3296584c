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

import java.util.Map;

import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link NatsDockerComposeConnectionDetailsFactory}: what Spring Boot tells of
 * a service is made up, the server is real.
 */
class NatsDockerComposeConnectionTests {

	@Test
	void connectsToTheServiceWithTheCredentialsOfItsEnvironment() {
		try (NatsServer server = NatsServer.start("authorization { user: app, password: s3cret }")) {
			NatsConnectionDetails details = details("nats:2.12-alpine", server.port(),
					Map.of("NATS_USER", "app", "NATS_PASSWORD", "s3cret"));
			new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class))
				.withPropertyValues("nats.servers=nats://localhost:1")
				.withBean(NatsConnectionDetails.class, () -> details)
				.run((context) -> assertThat(context.getBean(Connection.class).getStatus())
					.isEqualTo(Connection.Status.CONNECTED));
		}
	}

	@Test
	void leavesOtherServicesAlone() {
		assertThat(detailsOrNull("redis:8", 6379, Map.of())).isNull();
	}

	private static NatsConnectionDetails details(String image, int port, Map<String, @Nullable String> environment) {
		NatsConnectionDetails details = detailsOrNull(image, port, environment);
		assertThat(details).isNotNull();
		return details;
	}

	private static @Nullable NatsConnectionDetails detailsOrNull(String image, int port,
			Map<String, @Nullable String> environment) {
		ConnectionPorts ports = mock(ConnectionPorts.class);
		given(ports.get(4222)).willReturn(port);
		RunningService service = mock(RunningService.class);
		given(service.name()).willReturn("messages");
		given(service.image()).willReturn(ImageReference.of(image));
		given(service.host()).willReturn("127.0.0.1");
		given(service.ports()).willReturn(ports);
		given(service.env()).willReturn(environment);
		given(service.labels()).willReturn(Map.of());
		DockerComposeConnectionSource source = mock(DockerComposeConnectionSource.class);
		given(source.getRunningService()).willReturn(service);
		return (NatsConnectionDetails) new ConnectionDetailsFactories(null).getConnectionDetails(source, false)
			.get(NatsConnectionDetails.class);
	}

}
