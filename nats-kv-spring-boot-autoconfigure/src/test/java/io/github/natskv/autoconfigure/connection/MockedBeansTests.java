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

import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.kv.KeyValueBuckets;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.nullable;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;

/**
 * A test of an application that mocks what would need a server.
 */
@SpringJUnitConfig
class MockedBeansTests {

	@MockitoBean
	Connection connection;

	@MockitoBean
	JetStreamManagement management;

	@MockitoBean
	KeyValueBuckets buckets;

	@Autowired
	NatsTemplate template;

	@Test
	void aMockTakesThePlaceOfTheBeanOfTheDefaultConnection() {
		given(this.connection.getStatus()).willReturn(Connection.Status.CONNECTED);
		this.template.publish("greetings", "hi".getBytes());
		then(this.connection).should().publish(eq("greetings"), nullable(Headers.class), eq("hi".getBytes()));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class })
	static class Application {

	}

}
