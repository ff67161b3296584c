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

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EmbeddedNatsServer} and {@link NatsServerBinary}.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedNatsServerTests {

	@TempDir
	private Path directory;

	@Test
	void acceptsConnectionsUntilItIsClosed() throws Exception {
		EmbeddedNatsServer server = builder().start();
		try (server; Connection connection = Nats.connect(server.getUrl())) {
			assertThat(connection.getServerInfo().getPort()).isEqualTo(server.getPort()).isPositive();
			assertThat(connection.getServerInfo().isJetStreamAvailable()).isTrue();
			assertThat(server.isRunning()).isTrue();
		}
		assertThat(server.isRunning()).isFalse();
		assertThat(ProcessHandle.of(server.getPid())).isEmpty();
	}

	@Test
	void dataSurvivesAKillAndARestartOnTheSamePort() throws Exception {
		try (EmbeddedNatsServer server = builder().start()) {
			int port = server.getPort();
			long pid = server.getPid();
			try (Connection connection = Nats.connect(server.getUrl())) {
				connection.keyValueManagement().create(KeyValueConfiguration.builder("bucket").build());
				connection.keyValue("bucket").put("key", "value");
			}
			server.kill();
			assertThat(server.isRunning()).isFalse();
			server.restart();
			assertThat(server.getPort()).isEqualTo(port);
			assertThat(server.getPid()).isNotEqualTo(pid);
			try (Connection connection = Nats.connect(server.getUrl())) {
				assertThat(connection.keyValue("bucket").get("key").getValueAsString()).isEqualTo("value");
			}
		}
	}

	@Test
	void furtherConfigurationIsUsed() throws Exception {
		try (EmbeddedNatsServer server = builder().configuration("authorization { token: secret }").start()) {
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> Nats.connect(server.getUrl()))
				.withMessageContaining("Authorization Violation");
			Nats.connect(server.getUrl().replace("//", "//secret@")).close();
		}
	}

	@Test
	void itsFilesGoWithIt() {
		EmbeddedNatsServer server = builder().start();
		Path files = runDirectory(server);
		assertThat(files).isDirectory();
		server.close();
		assertThat(files).doesNotExist();
	}

	@Test
	void aGivenStoreDirectoryStaysWithItsData() throws Exception {
		Path store = this.directory.resolve("a \"store\" that's $HOME");
		try (EmbeddedNatsServer server = builder().storeDirectory(store).start();
				Connection connection = Nats.connect(server.getUrl())) {
			connection.keyValueManagement().create(KeyValueConfiguration.builder("bucket").build());
		}
		try (EmbeddedNatsServer server = builder().storeDirectory(store).start();
				Connection connection = Nats.connect(server.getUrl())) {
			assertThat(connection.keyValueManagement().getBucketNames()).containsExactly("bucket");
		}
	}

	@Test
	void aStoreDirectoryIsUsedByOneServerOnly() {
		Path store = this.directory.resolve("store");
		try (EmbeddedNatsServer first = builder().storeDirectory(store).start()) {
			assertThatExceptionOfType(EmbeddedNatsServerException.class)
				.isThrownBy(() -> builder().storeDirectory(store).start())
				.withMessageContaining("'" + store + "' is in use by another")
				.withMessageContaining("nats.embedded.store-dir");
			assertThat(first.isRunning()).isTrue();
		}
		builder().storeDirectory(store).start().close();
	}

	@Test
	void aStoreDirectoryThatCannotBeMadeIsRefused() throws Exception {
		Path file = Files.createFile(this.directory.resolve("file"));
		assertThatExceptionOfType(EmbeddedNatsServerException.class)
			.isThrownBy(() -> builder().storeDirectory(file.resolve("store")).start())
			.withMessageContaining("'" + file.resolve("store") + "' cannot be used");
	}

	@Test
	void aPortInUseIsNamedWithTheServersOwnWords() {
		try (EmbeddedNatsServer server = builder().start()) {
			assertThatExceptionOfType(EmbeddedNatsServerException.class)
				.isThrownBy(() -> builder().port(server.getPort()).start())
				.withMessageContaining("port " + server.getPort())
				.withMessageContaining("address already in use");
		}
	}

	@Test
	void theProgramThatWasStartedIsLogged(CapturedOutput output) {
		try (EmbeddedNatsServer server = builder().start()) {
			assertThat(output).contains("Started nats-server (binary '" + NatsServerBinary.find(NatsServer.binary())
					+ "', port " + server.getPort() + ", store directory '");
		}
	}

	@Test
	void aProgramThatIsMissingIsNamed() {
		Path missing = this.directory.resolve("missing");
		assertThatExceptionOfType(NatsServerBinaryNotFoundException.class)
			.isThrownBy(() -> EmbeddedNatsServer.builder().binary(missing).start())
			.withMessageContaining("'" + missing + "'")
			.withMessageContaining("nats.embedded.binary");
	}

	@Test
	void aProgramThatIsNoServerIsNamed() {
		Path other = Path.of("/bin/cat");
		assertThatExceptionOfType(EmbeddedNatsServerException.class)
			.isThrownBy(() -> EmbeddedNatsServer.builder().binary(other).start())
			.withMessageContaining("'" + other + "'")
			.withMessageContaining("ended while starting")
			.withMessageContaining("cat: ");
	}

	@Test
	void aCrashIsNoticed(CapturedOutput output) {
		try (EmbeddedNatsServer server = builder().start()) {
			ProcessHandle.of(server.getPid()).orElseThrow().destroyForcibly();
			Awaitility.await().until(() -> !server.isRunning());
			Awaitility.await().until(() -> output.getAll().contains("nats-server ended by itself"));
			assertThat(output).contains("Server is ready");
			server.restart();
			assertThat(server.isRunning()).isTrue();
		}
	}

	@Test
	void aStopIsNoCrash(CapturedOutput output) {
		try (EmbeddedNatsServer server = builder().start()) {
			server.stop();
			server.restart();
			server.kill();
		}
		assertThat(output).doesNotContain("ended by itself");
	}

	@Test
	void theServerGoesWithAJvmThatWasKilled() throws Exception {
		Path store = this.directory.resolve("store");
		Process jvm = startOther(store);
		ProcessHandle server;
		Path files;
		try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
			server = ProcessHandle.of(readPid(output)).orElseThrow();
			files = Path.of(output.readLine());
		}
		assertThat(server.isAlive()).isTrue();
		jvm.destroyForcibly().waitFor();
		// The lock of the store went with the JVM, yet its server may still be there
		builder().storeDirectory(store).start().close();
		assertThat(server.isAlive()).isFalse();
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> Files.notExists(files));
	}

	@Test
	void aServerThatDoesNotListenGoesWithItsJvmWithinFiveSeconds() throws Exception {
		Process jvm = startOther(this.directory.resolve("store"));
		ProcessHandle server;
		try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
			server = ProcessHandle.of(readPid(output)).orElseThrow();
		}
		assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(server.pid())).start().waitFor()).isZero();
		jvm.destroyForcibly();
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !server.isAlive());
	}

	@Test
	void theServerIsOutOfReachOfTheTerminalsInterrupt() throws Exception {
		try (EmbeddedNatsServer server = builder().start()) {
			assertThat(processGroup(server.getPid())).isPresent()
				.isNotEqualTo(processGroup(ProcessHandle.current().pid()));
		}
	}

	static EmbeddedNatsServer.Builder builder() {
		return EmbeddedNatsServer.builder().binary(NatsServer.binary());
	}

	private static Process startOther(Path store) throws Exception {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), EmbeddedNatsServerApplication.class.getName(), store.toString())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	// behind the log
	private static long readPid(BufferedReader output) throws IOException {
		String line = output.readLine();
		while (!line.matches("\\d+")) {
			line = output.readLine();
		}
		return Long.parseLong(line);
	}

	private static Optional<String> processGroup(long pid) throws Exception {
		Process process = new ProcessBuilder(List.of("ps", "-o", "pgid=", "-p", String.valueOf(pid))).start();
		try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
			return Optional.ofNullable(output.readLine()).map(String::strip);
		}
	}

	static Path runDirectory(EmbeddedNatsServer server) {
		return Path.of(server.toString().replaceFirst(".*store directory '(.*)'.*", "$1"));
	}

}
