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

package io.github.natskv.autoconfigure.connection;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.NamedConnectionProperties;
import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsLeadershipProperties;
import io.github.natskv.autoconfigure.NatsLocksProperties;
import io.github.natskv.autoconfigure.NatsStreamsProperties;
import io.github.natskv.autoconfigure.endpoint.NatsEndpointAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.connection.ConnectionFailures;
import io.github.natskv.endpoint.BucketDescriptor;
import io.github.natskv.endpoint.ConnectionDescriptor;
import io.github.natskv.endpoint.LeadershipDescriptor;
import io.github.natskv.endpoint.ListenerDescriptor;
import io.github.natskv.endpoint.NatsEndpoint;
import io.github.natskv.endpoint.NatsEndpointWebExtension;
import io.github.natskv.endpoint.NatsKvEndpoint;
import io.github.natskv.endpoint.NatsKvEndpointWebExtension;
import io.github.natskv.endpoint.StreamDescriptor;
import io.github.natskv.kv.BucketEntry;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValueManagement;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.env.MapPropertySource;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the hints a native image of an application gets.
 */
class NatsRuntimeHintsTests {

	private static final RuntimeHints hints = processAheadOfTime();

	@Test
	void configuredValueTypesCanBeReadAndWritten() {
		assertThat(isBound(Profile.class)).isTrue();
		assertThat(isBound(Address.class)).isTrue();
	}

	@Test
	void payloadsOfListenersCanBeReadAndWritten() {
		assertThat(isBound(Order.class)).isTrue();
		assertThat(isBound(Item.class)).isTrue();
		assertThat(isBound(Receipt.class)).isTrue();
		assertThat(isBound(Shipment.class)).isTrue();
	}

	@Test
	void valuesOfBucketListenersCanBeRead() {
		assertThat(isBound(Flag.class)).isTrue();
	}

	@Test
	void listenerMethodsCanBeInvoked() throws Exception {
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(Listeners.class.getDeclaredMethod("onOrders", List.class))
			.test(hints)).isTrue();
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(Listeners.class.getDeclaredMethod("onFlag", BucketEntry.class, String.class))
			.test(hints)).isTrue();
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(Listeners.class.getDeclaredMethod("onShipments", List.class))
			.test(hints)).isTrue();
	}

	@Test
	void operationsOfEndpointsCanBeInvokedAndTheirResultsWritten() {
		assertThat(isInvocable(NatsEndpoint.class, "nats")).isTrue();
		for (Class<?> endpoint : List.of(NatsEndpoint.class, NatsEndpointWebExtension.class)) {
			for (String operation : List.of("listener", "control")) {
				assertThat(isInvocable(endpoint, operation)).as("%s.%s", endpoint, operation).isTrue();
			}
		}
		for (Class<?> endpoint : List.of(NatsKvEndpoint.class, NatsKvEndpointWebExtension.class)) {
			for (String operation : List.of("keys", "entry", "put", "delete")) {
				assertThat(isInvocable(endpoint, operation)).as("%s.%s", endpoint, operation).isTrue();
			}
		}
		for (Class<?> result : List.of(NatsEndpoint.NatsDescriptor.class, ConnectionDescriptor.class,
				BucketDescriptor.Configuration.class, BucketDescriptor.LocalCopy.class, LeadershipDescriptor.class,
				ListenerDescriptor.class, NatsEndpoint.WatchDescriptor.class, NatsKvEndpoint.KeysDescriptor.class,
				NatsKvEndpoint.RevisionDescriptor.class, NatsKvEndpoint.WrittenDescriptor.class, StreamDescriptor.class,
				StreamDescriptor.ConsumerDescriptor.class)) {
			assertThat(isBound(result)).as(result.getName()).isTrue();
		}
	}

	private static boolean isInvocable(Class<?> endpoint, String operation) {
		return Arrays.stream(endpoint.getDeclaredMethods())
			.filter((method) -> method.getName().equals(operation) && Modifier.isPublic(method.getModifiers()))
			.allMatch((method) -> RuntimeHintsPredicates.reflection().onMethodInvocation(method).test(hints));
	}

	@Test
	void bucketPropertiesCanBeBound() {
		assertThat(RuntimeHintsPredicates.reflection()
			.onConstructorInvocation(NatsKeyValueProperties.Bucket.class.getConstructors()[0])
			.test(hints)).isTrue();
	}

	@Test
	void streamPropertiesCanBeBound() {
		for (Class<?> type : List.of(NatsStreamsProperties.class, NatsStreamsProperties.Stream.class,
				NatsStreamsProperties.Consumer.class, NatsStreamsProperties.Origin.class)) {
			assertThat(
					RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getConstructors()[0]).test(hints))
				.as(type.getName())
				.isTrue();
		}
	}

	@Test
	void propertiesOfNamedConnectionsCanBeBound() {
		assertThat(RuntimeHintsPredicates.reflection()
			.onConstructorInvocation(NamedConnectionProperties.class.getConstructors()[0])
			.test(hints)).isTrue();
	}

	@Test
	void propertiesOfCachesLocksAndLeadershipCanBeBound() {
		for (Class<?> type : List.of(NatsCacheProperties.class, NatsLocksProperties.class,
				NatsLeadershipProperties.class)) {
			assertThat(
					RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getConstructors()[0]).test(hints))
				.as(type.getName())
				.isTrue();
		}
	}

	@Test
	void aConnectionCanBeMadeInTheBackground() {
		for (Class<?> type : List.of(Connection.class, JetStream.class, JetStreamManagement.class,
				KeyValueManagement.class)) {
			assertThat(RuntimeHintsPredicates.proxies().forInterfaces(type).test(hints)).isTrue();
		}
		assertThat(RuntimeHintsPredicates.proxies()
			.forInterfaces(ErrorListener.class, ConnectionFailures.Source.class)
			.test(hints)).isTrue();
	}

	@Test
	void theVersionOfTheClientLibraryIsThere() {
		String resource = "io/nats/jnats/version.properties";
		assertThat(getClass().getClassLoader().getResource(resource)).isNotNull();
		assertThat(RuntimeHintsPredicates.resource().forResource(resource).test(hints)).isTrue();
	}

	private static boolean isBound(Class<?> type) {
		return RuntimeHintsPredicates.reflection()
			.onType(type)
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)
			.test(hints);
	}

	private static RuntimeHints processAheadOfTime() {
		TestGenerationContext generation = new TestGenerationContext();
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("nats.kv.buckets.profiles.value-type",
					Profile.class.getName(), "management.endpoints.web.exposure.include", "nats,natskv")));
		ConfigurationPropertySources.attach(context.getEnvironment());
		context.register(Application.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		return generation.getRuntimeHints();
	}

	record Profile(String name, Address address) {
	}

	record Address(String city) {
	}

	record Order(List<Item> items) {
	}

	record Item(String name) {
	}

	record Receipt(int number) {
	}

	record Flag(boolean on) {
	}

	record Shipment(String id) {
	}

	static class Listeners {

		@NatsListener("orders")
		Receipt onOrders(@Payload List<Order> orders) {
			return new Receipt(orders.size());
		}

		@KeyValueListener(bucket = "flags", keys = "feature.{name}")
		void onFlag(BucketEntry<Flag> change, @DestinationVariable String name) {
		}

		@JetStreamListener(stream = "shipments", consumer = "c", batch = "10")
		void onShipments(@Payload List<Shipment> shipments) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
			NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class,
			NatsEndpointAutoConfiguration.class })
	static class Application {

		@Bean
		Listeners listeners() {
			return new Listeners();
		}

	}

}
