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

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchRecoveredEvent;
import io.github.natskv.provisioning.BucketProvisionedEvent;
import io.github.natskv.provisioning.OptionDifference;
import io.github.natskv.provisioning.ProvisioningAction;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

class NatsBucketEventsTests {

	@AutoClose
	private final NatsServer server = NatsServer.start();

	private ApplicationContextRunner runner(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url())
			.withPropertyValues(properties)
			.withBean(Events.class);
	}

	@Test
	void tellsOfBucketsThatWereMadeOrChanged() throws Exception {
		try (Connection other = this.server.connect()) {
			other.keyValueManagement()
				.create(KeyValueConfiguration.builder("changed").maxHistoryPerKey(2).description("kept").build());
			other.keyValueManagement().create(KeyValueConfiguration.builder("same").build());
		}
		runner("nats.kv.buckets.made.name=made-here", "nats.kv.buckets.same.history=1",
				"nats.kv.buckets.changed.history=5", "nats.kv.buckets.changed.provisioning=update",
				"nats.connections.archive.servers=" + this.server.url(),
				"nats.connections.archive.kv.buckets.audit.history=2")
			.run((context) -> {
				Events events = context.getBean(Events.class);
				Awaitility.await().until(() -> events.provisioned.size() == 3);
				assertThat(events.find("made-here")).satisfies((event) -> {
					assertThat(event.getAction()).isEqualTo(ProvisioningAction.CREATED);
					assertThat(event.getDeclaredBy()).isEqualTo("nats.kv.buckets.made");
					assertThat(event.getChanges()).isEmpty();
				});
				assertThat(events.find("changed")).satisfies((event) -> {
					assertThat(event.getAction()).isEqualTo(ProvisioningAction.UPDATED);
					assertThat(event.getChanges()).extracting(OptionDifference::found).containsExactly("2");
					assertThat(event.getChanges()).extracting(OptionDifference::wanted).containsExactly("5");
				});
				assertThat(events.find("audit").getConnectionName()).isEqualTo("archive");
				assertThat(events.find("audit").getDeclaredBy()).isEqualTo("nats.connections.archive.kv.buckets.audit");
				assertThat(events.threads).allMatch((name) -> name.startsWith("nats-events-"));
			});
	}

	@Test
	void tellsOfBucketsMadeAgainAndOfWatchesThatAreBack() {
		runner("nats.kv.buckets.flags.name=feature-flags").withBean(Flags.class).run((context) -> {
			Events events = context.getBean(Events.class);
			KeyValue flags = context.getBean("flags", KeyValue.class);
			Awaitility.await().until(() -> events.provisioned.size() == 1);
			try (BucketWatch watch = context.getBean(KeyValueBuckets.class)
				.bucket("flags", String.class)
				.watch("a.*", (entry) -> {
				})) {
				this.server.kill();
				this.server.restart();
				Awaitility.await().until(() -> events.recovered.size() == 2);
				assertThat(events.recovered).allSatisfy((event) -> {
					assertThat(event.getBucketName()).isEqualTo("feature-flags");
					assertThat(event.getRecoveries()).isEqualTo(1);
				}).anySatisfy((event) -> {
					assertThat(event.getListenerId()).isEqualTo("flags");
					assertThat(event.getFilters()).containsExactly(">");
				}).anySatisfy((event) -> {
					assertThat(event.getListenerId()).isNull();
					assertThat(event.getFilters()).containsExactly("a.*");
				});
				flags.put("a.b", "1");
				context.getBean(KeyValueManagement.class).delete("feature-flags");
				// old servers may damage a bucket that is recreated, which costs another
				// try
				Awaitility.await().until(() -> events.provisioned.size() >= 2 && events.recovered.size() >= 4);
				assertThat(events.provisioned).last().satisfies((event) -> {
					assertThat(event.getAction()).isEqualTo(ProvisioningAction.RESTORED);
					assertThat(event.getBucketKey()).isEqualTo("flags");
					assertThat(event.getBucketName()).isEqualTo("feature-flags");
					assertThat(event.getConnection()).isSameAs(context.getBean(Connection.class));
					assertThat(event.getConnectionName()).isEqualTo("default");
				});
				assertThat(events.recovered).last()
					.extracting(WatchRecoveredEvent::getRecoveries)
					.satisfies((recoveries) -> assertThat((int) recoveries).isGreaterThanOrEqualTo(2));
				assertThat(events.threads).allMatch((name) -> name.startsWith("nats-events-"));
			}
		});
	}

	static class Events {

		final Queue<BucketProvisionedEvent> provisioned = new ConcurrentLinkedQueue<>();

		final Queue<WatchRecoveredEvent> recovered = new ConcurrentLinkedQueue<>();

		final Set<String> threads = ConcurrentHashMap.newKeySet();

		@EventListener
		void on(BucketProvisionedEvent event) {
			this.threads.add(Thread.currentThread().getName());
			this.provisioned.add(event);
		}

		@EventListener
		void on(WatchRecoveredEvent event) {
			this.threads.add(Thread.currentThread().getName());
			this.recovered.add(event);
		}

		BucketProvisionedEvent find(String bucket) {
			return this.provisioned.stream()
				.filter((event) -> event.getBucketName().equals(bucket))
				.findFirst()
				.orElseThrow();
		}

	}

	static class Flags {

		@KeyValueListener(value = "flags", id = "flags")
		void onFlag(BucketEntry<String> change) {
		}

	}

}
