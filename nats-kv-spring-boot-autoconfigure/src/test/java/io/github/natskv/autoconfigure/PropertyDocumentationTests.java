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

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.DocumentedProperties.Property;
import io.github.natskv.observation.DefaultNatsBucketObservationConvention;
import io.github.natskv.observation.DefaultNatsWatchObservationConvention;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.InputStreamResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The properties the documentation names exist, and its list of them is that of the
 * metadata.
 */
class PropertyDocumentationTests {

	private static final DocumentedProperties PROPERTIES = DocumentedProperties.read();

	/** Old versions may have had other properties. */
	private static final List<DocumentationPage> PAGES = DocumentationPage.all()
		.stream()
		.filter((page) -> !page.path().endsWith("CHANGELOG.md"))
		.toList();

	private static final Path LIST = Path.of("docs", "properties.md");

	private static final String UPDATE = "nats-kv.docs.update";

	private static final Pattern BLOCK = Pattern.compile("^( *)```(java|yaml)\n(.*?)^\\1```",
			Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	private static final Pattern NAME = Pattern
		.compile("(?<![\\w./$])((?:nats|management\\.(?:endpoint|health|metrics\\.enable)\\.nats(?:kv)?)\\."
				+ "[a-z<*][a-z<>*.\\[\\]n-]*|management\\.(?:health|metrics\\.enable)\\.nats[a-z.]*)");

	private static final Pattern IN_JAVA = Pattern.compile("\"(nats\\.[a-z.-]+)[=:]");

	private static final Pattern METER = Pattern.compile("^\\| `(nats\\.[a-z.]+)` \\| `nats_", Pattern.MULTILINE);

	private static final Set<String> OBSERVATIONS = Set.of(new DefaultNatsBucketObservationConvention().getName(),
			new DefaultNatsWatchObservationConvention().getName());

	private static final String BUCKET_OPTIONS = "| `nats.kv.buckets.<key>.` |";

	@ParameterizedTest
	@FieldSource("PAGES")
	void propertiesExist(DocumentationPage page) {
		assertThat(names(page)).allSatisfy((name) -> assertThat(PROPERTIES.contains(name)).as(name).isTrue());
	}

	@Test
	void allKindsOfPlacesAreLookedAt() {
		assertThat(PAGES.stream().flatMap((page) -> names(page).stream())).contains("nats.kv.buckets.bucket.history",
				"nats.embedded.listen-port", "nats.listener.retry.max-retries", "nats.kv.buckets.<key>.placement.tags",
				"nats.connections.archive.kv.buckets.audit.value-type", "management.endpoint.natskv.timeout");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats.servers", "nats.servers[0]", "nats.kv", "nats.kv.buckets.profiles.history",
			"nats.kv.buckets.<key>.", "nats.kv.buckets.profiles.metadata.team", "nats.embedded.*",
			"nats.*.observation-enabled", "nats.kv.buckets.all.sources[0].bucket",
			"nats.connections.archive.kv.buckets.audit.mirror.domain",
			"nats.streams.definitions.orders.consumers.billing.ack-wait" })
	void knows(String name) {
		assertThat(PROPERTIES.contains(name)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "nats.server", "nats.servers.first", "nats.kv.buckets.profiles.histori", "nats.embedded.*.port",
			"nats.connections.archive.embedded.enabled", "management.endpoint.natskv.values" })
	void doesNotKnow(String name) {
		assertThat(PROPERTIES.contains(name)).isFalse();
	}

	@Test
	void theListIsThatOfTheMetadata() throws IOException {
		String list = list();
		Path file = DocumentationPage.ROOT.resolve(LIST);
		if (Boolean.getBoolean(UPDATE)) {
			Files.writeString(file, list);
		}
		assertThat(file).as("run this test with -D" + UPDATE + "=true to write it").hasContent(list);
	}

	private static List<String> names(DocumentationPage page) {
		List<String> names = new ArrayList<>();
		BLOCK.matcher(page.text())
			.results()
			.forEach((block) -> names
				.addAll(block.group(2).equals("yaml") ? inYaml(block.group(3).stripIndent()) : inJava(block.group(3))));
		Set<String> meters = METER.matcher(DocumentationPage.of(Path.of("docs", "operating.md")).text())
			.results()
			.map((meter) -> meter.group(1))
			.collect(Collectors.toSet());
		boolean observations = false;
		boolean options = false;
		for (String line : page.prose()) {
			if (line.startsWith("#")) {
				observations = line.endsWith(" Observability"); // names observations and
																// their keys
			}
			options = line.startsWith(BUCKET_OPTIONS) || (options && line.startsWith("|"));
			if (options) {
				names.addAll(bucketOptions(line));
			}
			if (!observations) {
				CODE.matcher(line)
					.results()
					.flatMap((code) -> NAME.matcher(code.group(1)).results())
					.map((MatchResult name) -> name.group(1))
					.filter((name) -> !meters.contains(name) && !OBSERVATIONS.contains(name)
							&& !name.equals("nats.spring"))
					.forEach(names::add);
			}
		}
		return names;
	}

	private static List<String> inYaml(String yaml) {
		YamlPropertiesFactoryBean factory = new YamlPropertiesFactoryBean();
		factory.setResources(new InputStreamResource(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))));
		return Objects.requireNonNull(factory.getObject())
			.keySet()
			.stream()
			.map(Object::toString)
			.filter((name) -> name.startsWith("nats."))
			.toList();
	}

	private static List<String> inJava(String code) {
		return IN_JAVA.matcher(code).results().map((name) -> name.group(1)).toList();
	}

	/** The options named in the first column of the table. */
	private static List<String> bucketOptions(String row) {
		String cell = row.split("\\|")[1];
		return CODE.matcher(cell)
			.results()
			.map((code) -> code.group(1))
			.filter((option) -> option.matches("[a-z].*") && !option.startsWith("nats."))
			.map((option) -> "nats.kv.buckets.<key>." + option)
			.toList();
	}

	private static String list() {
		Map<String, List<Property>> groups = new LinkedHashMap<>();
		PROPERTIES.properties()
			.stream()
			.filter((property) -> !property.name().startsWith("nats.connections."))
			.sorted((one, other) -> one.group().compareTo(other.group()))
			.forEach((property) -> groups.computeIfAbsent(section(property), (group) -> new ArrayList<>())
				.add(property));
		return Stream.concat(
				Stream
					.of("""
							# Properties

							All properties, from the metadata that IDEs read as well. `<bucket>`, `<stream>`, `<consumer>`, `<cache>` and `<connection>` are
							names you choose. A named connection, `nats.connections.<connection>`, has each property of the default one that is
							about a connection, its buckets below `kv` and its streams below `streams`.
							"""),
				groups.entrySet()
					.stream()
					.map((group) -> "\n## " + group.getKey()
							+ "\n\n| Property | Values | Default | |\n|---|---|---|---|\n"
							+ group.getValue().stream().map(Property::row).collect(Collectors.joining("\n", "", "\n"))))
			.collect(Collectors.joining());
	}

	private static String section(Property property) {
		String[] parts = property.group().split("\\.");
		if (parts[0].equals("management")) {
			return "Actuator";
		}
		if (property.name().startsWith("nats.kv.buckets.")) {
			return "Each bucket";
		}
		if (property.name().startsWith("nats.streams.definitions.")) {
			return property.name().contains(".consumers.") ? "Each consumer" : "Each stream";
		}
		return switch ((parts.length == 1) ? "" : parts[1]) {
			case "embedded" -> "Embedded server";
			case "health" -> "Health";
			case "jetstream" -> "JetStream";
			case "kv" -> "Buckets";
			case "listener" -> "Listeners";
			case "ssl" -> "TLS";
			case "streams" -> "Streams";
			case "template" -> "Template";
			default -> "Connection";
		};
	}

}
