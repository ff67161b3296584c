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
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NamedConnectionsBinderTests {

	@Test
	void aConnectionHasThePropertiesOfTheDefaultOneAndBuckets() {
		ConfiguredConnection archive = bind("""
				nats.connections:
				  archive:
				    servers: [nats://a:1, nats://b:2]
				    username: me
				    password: secret
				    max-reconnects: 7
				    ssl: { bundle: mine }
				    jetstream: { domain: hub }
				    kv:
				      provisioning: validate
				      buckets: { audit: { history: 5 } }
				  other:
				""", Map.of()).get("archive");
		assertThat(archive.properties().servers()).containsExactly("nats://a:1", "nats://b:2");
		assertThat(archive.properties().username()).isEqualTo("me");
		assertThat(archive.properties().maxReconnects()).isEqualTo(7);
		assertThat(archive.properties().ssl().bundle()).isEqualTo("mine");
		assertThat(archive.properties().jetstream().domain()).isEqualTo("hub");
		assertThat(archive.properties().replyTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(archive.policy()).hasToString("VALIDATE");
		assertThat(archive.buckets()).singleElement().satisfies((bucket) -> {
			assertThat(bucket.key()).isEqualTo("audit");
			assertThat(bucket.definition().configuration().getMaxHistoryPerKey()).isEqualTo(5);
		});
		assertThat(archive.name().property("servers")).isEqualTo("nats.connections.archive.servers");
	}

	@ParameterizedTest
	@CsvSource({ "archive, ARCHIVE_TEMPLATE_REPLY_TIMEOUT", "my-archive, MY_ARCHIVE_TEMPLATE_REPLY_TIMEOUT",
			"my-archive, MYARCHIVE_TEMPLATEREPLYTIMEOUT", "myArchive, MYARCHIVE_TEMPLATE_REPLY_TIMEOUT",
			"My_Archive, MY_ARCHIVE_TEMPLATE_REPLY_TIMEOUT", "archive-2, ARCHIVE_2_TEMPLATE_REPLY_TIMEOUT" })
	void anEnvironmentVariableOverridesTheDeclaredConnectionAndAddsNone(String name, String variable) {
		Map<String, ConfiguredConnection> connections = bind(
				"nats.connections." + name + ": { template.reply-timeout: 1s, username: me }",
				Map.of("NATS_CONNECTIONS_" + variable, "9s"));
		assertThat(connections).containsOnlyKeys(name);
		assertThat(connections.get(name).properties().replyTimeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(connections.get(name).properties().username()).isEqualTo("me");
	}

	@Test
	void anEnvironmentVariableOverridesNestedOptionsAndListsAndThoseOfBuckets() {
		ConfiguredConnection archive = bind("""
				nats.connections.my-archive:
				  kv.buckets.old-audit: { history: 5, ttl: 1 }
				""", Map.of("NATS_CONNECTIONS_MY_ARCHIVE_SERVERS", "nats://a:1,nats://b:2",
				"NATS_CONNECTIONS_MY_ARCHIVE_SSL_TLS_FIRST", "true", "NATS_CONNECTIONS_MY_ARCHIVE_KV_PROVISIONING",
				"none", "NATS_CONNECTIONS_MY_ARCHIVE_KV_BUCKETS_OLD_AUDIT_HISTORY", "7"))
			.get("my-archive");
		assertThat(archive.properties().servers()).containsExactly("nats://a:1", "nats://b:2");
		assertThat(archive.properties().ssl().tlsFirst()).isTrue();
		assertThat(archive.policy()).hasToString("NONE");
		assertThat(archive.buckets()).singleElement().satisfies((bucket) -> {
			assertThat(bucket.key()).isEqualTo("old-audit");
			assertThat(bucket.definition().configuration().getMaxHistoryPerKey()).isEqualTo(7);
			assertThat(bucket.definition().configuration().getTtl()).isEqualTo(Duration.ofSeconds(1));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "NATS_CONNECTIONS_PORT", "NATS_CONNECTIONS_SERVICE_HOST", "NATS_CONNECTIONS_SERVICE_PORT",
			"NATS_CONNECTIONS_PORT_4222_TCP_ADDR" })
	void aVariableOfAKubernetesServiceMakesNoConnection(String variable) {
		assertThat(bind("", Map.of(variable, "nats://127.0.0.1:1"))).isEmpty();
		assertThat(bind("nats.connections.archive.username: me", Map.of(variable, "nats://127.0.0.1:1")))
			.containsOnlyKeys("archive");
	}

	@ParameterizedTest
	@ValueSource(strings = { "pasword", "ssl.bundel", "kv.bukets.audit.history", "kv.buckets.audit.histroy",
			"kv.provisionning", "listener.concurrency", "template.observation-enabled" })
	void anUnknownKeyIsRefusedByNameAndWithoutItsValue(String key) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> bind("nats.connections.archive:\n  username: me\n  " + key + ": s3cret", Map.of()))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo("nats.connections.archive." + key))
			.withMessageNotContaining("s3cret");
	}

	@Test
	void aValueThatCannotWorkIsRefused() {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind("nats.connections.archive.ping-interval: 0s", Map.of()))
			.havingCause()
			.withMessageContaining("pingInterval")
			.withMessageContaining("must be longer than zero");
	}

	@Test
	void namesThatDifferOnlyInCaseOrDashesAreRefused() {
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(() -> bind("""
				nats.connections:
				  my-archive: { username: a }
				  myArchive: { username: b }
				""", Map.of())).withMessageContaining("my-archive").withMessageContaining("myArchive");
	}

	@ParameterizedTest
	@ValueSource(strings = { "default", "Default" })
	void theNameEventsHaveForTheDefaultConnectionIsRefused(String name) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> bind("nats.connections." + name + ".username: me", Map.of()))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo("nats.connections." + name));
	}

	@Test
	void aNameWithOtherCharactersIsRefused() {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> bind("nats.connections:\n  '[a.b]': { username: a }", Map.of()))
			.withMessageContaining("a.b");
	}

	private Map<String, ConfiguredConnection> bind(String yaml, Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
		try {
			new YamlPropertySourceLoader()
				.load("application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
				.forEach(environment.getPropertySources()::addLast);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		ConfigurationPropertySources.attach(environment);
		return new NamedConnectionsBinder(new StrictBinder(environment)).bind()
			.stream()
			.collect(Collectors.toMap((connection) -> connection.name().name(), Function.identity()));
	}

}
