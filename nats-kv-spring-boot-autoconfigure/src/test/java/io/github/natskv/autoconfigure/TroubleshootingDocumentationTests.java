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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The messages that the page on troubleshooting names are those of the sources.
 */
class TroubleshootingDocumentationTests {

	private static final Pattern MESSAGE = Pattern.compile("^\\| `([^`]+)`");

	private static final Pattern CONCATENATION = Pattern.compile("\"\\s*\\+\\s*\"");

	@Test
	void messagesAreThoseOfTheSources() throws IOException {
		String sources = sources();
		List<String> fragments = new ArrayList<>();
		for (String line : DocumentationPage.of(Path.of("docs/troubleshooting.md")).prose()) {
			Matcher message = MESSAGE.matcher(line);
			if (message.find()) {
				Stream.of(message.group(1).split("…"))
					.map(String::strip)
					.filter((fragment) -> fragment.length() > 3)
					.forEach(fragments::add);
			}
		}
		assertThat(fragments).hasSizeGreaterThan(30).allSatisfy((fragment) -> assertThat(sources).contains(fragment));
	}

	private static String sources() throws IOException {
		StringBuilder sources = new StringBuilder();
		for (String module : List.of("nats-kv-spring", "nats-kv-spring-boot-autoconfigure")) {
			try (Stream<Path> files = Files.walk(DocumentationPage.ROOT.resolve(module).resolve("src/main/java"))) {
				for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
					sources.append(CONCATENATION.matcher(Files.readString(file)).replaceAll(""));
				}
			}
		}
		return sources.toString();
	}

}
