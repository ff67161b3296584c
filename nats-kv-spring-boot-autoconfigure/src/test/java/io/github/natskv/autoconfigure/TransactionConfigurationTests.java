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

import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Transactions in buckets of applications.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionConfigurationTests {

	private NatsServer server;

	private Connection connection;

	@BeforeEach
	void start() {
		this.server = NatsServer.start();
		this.connection = this.server.connect();
		assumeTrue(this.connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"), "needs server 2.14.5");
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.connection.close();
		this.server.close();
	}

	private ApplicationContextRunner runner(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url())
			.withPropertyValues(properties);
	}

	private static void transfer(KeyValueBucket<String> bucket) {
		bucket.transactionWithoutResult((tx) -> {
			tx.put("a", "1");
			tx.put("b", "" + tx.get("c"));
		});
		assertThat(bucket.get("b")).isEqualTo("null");
	}

	@Test
	void withoutProvisioningTheBucketHasToAllowThem() throws Exception {
		this.connection.keyValueManagement()
			.create(BucketConfigurations.withTransactions(KeyValueConfiguration.builder("yes").build()));
		this.connection.keyValueManagement().create(KeyValueConfiguration.builder("no").build());
		runner("nats.kv.provisioning=none", "nats.kv.buckets.yes.value-type=java.lang.String",
				"nats.kv.buckets.no.transactions=true")
			.run((context) -> {
				KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
				transfer(buckets.bucket("yes", String.class));
				assertThatExceptionOfType(BucketOptionRequiredException.class)
					.isThrownBy(() -> transfer(buckets.bucket("no", String.class)))
					.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo("transactions"));
			});
	}

	@Test
	void aBucketThatLacksTheOptionIsWarnedOfAndUpdated(CapturedOutput output) throws Exception {
		this.connection.keyValueManagement().create(KeyValueConfiguration.builder("orders").build());
		runner("nats.kv.buckets.orders.transactions=true").run((context) -> {
			assertThat(output).contains("nats.kv.buckets.orders", "transactions is false instead of true");
			assertThatExceptionOfType(BucketOptionRequiredException.class)
				.isThrownBy(() -> transfer(context.getBean(KeyValueBuckets.class).bucket("orders", String.class)));
		});
		runner("nats.kv.buckets.orders.transactions=true", "nats.kv.provisioning=update")
			.run((context) -> transfer(context.getBean(KeyValueBuckets.class).bucket("orders", String.class)));
	}

	@Test
	void aNamedConnectionHasItsOwn() {
		runner("nats.connections.other.servers=" + this.server.url(),
				"nats.connections.other.kv.buckets.orders.transactions=true",
				"nats.connections.other.kv.buckets.orders.value-type=java.lang.String")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBeansOfType(KeyValueBuckets.class)
					.values()
					.stream()
					.filter((buckets) -> buckets.names().contains("orders"))
					.forEach((buckets) -> transfer(buckets.bucket("orders", String.class)));
				assertThat(this.connection.keyValue("orders").get("b").getValueAsString()).isEqualTo("null");
			});
	}

	@Test
	void whileThereIsNoServerNothingIsCalled() {
		this.server.kill();
		runner("nats.startup=retry", "nats.kv.buckets.orders.transactions=true", "nats.reconnect-wait=50ms")
			.run((context) -> {
				KeyValueBucket<String> orders = context.getBean(KeyValueBuckets.class).bucket("orders", String.class);
				AtomicInteger calls = new AtomicInteger();
				assertThatExceptionOfType(KeyValueNotConnectedException.class)
					.isThrownBy(() -> orders.transactionWithoutResult((tx) -> calls.incrementAndGet()));
				assertThat(calls).hasValue(0);
				this.server.restart();
				Awaitility.await().ignoreExceptions().untilAsserted(() -> transfer(orders));
			});
	}

}
