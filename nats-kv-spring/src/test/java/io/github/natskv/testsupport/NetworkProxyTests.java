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

package io.github.natskv.testsupport;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link NetworkProxy}.
 */
class NetworkProxyTests {

	private NatsServer server;

	private NetworkProxy proxy;

	@BeforeEach
	void start() {
		this.server = NatsServer.start();
		this.proxy = NetworkProxy.to(this.server.port());
	}

	@AfterEach
	void stop() throws IOException {
		this.proxy.close();
		this.server.close();
	}

	@Test
	void aRoundTripTakesAsLongAsItShould() throws Exception {
		try (Connection connection = this.proxy.connect()) {
			assertThat(connection.RTT()).isLessThan(Duration.ofMillis(50));
			this.proxy.roundTrip(Duration.ofMillis(150), Duration.ofMillis(50));
			for (int i = 0; i < 5; i++) {
				assertThat(connection.RTT()).isBetween(Duration.ofMillis(100), Duration.ofMillis(300));
			}
		}
	}

	@Test
	void messagesArriveInOrderWhateverTheJitter() throws Exception {
		this.proxy.roundTrip(Duration.ofMillis(20), Duration.ofMillis(20));
		try (Connection connection = this.proxy.connect()) {
			var subscription = connection.subscribe("numbers");
			for (int i = 0; i < 200; i++) {
				connection.publish("numbers", new byte[] { (byte) i });
				connection.flushBuffer();
			}
			for (int i = 0; i < 200; i++) {
				assertThat(subscription.nextMessage(Duration.ofSeconds(5)).getData()).containsExactly((byte) i);
			}
		}
	}

	@Test
	void aConnectionIsCutInTheMiddleOfAMessage() throws Exception {
		this.proxy.cutAfter(20);
		try (Socket socket = new Socket("127.0.0.1", port())) {
			assertThat(socket.getInputStream().readAllBytes()).hasSize(20);
		}
		assertThat(this.proxy.isCut()).isTrue();
		try (Connection connection = this.proxy.connect()) {
			assertThat(connection.RTT()).isPositive();
			this.proxy.cut();
			Awaitility.await().until(() -> connection.getStatistics().getReconnects() > 0);
		}
	}

	@Test
	void whatIsHeldBackArrivesLater() throws Exception {
		try (Connection connection = this.proxy.connect()) {
			var subscription = connection.subscribe("held");
			connection.flush(Duration.ofSeconds(5));
			this.proxy.hold();
			connection.publish("held", new byte[0]);
			assertThat(subscription.nextMessage(Duration.ofMillis(200))).isNull();
			this.proxy.release();
			assertThat(subscription.nextMessage(Duration.ofSeconds(5))).isNotNull();
		}
	}

	@Test
	void whatIsSwallowedNeverArrivesAndOnlyNewConnectionsWork() throws Exception {
		Options options = Options.builder().server(this.proxy.url()).noReconnect().build();
		try (Connection connection = Nats.connect(options)) {
			this.proxy.swallow();
			connection.publish("lost", new byte[0]);
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> connection.flush(Duration.ofMillis(200)));
			this.proxy.pass();
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> connection.flush(Duration.ofMillis(200)));
			try (Connection another = this.proxy.connect()) {
				assertThat(another.RTT().toMillis()).isLessThan(TimeUnit.SECONDS.toMillis(5));
			}
		}
	}

	private int port() {
		return Integer.parseInt(this.proxy.url().substring(this.proxy.url().lastIndexOf(':') + 1));
	}

}
