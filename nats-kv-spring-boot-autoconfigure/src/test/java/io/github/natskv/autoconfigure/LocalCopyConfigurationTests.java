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
import io.github.natskv.core.NatsConnections;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Local copies of the buckets of applications.
 */
@Timeout(60)
class LocalCopyConfigurationTests {

	private static final String COPY = "nats.kv.buckets.flags.local-copy.";

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private static ApplicationContextRunner runner(NatsServer server) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url());
	}

	private static KeyValueBucket<String> bucket(ApplicationContext context) {
		return context.getBean(KeyValueBuckets.class).bucket("flags", String.class);
	}

	private static void assertReadFromMemory(KeyValueBucket<String> bucket, KeyValue handle) throws Exception {
		handle.put("a", "1");
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> "1".equals(bucket.get("a")));
		long hits = bucket.getLocalCopyStatus().hits();
		assertThat(bucket.get("a")).isEqualTo("1");
		assertThat(bucket.getLocalCopyStatus().hits()).isEqualTo(hits + 1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			keys[0]=a.*.>.b     | keys           | '>'
			keys=a.>,a.b        | keys           | overlap
			keys=               | keys           | filter
			max-entries=0       | max-entries    | positive
			max-staleness=0     | max-staleness  | positive
			when-stale=perhaps  | when-stale     | perhaps
			max-entry=1         | max-entry      | max-entr
			""")
	void whatIsWrongRefusesTheStartAndIsNamed(String wrong, String property, String rule) {
		runner(server).withPropertyValues(COPY + "enabled=true", COPY + wrong).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(FailureAnalyses.of(context).getDescription()).contains(COPY + property, rule);
		});
	}

	@Test
	void aNamedConnectionHasCopiesOfItsBuckets() {
		runner(server)
			.withPropertyValues("nats.connections.far.servers=" + server.url(),
					"nats.connections.far.kv.buckets.flags.local-copy.enabled=true",
					"nats.connections.far.kv.buckets.flags.name=far-flags")
			.run((context) -> {
				KeyValueBuckets buckets = context.getBean(NatsConnections.class).get("far", KeyValueBuckets.class);
				assertReadFromMemory(buckets.bucket("flags", String.class), buckets.keyValue("flags"));
			});
	}

	@Test
	void aChildContextReadsTheCopyOfItsParent() {
		runner(server).withPropertyValues(COPY + "enabled=true", "nats.kv.buckets.flags.name=parent-flags")
			.run((parent) -> new ApplicationContextRunner().withParent(parent).run((child) -> {
				assertThat(bucket(child)).isSameAs(bucket(parent));
				assertReadFromMemory(bucket(child), parent.getBean("flags", KeyValue.class));
				JetStreamManagement management = parent.getBean(Connection.class).jetStreamManagement();
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.until(() -> management.getConsumerNames("KV_parent-flags").size() == 1);
			}));
	}

	@Test
	void aCopyIsFilledWhenTheServerIsThere() throws Exception {
		try (NatsServer late = NatsServer.start()) {
			late.kill();
			runner(late).withPropertyValues(COPY + "enabled=true", "nats.startup=retry", "nats.reconnect-wait=50ms")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					KeyValueBucket<String> bucket = bucket(context);
					assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(() -> bucket.get("a"));
					assertThat(bucket.getLocalCopyStatus().complete()).isFalse();
					late.restart();
					Awaitility.await()
						.atMost(Duration.ofSeconds(30))
						.ignoreExceptions()
						.until(() -> bucket.get("a") == null);
					assertReadFromMemory(bucket, context.getBean("flags", KeyValue.class));
				});
		}
	}

}
