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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.natskv.autoconfigure.ConfigurationMetadataTests.Metadata;
import io.github.natskv.autoconfigure.ConfigurationMetadataTests.Property;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.testsupport.NatsServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a property is set to, the application starts or is told what to correct, soon.
 * More random configurations: {@code -Dnats-kv.test.configurations=5000}. All values for
 * each property, instead of some: {@code -Dnats-kv.test.values=10}.
 */
class MalformedPropertyTests {

	private static final String[] VALUES = { "0", "-1", "99999999999999999999", "../../etc", "-5s", "1000000000d",
			"-1B", "256B", "x y", "*.>" };

	private static final Duration SOON = Duration.ofSeconds(15);

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url(), "nats.kv.buckets.some.history=1");

	static List<String> properties() {
		List<String> names = new ArrayList<>(Metadata.read("META-INF/spring-configuration-metadata.json")
			.properties()
			.stream()
			.map(Property::name)
			.filter((name) -> name.startsWith("nats.") && !name.equals("nats.embedded.enabled"))
			.toList());
		Metadata.of(NatsKeyValueProperties.Bucket.class.getName())
			.properties()
			.forEach((option) -> names.add("nats.kv.buckets.some." + option.name()));
		return names;
	}

	@ParameterizedTest
	@MethodSource("properties")
	void startsOrSaysWhatToCorrect(String property) {
		int first = Math.floorMod(property.hashCode(), VALUES.length);
		IntStream.range(first, first + Integer.getInteger("nats-kv.test.values", 3))
			.forEach((i) -> check(property + "=" + VALUES[i % VALUES.length]));
	}

	@Test
	void randomConfigurationsStartOrSayWhatToCorrect() {
		long seed = Long.getLong("nats-kv.test.seed", 1);
		Random random = new Random(seed);
		List<String> properties = properties();
		for (int i = 0; i < Integer.getInteger("nats-kv.test.configurations", 50); i++) {
			List<String> configuration = new ArrayList<>();
			for (int j = 0; j <= random.nextInt(4); j++) {
				configuration.add(properties.get(random.nextInt(properties.size())) + "="
						+ VALUES[random.nextInt(VALUES.length)]);
			}
			check(configuration.toArray(String[]::new));
		}
	}

	private void check(String... configuration) {
		long start = System.nanoTime();
		this.runner.withPropertyValues(configuration).run((context) -> {
			if (context.getStartupFailure() != null) {
				assertThat(FailureAnalyses.of(context).getAction()).as(String.join(", ", configuration)).isNotBlank();
			}
		});
		assertThat(Duration.ofNanos(System.nanoTime() - start)).as(String.join(", ", configuration)).isLessThan(SOON);
	}

}
