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
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class TrainingRunTests {

	@TempDir
	private Path directory;

	@Test
	void needsNoServer() throws Exception {
		assertThat(run("nats://127.0.0.1:1")).isZero();
	}

	@Test
	void leavesNothingOnAServer() throws Exception {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assertThat(run(server.url())).isZero();
			assertThat(connection.jetStreamManagement().getStreamNames()).isEmpty();
		}
	}

	private int run(String servers) throws IOException, InterruptedException {
		Path log = this.directory.resolve("log");
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dspring.context.exit=onRefresh", "-cp", System.getProperty("java.class.path"),
				TrainingApplication.class.getName(), "--spring.docker.compose.enabled=false",
				"--spring.main.web-application-type=none", "--nats.servers=" + servers,
				"--nats.kv.buckets.profiles.history=2", "--nats.kv.buckets.flags.value-type=java.lang.String",
				"--nats.connections.archive.servers=" + servers,
				"--nats.connections.archive.kv.buckets.audit.history=1");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(Files.readString(log)).contains("Starting ").doesNotContain("ERROR");
			return process.exitValue();
		}
		finally {
			process.destroyForcibly();
		}
	}

}
