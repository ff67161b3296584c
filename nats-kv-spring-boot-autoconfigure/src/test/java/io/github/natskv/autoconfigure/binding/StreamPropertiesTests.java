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
import java.util.Objects;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.github.natskv.provisioning.ConsumerOption;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.github.natskv.provisioning.StreamDefinition;
import io.github.natskv.provisioning.StreamOption;
import io.nats.client.api.CompressionOption;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StreamPropertiesTests {

	@Test
	void streamsAndConsumersHaveTheirOptions() {
		DeclaredStreams streams = bind("""
				nats.streams:
				  provisioning: update
				  definitions:
				    orders:
				      name: ORDERS
				      subjects: [orders.>, "returns.*"]
				      retention: work-queue
				      max-age: 7d
				      max-bytes: 1MB
				      storage: memory
				      discard: new
				      compression: true
				      duplicate-window: 30s
				      metadata: { Owner.team: a }
				      consumers:
				        billing:
				          filter-subjects: [orders.*.created]
				          ack-wait: 20s
				          max-deliver: 5
				          backoff: [1s, 10s]
				          start-sequence: 7
				        audit: {}
				""", Map.of());
		StreamDefinition stream = Objects.requireNonNull(streams.stream("orders"));
		StreamConfiguration configuration = stream.configuration();
		assertThat(configuration.getSubjects()).containsExactly("orders.>", "returns.*");
		assertThat(configuration.getRetentionPolicy()).isEqualTo(RetentionPolicy.WorkQueue);
		assertThat(configuration.getMaxAge()).isEqualTo(Duration.ofDays(7));
		assertThat(configuration.getMaxBytes()).isEqualTo(1024 * 1024);
		assertThat(configuration.getStorageType()).isEqualTo(StorageType.Memory);
		assertThat(configuration.getDiscardPolicy()).isEqualTo(DiscardPolicy.New);
		assertThat(configuration.getCompressionOption()).isEqualTo(CompressionOption.S2);
		assertThat(configuration.getDuplicateWindow()).isEqualTo(Duration.ofSeconds(30));
		assertThat(configuration.getMetadata()).containsEntry("Owner.team", "a");
		assertThat(stream.policy()).isEqualTo(ProvisioningPolicy.UPDATE);
		assertThat(stream.declared()).contains(StreamOption.SUBJECTS, StreamOption.MAX_AGE)
			.doesNotContain(StreamOption.REPLICAS);
		assertThat(streams.nameOf("orders")).isEqualTo("ORDERS");
		assertThat(streams.nameOf("others")).isEqualTo("others");
		ConsumerDefinition consumer = Objects.requireNonNull(streams.consumer("orders", "billing"));
		assertThat(consumer).isSameAs(streams.consumer("ORDERS", "billing"));
		assertThat(consumer.stream()).isEqualTo("ORDERS");
		assertThat(consumer.declaredBy()).isEqualTo("nats.streams.definitions.orders.consumers.billing");
		assertThat(consumer.policy()).isEqualTo(ProvisioningPolicy.UPDATE);
		assertThat(consumer.maxDeliver()).isEqualTo(5);
		assertThat(consumer.backoff()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(10));
		ConsumerConfiguration sent = consumer.configuration();
		assertThat(sent.getFilterSubjects()).containsExactly("orders.*.created");
		assertThat(sent.getAckWait()).isEqualTo(Duration.ofSeconds(20));
		assertThat(sent.getDeliverPolicy()).isEqualTo(DeliverPolicy.ByStartSequence);
		assertThat(sent.getMaxDeliver()).isEqualTo(-1);
		assertThat(sent.getBackoff()).isEmpty();
		assertThat(sent.getMetadata()).containsEntry("natskv.max-deliver", "5")
			.containsEntry("natskv.backoff", "PT1S,PT10S");
		assertThat(consumer.declared()).contains(ConsumerOption.MAX_DELIVER, ConsumerOption.BACKOFF);
		ConsumerDefinition audit = Objects.requireNonNull(streams.consumer("orders", "audit"));
		assertThat(audit.declared()).isEmpty();
		assertThat(audit.maxDeliver()).isNull();
	}

	@Test
	void aConsumerMayHaveItsOwnPolicyAndName() {
		DeclaredStreams streams = bind("""
				nats.streams.definitions.orders:
				  provisioning: validate
				  consumers:
				    billing: { provisioning: none, name: billing-7 }
				    audit:
				""", Map.of());
		assertThat(Objects.requireNonNull(streams.consumer("orders", "billing")).policy())
			.isEqualTo(ProvisioningPolicy.NONE);
		assertThat(streams.consumer("orders", "billing-7")).isSameAs(streams.consumer("orders", "billing"));
		assertThat(Objects.requireNonNull(streams.consumer("orders", "audit")).policy())
			.isEqualTo(ProvisioningPolicy.VALIDATE);
		assertThat(streams.policyOf("orders")).isEqualTo(ProvisioningPolicy.VALIDATE);
		assertThat(streams.policyOf("others")).isEqualTo(ProvisioningPolicy.CREATE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "orders:", "orders: {}", "orders: { consumers: {} }", "orders: { consumers: }" })
	void aStreamNeedsNoOptions(String orders) {
		DeclaredStreams streams = bind("nats.streams.definitions:\n  " + orders + "\n", Map.of());
		assertThat(streams.streams()).singleElement().extracting(StreamDefinition::name).isEqualTo("orders");
		assertThat(streams.consumers()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "my-orders, big-bills, MY_ORDERS_CONSUMERS_BIG_BILLS_ACK_WAIT",
			"my-orders, big-bills, MYORDERS_CONSUMERS_BIGBILLS_ACKWAIT",
			"myOrders, bigBills, MYORDERS_CONSUMERS_BIG_BILLS_ACKWAIT" })
	void anEnvironmentVariableOverridesWhatIsDeclaredAndAddsNothing(String stream, String consumer, String variable) {
		DeclaredStreams streams = bind("""
				nats.streams.definitions:
				  %s:
				    consumers:
				      %s: { ack-wait: 5s, description: x }
				""".formatted(stream, consumer), Map.of("NATS_STREAMS_DEFINITIONS_" + variable, "9s"));
		assertThat(streams.streams()).hasSize(1);
		assertThat(streams.consumers()).singleElement().satisfies((definition) -> {
			assertThat(definition.key()).isEqualTo(consumer);
			assertThat(definition.configuration().getAckWait()).isEqualTo(Duration.ofSeconds(9));
			assertThat(definition.configuration().getDescription()).isEqualTo("x");
		});
	}

	@Test
	void environmentVariablesBelowDefinitionsAreRefusedWhereTheySetNothing() {
		String yaml = "nats.streams.definitions.orders.consumers.billing.ack-wait: 5s";
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> bind(yaml, Map.of("NATS_STREAMS_DEFINITIONS_ORDRES_SUBJECTS", "a")))
			.withMessageContaining("NATS_STREAMS_DEFINITIONS_ORDRES_SUBJECTS");
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> bind(yaml, Map.of("NATS_STREAMS_DEFINITIONS_ORDERS_CONSUMERS_BILING_ACKWAIT", "1s")));
		assertThat(bind(yaml, Map.of("NATS_STREAMS_OTHER", "x", "NATS_STREAMS_PORT", "tcp://10.0.0.1:1")).streams())
			.hasSize(1);
		assertThat(bind(yaml, Map.of("NATS_STREAMS_PROVISIONING", "validate")).policyOf("orders"))
			.isEqualTo(ProvisioningPolicy.VALIDATE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats.streams.definition.orders.subjects", "nats.streams.definitions.orders.subject",
			"nats.streams.provisionning", "nats.streams.definitions.orders.consumers.billing.ackwit",
			"nats.streams.definitions.orders.mirror.buket",
			"nats.connections.other.streams.definitions.orders.subject" })
	void anUnknownKeyIsRefusedByName(String key) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(() -> bind(key + ": 5", Map.of()))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo(key));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
							nats.streams: orders                                          | nats.streams
							nats.streams.definitions: [orders]                            | nats.streams.definitions
							nats.streams.definitions.orders: [a]                          | nats.streams.definitions.orders
							nats.streams.definitions.orders.consumers: [billing]          | nats.streams.definitions.orders.consumers
							nats.streams.definitions.orders.consumers.billing: now        | nats.streams.definitions.orders.consumers.billing
							nats.streams.definitions.orders.name: a.b                     | nats.streams.definitions.orders.name
							nats.streams.definitions.KV_profiles: {}                      | nats.streams.definitions.KV_profiles
							nats.streams.definitions.orders.replicas: 6                   | nats.streams.definitions.orders.replicas
							nats.streams.definitions.orders.subjects: [a..b]              | nats.streams.definitions.orders.subjects
							nats.streams.definitions.orders.max-messages: 0               | nats.streams.definitions.orders.max-messages
							nats.streams.definitions.orders.mirror.domain: x              | nats.streams.definitions.orders.mirror.stream
							nats.streams.definitions.orders.republish.source: x           | nats.streams.definitions.orders.republish.destination
							nats.streams.definitions.orders.subject-delete-marker-ttl: 1  | nats.streams.definitions.orders.subject-delete-marker-ttl
							nats.streams.definitions.orders: {subject-delete-marker-ttl: 1m, deny-purge: true}    | nats.streams.definitions.orders.deny-purge
					nats.streams.definitions.orders: {subject-delete-marker-ttl: 1m, allow-rollup: false} | nats.streams.definitions.orders.allow-rollup
					nats.streams.definitions.orders.consumers.b.name: a b         | nats.streams.definitions.orders.consumers.b.name
							nats.streams.definitions.orders.consumers.b.max-deliver: 0    | nats.streams.definitions.orders.consumers.b.max-deliver
							nats.streams.definitions.orders.consumers.b.backoff: [-1s]    | nats.streams.definitions.orders.consumers.b.backoff
							nats.streams.definitions.orders.consumers.b.flow-control: on  | nats.streams.definitions.orders.consumers.b.flow-control
							nats.streams.definitions.orders.consumers.b.deliver-policy: by-start-time | nats.streams.definitions.orders.consumers.b.deliver-policy
							nats.streams.definitions.orders.consumers.b: {deliver-policy: new, start-sequence: 3} | nats.streams.definitions.orders.consumers.b.start-sequence
							""")
	void badInputIsRefusedByProperty(String yaml, String property) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(() -> bind(yaml, Map.of()))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo(property));
	}

	@Test
	void aBucketIsNotDeclaredAsStream() {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> bind("nats.streams.definitions.profiles.name: KV_profiles", Map.of()))
			.withMessageContaining("bucket 'profiles'");
	}

	@Test
	void namedConnectionsHaveStreamsOfTheirOwn() {
		List<ConfiguredConnection> connections = connections("""
				nats.connections.archive.streams:
				  provisioning: none
				  definitions.orders.consumers.billing: {}
				""", Map.of("NATS_CONNECTIONS_ARCHIVE_STREAMS_DEFINITIONS_ORDERS_DESCRIPTION", "x"));
		assertThat(connections.get(0).streams().streams()).isEmpty();
		DeclaredStreams streams = connections.get(1).streams();
		assertThat(streams.stream("orders")).satisfies((stream) -> {
			assertThat(stream.declaredBy()).isEqualTo("nats.connections.archive.streams.definitions.orders");
			assertThat(stream.connectionName()).isEqualTo("archive");
			assertThat(stream.policy()).isEqualTo(ProvisioningPolicy.NONE);
			assertThat(stream.configuration().getDescription()).isEqualTo("x");
		});
		assertThat(streams.consumers()).hasSize(1);
	}

	private static DeclaredStreams bind(String yaml, Map<String, Object> variables) {
		return connections(yaml, variables).get(0).streams();
	}

	private static List<ConfiguredConnection> connections(String yaml, Map<String, Object> variables) {
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
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		beanFactory.registerSingleton("environment", environment);
		return ConfiguredConnections.of(beanFactory).all();
	}

}
