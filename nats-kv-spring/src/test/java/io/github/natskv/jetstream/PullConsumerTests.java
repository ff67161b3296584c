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

package io.github.natskv.jetstream;

import java.time.Duration;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.ApiConstants;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PullConsumer}.
 */
@Timeout(60)
class PullConsumerTests {

	private static final String STREAM = "numbers";

	/**
	 * The consumer numbers the next message as if nothing had happened.
	 */
	@Test
	void nothingIsReadOnceTheConnectionWasLost() throws Exception {
		try (NatsServer server = NatsServer.start();
				NetworkProxy proxy = NetworkProxy.to(server.port());
				Connection near = server.connect();
				Connection far = connect(proxy)) {
			near.jetStreamManagement()
				.addStream(StreamConfiguration.builder().name(STREAM).subjects(STREAM + ".>").build());
			for (int i = 0; i < 3; i++) {
				near.jetStream().publish(STREAM + "." + i, null);
			}
			JetStreamClient client = new JetStreamClient(far, JetStreamOptions.DEFAULT_JS_OPTIONS, (ex) -> ex);
			PullConsumer consumer = new PullConsumer(client, STREAM, "test-");
			near.jetStreamManagement().createConsumer(STREAM, configuration(consumer));
			assertThat(next(consumer)).isNotNull();
			assertThat(consumer.delivery().number()).isOne();
			proxy.cut();
			Awaitility.await()
				.until(() -> far.getStatistics().getReconnects() > 0 && far.getStatus() == Connection.Status.CONNECTED);
			assertThatExceptionOfType(LostMessagesException.class).isThrownBy(() -> next(consumer))
				.withMessageContaining("with the connection");
			assertThat(consumer.delivery().number()).isEqualTo(2);
		}
	}

	private static Connection connect(NetworkProxy proxy) throws Exception {
		return Nats.connect(
				Options.builder().server(proxy.url()).maxReconnects(-1).reconnectWait(Duration.ofMillis(50)).build());
	}

	private static ConsumerConfiguration configuration(PullConsumer consumer) {
		return consumer.configure(Duration.ofMinutes(1), null)
			.deliverPolicy(DeliverPolicy.LastPerSubject)
			.filterSubject(STREAM + ".>")
			.build();
	}

	private static @Nullable Message next(PullConsumer consumer) throws LostMessagesException, InterruptedException {
		consumer.pull(1, ApiRequest.of(ApiConstants.EXPIRES, Duration.ofSeconds(20).toNanos()));
		return consumer.next(Duration.ofSeconds(20));
	}

}
