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

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.testsupport.Certificates;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What a user is told when there is no connection. For refused logins see
 * {@link NatsAuthenticationTests}, for WebSockets {@link NatsWebSocketTests}.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NatsConnectionFailureTests {

	@AutoClose
	private static final Certificates authority = Certificates.authority("ours")
		.issue("server")
		.issueExpired("expired");

	@AutoClose
	private static final Certificates stranger = Certificates.authority("theirs").issue("client");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class))
		.withPropertyValues("nats.connection-timeout=1s");

	private final ApplicationContextRunner trusting = this.runner.withPropertyValues("nats.ssl.bundle=nats")
		.withPropertyValues(authority.trust("nats"));

	@Test
	void nobodyListens() {
		fails(this.runner, "nats://127.0.0.1:1", "nobody listens there (Connection refused)", "Start a server");
	}

	@Test
	void theHostIsUnknown() {
		fails(this.runner, "nats://nats.invalid:4222", "the host is not known", "'nats.servers'");
	}

	@Test
	void eachServerIsGivenTheConnectionTimeout() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				NatsServer suspended = NatsServer.start()) {
			suspended.suspend();
			long start = System.nanoTime();
			fails(this.runner, "nats://127.0.0.1:%d,%s".formatted(silent.getLocalPort(), suspended.url()),
					"127.0.0.1:%d: it takes the connection but gave no answer".formatted(silent.getLocalPort()),
					"suspended");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(2),
					Duration.ofSeconds(5));
			suspended.resume();
		}
	}

	@Test
	void tlsIsRequiredButNotConfigured() {
		onTls((server) -> fails(this.runner, server.url(), "the server demands TLS", "'nats.ssl.bundle'"));
	}

	@Test
	void tlsIsConfiguredButNotOffered() {
		try (NatsServer server = NatsServer.start()) {
			String found = "TLS is configured here, but the server does not offer it";
			fails(this.trusting, server.url(), found, "remove 'nats.ssl.bundle'");
			fails(this.runner, server.url().replace("nats:", "tls:"), found, "use nats://");
		}
	}

	@Test
	void theAuthorityIsUnknown() {
		onTls((server) -> {
			String found = "the certificate of the server is not trusted (unable to find valid certification path";
			fails(this.runner.withPropertyValues("nats.ssl.bundle=nats").withPropertyValues(stranger.trust("nats")),
					server.url(), found, "SSL bundle 'nats.ssl.bundle'");
			fails(this.runner, server.url().replace("nats:", "tls:"), found, "SSL bundle 'nats.ssl.bundle'");
		});
	}

	@Test
	void theCertificateHasExpired() {
		try (NatsServer server = NatsServer.start(authority.tls("expired"))) {
			fails(this.trusting, server.url(), "the certificate of the server is not valid at this time (NotAfter: ",
					"Renew the certificate");
		}
	}

	@Test
	void aClientCertificateIsDemanded() {
		try (NatsServer server = NatsServer.start(authority.tls("server", "verify: true"))) {
			String found = "a client certificate";
			String action = "Put a client certificate";
			fails(this.trusting, server.url(), found, action);
			fails(this.trusting.withPropertyValues(stranger.key("nats", "client")), server.url(), found, action);
			// with older protocols the server may not say why the handshake failed
			fails(this.trusting.withPropertyValues("spring.ssl.bundle.pem.nats.options.enabled-protocols=TLSv1.2"),
					server.url(), "", "client certificate");
		}
	}

	@Test
	void theHandshakeComesFirstForTheClientOnly() {
		ApplicationContextRunner first = this.trusting.withPropertyValues("nats.ssl.tls-first=true");
		String found = "the TLS handshake is to come first ('nats.ssl.tls-first'), but the server speaks before it";
		onTls((server) -> fails(first, server.url(), found, "handshake_first"));
		try (NatsServer server = NatsServer.start()) {
			fails(first, server.url(), found, "handshake_first");
		}
	}

	@Test
	void theHandshakeComesFirstForTheServerOnly() throws Exception {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.10.4"), "needs server 2.10.4");
		}
		try (NatsServer server = NatsServer.start(authority.tls("server", "handshake_first: true"))) {
			fails(this.trusting, server.url(), "gave no answer", "nats.ssl.tls-first=true");
			fails(this.runner, server.url(), "gave no answer", "nats.ssl.tls-first=true");
		}
	}

	@Test
	void theServerIsFull() throws Exception {
		try (NatsServer server = NatsServer.start("max_connections: 1"); Connection connection = server.connect()) {
			assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
			fails(this.runner, server.url(), "the server refuses the connection", "max_connections");
		}
	}

	@Test
	void eachServerHasItsOwnReason() throws Exception {
		try (NatsServer tls = NatsServer.start(authority.tls("server"));
				NatsServer secured = NatsServer.start("authorization { token: abc }");
				ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			String servers = "%s,nats://127.0.0.1:%d,%s,nats://127.0.0.1:1".formatted(tls.url(), silent.getLocalPort(),
					secured.url());
			this.runner.withPropertyValues("nats.servers=" + servers).run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context);
				assertThat(analysis.getDescription()).contains(
						"127.0.0.1:%d: the server demands TLS".formatted(tls.port()),
						"127.0.0.1:%d: it takes the connection but".formatted(silent.getLocalPort()),
						"127.0.0.1:%d: the server refuses the login".formatted(secured.port()),
						"127.0.0.1:1: nobody listens there");
				assertThat(analysis.getAction()).contains("nats.ssl.bundle", "nats.token", "Start a server");
			});
		}
	}

	private static void onTls(ThrowingConsumer<NatsServer> test) {
		try (NatsServer server = NatsServer.start(authority.tls("server"))) {
			test.accept(server);
		}
	}

	private static void fails(ApplicationContextRunner runner, String servers, String found, String action) {
		runner.withPropertyValues("nats.servers=" + servers).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("Cannot connect to NATS at", found);
			assertThat(analysis.getDescription()).contains(servers.split(","));
			assertThat(analysis.getAction()).contains(action);
		});
	}

}
