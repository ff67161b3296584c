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

package io.github.natskv.test.shop;

import io.github.natskv.core.NatsNotConnectedException;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.test.EmbeddedNats;
import io.github.natskv.test.NatsKvTest;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EmbeddedNats} with the slice.
 */
@NatsKvTest(
		properties = { "nats.servers=nats://127.0.0.1:1", "nats.embedded.enabled=true", "shop.print-invoices=true" })
@EmbeddedNats
@Import(Prices.class)
@EnabledOnOs({ OS.LINUX, OS.MAC })
class EmbeddedNatsTests {

	@Autowired
	private EmbeddedNatsServer server;

	@Autowired
	private Connection connection;

	@Autowired
	private NatsOperations nats;

	@Autowired
	private KeyValueBucket<Receipt> receipts;

	@Autowired
	private KeyValueBucket<Integer> shelves;

	@Autowired
	private Stock stock;

	@Test
	void theContextIsConnectedToAServerOfItsOwn() {
		assertThat(this.connection.getConnectedUrl()).isEqualTo(this.server.getUrl());
		assertThat(this.nats.request("orders.eu.created", new Order("tea", 2), Receipt.class))
			.isEqualTo(new Receipt("eu", "tea", 6));
	}

	@Test
	void declaredStreamsAndConsumersAreThere() throws Exception {
		assertThat(this.connection.jetStreamManagement().getConsumerNames("invoices")).containsExactly("printing");
	}

	@Test
	void aListenerReadsADeclaredStream(@Autowired Invoices invoices) {
		this.nats.send("invoices", "tea, twice");
		Awaitility.await().until(() -> invoices.printed().contains("tea, twice"));
	}

	@Test
	void theApplicationReconnectsToARestartedServer() {
		this.receipts.put("us", new Receipt("us", "salt", 4));
		this.server.kill();
		Awaitility.await()
			.untilAsserted(() -> assertThatExceptionOfType(NatsNotConnectedException.class)
				.isThrownBy(() -> this.nats.publish("orders.us.created", "lost")));
		this.server.restart();
		Awaitility.await()
			.ignoreExceptionsInstanceOf(DataAccessException.class)
			.untilAsserted(() -> assertThat(this.receipts.get("us")).isEqualTo(new Receipt("us", "salt", 4)));
		assertThat(this.nats.request("orders.us.created", new Order("tea", 1), Receipt.class).total()).isEqualTo(3);
		this.shelves.put("shelf.top", 1);
		Awaitility.await().until(() -> this.stock.seen().contains("top=1"));
	}

}
