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

package io.github.natskv.autoconfigure;

import java.time.Duration;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class NatsServersTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class))
		.withPropertyValues("nats.reconnect-wait=50ms");

	@RepeatedTest(3)
	void aServerThatIsDownIsPassedOver() {
		try (NatsServer server = NatsServer.start()) {
			this.runner.withPropertyValues("nats.servers=nats://127.0.0.1:1,nats://127.0.0.1:2," + server.url())
				.run((context) -> assertThat(context.getBean(Connection.class).getConnectedUrl())
					.isEqualTo(server.url()));
		}
	}

	@Test
	void theOtherNodesOfAClusterAreFound() {
		try (NatsCluster cluster = NatsCluster.start()) {
			this.runner.withPropertyValues("nats.servers=" + cluster.node(0).url()).run((context) -> {
				Connection connection = context.getBean(Connection.class);
				await().until(() -> connection.getServers().size() == 3);
				cluster.killNode(0);
				await().atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(connection.getConnectedUrl()).isNotNull()
						.isNotEqualTo(cluster.node(0).url()));
				assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
			});
		}
	}

}
