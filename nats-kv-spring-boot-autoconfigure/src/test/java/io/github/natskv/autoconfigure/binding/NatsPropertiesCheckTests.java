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
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsPropertiesCheck}.
 */
class NatsPropertiesCheckTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
				NatsHealthContributorAutoConfiguration.class))
		.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.startup=retry");

	@ParameterizedTest
	@ValueSource(strings = { "server", "user", "listener.retries", "ssl.bundel", "embedded.port", "springs",
			"jetstream.timeout", "templates.observation-enabled" })
	void anUnknownKeyIsRefusedByNameAndPlaceAndWithoutItsValue(String key) {
		yaml("nats." + key + ": s3cret").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("'nats." + key + "'", "application.yml", "no such property")
				.doesNotContain("s3cret");
			assertThat(analysis.getAction()).contains("nats.spring");
		});
	}

	@Test
	void anUnknownKeyOfHealthIsRefused() {
		yaml("nats.health.stuck: 1s").run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(UnboundConfigurationPropertiesException.class)
			.hasMessageContaining("nats.health.stuck"));
	}

	@Test
	void theStreamBinderHasItsPrefix() {
		yaml("""
				nats.spring:
				  server: nats://localhost:4222
				  cloud.stream.bindings.orders.durable: me
				  cloud.stream.bindings.'ü'.durable: me
				nats.health.timeout: 1s
				nats.listener.retry.multiplier: 3
				""").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whatIsBlankIsLeftAtItsDefault() {
		yaml("""
				nats:
				  username:
				  credentials:
				  nkey: ${MISSING:}
				  inbox-prefix: ${MISSING:_MINE}
				  socket-write-timeout:
				  buffer-size:
				  jetstream: {domain: , prefix: , request-timeout: }
				  listener: {reply-subjects: }
				  embedded: {enabled: false, binary: , store-dir: , listen-port: 0}
				  connections.archive: {servers: 'nats://127.0.0.1:1', startup: retry, credentials: , nkey: , kv: }
				  kv.buckets.profiles: {ttl: , history: , value-type: , metadata: , max-bytes: }
				""").run((context) -> {
			assertThat(context).hasNotFailed();
			NatsProperties properties = context.getBean(NatsProperties.class);
			assertThat(properties.credentials()).isNull();
			assertThat(properties.embedded().binary()).isNull();
			assertThat(properties.socketWriteTimeout()).isEqualTo(Duration.ofMinutes(1));
			assertThat(properties.inboxPrefix()).isEqualTo("_MINE");
		});
	}

	@Test
	void aBlankUnknownKeyAndAValueForAGroupAreRefused() {
		for (String yaml : List.of("nats.server:", "nats.ssl: mine")) {
			yaml(yaml).run((context) -> assertThat(context).getFailure().hasStackTraceContaining("nats.s"));
		}
	}

	@Test
	void variablesOfOthersPass() {
		Map<String, Object> variables = Map.of("NATS_URL", "nats://localhost:4222", "NATS_USER", "me", "NATS_CONTEXT",
				"dev", "NATS_PORT", "tcp://10.0.0.1:4222", "NATS_SERVICE_HOST", "10.0.0.1", "NATS_PORT_4222_TCP_ADDR",
				"10.0.0.1");
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								variables)))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private ApplicationContextRunner yaml(String yaml) {
		return this.runner.withInitializer((context) -> {
			try {
				new YamlPropertySourceLoader()
					.load("application.yml",
							new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8), "application.yml"))
					.forEach(context.getEnvironment().getPropertySources()::addLast);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

}
