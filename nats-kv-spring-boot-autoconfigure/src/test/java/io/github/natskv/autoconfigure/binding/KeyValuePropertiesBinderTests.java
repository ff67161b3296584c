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
import java.util.HashMap;
import java.util.Map;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.provisioning.ProvisioningPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KeyValuePropertiesBinderTests {

	@Test
	void bindsBucketsWithTheirOptions() {
		NatsKeyValueProperties properties = bind("""
				nats.kv:
				  provisioning: validate
				  max-in-flight: 50
				  buckets:
				    profiles:
				      history: 5
				      ttl: 90
				      metadata: { Owner.team: a }
				      sources:
				      - bucket: other
				""", Map.of());
		assertThat(properties.provisioning()).isEqualTo(ProvisioningPolicy.VALIDATE);
		assertThat(properties.maxInFlight()).isEqualTo(50);
		assertThat(properties.buckets()).containsOnlyKeys("profiles");
		NatsKeyValueProperties.Bucket bucket = properties.buckets().get("profiles");
		assertThat(bucket.history()).isEqualTo(5);
		assertThat(bucket.ttl()).isEqualTo(Duration.ofSeconds(90));
		assertThat(bucket.metadata()).containsExactly(Map.entry("Owner.team", "a"));
		assertThat(bucket.sources()).singleElement()
			.extracting(NatsKeyValueProperties.Source::bucket)
			.isEqualTo("other");
	}

	@Test
	void bindsManyBucketsAsIfEachWereAlone() {
		Map<String, String> buckets = Map.of("orders", """
				{ history: 3, ttl: 1h, value-type: java.util.List<String>, local-copy: { enabled: true, keys: [a, b] } }
				""", "userProfiles", "{ metadata: { Owner.team: a, '[x/y]': b }, key-codec: base64 }", "single",
				"{ history: 1 }", "copies",
				"{ sources: [ { bucket: other, start-revision: 7 }, { bucket: third } ], max-bytes: 1MB }");
		Map<String, Map<String, Object>> variables = Map.of("orders", Map.of("NATS_KV_BUCKETS_ORDERS_REPLICAS", "3"),
				"userProfiles", Map.of("NATS_KV_BUCKETS_USERPROFILES_KEYCODEC", "escape"));
		Map<String, Object> environment = new HashMap<>();
		variables.values().forEach(environment::putAll);
		StringBuilder all = new StringBuilder("nats.kv.buckets:\n");
		buckets.forEach((key, options) -> all.append("  %s: %s\n".formatted(key, options.strip())));
		NatsKeyValueProperties together = bind(all.toString(), environment);
		assertThat(together.buckets()).containsOnlyKeys(buckets.keySet());
		buckets.forEach((key, options) -> {
			NatsKeyValueProperties alone = bind("nats.kv.buckets:\n  %s: %s".formatted(key, options.strip()),
					variables.getOrDefault(key, Map.of()));
			assertThat(together.buckets().get(key)).as(key).isEqualTo(alone.buckets().get(key));
		});
		assertThat(together.buckets().get("orders").replicas()).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "orders:", "orders: {}", "orders: ''" })
	void aBucketNeedsNoOptions(String orders) {
		NatsKeyValueProperties properties = bind("nats.kv.buckets:\n  " + orders + "\n  other.history: 2", Map.of());
		assertThat(properties.buckets()).containsOnlyKeys("orders", "other");
		assertThat(properties.maxInFlight()).isEqualTo(1000);
	}

	@ParameterizedTest
	@CsvSource({ "user-profiles, NATS_KV_BUCKETS_USERPROFILES_TTL", "user-profiles, NATS_KV_BUCKETS_USER_PROFILES_TTL",
			"userProfiles, NATS_KV_BUCKETS_USERPROFILES_TTL", "user_profiles, NATS_KV_BUCKETS_USERPROFILES_TTL",
			"user_profiles, NATS_KV_BUCKETS_USER_PROFILES_TTL", "PROFILES, NATS_KV_BUCKETS_PROFILES_TTL",
			"profiles, NATS_KV_BUCKETS_PROFILES_TTL", "shard-1, NATS_KV_BUCKETS_SHARD1_TTL",
			"shard-1, NATS_KV_BUCKETS_SHARD_1_TTL", "a-b-c, NATS_KV_BUCKETS_A_B_C_TTL" })
	void anEnvironmentVariableOverridesTheDeclaredBucketAndAddsNone(String key, String variable) {
		NatsKeyValueProperties properties = bind("""
				nats.kv.buckets:
				  %s: { ttl: 1h, history: 3 }
				""".formatted(key), Map.of(variable, "2h"));
		assertThat(properties.buckets()).containsOnlyKeys(key);
		assertThat(properties.buckets().get(key).ttl()).isEqualTo(Duration.ofHours(2));
		assertThat(properties.buckets().get(key).history()).isEqualTo(3);
	}

	@Test
	void anEnvironmentVariableOverridesADashedOption() {
		NatsKeyValueProperties properties = bind("nats.kv.buckets.my-bucket.max-bytes: 1KB",
				Map.of("NATS_KV_BUCKETS_MYBUCKET_MAXBYTES", "2KB", "NATS_KV_BUCKETS_MY_BUCKET_MAX_VALUE_SIZE", "1KB"));
		assertThat(properties.buckets()).containsOnlyKeys("my-bucket");
		assertThat(properties.buckets().get("my-bucket").maxBytes()).hasToString("2048B");
		assertThat(properties.buckets().get("my-bucket").maxValueSize()).hasToString("1024B");
	}

	@Test
	void variablesOfAKubernetesServiceAreNotBuckets() {
		NatsKeyValueProperties properties = bind("nats.kv.buckets.orders.history: 2", Map.of("NATS_PORT",
				"tcp://10.0.0.1:4222", "NATS_KV_PORT", "tcp://10.0.0.1:4222", "NATS_KV_SERVICE_HOST", "10.0.0.1"));
		assertThat(properties.buckets()).containsOnlyKeys("orders");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats.kv.buckets.orders.histroy", "nats.kv.bukets.orders.history", "nats.kv.provisionning",
			"nats.kv.buckets.orders.mirror.buket", "nats.kv.buckets.orders.sources[0].buket" })
	void anUnknownKeyIsRefusedByName(String key) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> bind("nats.kv.buckets.orders.ttl: 1\n" + key + ": 5", Map.of()))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo(key));
	}

	@ParameterizedTest
	@CsvSource({ "user-profiles, USER_PROFILES_MAXVALUESIZE", "user-profiles, USERPROFILES_MAX_VALUE_SIZE",
			"user-profiles, USER_PROFILES_MAX_VALUE_SIZE", "user-profiles, USERPROFILES_MAXVALUESIZE",
			"camelCase, CAMEL_CASE_MAX_VALUE_SIZE", "camelCase, CAMELCASE_MAXVALUESIZE",
			"under_score, UNDER_SCORE_MAX_VALUE_SIZE" })
	void spellingOfAVariableDoesNotMatter(String key, String variable) {
		NatsKeyValueProperties properties = bind("nats.kv.buckets." + key + ".max-value-size: 1KB",
				Map.of("NATS_KV_BUCKETS_" + variable, "2KB"));
		assertThat(properties.buckets()).containsOnlyKeys(key);
		assertThat(properties.buckets().get(key).maxValueSize()).hasToString("2048B");
	}

	@Test
	void aVariableOverridesNestedOptions() {
		NatsKeyValueProperties properties = bind("nats.kv.buckets.my-copy.mirror.bucket: a",
				Map.of("NATS_KV_BUCKETS_MY_COPY_MIRROR_BUCKET", "b", "NATS_KV_BUCKETS_MYCOPY_METADATA_TEAM", "x",
						"NATS_KV_BUCKETS_MYCOPY_SOURCES_0_BUCKET", "s"));
		assertThat(properties.buckets()).containsOnlyKeys("my-copy");
		NatsKeyValueProperties.Bucket bucket = properties.buckets().get("my-copy");
		assertThat(bucket.mirror().bucket()).isEqualTo("b");
		assertThat(bucket.metadata()).containsEntry("team", "x");
		assertThat(bucket.sources()).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "user-profiles, userProfiles", "orders, ORDERS", "user_profiles, user-profiles" })
	void keysThatDifferOnlyInCaseOrDashesAreRefused(String one, String other) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(() -> bind("""
				nats.kv.buckets:
				  %s: { history: 1 }
				  %s: { history: 2 }
				""".formatted(one, other), Map.of())).withMessageContaining(one).withMessageContaining(other);
	}

	private NatsKeyValueProperties bind(String yaml, Map<String, Object> variables) {
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
		return new KeyValuePropertiesBinder(new StrictBinder(environment)).bind();
	}

}
