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

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Configuration that cannot work is explained by a failure analysis that names the
 * property, before any bucket was made.
 */
class InvalidBucketConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	@ParameterizedTest
	@ValueSource(strings = { "mirror.bucket", "sources[0].bucket" })
	void transactionsAreNotForCopies(String origin) throws Exception {
		this.runner
			.withPropertyValues("nats.kv.buckets.ok.history=1", "nats.kv.buckets.b.transactions=true",
					"nats.kv.buckets.b." + origin + "=ok")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("nats.kv.buckets.b.transactions", "copies others"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			nats.kv.buckets.b.history        | 65             | nats.kv.buckets.b.history
			nats.kv.buckets.b.history        | 0              | nats.kv.buckets.b.history
			nats.kv.buckets.b.history        | many           | nats.kv.buckets.b.history
			nats.kv.buckets.b.histroy        | 5              | nats.kv.buckets.b.histroy
			nats.kv.buckets.b.name           | my.bucket      | nats.kv.buckets.b.name
			nats.kv.buckets[my.bucket].ttl   | 1h             | nats.kv.buckets.my.bucket
			nats.kv.buckets.b.ttl            | -5s            | nats.kv.buckets.b.ttl
			nats.kv.buckets.b.limit-marker-ttl | 10ms         | nats.kv.buckets.b.limit-marker-ttl
			nats.kv.buckets.b.max-bytes      | -1B            | nats.kv.buckets.b.max-bytes
			nats.kv.buckets.b.max-value-size | 3GB            | nats.kv.buckets.b.max-value-size
			nats.kv.buckets.b.replicas       | 6              | nats.kv.buckets.b.replicas
			nats.kv.buckets.b.storage        | tape           | nats.kv.buckets.b.storage
			nats.kv.buckets.b.value-type     | com.acme.Nope  | nats.kv.buckets.b.value-type
			nats.kv.buckets.b.provisioning   | sometimes      | nats.kv.buckets.b.provisioning
			nats.kv.buckets.b.republish.headers-only | true   | nats.kv.buckets.b.republish.destination
			nats.kv.buckets.b.mirror.domain  | hub            | nats.kv.buckets.b.mirror.bucket
			nats.kv.buckets.b.sources[0].domain | hub         | nats.kv.buckets.b.sources[0].bucket
			nats.kv.buckets.b.codec          | nope           | nats.kv.buckets.b.codec
			nats.kv.provisionning            | create         | nats.kv.provisionning
			nats.kv.buckets.OK.ttl           | 1h             | nats.kv.buckets.OK
			nats.kv.buckets.b.name           | ok             | nats.kv.buckets.b
			""")
	void namesTheProperty(String property, String value, String named) throws Exception {
		this.runner.withPropertyValues("nats.kv.buckets.ok.history=1", property + "=" + value).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains(named);
			assertThat(analysis.getAction()).isNotEmpty();
		});
		assertThat(connection.keyValueManagement().getBucketNames()).isEmpty();
	}

	@Test
	void aValueTypeThatNeedsJacksonIsRefusedWithoutIt() throws Exception {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("tools.jackson"))
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "nats.kv.buckets.b.value-type=java.util.UUID")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("nats.kv.buckets.b.value-type", "spring-boot-starter-jackson"));
		assertThat(connection.keyValueManagement().getBucketNames()).isEmpty();
	}

	@Test
	void withoutJetStreamTheMissingSwitchIsNamed() {
		try (NatsServer account = NatsServer.start("""
				accounts { A { users: [ { user: a, password: a } ] }, SYS { users: [ { user: s, password: s } ] } }
				system_account: SYS
				""")) {
			this.runner
				.withPropertyValues("nats.servers=" + account.url(), "nats.username=a", "nats.password=a",
						"nats.kv.buckets.b.history=1")
				.run((context) -> {
					FailureAnalysis analysis = FailureAnalyses.of(context);
					assertThat(analysis.getDescription()).contains("nats.kv.buckets.b");
					assertThat(analysis.getAction()).contains("JetStream");
				});
		}
	}

}
