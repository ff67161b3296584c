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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.testsupport.NatsServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class ConfiguredConnectionsTests {

	private static final String HISTORY = "nats.kv.buckets.profiles.history";

	private static final String ARCHIVED_HISTORY = "nats.connections.archive.kv.buckets.audit.history";

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final Map<String, Integer> reads = new ConcurrentHashMap<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
		.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new CountingPropertySource(Map.of("nats.servers", server.url(), HISTORY, 2,
					"nats.connections.archive.servers", server.url(), ARCHIVED_HISTORY, 3))));

	@Test
	void bucketsAreReadOnceForAContext() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(this.reads).containsEntry(HISTORY, 1).containsEntry(ARCHIVED_HISTORY, 1);
		});
	}

	@Test
	void aChildContextHasAConfigurationOfItsOwn() {
		this.runner.run((parent) -> new ApplicationContextRunner().withParent(parent)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("child", Map.of(HISTORY, 5))))
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
			.run((child) -> {
				assertThat(child).hasNotFailed();
				assertThat(historyOf(child)).isEqualTo(5);
				assertThat(historyOf(parent)).isEqualTo(2);
			}));
	}

	private static long historyOf(ApplicationContext context) {
		return context.getBean(ConfiguredConnections.class)
			.ofDefault()
			.buckets()
			.get(0)
			.definition()
			.configuration()
			.getMaxHistoryPerKey();
	}

	private final class CountingPropertySource extends MapPropertySource {

		CountingPropertySource(Map<String, Object> properties) {
			super("counting", properties);
		}

		@Override
		public Object getProperty(String name) {
			ConfiguredConnectionsTests.this.reads.merge(name, 1, Integer::sum);
			return super.getProperty(name);
		}

	}

}
