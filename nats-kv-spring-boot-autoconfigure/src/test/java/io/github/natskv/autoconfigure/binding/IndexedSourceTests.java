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

import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IndexedSource}.
 */
class IndexedSourceTests {

	private final ConfigurationPropertySource source = StrictBinder
		.source(new MapPropertySource("file",
				Map.of("nats.kv.buckets.userProfiles.max-bytes", "1MB", "nats.kv.buckets.orders.sources[0].name", "a",
						"nats.kv.buckets.orders.metadata[Some.Key]", "b", "nats.url", "c")))
		.filter((name) -> !name.toString().equals("nats.url"));

	@ParameterizedTest
	@ValueSource(strings = { "", "nats", "nats.kv.buckets", "nats.kv.buckets.user-profiles",
			"nats.kv.buckets.userprofiles", "nats.kv.buckets.user-profiles.max-bytes", "nats.kv.buckets.user",
			"nats.kv.buckets.orders.sources", "nats.kv.buckets.orders.sources[0]", "nats.kv.buckets.orders.sources[1]",
			"nats.kv.buckets.orders.metadata", "nats.kv.buckets.orders.metadata[Some.Key]", "nats.url", "spring" })
	void answersAsTheSource(String text) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(text);
		ConfigurationPropertySource indexed = IndexedSource.of(this.source, ConfigurationPropertyName.of("nats"));
		assertThat(indexed).isInstanceOf(IndexedSource.class);
		assertThat(indexed.containsDescendantOf(name)).isEqualTo(this.source.containsDescendantOf(name));
		assertThat(indexed.getConfigurationProperty(name)).isEqualTo(this.source.getConfigurationProperty(name));
		assertThat(indexed.getUnderlyingSource()).isSameAs(this.source.getUnderlyingSource());
		assertThat(namesOf(indexed)).containsExactlyElementsOf(namesOf(this.source));
	}

	private static List<ConfigurationPropertyName> namesOf(ConfigurationPropertySource source) {
		return ((IterableConfigurationPropertySource) source).stream().toList();
	}

}
