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
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for subjects and keys in UTF-8 that other clients send.
 */
class Utf8SubjectTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url(), "nats.kv.buckets.utf.history=1");

	@Test
	void subjectsArriveAsSent() {
		this.runner.run((context) -> {
			Connection connection = context.getBean(Connection.class);
			Subscription subscription = connection.subscribe("drinks.>");
			connection.flush(Duration.ofSeconds(2));
			try (Connection other = other()) {
				other.publish("drinks.café.ключ", new byte[] { 1 });
				Message message = subscription.nextMessage(Duration.ofSeconds(5));
				assertThat(message).isNotNull();
				assertThat(message.getSubject()).isEqualTo("drinks.café.ключ");
			}
		});
	}

	@Test
	void keysAreListedAsWritten() {
		this.runner.run((context) -> {
			KeyValueBucket<String> bucket = context.getBean(KeyValueBuckets.class).bucket("utf", String.class);
			try (Connection other = other()) {
				other.jetStream().publish("$KV.utf.ключ", new byte[] { 'x' });
			}
			assertThat(bucket.keys()).containsExactly("ключ");
			assertThat(bucket.entries()).singleElement()
				.satisfies((entry) -> assertThat(entry.key()).isEqualTo("ключ"));
		});
	}

	private static Connection other() throws Exception {
		return Nats.connect(new Options.Builder().server(server.url()).supportUTF8Subjects().build());
	}

}
