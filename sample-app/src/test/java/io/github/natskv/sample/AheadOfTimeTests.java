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

package io.github.natskv.sample;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs the packaged sample as it was processed ahead of time, which a native image is
 * made of.
 */
@EnabledIfSystemProperty(named = "sample-app.jar", matches = ".+",
		disabledReason = "the sample is not packaged yet: run by the phase 'integration-test'")
class AheadOfTimeTests {

	@TempDir
	Path directory;

	@Test
	void theSampleWorksAndItsBucketsStayConfigurable() throws Exception {
		int port = freePort();
		Path log = this.directory.resolve("log");
		Process application = start(log, port);
		try {
			await().atMost(Duration.ofSeconds(60))
				.until(() -> !application.isAlive() || Files.readString(log).contains("Received 'Hi!'"));
			assertThat(application.isAlive()).as(() -> read(log)).isTrue();
			assertThat(read(log)).contains("Starting AOT-processed SampleApplication");
			try (Connection connection = Nats.connect("nats://127.0.0.1:" + port)) {
				Message reply = connection.request("subject", "Hi again!".getBytes(StandardCharsets.UTF_8),
						Duration.ofSeconds(10));
				assertThat(new String(reply.getData(), StandardCharsets.UTF_8)).isEqualTo("Hello! Hi again!");
				assertThat(status(connection, "bucket").getMaxHistoryPerKey()).isEqualTo(7);
				assertThat(status(connection, "added").getMaxHistoryPerKey()).isEqualTo(2);
			}
		}
		finally {
			application.destroy();
			application.waitFor();
		}
	}

	private static Process start(Path log, int port) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dspring.aot.enabled=true",
						"-jar", System.getProperty("sample-app.jar"), "--nats.embedded.listen-port=" + port,
						"--server.port=0", "--nats.kv.buckets.bucket.history=7", "--nats.kv.buckets.added.history=2"));
		File output = log.toFile();
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
	}

	private static KeyValueStatus status(Connection connection, String bucket) throws Exception {
		return connection.keyValueManagement().getStatus(bucket);
	}

	private static String read(Path log) {
		try {
			return Files.readString(log);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
