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
import java.util.concurrent.CompletableFuture;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.KeyValueConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Provisioning and requests over a network that delays, swallows and cuts.
 */
class SlowNetworkTests {

	private static final String NETWORKS = "io.github.natskv.testsupport.NetworkProxy#roundTrips";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.connection-timeout=10s", "nats.reconnect-wait=50ms")
		.withBean(Echo.class);

	@ParameterizedTest
	@MethodSource(NETWORKS)
	void bucketsAreProvisionedAsDeclared(Duration roundTrip) throws Exception {
		try (NatsServer server = NatsServer.start();
				NetworkProxy proxy = NetworkProxy.to(server.port(), roundTrip);
				Connection near = server.connect()) {
			KeyValueManagement management = near.keyValueManagement();
			management.create(KeyValueConfiguration.builder("changed").maxHistoryPerKey(1).build());
			this.runner
				.withPropertyValues("nats.servers=" + proxy.url(), "nats.kv.buckets.made.history=3",
						"nats.kv.buckets.changed.history=5", "nats.kv.buckets.changed.provisioning=update")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(management.getStatus("made").getMaxHistoryPerKey()).isEqualTo(3);
					assertThat(management.getStatus("changed").getMaxHistoryPerKey()).isEqualTo(5);
					management.delete("made");
					proxy.cut();
					await().atMost(Duration.ofSeconds(30)).until(() -> management.getBucketNames().contains("made"));
				});
		}
	}

	@ParameterizedTest
	@MethodSource(NETWORKS)
	void requestsAreAnsweredOrFailInTime(Duration roundTrip) throws Exception {
		try (NatsServer server = NatsServer.start(); NetworkProxy proxy = NetworkProxy.to(server.port(), roundTrip)) {
			this.runner.withPropertyValues("nats.servers=" + proxy.url(), "nats.template.reply-timeout=3s")
				.run((context) -> {
					NatsOperations nats = context.getBean(NatsOperations.class);
					assertThat(nats.request("echo", "a", String.class)).isEqualTo("a");
					proxy.swallow();
					CompletableFuture<String> lost = nats.requestAsync("echo", "b", String.class);
					await().atMost(Duration.ofSeconds(10)).until(lost::isCompletedExceptionally);
					proxy.pass();
					proxy.cut();
					await().atMost(Duration.ofSeconds(30))
						.ignoreExceptions()
						.until(() -> nats.request("echo", "c", String.class), "c"::equals);
				});
		}
	}

	static class Echo {

		@NatsListener("echo")
		String echo(String text) {
			return text;
		}

	}

}
