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

package io.github.natskv.autoconfigure.binding;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;

class EmptyYamlMapsTests {

	private static final String YAML = """
			nats:
			  servers: nats://a
			  kv.buckets:
			    one: {}
			    two: { history: 2 }
			    three: {}
			    '[four]': {}
			    5: {}
			    six:
			  connections: { archive: { kv: { buckets: { audit: {} } } } }
			---
			spring.config.activate.on-profile: other
			nats.kv.buckets.seven: {}
			""";

	@Test
	void areThoseThatSpringBootLeftOut() throws IOException {
		List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("a",
				new ByteArrayResource(YAML.getBytes(StandardCharsets.UTF_8)));
		assertThat(EmptyYamlMaps.missingFrom(withoutEmptyMaps(sources.get(0)))).containsOnlyKeys("nats.kv.buckets.one",
				"nats.kv.buckets.three", "nats.kv.buckets[four]", "nats.kv.buckets[5]",
				"nats.connections.archive.kv.buckets.audit");
		assertThat(EmptyYamlMaps.missingFrom(withoutEmptyMaps(sources.get(1))))
			.containsOnlyKeys("nats.kv.buckets.seven");
	}

	@Test
	void areFoundInAFileOfNothingElse(@TempDir Path directory) throws IOException {
		Path file = Files.writeString(directory.resolve("application.yml"), "nats.kv.buckets: { one: {} }");
		String name = "Config resource 'file [" + file + "]' via location 'optional:file:./config/'";
		PropertySource<?> loaded = new YamlPropertySourceLoader().load(name, new FileSystemResource(file)).get(0);
		assertThat(EmptyYamlMaps.missingFrom(withoutEmptyMaps(loaded))).containsOnlyKeys("nats.kv.buckets.one");
		assertThat(EmptyYamlMaps.missingFrom(new OriginTrackedMapPropertySource("other", Map.of()))).isEmpty();
	}

	@Test
	void arePassedOverInOtherFiles() throws IOException {
		PropertySource<?> properties = new PropertiesPropertySourceLoader()
			.load("a", new ByteArrayResource("nats.a=1\n{nats.b={}".getBytes(StandardCharsets.UTF_8)))
			.get(0);
		assertThat(EmptyYamlMaps.missingFrom(properties)).isEmpty();
	}

	// as before Spring Boot 4.1
	@SuppressWarnings("unchecked")
	private static PropertySource<?> withoutEmptyMaps(PropertySource<?> source) {
		Map<String, Object> properties = new TreeMap<>((Map<String, Object>) source.getSource());
		properties.values().removeIf(""::equals);
		return new OriginTrackedMapPropertySource(source.getName(), properties);
	}

}
