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

package io.github.natskv.test.devtools;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the embedded server of an application that is restarted by DevTools.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class DevToolsRestartTests {

	@Test
	@Timeout(60)
	void theServerAndItsStoreOutliveARestartAndGoWithTheJvm() throws Exception {
		Process application = start();
		try (BufferedReader output = application.inputReader(StandardCharsets.UTF_8)) {
			String[] first = awaitStart(output);
			String[] second = awaitStart(output);
			assertThat(second[1]).as("class loader").isNotEqualTo(first[1]);
			assertThat(second[2]).as("process").isEqualTo(first[2]);
			assertThat(first[3]).isEqualTo("null");
			assertThat(second[3]).isEqualTo("kept");
			ProcessHandle server = ProcessHandle.of(Long.parseLong(second[2])).orElseThrow();
			assertThat(server.isAlive()).isTrue();
			application.destroy();
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !server.isAlive());
		}
		finally {
			application.destroyForcibly();
		}
	}

	private static Process start() throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), RestartingApplication.class.getName(),
				"--nats.embedded.enabled=true", "--spring.devtools.livereload.enabled=false")
			.redirectErrorStream(true)
			.start();
	}

	private static String[] awaitStart(BufferedReader output) throws IOException {
		List<String> lines = new ArrayList<>();
		String line;
		while ((line = output.readLine()) != null) {
			if (line.startsWith("started ")) {
				return line.split(" ");
			}
			lines.add(line);
		}
		throw new AssertionError("The application ended: " + String.join(System.lineSeparator(), lines));
	}

}
