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

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natskv.annotation.LeaderOnly;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.lock.NatsLeadershipAutoConfiguration;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.lock.LeaderElection;
import io.github.natskv.lock.LeaderElections;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application is processed ahead of time, then run with other buckets.
 */
class BucketAotTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private static final Map<String, Object> AT_BUILD_TIME = Map.of("nats.kv.buckets.profiles.history", 2,
			"nats.kv.buckets.profiles.value-type", Profile.class.getName(), "nats.kv.buckets.flags.history", 2,
			"nats.kv.buckets.flags.value-type", "java.lang.String", "nats.kv.buckets.other.value-type",
			"java.lang.String", "nats.leadership.roles", "reports");

	private static final Map<String, Object> AT_RUN_TIME = Map.of("nats.servers", server.url(),
			"nats.kv.buckets.profiles.history", 7, "nats.kv.buckets.profiles.name", "server-profiles",
			"nats.kv.buckets.profiles.value-type", Profile.class.getName(), "nats.kv.buckets.flags.ttl", "1h",
			"nats.kv.buckets.flags.value-type", "java.lang.String", "nats.kv.buckets.other.value-type",
			"java.lang.String", "nats.kv.buckets.added.history", 1,
			"nats.streams.definitions.orders.consumers.billing.ack-wait", "7s", "nats.leadership.roles",
			"reports,added");

	private static final Map<String, Object> ARCHIVE_AT_BUILD_TIME = Map.of("nats.connections.archive.servers",
			"nats://127.0.0.1:1", "nats.connections.archive.kv.buckets.audit.value-type", Profile.class.getName());

	private static final Map<String, Object> ARCHIVE_AT_RUN_TIME = Map.of("nats.connections.archive.servers",
			server.url(), "nats.connections.archive.connection-name", "set-at-run-time",
			"nats.connections.archive.kv.buckets.audit.history", 4,
			"nats.connections.archive.kv.buckets.audit.value-type", Profile.class.getName(),
			"nats.connections.added.servers", server.url());

	@Test
	@CompileWithForkedClassLoader
	void everyInjectionFormWorksAndBucketsStayConfigurable() {
		TestGenerationContext generation = new TestGenerationContext();
		ClassName initializer = processAheadOfTime(generation);
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			GenericApplicationContext context = new GenericApplicationContext();
			properties(context, AT_RUN_TIME, ARCHIVE_AT_RUN_TIME);
			initializer(compiled.getInstance(ApplicationContextInitializer.class, initializer.canonicalName()))
				.initialize(context);
			context.refresh();
			try (context) {
				verify(context);
			}
		});
	}

	private void verify(GenericApplicationContext context) {
		Application application = context.getBean(Application.class);
		assertThat(application.byQualifier.getBucketName()).isEqualTo("server-profiles");
		assertThat(application.flags.getBucketName()).isEqualTo("flags");
		assertThat(application.byMap).containsOnlyKeys("profiles", "flags", "other", "added");
		application.profiles.put("a", new Profile("Ann"));
		assertThat(application.profiles.get("a")).isEqualTo(new Profile("Ann"));
		assertThat(application.profiles.getStatus().getMaxHistoryPerKey()).isEqualTo(7);
		assertThat(application.strings.getName()).isEqualTo("other");
		assertThat(application.other.getName()).isEqualTo("other");
		application.added.put("n", 1);
		assertThat(application.added.get("n")).isEqualTo(1);
		assertThat(application.added.getName()).isEqualTo("added");
		assertThat(application.reactive.get("a").block()).isEqualTo(new Profile("Ann"));
		assertThat(application.reactiveAdded.get("n").block()).isEqualTo(1);
		assertThat(context.getBean(DeclaredStreams.class).streams()).hasSize(1);
		assertThat(ackWait(application.archive)).isEqualTo(Duration.ofSeconds(7));
		assertThat(application.archive.getOptions().getConnectionName()).isEqualTo("set-at-run-time");
		application.audit.put("a", new Profile("Bob"));
		assertThat(application.audit.getStatus().getMaxHistoryPerKey()).isEqualTo(4);
		verifyLeadership(context);
		assertThat(context.getBean(NatsConnections.class).names()).containsExactlyInAnyOrder("archive", "added");
	}

	private static void verifyLeadership(GenericApplicationContext context) {
		assertThat(context.getBeanNamesForType(LeaderElection.class)).containsExactlyInAnyOrder("reportsLeaderElection",
				"addedLeaderElection");
		Reports reports = context.getBean(Reports.class);
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			reports.write();
			return reports.written() > 0;
		});
		context.getBean(LeaderElections.class).stop();
		int written = reports.written();
		reports.write();
		assertThat(reports.written()).isEqualTo(written);
	}

	private static Duration ackWait(Connection connection) {
		try {
			return connection.jetStreamManagement()
				.getConsumerInfo("orders", "billing")
				.getConsumerConfiguration()
				.getAckWait();
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ClassName processAheadOfTime(TestGenerationContext generation) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		properties(context, AT_BUILD_TIME, ARCHIVE_AT_BUILD_TIME);
		context.register(Application.class);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		return initializer;
	}

	private static void properties(GenericApplicationContext context, Map<String, Object> ofDefault,
			Map<String, Object> ofArchive) {
		Map<String, Object> all = new HashMap<>(ofDefault);
		all.putAll(ofArchive);
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", all));
		ConfigurationPropertySources.attach(context.getEnvironment());
	}

	@SuppressWarnings("unchecked")
	private static ApplicationContextInitializer<GenericApplicationContext> initializer(Object instance) {
		return (ApplicationContextInitializer<GenericApplicationContext>) instance;
	}

	record Profile(String name) {
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
			NatsKeyValueAutoConfiguration.class, NatsLeadershipAutoConfiguration.class })
	static class Application {

		private final KeyValue byQualifier;

		private final KeyValue flags;

		private final Map<String, KeyValue> byMap;

		@Autowired
		KeyValueBucket<Profile> profiles;

		@Autowired
		@Qualifier("other")
		KeyValueBucket<String> strings;

		@Autowired
		KeyValueBucket<String> other;

		@Autowired
		KeyValueBucket<Integer> added;

		@Autowired
		ReactiveKeyValueBucket<Profile> reactive;

		@Autowired
		@Qualifier("added")
		ReactiveKeyValueBucket<Integer> reactiveAdded;

		@Autowired
		@Qualifier("archive")
		Connection archive;

		@Autowired
		@Qualifier("audit")
		KeyValueBucket<Profile> audit;

		Application(@Qualifier("profiles") KeyValue byQualifier, KeyValue flags, Map<String, KeyValue> byMap) {
			this.byQualifier = byQualifier;
			this.flags = flags;
			this.byMap = byMap;
		}

		@Bean
		BucketLocks locks() {
			return new FreeLocks();
		}

		@Bean
		Reports reports() {
			return new Reports();
		}

	}

	static class Reports {

		private final AtomicInteger written = new AtomicInteger();

		@LeaderOnly("reports")
		void write() {
			this.written.incrementAndGet();
		}

		int written() {
			return this.written.get();
		}

	}

	/** Locks nobody else wants, which a server before 2.11 could not give. */
	private static final class FreeLocks implements BucketLocks {

		@Override
		public BucketLease acquire(String name, Duration wait) {
			return new FreeLease(name);
		}

		@Override
		public BucketLease tryAcquire(String name) {
			return new FreeLease(name);
		}

		@Override
		public Lock getLock(String name) {
			return new ReentrantLock();
		}

	}

	private record FreeLease(String name) implements BucketLease {

		@Override
		public long fencingToken() {
			return 1;
		}

		@Override
		public boolean isValid() {
			return true;
		}

		@Override
		public void onLost(Runnable callback) {
		}

		@Override
		public void close() {
		}

	}

}
