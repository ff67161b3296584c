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

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.testsupport.Certificates;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a user is told when a connection that was lost is not made again.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NatsReconnectFailureTests {

	private static final Duration SECONDS = Duration.ofSeconds(20);

	@AutoClose
	private static final Certificates authority = Certificates.authority("ours").issue("server").issue("client");

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
		.withPropertyValues("nats.reconnect-wait=50ms", "nats.connection-timeout=2s", "nats.ssl.bundle=nats");

	@Test
	void theCertificateHasExpired(CapturedOutput output) throws Exception {
		authority.issueExpired("expired");
		failsWith(authority, "expired", output, "the certificate of the server is not valid", "Renew");
	}

	@Test
	void theAuthorityIsAnother(CapturedOutput output) throws Exception {
		try (Certificates other = Certificates.authority("theirs").issue("server")) {
			failsWith(other, "server", output, "the certificate of the server is not trusted", "nats.ssl.bundle");
		}
	}

	@Test
	void theCertificateIsForAnotherHost(CapturedOutput output) throws Exception {
		authority.issueFor("other", "nats.example.org");
		failsWith(authority, "other", output, "the certificate of the server is for another host",
				"nats.ssl.verify-hostname");
	}

	private void failsWith(Certificates next, String certificate, CapturedOutput output, String found, String action)
			throws IOException {
		install(authority, "server");
		try (NatsServer server = NatsServer.start(tls())) {
			this.runner.withPropertyValues("nats.servers=" + server.url())
				.withPropertyValues(authority.trust("nats"))
				.run((context) -> {
					server.kill();
					install(next, certificate);
					server.restart();
					assertTold(context, output, found, action);
					install(authority, "server");
					server.kill();
					server.restart();
					assertForgotten(context);
				});
		}
	}

	@Test
	void theClientCertificateIsDemanded(CapturedOutput output) throws Exception {
		install(authority, "server");
		try (NatsServer server = NatsServer.start(tls())) {
			int port = server.port();
			this.runner.withPropertyValues("nats.servers=" + server.url())
				.withPropertyValues(authority.trust("nats"))
				.run((context) -> {
					server.kill();
					try (NatsServer strict = NatsServer.start(tls().replace(" }", ", verify: true }"), port)) {
						assertThat(strict.port()).isEqualTo(port);
						assertTold(context, output, "client certificate", "Put a client certificate");
					}
				});
		}
	}

	@Test
	void tlsIsNoLongerOffered(CapturedOutput output) throws Exception {
		install(authority, "server");
		try (NatsServer server = NatsServer.start(tls())) {
			int port = server.port();
			this.runner.withPropertyValues("nats.servers=" + server.url())
				.withPropertyValues(authority.trust("nats"))
				.run((context) -> {
					server.kill();
					try (NatsServer open = NatsServer.start("", port)) {
						assertThat(open.port()).isEqualTo(port);
						assertTold(context, output, "the server does not offer it there",
								"Give the server a tls section");
					}
				});
		}
	}

	@Test
	void theTrustCannotBeRead(CapturedOutput output) throws Exception {
		install(authority, "server");
		String prefix = "spring.ssl.bundle.pem.nats.";
		try (NatsServer server = NatsServer.start(tls())) {
			this.runner
				.withPropertyValues("nats.servers=" + server.url(), "spring.ssl.bundle.watch.file.quiet-period=200ms",
						prefix + "reload-on-update=true",
						prefix + "truststore.certificate=file:" + this.directory + "/ca.pem")
				.run((context) -> {
					SslBundle before = context.getBean(SslBundles.class).getBundle("nats");
					server.kill();
					Files.writeString(this.directory.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\nxyz\n");
					await().atMost(SECONDS).until(() -> context.getBean(SslBundles.class).getBundle("nats") != before);
					Files.copy(authority.path("ca.pem"), this.directory.resolve("server-ca.pem"));
					try (NatsServer next = NatsServer.start(tls().replace("/ca.pem", "/server-ca.pem"),
							server.port())) {
						assertThat(next.port()).isEqualTo(server.port());
						assertTold(context, output, "the SSL bundle 'nats.ssl.bundle' names cannot be used",
								"Check the files of the bundle");
					}
				});
		}
	}

	@Test
	void theLoginIsRefused(CapturedOutput output) {
		try (NatsServer server = NatsServer.start()) {
			int port = server.port();
			this.runner.withPropertyValues("nats.ssl.bundle=", "nats.servers=" + server.url()).run((context) -> {
				server.kill();
				try (NatsServer secured = NatsServer.start("authorization { token: abc }", port)) {
					assertThat(secured.port()).isEqualTo(port);
					assertTold(context, output, "the server refuses the login", "nats.token");
				}
			});
		}
	}

	private static void assertTold(ApplicationContext context, CapturedOutput output, String found, String action) {
		await().atMost(SECONDS)
			.untilAsserted(() -> assertThat(output.toString().lines()).anySatisfy((line) -> assertThat(line)
				.contains("WARN", "Not connected again to NATS server at 127.0.0.1:", found, action)));
		await().atMost(SECONDS).untilAsserted(() -> assertThat(problems(context)).contains(found));
	}

	private static void assertForgotten(ApplicationContext context) {
		Connection connection = context.getBean(Connection.class);
		await().atMost(SECONDS).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
		await().atMost(SECONDS).untilAsserted(() -> assertThat(problems(context)).isEqualTo("null"));
	}

	private static String problems(ApplicationContext context) {
		return String.valueOf(context.getBean(NatsHealthIndicator.class).health().getDetails().get("problems"));
	}

	private String tls() {
		return authority.tls("server").replace(authority.path("").toString(), this.directory.toString());
	}

	private void install(Certificates from, String certificate) throws IOException {
		for (String suffix : new String[] { ".pem", ".key" }) {
			Files.copy(from.path(certificate + suffix), this.directory.resolve("server" + suffix),
					StandardCopyOption.REPLACE_EXISTING);
		}
		Files.copy(from.path("ca.pem"), this.directory.resolve("ca.pem"), StandardCopyOption.REPLACE_EXISTING);
	}

}
