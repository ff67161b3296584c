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

package io.github.natskv.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.testsupport.Certificates;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class NatsTlsTests {

	@AutoClose
	private static final Certificates authority = Certificates.authority("ours").issue("server").issue("client");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class))
		.withPropertyValues("nats.ssl.bundle=nats", "nats.reconnect-wait=50ms");

	@Test
	void anSslBundleEncryptsAndProvesWhoTheClientIs() {
		try (NatsServer server = NatsServer.start(authority.tls("server", "verify: true"))) {
			this.runner.withPropertyValues("nats.servers=" + server.url())
				.withPropertyValues(authority.trust("nats"))
				.withPropertyValues(authority.key("nats", "client"))
				.run(NatsTlsTests::assertEncrypted);
		}
	}

	@Test
	void anSslBundleServesServersOfEitherScheme() {
		try (NatsServer server = NatsServer.start(authority.tls("server"))) {
			this.runner.withPropertyValues("nats.servers=" + server.url().replace("nats:", "tls:"))
				.withPropertyValues(authority.trust("nats"))
				.run(NatsTlsTests::assertEncrypted);
		}
	}

	@Test
	void theProtocolsOfTheBundleAreUsed() {
		try (NatsServer server = NatsServer.start(authority.tls("server"))) {
			ApplicationContextRunner trusting = this.runner.withPropertyValues("nats.servers=" + server.url())
				.withPropertyValues(authority.trust("nats"));
			trusting.withPropertyValues("spring.ssl.bundle.pem.nats.options.enabled-protocols=TLSv1.2")
				.run(NatsTlsTests::assertEncrypted);
			trusting
				.withPropertyValues("spring.ssl.bundle.pem.nats.options.enabled-protocols=TLSv1.2",
						"spring.ssl.bundle.pem.nats.options.ciphers=TLS_AES_128_GCM_SHA256")
				.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("the TLS handshake failed"));
		}
	}

	@Test
	void theHandshakeCanComeFirst() {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.10.4"), "needs server 2.10.4");
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		try (NatsServer server = NatsServer.start(authority.tls("server", "handshake_first: true"))) {
			this.runner.withPropertyValues("nats.servers=" + server.url(), "nats.ssl.tls-first=true")
				.withPropertyValues(authority.trust("nats"))
				.run(NatsTlsTests::assertEncrypted);
		}
	}

	@Test
	void theTlsOfThePropertiesIsNotForServersOfConnectionDetails() {
		try (NatsServer server = NatsServer.start()) {
			this.runner.withBean(NatsConnectionDetails.class, () -> () -> List.of(server.url()))
				.withPropertyValues("nats.ssl.tls-first=true")
				.withPropertyValues(authority.trust("nats"))
				.run((context) -> assertThat(context.getBean(Connection.class).getConnectedUrl())
					.isEqualTo(server.url()));
		}
	}

	@Test
	void withoutABundleTlsFirstTrustsWhatTheJvmTrusts() {
		try (NatsServer server = NatsServer.start()) {
			this.runner
				.withPropertyValues("nats.servers=" + server.url(), "nats.ssl.bundle=", "nats.ssl.tls-first=true")
				.run((context) -> assertThat(FailureAnalyses.of(context).getAction()).contains("nats.ssl.tls-first",
						"2.10.4"));
		}
	}

	@Test
	void aReconnectUsesABundleThatWasReloaded(@TempDir Path directory) throws Exception {
		install(authority, directory);
		String tls = authority.tls("server", "verify: true")
			.replace(authority.path("").toString(), directory.toString());
		try (Certificates successor = Certificates.authority("next").issue("server").issue("client");
				NatsServer server = NatsServer.start(tls)) {
			String prefix = "spring.ssl.bundle.pem.nats.";
			this.runner
				.withPropertyValues("nats.servers=" + server.url(), "spring.ssl.bundle.watch.file.quiet-period=200ms",
						prefix + "reload-on-update=true",
						prefix + "truststore.certificate=file:" + directory + "/ca.pem",
						prefix + "keystore.certificate=file:" + directory + "/client.pem",
						prefix + "keystore.private-key=file:" + directory + "/client.key")
				.run((context) -> {
					assertEncrypted(context);
					Connection connection = context.getBean(Connection.class);
					SslBundle before = context.getBean(SslBundles.class).getBundle("nats");
					server.kill();
					await().until(() -> connection.getStatus() != Connection.Status.CONNECTED);
					install(successor, directory);
					await().atMost(Duration.ofSeconds(20))
						.until(() -> context.getBean(SslBundles.class).getBundle("nats") != before);
					server.restart();
					await().atMost(Duration.ofSeconds(10))
						.untilAsserted(() -> assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED));
				});
		}
	}

	@Test
	void anUnencryptedWebSocketIsRefusedWhereTlsIsConfigured() {
		this.runner.withPropertyValues("nats.servers=ws://127.0.0.1:1")
			.withPropertyValues(authority.trust("nats"))
			.run((context) -> assertThat(FailureAnalyses.of(context).getAction()).contains("wss://"));
	}

	private static void install(Certificates from, Path directory) throws IOException {
		for (String file : new String[] { "ca.pem", "server.pem", "server.key", "client.pem", "client.key" }) {
			Files.copy(from.path(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
		}
	}

	private static void assertEncrypted(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		Connection connection = context.getBean(Connection.class);
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
		assertThat(connection.getServerInfo().isTLSRequired()).isTrue();
	}

}
