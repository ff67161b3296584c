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

package io.github.natskv;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.annotation.EnableNats;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.NoRespondersException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.kv.watch.BucketRestorer;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContextException;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application on Spring Framework alone, and contexts with parents.
 */
class PlainSpringTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@Test
	void listenersBucketsAndTemplateWorkWithoutSpringBoot() throws Exception {
		try (var context = context(null, Application.class)) {
			KeyValueBucket<Profile> profiles = context.getBean(KeyValueBuckets.class).bucket("profiles", Profile.class);
			profiles.put("ann", new Profile("Ann"));
			assertThat(context.getBean(NatsOperations.class).request("greet", "ann", String.class))
				.isEqualTo("hello Ann");
			Application application = context.getBean(Application.class);
			Awaitility.await().until(() -> application.changes.contains("ann Profile[name=Ann]"));
		}
	}

	@Test
	void aContextStopsItsOwnListenersOnly() throws Exception {
		try (var parent = context(null, Application.class); var sibling = context(parent, Sibling.class)) {
			NatsOperations nats = parent.getBean(NatsOperations.class);
			AnnotationConfigApplicationContext child = context(parent, Child.class);
			AnnotationConfigApplicationContext grandchild = context(child, Grandchild.class);
			assertThat(nats.request("child", "", String.class)).isEqualTo("child");
			assertThat(nats.request("grandchild", "", String.class)).isEqualTo("grandchild");
			grandchild.close();
			assertThat(nats.request("child", "", String.class)).isEqualTo("child");
			child.close();
			assertThat(nats.request("sibling", "", String.class)).isEqualTo("sibling");
			assertThat(parent.getBean(NatsListenerRegistry.class).ids())
				.containsExactlyInAnyOrder("plainSpringTests.Application.greet", "plainSpringTests.Application.on");
			profiles(parent).put("bob", new Profile("Bob"));
			assertThat(nats.request("greet", "bob", String.class)).isEqualTo("hello Bob");
			assertThatExceptionOfType(NoRespondersException.class)
				.isThrownBy(() -> nats.request("child", "", String.class));
		}
	}

	@Test
	void aChildThatFailsToStartLeavesItsParentsListenersRunning() throws Exception {
		try (var parent = context(null, Application.class)) {
			assertThatExceptionOfType(ApplicationContextException.class)
				.isThrownBy(() -> context(parent, FailingChild.class));
			profiles(parent).put("eve", new Profile("Eve"));
			assertThat(parent.getBean(NatsOperations.class).request("greet", "eve", String.class))
				.isEqualTo("hello Eve");
		}
	}

	private static KeyValueBucket<Profile> profiles(AnnotationConfigApplicationContext context) {
		return context.getBean(KeyValueBuckets.class).bucket("profiles", Profile.class);
	}

	private static AnnotationConfigApplicationContext context(AnnotationConfigApplicationContext parent,
			Class<?> type) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		if (parent != null) {
			context.setParent(parent);
		}
		context.register(type);
		context.refresh();
		return context;
	}

	record Profile(String name) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class Application {

		private final List<String> changes = new CopyOnWriteArrayList<>();

		@Bean
		Connection connection() throws Exception {
			Connection connection = Nats
				.connect(Options.builder().server(server.url()).advancedRequestBehavior().build());
			try {
				connection.keyValueManagement().create(KeyValueConfiguration.builder("profiles").build());
			}
			catch (JetStreamApiException ex) {
				connection.keyValueManagement().getStatus("profiles");
			}
			return connection;
		}

		@Bean
		DefaultKeyValueBuckets buckets(Connection connection) {
			return new DefaultKeyValueBuckets(connection, JetStreamOptions.DEFAULT_JS_OPTIONS,
					List.of(BucketSettings.of("profiles")),
					new DefaultKeyValueCodec(PayloadConverter.withDefaultFormat()), BucketRestorer.NONE);
		}

		@Bean
		KeyValue profiles(KeyValueBuckets buckets) {
			return buckets.keyValue("profiles");
		}

		@Bean
		NatsTemplate template(Connection connection) {
			return new NatsTemplate(connection);
		}

		@NatsListener("greet")
		String greet(String key, KeyValueBuckets buckets) {
			return "hello " + buckets.bucket("profiles", Profile.class).get(key).name();
		}

		@KeyValueListener("profiles")
		void on(BucketEntry<Profile> change) {
			this.changes.add(change.key() + " " + change.value());
		}

	}

	@EnableNats
	static class Child {

		@NatsListener("child")
		String child(String text) {
			return "child";
		}

	}

	@EnableNats
	static class Grandchild {

		@NatsListener("grandchild")
		String grandchild(String text) {
			return "grandchild";
		}

	}

	@EnableNats
	static class Sibling {

		@NatsListener("sibling")
		String sibling(String text) {
			return "sibling";
		}

	}

	@EnableNats
	static class FailingChild {

		@NatsListener("failing")
		String failing(String text) {
			return "failing";
		}

		@Bean
		SmartLifecycle failing() {
			return new SmartLifecycle() {

				@Override
				public void start() {
					throw new IllegalStateException("not this one");
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

			};
		}

	}

}
