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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to the server's buckets when applications start.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProvisioningStartTests {

	private static final int INSTANCES = 10;

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final ApplicationContextRunner runner = CopiedBucket.runner(server);

	@BeforeEach
	void deleteBuckets() throws Exception {
		CopiedBucket.deleteBuckets(connection);
	}

	private ApplicationContextRunner severalBuckets() {
		return this.runner.withPropertyValues("nats.kv.buckets.a.history=5", "nats.kv.buckets.b.ttl=30s",
				"nats.kv.buckets.c.provisioning=update", "nats.kv.buckets.c.max-bytes=1MB",
				"nats.kv.buckets.copy.mirror.bucket=a", "nats.kv.buckets.copy.provisioning=update");
	}

	private static void startAtOnce(ApplicationContextRunner application) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(INSTANCES);
		CyclicBarrier barrier = new CyclicBarrier(INSTANCES);
		try {
			List<CompletableFuture<Void>> instances = new ArrayList<>();
			for (int i = 0; i < INSTANCES; i++) {
				instances.add(CompletableFuture.runAsync(() -> {
					await(barrier);
					application.run((context) -> assertThat(context).hasNotFailed());
				}, executor));
			}
			CompletableFuture.allOf(instances.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void tenInstancesComeUpAgainstAnEmptyServer() throws Exception {
		startAtOnce(severalBuckets());
		assertThat(connection.keyValueManagement().getBucketNames()).containsExactlyInAnyOrder("a", "b", "c", "copy");
		assertThat(CopiedBucket.stream(connection, "a").getMaxMsgsPerSubject()).isEqualTo(5);
	}

	@Test
	void aStartLogsOneLineForTheConnectionAndOneForItsBuckets(CapturedOutput output) {
		severalBuckets().run((context) -> assertThat(context).hasNotFailed());
		severalBuckets().withPropertyValues("nats.kv.buckets.d.history=2")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getOut()
			.lines()
			.filter((line) -> line.matches(".* INFO .*\\bi(o)?\\.g(ithub)?\\.n.*")
					&& !line.contains("Started nats-server")))
			.satisfiesExactly((line) -> assertThat(line).contains("Connected to NATS server"),
					(line) -> assertThat(line).contains("Buckets are provisioned: 0 existed, 4 created: a, b, c, copy"),
					(line) -> assertThat(line).contains("Connected to NATS server"),
					(line) -> assertThat(line).contains("Buckets are provisioned: 4 existed, 1 created: d"));
	}

	@Test
	void tenInstancesThatHaveToUpdateComeUp() throws Exception {
		severalBuckets().run((context) -> assertThat(context).hasNotFailed());
		startAtOnce(severalBuckets().withPropertyValues("nats.kv.provisioning=update", "nats.kv.buckets.a.history=9",
				"nats.kv.buckets.b.ttl=1h", "nats.kv.buckets.c.description=third"));
		assertThat(CopiedBucket.stream(connection, "a").getMaxMsgsPerSubject()).isEqualTo(9);
		assertThat(CopiedBucket.stream(connection, "b").getMaxAge()).hasHours(1);
		assertThat(CopiedBucket.stream(connection, "c").getDescription()).isEqualTo("third");
	}

	@Test
	void instancesThatWantDifferentThingsComeUp() throws Exception {
		ApplicationContextRunner application = this.runner;
		ExecutorService executor = Executors.newFixedThreadPool(INSTANCES);
		CyclicBarrier barrier = new CyclicBarrier(INSTANCES);
		try {
			List<CompletableFuture<Void>> instances = new ArrayList<>();
			for (int i = 1; i <= INSTANCES; i++) {
				ApplicationContextRunner instance = application.withPropertyValues("nats.kv.provisioning=update",
						"nats.kv.buckets.a.history=" + i);
				instances.add(CompletableFuture.runAsync(() -> {
					await(barrier);
					instance.run((context) -> assertThat(context).hasNotFailed());
				}, executor));
			}
			CompletableFuture.allOf(instances.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void aConfigurationBeanIsUpdatedInWhatItSetsAndAppliedTwiceDoesNothing(CapturedOutput output) throws Exception {
		connection.keyValueManagement()
			.create(KeyValueConfiguration.builder("audit-log").maxHistoryPerKey(2).description("kept").build());
		ApplicationContextRunner application = this.runner.withPropertyValues("nats.kv.provisioning=update")
			.withBean("audit", KeyValueConfiguration.class,
					() -> KeyValueConfiguration.builder("audit-log").maxHistoryPerKey(7).build());
		application.run((context) -> {
			KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
			buckets.bucket("audit-log", String.class).put("a", "1");
			assertThat(buckets.keyValue("audit-log").get("a").getValueAsString()).isEqualTo("1");
		});
		StreamConfiguration updated = CopiedBucket.stream(connection, "audit-log");
		assertThat(updated.getMaxMsgsPerSubject()).isEqualTo(7);
		assertThat(updated.getDescription()).isEqualTo("kept");
		application.run((context) -> assertThat(context).hasNotFailed());
		assertThat(CopiedBucket.stream(connection, "audit-log").toJson()).isEqualTo(updated.toJson());
		assertThat(output.toString().lines().filter((line) -> line.contains("updated"))).singleElement()
			.asString()
			.contains("'audit-log' updated: history from 2 to 7");
	}

	@Test
	void aConfigurationBeanThatIsMissingSaysWhichPropertyAllowsToMakeIt() {
		this.runner.withPropertyValues("nats.kv.provisioning=validate")
			.withBean("audit", KeyValueConfiguration.class, () -> KeyValueConfiguration.builder("audit-log").build())
			.run((context) -> {
				assertThat(FailureAnalyses.of(context).getDescription()).contains("'audit-log'", "bean 'audit'");
				assertThat(FailureAnalyses.of(context).getAction()).contains("'nats.kv.provisioning'")
					.doesNotContain("bean 'audit'.");
			});
	}

	@Test
	void lazyInitializationChangesNothing() throws Exception {
		ApplicationContextRunner lazy = this.runner.withInitializer(
				(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()));
		lazy.withPropertyValues("nats.kv.buckets.a.provisioning=validate")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("'a'",
					"not on the server"));
		lazy.withPropertyValues("nats.kv.buckets.a.history=5", "nats.connections.other.servers=" + server.url(),
				"nats.connections.other.kv.buckets.b.history=5")
			.withBean("audit", KeyValueConfiguration.class, () -> KeyValueConfiguration.builder("c").build())
			.run((context) -> assertThat(connection.keyValueManagement().getBucketNames())
				.containsExactlyInAnyOrder("a", "b", "c"));
	}

	@Test
	void withLazyInitializationNobodyConnectsWhereThereIsNoBucket() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues("nats.servers=nats://127.0.0.1:1")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aConfigurationBeanAndAPropertyForTheSameBucketAreRefused() {
		this.runner.withPropertyValues("nats.kv.buckets.logs.name=audit")
			.withBean("auditBucket", KeyValueConfiguration.class, () -> KeyValueConfiguration.builder("audit").build())
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("'audit'",
					"nats.kv.buckets.logs", "bean 'auditBucket'"));
	}

	@Test
	void aConfigurationBeanWhoseNameIsTheKeyOfAnotherBucketIsRefused() {
		this.runner.withPropertyValues("nats.kv.buckets.audit.name=logs")
			.withBean("auditBucket", KeyValueConfiguration.class, () -> KeyValueConfiguration.builder("audit").build())
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.kv.buckets.audit",
					"'auditBucket'", "'logs'"));
	}

}
