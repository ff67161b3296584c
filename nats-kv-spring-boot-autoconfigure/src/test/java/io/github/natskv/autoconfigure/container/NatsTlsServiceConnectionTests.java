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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.testsupport.Certificates;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.MountableFile;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.PemTrustStore;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsContainerConnectionDetailsFactory} with a server that asks for
 * TLS.
 */
@Testcontainers(disabledWithoutDocker = true)
@SpringBootTest
class NatsTlsServiceConnectionTests {

	@Container
	@ServiceConnection
	@PemTrustStore(certificate = "file:target/container-tls/ca.pem")
	static final GenericContainer<?> nats = NatsImage
		.container("--tls", "--tlscert", "/server.pem", "--tlskey", "/server.key")
		.withCopyFileToContainer(certificate("server.pem"), "/server.pem")
		.withCopyFileToContainer(certificate("server.key"), "/server.key");

	@Test
	void trustsWhatTheTestTrusts(@Autowired Connection connection) {
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
		assertThat(connection.getServerInfo().isTLSRequired()).isTrue();
	}

	private static MountableFile certificate(String file) {
		Path directory = Path.of("target", "container-tls");
		if (file.equals("server.pem")) {
			issue(directory);
		}
		return MountableFile.forHostPath(directory.resolve(file), 0444);
	}

	private static void issue(Path directory) {
		try (Certificates certificates = Certificates.authority("containers").issue("server")) {
			Files.createDirectories(directory);
			for (String file : new String[] { "ca.pem", "server.pem", "server.key" }) {
				Files.copy(certificates.path(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NatsAutoConfiguration.class)
	static class Application {

	}

}
