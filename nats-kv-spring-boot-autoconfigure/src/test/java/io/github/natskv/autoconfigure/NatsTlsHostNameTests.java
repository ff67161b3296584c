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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.testsupport.Certificates;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.impl.NatsServerPool;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Host names in the certificates of servers. The certificates are named by what they are
 * for.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NatsTlsHostNameTests {

	private static final Duration SECONDS = Duration.ofSeconds(15);

	private static final String FOUND = "the certificate of the server is for another host";

	@AutoClose
	private static final Certificates authority = Certificates.authority("ours")
		.issueFor("name", "localhost")
		.issueFor("address", "127.0.0.1")
		.issueFor("other", "nats.example.org", "10.0.0.1")
		.issueFor("wildcard", "*.localhost", "*");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class))
		.withPropertyValues("nats.reconnect-wait=50ms", "nats.connection-timeout=5s");

	private final ApplicationContextRunner trusting = this.runner.withPropertyValues("nats.ssl.bundle=nats")
		.withPropertyValues(authority.trust("nats"));

	@ParameterizedTest
	@ValueSource(strings = { "nats", "tls" })
	void theCertificateHasToBeForTheHost(String scheme) {
		on(authority.tls("name"), (server) -> {
			connects(this.trusting, scheme + "://localhost:" + server.port());
			isRefused(this.trusting, scheme + "://127.0.0.1:" + server.port());
		});
		on(authority.tls("address"), (server) -> {
			connects(this.trusting, scheme + "://127.0.0.1:" + server.port());
			isRefused(this.trusting, scheme + "://localhost:" + server.port());
		});
		for (String certificate : List.of("other", "wildcard")) {
			on(authority.tls(certificate), (server) -> {
				isRefused(this.trusting, scheme + "://127.0.0.1:" + server.port());
				isRefused(this.trusting, scheme + "://localhost:" + server.port());
			});
		}
	}

	@Test
	void theHandshakeThatComesFirstIsVerified() throws Exception {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.10.4"), "needs server 2.10.4");
		}
		ApplicationContextRunner first = this.trusting.withPropertyValues("nats.ssl.tls-first=true");
		on(authority.tls("name", "handshake_first: true"), (server) -> {
			connects(first, "tls://localhost:" + server.port());
			isRefused(first, "tls://127.0.0.1:" + server.port());
		});
	}

	@Test
	void secureWebSocketsAreVerified() throws Exception {
		int port = freePort();
		String webSocket = "websocket { listen: \"127.0.0.1:%d\", %s }".formatted(port, authority.tls("name"));
		on(webSocket, (server) -> {
			connects(this.trusting, "wss://localhost:" + port);
			isRefused(this.trusting, "wss://127.0.0.1:" + port);
		});
	}

	@Test
	void theTrustOfTheJvmDoesNotReplaceTheHostName() throws Exception {
		SSLContext before = SSLContext.getDefault();
		SSLContext.setDefault(trustingContext());
		try {
			on(authority.tls("name"), (server) -> {
				connects(this.runner, "tls://localhost:" + server.port());
				isRefused(this.runner, "tls://127.0.0.1:" + server.port());
			});
		}
		finally {
			SSLContext.setDefault(before);
		}
	}

	@Test
	void serversOfConnectionDetailsAreVerified() throws Exception {
		SslBundle[] bundle = new SslBundle[1];
		this.runner.withPropertyValues(authority.trust("nats"))
			.withBean(NatsConnectionDetails.class, () -> () -> List.of("nats://127.0.0.1:1"))
			.withPropertyValues("nats.startup=retry")
			.run((context) -> bundle[0] = context.getBean(SslBundles.class).getBundle("nats"));
		on(authority.tls("other"), (server) -> {
			isRefused(this.runner.withBean(NatsConnectionDetails.class, () -> details(server, bundle[0], true)),
					"nats://unused:1");
			connects(this.runner.withBean(NatsConnectionDetails.class, () -> details(server, bundle[0], false)),
					"nats://unused:1");
			connects(
					this.runner.withPropertyValues("nats.ssl.verify-hostname=false")
						.withBean(NatsConnectionDetails.class, () -> details(server, bundle[0], true)),
					"nats://unused:1");
		});
	}

	@Test
	void namedConnectionsAreVerified() {
		on(authority.tls("name"), (server) -> {
			ApplicationContextRunner named = this.runner.withPropertyValues(authority.trust("nats"))
				.withPropertyValues("nats.connections.far.ssl.bundle=nats", "nats.startup=retry");
			named.withPropertyValues("nats.connections.far.servers=nats://localhost:" + server.port())
				.run((context) -> assertThat(context).hasNotFailed());
			named.withPropertyValues("nats.connections.far.servers=nats://127.0.0.1:" + server.port())
				.run((context) -> assertThat(FailureAnalyses.of(context).getAction())
					.contains("nats.connections.far.ssl.verify-hostname"));
		});
	}

	@Test
	void theServerPoolOfACustomizerIsKept() {
		List<NatsServerPool> pools = new ArrayList<>();
		on(authority.tls("name"), (server) -> {
			ApplicationContextRunner customized = this.trusting.withBean(NatsOptionsCustomizer.class,
					() -> (options) -> {
						pools.add(new NatsServerPool());
						options.serverPool(pools.get(pools.size() - 1));
					});
			connects(customized, "nats://localhost:" + server.port());
			assertThat(pools.get(0).getServerList()).contains("nats://localhost:" + server.port());
			isRefused(customized, "nats://127.0.0.1:" + server.port());
		});
	}

	@Test
	void verificationCanBeTurnedOff(CapturedOutput output) {
		on(authority.tls("other"), (server) -> {
			connects(this.trusting.withPropertyValues("nats.ssl.verify-hostname=false"), server.url());
			assertThat(output).contains("'nats.ssl.verify-hostname' is false");
			assertThat(output.toString().split("is not verified", -1)).hasSize(2);
		});
	}

	@Test
	void aDiscoveredAddressIsVerifiedByTheNameLastConnectedTo() throws Exception {
		String[] routes = { "127.0.0.1:" + freePort(), "127.0.0.1:" + freePort() };
		try (NatsServer first = member(routes, 0, authority.tls("name"));
				NatsServer second = member(routes, 1, authority.tls("name"))) {
			this.trusting.withPropertyValues("nats.servers=tls://localhost:" + first.port()).run((context) -> {
				Connection connection = context.getBean(Connection.class);
				await().atMost(SECONDS).until(() -> isKnown(connection, second));
				first.kill();
				await().atMost(SECONDS)
					.until(() -> String.valueOf(connection.getConnectedUrl()).endsWith(":" + second.port()));
				assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
			});
		}
	}

	@Test
	void aDiscoveredServerWithTheCertificateOfAnotherHostIsRefused(CapturedOutput output) throws Exception {
		String[] routes = { "127.0.0.1:" + freePort(), "127.0.0.1:" + freePort() };
		try (NatsServer first = member(routes, 0, authority.tls("name"));
				NatsServer second = member(routes, 1, authority.tls("other"))) {
			this.trusting.withPropertyValues("nats.servers=tls://localhost:" + first.port()).run((context) -> {
				Connection connection = context.getBean(Connection.class);
				await().atMost(SECONDS).until(() -> isKnown(connection, second));
				first.kill();
				await().atMost(SECONDS)
					.untilAsserted(() -> assertThat(output)
						.contains("Not connected again to NATS server at 127.0.0.1:" + second.port() + ": " + FOUND));
				first.restart();
				await().atMost(SECONDS).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
				assertThat(connection.getConnectedUrl()).endsWith(":" + first.port());
			});
		}
	}

	private static boolean isKnown(Connection connection, NatsServer server) {
		return connection.getServers().stream().anyMatch((url) -> url.endsWith(":" + server.port()));
	}

	private static NatsServer member(String[] routes, int node, String tls) {
		return NatsServer.start("""
				server_name: "node%d"
				cluster { name: "test", listen: "%s", routes: ["nats://%s", "nats://%s"] }
				%s
				""".formatted(node, routes[node], routes[0], routes[1], tls));
	}

	@Test
	void opentlsIsRefused() {
		this.runner.withPropertyValues("nats.servers=nats://127.0.0.1:1,OpenTLS://127.0.0.1:2").run((context) -> {
			assertThat(FailureAnalyses.of(context).getDescription()).contains("'nats.servers'",
					"trusts any certificate");
			assertThat(FailureAnalyses.of(context).getAction()).contains("tls://", "nats.ssl.bundle");
		});
	}

	private static NatsConnectionDetails details(NatsServer server, SslBundle bundle, boolean verify) {
		return new NatsConnectionDetails() {

			@Override
			public List<String> getServers() {
				return List.of(server.url());
			}

			@Override
			public SslBundle getSslBundle() {
				return bundle;
			}

			@Override
			public boolean isVerifyHostname() {
				return verify;
			}

		};
	}

	private static SSLContext trustingContext() throws GeneralSecurityException, IOException {
		KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
		trust.load(null, null);
		trust.setCertificateEntry("ours", CertificateFactory.getInstance("X.509")
			.generateCertificate(Files.newInputStream(authority.path("ca.pem"))));
		TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		managers.init(trust);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, managers.getTrustManagers(), null);
		return context;
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private static void on(String configuration, ThrowingConsumer<NatsServer> test) {
		try (NatsServer server = NatsServer.start(configuration)) {
			test.accept(server);
		}
	}

	private static void connects(ApplicationContextRunner runner, String servers) {
		runner.withPropertyValues("nats.servers=" + servers).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Connection.class).getStatus()).isEqualTo(Connection.Status.CONNECTED);
		});
	}

	private static void isRefused(ApplicationContextRunner runner, String servers) {
		runner.withPropertyValues("nats.servers=" + servers).run((context) -> {
			assertThat(FailureAnalyses.of(context).getDescription()).contains(FOUND);
			assertThat(FailureAnalyses.of(context).getAction()).contains("nats.ssl.verify-hostname=false");
		});
	}

}
