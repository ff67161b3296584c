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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.testsupport.Certificates;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Subscription;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.test.util.TestSocketUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NatsWebSocketTests {

	@AutoClose
	private static final Certificates authority = Certificates.authority("ours").issue("server");

	private final int port = TestSocketUtils.findAvailableTcpPort();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class))
		.withPropertyValues("nats.reconnect-wait=50ms", "nats.connection-timeout=1s");

	@Test
	void connectsByWebSocket() {
		try (NatsServer server = NatsServer.start(webSocket("no_tls: true"))) {
			this.runner.withPropertyValues("nats.servers=ws://127.0.0.1:" + this.port).run((context) -> {
				assertMessagesFlow(context);
				Connection connection = context.getBean(Connection.class);
				server.kill();
				await().until(() -> connection.getStatus() != Connection.Status.CONNECTED);
				server.restart();
				await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
			});
		}
	}

	@Test
	void connectsByEncryptedWebSocket() {
		try (NatsServer server = NatsServer.start(webSocket(authority.tls("server")))) {
			this.runner.withPropertyValues("nats.servers=wss://127.0.0.1:" + this.port, "nats.ssl.bundle=nats")
				.withPropertyValues(authority.trust("nats"))
				.run(NatsWebSocketTests::assertMessagesFlow);
			this.runner.withPropertyValues("nats.servers=wss://127.0.0.1:" + this.port)
				.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("the certificate of the server is not trusted"));
			this.runner.withPropertyValues("nats.servers=ws://127.0.0.1:" + this.port)
				.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("no WebSocket is offered there"));
		}
	}

	@Test
	void aServerThatSaysNothingFailsTheStartInTime() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			for (String scheme : new String[] { "ws", "wss" }) {
				long start = System.nanoTime();
				this.runner
					.withPropertyValues("nats.servers=%s://127.0.0.1:%d".formatted(scheme, silent.getLocalPort()))
					.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
						.contains("gave no answer within 'nats.connection-timeout'"));
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
			}
		}
	}

	@Test
	void aServerThatFallsSilentAfterTheTlsHandshakeFailsTheStartInTime() throws Exception {
		PemSslStoreDetails store = PemSslStoreDetails.forCertificate("file:" + authority.path("server.pem"))
			.withPrivateKey("file:" + authority.path("server.key"));
		SSLContext context = SslBundle.of(new PemSslStoreBundle(store, null)).createSslContext();
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (ServerSocket silent = context.getServerSocketFactory()
			.createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			executor.submit(() -> {
				((SSLSocket) silent.accept()).startHandshake();
				return null;
			});
			this.runner
				.withPropertyValues("nats.servers=wss://127.0.0.1:" + silent.getLocalPort(), "nats.ssl.bundle=nats")
				.withPropertyValues(authority.trust("nats"))
				.run((failed) -> assertThat(FailureAnalyses.of(failed).getDescription())
					.contains("gave no answer within 'nats.connection-timeout'"));
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void aServerThatFallsSilentIsIsTriedAgain() {
		try (NatsServer server = NatsServer.start(webSocket("no_tls: true"))) {
			this.runner.withPropertyValues("nats.servers=ws://127.0.0.1:" + this.port, "nats.ping-interval=200ms")
				.run((context) -> {
					Connection connection = context.getBean(Connection.class);
					server.suspend();
					await().until(() -> connection.getStatus() == Connection.Status.RECONNECTING);
					// what it has not answered in time must not block the next attempt
					await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
					server.kill();
					server.restart();
					await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
				});
		}
	}

	@Test
	void aPortWithoutWebSocketIsExplained() {
		try (NatsServer server = NatsServer.start()) {
			this.runner.withPropertyValues("nats.servers=" + server.url().replace("nats:", "ws:"))
				.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("no WebSocket is offered there")
					.doesNotContain("server_id"));
		}
	}

	private String webSocket(String options) {
		return "websocket { listen: \"127.0.0.1:%d\", %s }".formatted(this.port, options);
	}

	private static void assertMessagesFlow(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		Connection connection = context.getBean(Connection.class);
		try {
			Subscription subscription = connection.subscribe("greeting");
			connection.publish("greeting", "hello".getBytes(StandardCharsets.UTF_8));
			assertThat(subscription.nextMessage(Duration.ofSeconds(5))).isNotNull();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
