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

package io.github.natskv.embedded;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Files and listeners of the embedded server.
 */
class LocalFileTests {

	private static final String LOCK = "nats-kv-embedded.lock";

	@Test
	void aLockThatIsASymbolicLinkIsRefusedAndItsTargetLeftAlone(@TempDir Path directory) throws IOException {
		Path store = Files.createDirectory(directory.resolve("store"));
		Path target = Files.writeString(directory.resolve("target"), "precious");
		Files.createSymbolicLink(store.resolve(LOCK), target);
		assertThatExceptionOfType(EmbeddedNatsServerException.class)
			.isThrownBy(() -> StoreLock.acquire(store, Path.of("nats-server")))
			.withMessageContaining(store.toString());
		assertThat(target).hasContent("precious");
	}

	@Test
	void aLockWithANumberThatIsNoProcessIsTakenOver(@TempDir Path store) throws IOException {
		Files.writeString(store.resolve(LOCK), "99999999999999999999");
		try (StoreLock lock = StoreLock.acquire(store, Path.of("nats-server"))) {
			lock.record(7);
		}
		assertThat(store.resolve(LOCK)).hasContent("7");
	}

	@Test
	void furtherListenersAreOnLoopbackUnlessAHostIsGiven() {
		assertThat(LoopbackListeners.in("websocket { port: 1, no_tls: true }\nmqtt: { port: 2 }")).isEqualTo(
				"websocket { host: \"127.0.0.1\"\n port: 1, no_tls: true }\nmqtt: { host: \"127.0.0.1\"\n port: 2 }");
		for (String text : new String[] { "websocket { port: 1\n host: \"0.0.0.0\" }", "mqtt { listen: \"0.0.0.0:1\" }",
				"accounts { A { users: [] } }", "" }) {
			assertThat(LoopbackListeners.in(text)).isEqualTo(text);
		}
	}

	@Test
	void theServerListensOnLoopbackOnly() throws IOException {
		int http = freePort();
		int websocket = freePort();
		try (EmbeddedNatsServer server = EmbeddedNatsServer.builder()
			.configuration("http: %d\nwebsocket {\n port: %d\n no_tls: true\n}\n".formatted(http, websocket))
			.start()) {
			for (int port : new int[] { http, websocket }) {
				try (Socket socket = new Socket("127.0.0.1", port)) {
					assertThat(socket.isConnected()).isTrue();
				}
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> new Socket("127.0.0.2", port).close());
			}
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

}
