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
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsConnectionEvent;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.NatsEvent;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Listeners on a connection that is not the default one.
 */
class NamedConnectionListenerTests {

	@AutoClose
	private static final NatsServer main = NatsServer.start();

	@AutoClose
	private static final NatsServer archive = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + main.url(), "nats.kv.buckets.profiles.history=1",
				"nats.connections.archive.servers=" + archive.url(),
				"nats.connections.archive.kv.buckets.audit.name=server-audit",
				"nats.connections.archive.kv.buckets.audit.key-codec=base64",
				"nats.connections.archive.kv.buckets.audit.value-type=" + Audit.class.getName());

	@BeforeEach
	void deleteBuckets() throws Exception {
		for (NatsServer server : new NatsServer[] { main, archive }) {
			try (Connection connection = server.connect()) {
				for (String name : connection.keyValueManagement().getBucketNames()) {
					connection.keyValueManagement().delete(name);
				}
			}
		}
	}

	@Test
	void listenersReceiveAndReplyOverTheirConnection() throws Exception {
		try (Connection ofMain = main.connect(); Connection ofArchive = archive.connect()) {
			this.runner.withBean(Echo.class).run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean("audit", KeyValue.class).put("greeting", "Hello");
				assertThat(ask(ofMain)).isEqualTo("default 1 profiles");
				assertThat(ask(ofArchive)).isEqualTo("archive 1 server-audit");
			});
		}
	}

	private static String ask(Connection connection) throws InterruptedException {
		return new String(connection.request("ask", "1".getBytes(), Duration.ofSeconds(2)).getData());
	}

	@Test
	void watchesUseTheBucketsOfTheirConnection() {
		this.runner.withBean(Changes.class).run((context) -> {
			Changes changes = context.getBean(Changes.class);
			audit(context).put("jane@acme.com", new Audit("login"));
			assertThat(changes.next()).isEqualTo("server-audit jane@acme.com login");
			context.getBean("profiles", KeyValue.class).put("ann", "x");
			assertThat(changes.next()).isEqualTo("profiles ann x");
		});
	}

	@SuppressWarnings("unchecked")
	private static KeyValueBucket<Audit> audit(BeanFactory context) {
		return context.getBean("auditBucket", KeyValueBucket.class);
	}

	@Test
	void aWatchedBucketOfANamedConnectionIsMadeAgain() {
		this.runner.withBean(Changes.class).run((context) -> {
			Connection connection = context.getBean(NatsConnections.class).get("archive");
			connection.keyValueManagement().delete("server-audit");
			Awaitility.await().until(() -> connection.keyValueManagement().getBucketNames().contains("server-audit"));
			audit(context).put("key", new Audit("again"));
			assertThat(context.getBean(Changes.class).next()).isEqualTo("server-audit key again");
		});
	}

	@Test
	void theBeanNameOfANamedConnectionMeansItsBuckets() {
		this.runner.withBean(ByBeanName.class).run((context) -> {
			audit(context).put("key", new Audit("login"));
			assertThat(context.getBean(ByBeanName.class).changes.poll(5, TimeUnit.SECONDS))
				.isEqualTo(new Audit("login"));
		});
	}

	@Test
	void anUnknownConnectionIsRefusedListingTheOnesThereAre() {
		this.runner.withBean(Unknown.class)
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("no connection 'archiv'", "[natsConnection, archive]"));
	}

	@Test
	void eventsTellWhoseTheyAre() {
		this.runner.withBean(Events.class).run((context) -> {
			Events events = context.getBean(Events.class);
			NatsConnections connections = context.getBean(NatsConnections.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(events.all)
					.extracting(NatsEvent::getConnection, NatsEvent::getConnectionName)
					.containsExactlyInAnyOrder(tuple(context.getBean(Connection.class), NatsConnections.DEFAULT),
							tuple(connections.get("archive"), "archive")));
		});
	}

	record Audit(String what) {
	}

	static class Echo {

		@NatsListener("ask")
		String onDefault(String text, KeyValue bucket) {
			return "default " + text + " " + bucket.getBucketName();
		}

		@NatsListener(subjects = "ask", connection = "archive")
		String onArchive(String text, @Qualifier("audit") KeyValue bucket, Map<String, KeyValue> ofDefault) {
			assertThat(ofDefault).containsOnlyKeys("profiles");
			return "archive " + text + " " + bucket.getBucketName();
		}

	}

	static class Changes {

		private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();

		@KeyValueListener(bucket = "audit", connection = "archive", ignoreDeletes = true)
		void onArchive(BucketEntry<Audit> change) {
			this.changes.add(change.bucket() + " " + change.key() + " " + change.value().what());
		}

		@KeyValueListener("profiles")
		void onDefault(BucketEntry<String> change) {
			this.changes.add(change.bucket() + " " + change.key() + " " + change.value());
		}

		String next() throws InterruptedException {
			return this.changes.poll(5, TimeUnit.SECONDS);
		}

	}

	static class ByBeanName {

		private final BlockingQueue<Audit> changes = new LinkedBlockingQueue<>();

		@KeyValueListener(bucket = "audit", connection = "archiveNatsConnection", ignoreDeletes = true)
		void on(Audit change) {
			this.changes.add(change);
		}

	}

	static class Unknown {

		@NatsListener(subjects = "ask", connection = "archiv")
		void on(String text) {
		}

	}

	static class Events {

		private final BlockingQueue<NatsConnectionEvent> all = new LinkedBlockingQueue<>();

		@EventListener
		void on(NatsConnectionEvent event) {
			this.all.add(event);
		}

	}

}
