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

package io.github.natskv.autoconfigure.container;

import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.kv.KeyValueBucket;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsContainerConnectionDetailsFactory} with a real container.
 */
@Testcontainers(disabledWithoutDocker = true)
@SpringBootTest(properties = { "nats.servers=nats://localhost:1", "nats.kv.buckets.names.storage=memory",
		"nats.kv.buckets.names.value-type=java.lang.String" })
class NatsServiceConnectionTests {

	@Container
	@ServiceConnection
	static final GenericContainer<?> nats = NatsImage.container("-js", "-sd", "/tmp", "--user", "app", "--pass",
			"s3cret");

	@Autowired
	NatsConnectionDetails details;

	@Autowired
	KeyValueBucket<String> names;

	@Test
	void connectsToTheContainerWithItsUserAndKeepsTheConfiguredBuckets() {
		this.names.put("a", "Ann");
		assertThat(this.names.get("a")).isEqualTo("Ann");
		assertThat(this.details.getServers())
			.containsExactly("nats://" + nats.getHost() + ":" + nats.getMappedPort(4222));
		assertThat(this.details.toString()).doesNotContain("s3cret");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class })
	static class Application {

	}

}
