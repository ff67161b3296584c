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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natskv.embedded.NatsServerBinary;
import io.github.natskv.embedded.NatsServerBinaryNotFoundException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Leaves transactions out where the server is too old for them, since this sample runs
 * with whatever {@code nats-server} the machine has. An application knows its servers and
 * does not need this.
 */
class InstalledServer implements EnvironmentPostProcessor {

	private static final Pattern VERSION = Pattern.compile("v(\\d+)\\.(\\d+)\\.(\\d+)");

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (environment.getProperty("nats.embedded.enabled", Boolean.class, false)) {
			String binary = environment.getProperty("nats.embedded.binary");
			environment.getPropertySources()
				.addLast(new MapPropertySource("installedServer",
						Map.of("sample.transactions", hasTransactions(binary))));
		}
	}

	private static boolean hasTransactions(@Nullable String binary) {
		try {
			Path program = NatsServerBinary.find(StringUtils.hasText(binary) ? Path.of(binary) : null);
			Process process = new ProcessBuilder(program.toString(), "--version").start();
			return hasTransactionsIn(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException | NatsServerBinaryNotFoundException ex) {
			return false; // the embedded server says why it cannot start
		}
	}

	static boolean hasTransactionsIn(String output) {
		Matcher version = VERSION.matcher(output);
		if (!version.find()) {
			return false;
		}
		int major = Integer.parseInt(version.group(1));
		int minor = Integer.parseInt(version.group(2));
		int patch = Integer.parseInt(version.group(3));
		return major > 2 || minor > 14 || minor == 14 && patch >= 5 || minor == 12 && patch >= 15;
	}

}
