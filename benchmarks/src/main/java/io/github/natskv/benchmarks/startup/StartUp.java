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

package io.github.natskv.benchmarks.startup;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The start of an application in a process of its own.
 *
 * @param cpuMillis the CPU time of the process, compilers included
 * @param wallMillis the time that has passed
 */
record StartUp(long cpuMillis, long wallMillis) {

	static final String PREFIX = "started ";

	private static final List<String> CONTESTANTS_ONLY = List.of("micronaut", "micrometer-registry", "prometheus");

	private static final List<String> STARTER_ONLY = List.of("nats-kv-spring", "jnats");

	static StartUp of(StartedApplication application, String url) throws IOException, InterruptedException {
		Path properties = Files.createTempFile("start-up", ".properties");
		try {
			Files.writeString(properties, properties(application, url));
			return run(classPath(application), properties);
		}
		finally {
			Files.delete(properties);
		}
	}

	private static StartUp run(String classPath, Path properties) throws IOException, InterruptedException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		Process process = new ProcessBuilder(java, "-cp", classPath, StartUpApplication.class.getName(),
				"--spring.config.import=" + properties.toUri())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		process.waitFor();
		return output.lines()
			.filter((line) -> line.startsWith(PREFIX))
			.map((line) -> line.substring(PREFIX.length()).split(" "))
			.map((numbers) -> new StartUp(Long.parseLong(numbers[0]), Long.parseLong(numbers[1])))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("The application did not start:\n" + output));
	}

	private static String properties(StartedApplication application, String url) {
		if (!application.hasStarter()) {
			return "logging.level.root=warn\n";
		}
		return IntStream.range(0, application.buckets())
			.mapToObj((i) -> "nats.kv.buckets.bucket-%d.history=5\n".formatted(i))
			.collect(Collectors.joining("", "logging.level.root=warn\nnats.servers=" + url + "\n", ""));
	}

	private static String classPath(StartedApplication application) {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> CONTESTANTS_ONLY.stream().noneMatch(entry::contains))
			.filter((entry) -> application.hasStarter() || STARTER_ONLY.stream().noneMatch(entry::contains))
			.collect(Collectors.joining(File.pathSeparator));
	}

}
