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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.support.SystemEnvironmentPropertySourceEnvironmentPostProcessor;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What a configuration declares is there, and nothing else, or the start is refused.
 */
class ConfigurationShapeTests {

	@TempDir
	private Path directory;

	private final SpringApplication application = new SpringApplication();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
							nats.kv.buckets: [profiles, flags]                      | nats.kv.buckets              | is a list
							nats.kv.buckets: [{name: profiles, history: 5}]         | nats.kv.buckets              | is a list
							nats.kv.buckets: profiles                               | nats.kv.buckets              | is a single value
							nats.kv.buckets.profiles: 5m                            | nats.kv.buckets.profiles     | is a single value
							nats.kv.buckets.profiles: true                          | nats.kv.buckets.profiles     | is a single value
							nats.kv.buckets.profiles: [history, ttl]                | nats.kv.buckets.profiles     | is a list
							nats.kv.buckets.profiles: [{history: 5}]                | nats.kv.buckets.profiles     | is a list
							nats.kv.buckets: {"user profiles": {history: 5}}        | nats.kv.buckets.user profiles | 'user profiles' cannot be
							nats.kv.buckets: {"user profiles": {}}                  | nats.kv.buckets.user profiles | 'user profiles' cannot be
							nats.kv.buckets: {"[user profiles]": {history: 5}}      | nats.kv.buckets.user profiles | 'user profiles' cannot be
							nats.kv.buckets: {"größe": {history: 5}}                | nats.kv.buckets.größe        | 'größe' cannot be
							nats.kv.buckets: {"ü": {history: 5}}                    | nats.kv.buckets.ü.history    | 'ü' cannot be
					nats.kv.buckets: {"ü": {}}                              | nats.kv.buckets.ü            | 'ü' cannot be
					nats.kv.buckets: {"": {history: 5}}                     | nats.kv.buckets..history     | '' cannot be
					nats.kv.buckets: {"-a": {history: 5}}                   | nats.kv.buckets.-a           | '-a' cannot be
							nats.kv.buckets: {"_": {history: 5}}                    | nats.kv.buckets._.history    | '_' cannot be
							nats.kv.buckets: {"[]": {history: 5}}                   | nats.kv.buckets[].history    | '' cannot be
							nats.kv.buckets: {1.5: {history: 5}}                    | nats.kv.buckets.1.5          | '1.5' cannot be
							nats.kv.buckets.com.acme.x: {history: 2}                | nats.kv.buckets.com.acme.x   | keys have no dots
							nats.kv.buckets: {"a.b": {mirror: {bucket: c}}}         | nats.kv.buckets.a.b          | keys have no dots
							nats.kv.buckets: {one: {history: 1}, ONE: {history: 2}} | nats.kv.buckets.ONE          | there is 'one' already
							nats.kv.buckets: {a-b: {history: 1}, aB: {history: 2}}  | nats.kv.buckets.aB           | there is 'a-b' already
							nats.kv.buckets.profiles.metadata: [a, b]               | nats.kv.buckets.profiles.metadata | is a list
							nats.kv.buckets.profiles.metadata: a                    | nats.kv.buckets.profiles.metadata | is a single value
							nats.kv.buckets.profiles.mirror: other                  | nats.kv.buckets.profiles.mirror | is a single value
							nats.kv: create                                         | nats.kv                      | is a single value
							nats.kv: [create]                                       | nats.kv                      | is a list
							nats.ssl: mine                                          | nats.ssl                     | is a single value
							nats: localhost                                         | nats                         | is a single value
							nats.connections: [archive]                             | nats.connections             | is a list
							nats.connections: archive                               | nats.connections             | is a single value
							nats.connections.archive: nats://a                      | nats.connections.archive     | is a single value
							nats.connections.archive: [nats://a]                    | nats.connections.archive     | is a list
							nats.connections: {"the archive": {servers: nats://a}}  | nats.connections.the archive | 'the archive' cannot be
							nats.connections.acme.archive: {servers: nats://a}      | nats.connections.acme.archive | keys have no dots
							nats.connections: {a-b: {username: a}, aB: {username: b}} | nats.connections.aB        | there is 'a-b' already
							nats.connections.archive.kv: validate                   | nats.connections.archive.kv  | is a single value
							nats.connections.archive.kv.buckets: [audit]            | nats.connections.archive.kv.buckets | is a list
							nats.connections.archive.kv.buckets.audit: 5m           | nats.connections.archive.kv.buckets.audit | is a single value
							nats.connections.archive.kv.buckets: {"a b": {ttl: 1h}} | nats.connections.archive.kv.buckets.a b | 'a b' cannot be
							""")
	void aWrongShapeIsRefusedByNameFileAndLine(String yaml, String property, String problem) {
		run("# a comment\n" + yaml, Map.of(), (context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("'" + property + "'", "application.yml", problem);
			if (!yaml.contains("{}")) { // Spring Boot knows no line of an empty map
				assertThat(analysis.getDescription()).contains("application.yml] - 2:");
			}
			assertThat(analysis.getAction()).isNotBlank();
		});
	}

	@Test
	void aKeyWithDotsIsToldAnotherKeyAndTheName() {
		run("nats.kv.buckets: { com.acme.x: { history: 2 } }", Map.of(),
				(context) -> assertThat(FailureAnalyses.of(context).getAction()).contains("'com-acme-x'", "'name'"));
	}

	@Test
	void aWrongShapeOnTheCommandLineIsRefused() {
		for (String property : new String[] { "nats.kv.buckets=profiles", "nats.kv.buckets[0]=profiles",
				"nats.kv.buckets.profiles=5m", "nats.kv.buckets.user profiles.history=5" }) {
			this.runner.withPropertyValues("nats.startup=retry", property)
				.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("'nats.kv.buckets"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats.kv.buckets:", "nats.kv.buckets: {}", "nats.kv:", "nats.kv: {}", "nats:",
			"nats.connections:", "nats.kv.buckets: []" })
	void nothingIsNotAWrongShape(String yaml) {
		run(yaml, Map.of(), (context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(KeyValueBuckets.class).names()).isEmpty();
		});
	}

	@Test
	void keysAreWhatWasWritten() {
		run("""
				nats.kv.buckets:
				  one: {}
				  Two_2: { history: 2 }
				  three-3:
				  '[four]': { ttl: 1h }
				  5: { metadata: { '0': a, b.c: d } }
				  '0': { history: 2 }
				  metadata: {}
				""", Map.of(), (context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(KeyValueBuckets.class).names()).containsExactlyInAnyOrder("one", "Two_2",
					"three-3", "four", "5", "0", "metadata");
		});
	}

	@ParameterizedTest
	@CsvSource({ "NATS_KV_BUCKETS_NEWONE_HISTORY, is not declared", "NATS_KV_BUCKETS_USER_PROFILE_TTL, is not declared",
			"NATS_KV_BUCKETS, sets nothing", "NATS_KV_BUCKETS_USER_PROFILES, sets nothing",
			"NATS_KV_BUCKETS_USER_PROFILES_HISTROY, no such option", "NATS_KV_PROVISIONNING, no such option",
			"NATS_KV_BUCKETS_USER_PROFILES_MIRROR_BUKET, no such option",
			"NATS_KV_BUCKETS_USER_PROFILES_SOURCES_0_BUKET, no such option",
			"nats_kv_buckets_newone_ttl, is not declared", "NATS_CONNECTIONS_OTHER_SERVERS, is not declared",
			"NATS_CONNECTIONS_ARCHIVE_PASWORD, no such option",
			"NATS_CONNECTIONS_ARCHIVE_KV_BUCKETS_AUDITS_TTL, is not declared",
			"NATS_CONNECTIONS_ARCHIVE_KV_BUCKETS_AUDIT_TLT, no such option",
			"NATS_CONNECTIONS_OTHER_KV_BUCKETS_A_HISTORY, is not declared" })
	void aVariableThatSetsNothingIsRefusedByItsNameAndWithoutItsValue(String variable, String problem) {
		run("""
				nats.kv.buckets.user-profiles.ttl: 1h
				nats.connections.archive: { servers: nats://127.0.0.1:1, kv.buckets.audit.history: 2 }
				""", Map.of(variable, "s3cret"), (context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("'" + variable + "'", problem).doesNotContain("s3cret");
			assertThat(analysis.getAction()).contains("variable");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "NATS_URL", "NATS_USER", "NATS_CONTEXT", "NATS_CREDS", "NATS_PORT", "NATS_SERVICE_HOST",
			"NATS_KV_SERVICE_HOST", "NATS_KV_SERVICE_PORT", "NATS_KV_SERVICE_PORT_CLIENT", "NATS_KV_PORT",
			"NATS_KV_PORT_4222_TCP", "NATS_KV_PORT_4222_TCP_ADDR", "NATS_KV_PORT_4222_TCP_PROTO",
			"NATS_KV_BUCKETS_PORT", "NATS_KV_BUCKETS_SERVICE_HOST", "NATS_KV_BUCKETS_ORDERS_PORT_4222_TCP_PORT",
			"NATS_KV_BUCKETS_ORDERS_METADATA_PORT", "NATS_KV_BUCKETS_ORDERS_METADATA_SERVICE_HOST",
			"NATS_CONNECTIONS_SERVICE_HOST", "NATS_CONNECTIONS_PORT", "NATS_CONNECTIONS_ARCHIVE_PORT_4222_UDP",
			"NATS_CONNECTIONS_ARCHIVE_SERVICE_PORT", "NATSKV_BUCKETS_A_HISTORY", "NATS_KVX_A", "NATS_KV" })
	void variablesOfOthersPassAndSetNothing(String variable) {
		run("""
				nats.kv.buckets.orders.metadata.team: a
				nats.connections.archive: { servers: nats://127.0.0.1:1, startup: retry }
				""", Map.of(variable, "tcp://10.0.0.1:4222"), (context) -> {
			ConfiguredConnections connections = context.getBean(ConfiguredConnections.class);
			assertThat(connections.names()).containsExactly("archive");
			assertThat(connections.buckets()).singleElement()
				.satisfies((bucket) -> assertThat(bucket.definition().configuration().getMetadata())
					.containsExactly(Map.entry("team", "a")));
		});
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "NATS_KV_BUCKETS_USER_PROFILES_METADATA_TEAM", "NATS_KV_BUCKETS_USERPROFILES_METADATA_TEAM",
					"nats.kv.buckets.user-profiles.metadata.team", "Nats_Kv_Buckets_User_Profiles_Metadata_Team" })
	void aVariableSetsAKeyOfAMap(String variable) {
		run("nats.kv.buckets.userProfiles.history: 1", Map.of(variable, "b"),
				(context) -> assertThat(context.getBean(ConfiguredConnections.class).buckets()).singleElement()
					.satisfies((bucket) -> assertThat(bucket.definition().configuration().getMetadata())
						.containsEntry("team", "b")));
	}

	@Test
	void aVariableSetsOptionsOfWhatHasNoneOtherwise() {
		run("nats: {kv.buckets: {orders: }, connections: {archive: }}", Map.of("NATS_KV_BUCKETS_ORDERS_HISTORY", "7",
				"NATS_CONNECTIONS_ARCHIVE_STARTUP", "retry", "NATS_CONNECTIONS_ARCHIVE_TOKEN", "t"), (context) -> {
					ConfiguredConnections connections = context.getBean(ConfiguredConnections.class);
					assertThat(connections.all().get(1).properties().token()).isEqualTo("t");
					assertThat(connections.buckets()).singleElement()
						.satisfies((bucket) -> assertThat(bucket.definition().configuration().getMaxHistoryPerKey())
							.isEqualTo(7));
				});
	}

	@Test
	void variablesHaveThePrefixOfTheApplication() {
		this.application.setEnvironmentPrefix("shop");
		run("nats.kv.buckets.orders:",
				Map.of("SHOP_NATS_KV_BUCKETS_ORDERS_HISTORY", "7", "NATS_KV_BUCKETS_ORDERS_HISTORY", "8",
						"NATS_KV_BUCKETS_OTHER_HISTORY", "9"),
				(context) -> assertThat(context.getBean(ConfiguredConnections.class).buckets()).singleElement()
					.satisfies((bucket) -> assertThat(bucket.definition().configuration().getMaxHistoryPerKey())
						.isEqualTo(7)));
	}

	@ParameterizedTest
	@CsvSource({ "many", "65" })
	void theOriginOfABadValueIsTheVariable(String value) {
		run("nats.kv.buckets.user-profiles.history: 1", Map.of("NATS_KV_BUCKETS_USER_PROFILES_HISTORY", value),
				(context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("nats.kv.buckets.user-profiles.history", "\"NATS_KV_BUCKETS_USER_PROFILES_HISTORY\""));
	}

	@Test
	void theOriginOfABadValueIsTheFile() {
		run("nats.kv.buckets:\n  b: {history: 65}", Map.of(),
				(context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("nats.kv.buckets.b.history", "application.yml] - 2:"));
	}

	@ParameterizedTest
	@CsvSource({ "nats.kv.buckets.b.histroy: 5, history", "nats.server: nats://a, servers", "nats.user: a, username",
			"nats.kv.bukets.b.history: 5, buckets", "nats.conections.a.servers: nats://a, connections",
			"nats.kv.buckets.b.miror.bucket: c, mirror", "nats.kv.buckets.b.mirror.buket: c, bucket",
			"nats.connections.a.pasword: c, password", "nats.listener.retry.max-retry: 5, max-retries",
			"nats.lisener.retry.delay: 1s, listener" })
	void whatWasMeantIsProposed(String yaml, String proposal) {
		run(yaml, Map.of(), (context) -> assertThat(FailureAnalyses.of(context).getAction())
			.contains("Did you mean '" + proposal + "'?"));
	}

	@ParameterizedTest
	@CsvSource({ "NATS_KV_BUCKETS_USERS_PROFILE_TTL, user-profiles", "NATS_KV_BUCKETS_USER_PROFILES_TLT, ttl",
			"NATS_KV_BUCKETS_USER_PROFILES_MAX_BYTE, max-bytes", "NATS_KV_PROVISIONNING, provisioning",
			"NATS_KV_BUCKETS_USER_PROFILES_MIRROR_BUKET, bucket" })
	void whatWasMeantByAVariableIsProposed(String variable, String proposal) {
		run("nats.kv.buckets: { user-profiles: {}, other: {} }", Map.of(variable, "1"),
				(context) -> assertThat(FailureAnalyses.of(context).getAction())
					.contains("Did you mean '" + proposal + "'?"));
	}

	@Test
	void theCodecThatWasMeantIsProposed() {
		run(this.runner.withBean("profileCodec", KeyValueCodec.class, () -> mock()),
				"nats.kv.buckets:\n  b: {codec: profilCodec}", Map.of(), (context) -> {
					FailureAnalysis analysis = FailureAnalyses.of(context);
					assertThat(analysis.getDescription()).contains("nats.kv.buckets.b.codec");
					assertThat(analysis.getAction()).contains("Did you mean 'profileCodec'?");
				});
	}

	// More: -Dnats-kv.test.configurations=5000
	@Test
	void randomShapesAreRefusedOrDeclareWhatWasWritten() {
		Random random = new Random(Long.getLong("nats-kv.test.seed", 1));
		int started = 0;
		for (int i = 0; i < Integer.getInteger("nats-kv.test.configurations", 200); i++) {
			Object buckets = randomShape(random, 0);
			Object archived = randomShape(random, 0);
			String yaml = new Yaml().dump(Map.of("nats", Map.of("kv", Map.of("buckets", buckets), "connections",
					Map.of("archive", Map.of("startup", "retry", "kv", Map.of("buckets", archived))))));
			AtomicBoolean hasStarted = new AtomicBoolean();
			run(yaml, Map.of(), (context) -> {
				if (context.getStartupFailure() != null) {
					assertThat(FailureAnalyses.of(context).getDescription()).as(yaml).contains("nats.");
					return;
				}
				hasStarted.set(true);
				List<ConfiguredConnection> connections = context.getBean(ConfiguredConnections.class).all();
				assertThat(keys(connections.get(0))).as(yaml).isEqualTo(keys(buckets));
				assertThat(keys(connections.get(1))).as(yaml).isEqualTo(keys(archived));
			});
			started += hasStarted.get() ? 1 : 0;
		}
		assertThat(started).isPositive();
	}

	private static Object randomShape(Random random, int depth) {
		int shape = random.nextInt(10);
		if (depth == 2 || shape == 0) {
			return List.of("", 5, "1h", true, "x").get(random.nextInt(5));
		}
		if (shape == 1) {
			return Stream.generate(() -> randomShape(random, depth + 1)).limit(random.nextInt(3)).toList();
		}
		List<Object> keys = (depth == 0)
				? List.of("a", "b-1", "C_2", "d e", "f.g", "[h]", 0, 7, "0", "", "ü", "history", "B1")
				: List.of("history", "ttl", "replicas", "metadata", "histroy", "mirror", "0", "[x]", "max bytes");
		Map<Object, Object> map = new LinkedHashMap<>();
		for (int i = random.nextInt(3); i > 0; i--) {
			Object key = keys.get(random.nextInt(keys.size()));
			map.put(key, (depth == 1 && key.equals("history")) ? (Object) 2 : randomShape(random, depth + 1));
		}
		return map;
	}

	private static Set<String> keys(ConfiguredConnection connection) {
		return connection.buckets().stream().map(BucketDeclaration::key).collect(Collectors.toSet());
	}

	private static Set<String> keys(Object buckets) {
		return (buckets instanceof Map<?, ?> map) ? map.keySet()
			.stream()
			.map((key) -> key.toString().replaceAll("[\\[\\]]", ""))
			.collect(Collectors.toSet()) : Set.of();
	}

	private void run(String yaml, Map<String, Object> variables,
			ContextConsumer<AssertableApplicationContext> consumer) {
		run(this.runner, yaml, variables, consumer);
	}

	private void run(ApplicationContextRunner runner, String yaml, Map<String, Object> variables,
			ContextConsumer<AssertableApplicationContext> consumer) {
		try {
			Files.writeString(this.directory.resolve("application.yml"), yaml);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		runner.withPropertyValues("spring.config.location=" + this.directory.toUri(), "spring.main.banner-mode=off")
			.withInitializer((context) -> {
				context.getEnvironment()
					.getPropertySources()
					.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							new SystemEnvironmentPropertySource(
									StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
				new SystemEnvironmentPropertySourceEnvironmentPostProcessor()
					.postProcessEnvironment(context.getEnvironment(), this.application);
			})
			.withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.startup=retry")
			.run(consumer);
	}

}
