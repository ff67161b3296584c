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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A bucket of another account, by exports and imports as docs/accounts.md has them.
 */
class ImportedBucketTests {

	private static final String ACCOUNTS = """
			accounts {
			  OWNER {
			    jetstream: enabled
			    users: [ { user: owner, password: p } ]
			    exports: [
			      { service: "$JS.API.>"%s }
			      { service: "$KV.profiles.>" }
			    ]
			  }
			  APP {
			    users: [ { user: app, password: p } ]
			    imports: [
			      { service: { account: OWNER, subject: "$JS.API.>" }, to: "owner.API.>" }
			      { service: { account: OWNER, subject: "$KV.profiles.>" }, to: "owner.API.$KV.profiles.>" }
			    ]
			  }
			}
			""";

	/** Exports no more than a watch needs: messages cannot be looked up. */
	private static final String WATCH_ONLY = """
			accounts {
			  OWNER {
			    jetstream: enabled
			    users: [ { user: owner, password: p } ]
			    exports: [
			      { service: "$JS.API.STREAM.INFO.KV_profiles" }
			      { service: "$JS.API.CONSUMER.CREATE.KV_profiles.>" }
			      { service: "$JS.API.CONSUMER.DELETE.KV_profiles.*" }
			      { service: "$JS.API.CONSUMER.MSG.NEXT.KV_profiles.*", response_type: stream }
			    ]
			  }
			  APP {
			    users: [ { user: app, password: p } ]
			    imports: [
			      { service: { account: OWNER, subject: "$JS.API.STREAM.INFO.KV_profiles" },
			        to: "owner.API.STREAM.INFO.KV_profiles" }
			      { service: { account: OWNER, subject: "$JS.API.CONSUMER.CREATE.KV_profiles.>" },
			        to: "owner.API.CONSUMER.CREATE.KV_profiles.>" }
			      { service: { account: OWNER, subject: "$JS.API.CONSUMER.DELETE.KV_profiles.*" },
			        to: "owner.API.CONSUMER.DELETE.KV_profiles.*" }
			      { service: { account: OWNER, subject: "$JS.API.CONSUMER.MSG.NEXT.KV_profiles.*" },
			        to: "owner.API.CONSUMER.MSG.NEXT.KV_profiles.*" }
			    ]
			  }
			}
			""";

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(strings = { "", ", response_type: stream" })
	void everythingWorksAsInTheOwnAccount(String response) throws Exception {
		try (NatsServer server = NatsServer.start(ACCOUNTS.formatted(response)); Connection owner = owner(server)) {
			KeyValueManagement management = owner.keyValueManagement();
			management.create(KeyValueConfiguration.builder("profiles").maxHistoryPerKey(3).build());
			KeyValue theirs = owner.keyValue("profiles");
			for (int i = 0; i < 300; i++) {
				theirs.put("k" + i, "v" + i);
			}
			this.runner
				.withPropertyValues("nats.servers=" + server.url(), "nats.username=app", "nats.password=p",
						"nats.jetstream.prefix=owner.API", "nats.kv.buckets.profiles.provisioning=validate")
				.run((context) -> {
					KeyValueBucket<String> bucket = context.getBean(KeyValueBuckets.class)
						.bucket("profiles", String.class);
					assertThat(bucket.get("k1")).isEqualTo("v1");
					Map<String, String> seen = new ConcurrentHashMap<>();
					try (BucketWatch watch = bucket.watch(">",
							(entry) -> seen.put(entry.key(), String.valueOf(entry.value())))) {
						assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
						assertThat(seen).hasSize(300);
						bucket.put("own", "1");
						theirs.put("k1", "changed");
						await().until(() -> "changed".equals(seen.get("k1")) && "1".equals(seen.get("own")));
						await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
						theirs.delete("k2");
						await().until(() -> "null".equals(seen.get("k2")));
					}
					assertThat(bucket.keys()).hasSize(300).contains("own").doesNotContain("k2");
					assertThat(bucket.entries()).hasSize(300);
					assertThat(bucket.history("k1")).extracting(BucketEntry::value).containsExactly("v1", "changed");
					KeyValue raw = context.getBean(KeyValue.class);
					assertThat(raw.keys()).hasSize(300);
					assertThat(raw.history("k1")).extracting(KeyValueEntry::getValueAsString)
						.isEqualTo(List.of("v1", "changed"));
				});
		}
	}

	@Test
	void aWatchGoesOnWhereMessagesCannotBeLookedUp() throws Exception {
		try (NatsServer server = NatsServer.start(WATCH_ONLY)) {
			try (Connection owner = owner(server)) {
				owner.keyValueManagement().create(KeyValueConfiguration.builder("profiles").build());
				owner.keyValue("profiles").put("k", "1");
				owner.keyValue("profiles").put("l", "2");
			}
			this.runner
				.withPropertyValues("nats.servers=" + server.url(), "nats.username=app", "nats.password=p",
						"nats.jetstream.prefix=owner.API", "nats.reconnect-wait=1s",
						"nats.kv.buckets.profiles.provisioning=none")
				.run((context) -> {
					Map<String, String> seen = new ConcurrentHashMap<>();
					try (BucketWatch watch = context.getBean(KeyValueBuckets.class)
						.bucket("profiles", String.class)
						.watch(">", (entry) -> seen.put(entry.key(), String.valueOf(entry.value())))) {
						assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
						server.restart();
						try (Connection owner = owner(server)) {
							await().ignoreExceptions().until(() -> owner.keyValue("profiles").put("k", "3") > 0);
						}
						await().untilAsserted(() -> assertThat(seen).containsEntry("k", "3").containsEntry("l", "2"));
					}
				});
		}
	}

	private static Connection owner(NatsServer server) throws Exception {
		return Nats.connect(Options.builder().server(server.url()).userInfo("owner", "p").build());
	}

}
