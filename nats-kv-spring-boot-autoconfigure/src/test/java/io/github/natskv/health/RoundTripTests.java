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

package io.github.natskv.health;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RoundTripTests {

	private static final Duration TIMEOUT = Duration.ofMillis(50);

	private final AtomicInteger pings = new AtomicInteger();

	@Test
	void waitsForTheAnswerToAPingBeforeTheNextAndNeedsNothingElse() throws Exception {
		try (NatsServer server = NatsServer.start();
				Connection connection = connect(server);
				RoundTrip roundTrip = new RoundTrip(counting(connection))) {
			Awaitility.await().until(() -> roundTrip.measure(Duration.ofSeconds(1)).join().isPresent());
			this.pings.set(0);
			server.suspend();
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> roundTrip.measure(TIMEOUT).join().isEmpty() && this.pings.get() == 1);
			server.resume();
			Awaitility.await().until(() -> roundTrip.measure(Duration.ofSeconds(1)).join().isPresent());
			assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
			assertThat(connection.getStatistics().getReconnects()).isZero();
		}
	}

	@Test
	void measuresAgainAfterTheConnectionWasLostWithAPing() throws Exception {
		try (NatsServer server = NatsServer.start();
				Connection connection = connect(server);
				RoundTrip roundTrip = new RoundTrip(connection)) {
			server.suspend();
			Awaitility.await().until(() -> roundTrip.measure(TIMEOUT).join().isEmpty());
			server.kill();
			server.restart();
			Awaitility.await().until(() -> roundTrip.measure(Duration.ofSeconds(1)).join().isPresent());
		}
	}

	private static Connection connect(NatsServer server) throws Exception {
		return Nats.connect(Options.builder()
			.server(server.url())
			.connectionTimeout(Duration.ofMillis(100))
			.pingInterval(Duration.ofHours(1))
			.maxReconnects(-1)
			.reconnectWait(Duration.ofMillis(50))
			.build());
	}

	private Connection counting(Connection connection) {
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("flush")) {
						this.pings.incrementAndGet();
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

}
