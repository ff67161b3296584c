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

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.endpoint.NatsEndpointAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natskv.core.NatsNotConnectedException;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.nullable;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * A test of an application that mocks the connection and nothing else.
 */
@SpringJUnitConfig
@TestPropertySource(properties = "nats.kv.buckets.profiles.history=5")
class MockedConnectionTests {

	@MockitoBean
	Connection connection;

	@Autowired
	NatsTemplate template;

	@Autowired
	JetStream jetStream;

	@Autowired
	JetStreamManagement management;

	@Autowired
	KeyValueManagement keyValueManagement;

	@Autowired
	KeyValueBuckets buckets;

	@Autowired
	KeyValue profiles;

	@Autowired
	MeterRegistry meters;

	@Autowired
	NatsHealthIndicator health;

	@Test
	void theTemplatePublishesByTheMock() {
		this.template.publish("greetings", "hi".getBytes());
		then(this.connection).should().publish(eq("greetings"), nullable(Headers.class), eq("hi".getBytes()));
	}

	@Test
	void whatIsMadeFromTheMockSaysWhatIsMissing() {
		assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(() -> this.jetStream.publish("a", null))
			.withMessageContainingAll("JetStream", "mock");
		assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(() -> this.management.getStreams())
			.withMessageContainingAll("JetStreamManagement", "mock");
		assertThatExceptionOfType(NatsNotConnectedException.class)
			.isThrownBy(() -> this.keyValueManagement.getBucketNames())
			.withMessageContainingAll("KeyValueManagement", "mock");
	}

	@Test
	void bucketsAreNotConnected() {
		assertThatExceptionOfType(KeyValueNotConnectedException.class)
			.isThrownBy(() -> this.buckets.bucket("profiles", String.class).put("a", "1"));
		assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(() -> this.profiles.put("a", "1"));
	}

	@Test
	void whatTheMockIsToldToMakeIsUsed() throws Exception {
		JetStream made = mock(JetStream.class);
		given(this.connection.jetStream(any())).willReturn(made);
		this.jetStream.publish("a", new byte[0]);
		then(made).should().publish("a", new byte[0]);
	}

	@Test
	void operationsHaveNothingToSay() {
		assertThat(this.meters.find("nats.connection.connected").gauge()).isNull();
		assertThat(this.health.health()).isNotNull();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
			NatsListenerAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class,
			NatsMetricsAutoConfiguration.class, NatsEndpointAutoConfiguration.class })
	static class Application {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@NatsListener("a")
		void on(String text) {
		}

		@NatsListener(value = "b", concurrency = "2")
		void sideBySide(String text) {
		}

		@KeyValueListener("profiles")
		void profile(String text) {
		}

	}

}
