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

package io.github.natskv.autoconfigure.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever is on the way can send what is not encrypted: nothing of it may be taken for
 * what comes after the upgrade to TLS.
 */
class PlaintextBeforeTlsTests {

	private static final int CLIENT_HELLO = 22;

	@ParameterizedTest
	@ValueSource(strings = { "HMSG _INBOX.x 1 20 5", "HMSG _INBOX.x 1 200 205\r\nNATS/1.0\r\n", "MSG a 1 5", "PING\r\n",
			"P" })
	void bytesAfterTheGreetingEndTheConnection(String injected) throws Exception {
		assertThat(firstByteAfter(injected)).isNotEqualTo(CLIENT_HELLO);
	}

	@ParameterizedTest
	@ValueSource(strings = "")
	void theGreetingAloneIsFollowedByTheHandshake(String nothing) throws Exception {
		assertThat(firstByteAfter(nothing)).isEqualTo(CLIENT_HELLO);
	}

	private static int firstByteAfter(String injected) throws Exception {
		try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> greet(listening, injected));
			new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class))
				.withPropertyValues("nats.servers=tls://127.0.0.1:" + listening.getLocalPort(),
						"nats.connection-timeout=2s", "nats.ssl.verify-hostname=true")
				.run((context) -> assertThat(context).hasFailed());
			return first.get(10, TimeUnit.SECONDS);
		}
	}

	private static int greet(ServerSocket listening, String injected) {
		try (Socket socket = listening.accept()) {
			socket.setSoTimeout(5000);
			socket.getOutputStream()
				.write(("INFO {\"server_id\":\"x\",\"version\":\"2.15.1\",\"headers\":true,\"tls_required\":true,"
						+ "\"max_payload\":1048576}\r\n" + injected)
					.getBytes(StandardCharsets.US_ASCII));
			return socket.getInputStream().read();
		}
		catch (SocketException ex) {
			// closed with bytes unread
			return -1;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
