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

package io.github.natskv.autoconfigure.lock;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.LeaderOnly;
import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.lock.LeaderElection;
import io.github.natskv.lock.LeaderElections;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
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
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Scheduled methods of several applications of which one leads.
 */
@Timeout(90)
class LeaderOnlyAutoConfigurationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final String bucket = "l" + UUID.randomUUID();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsLockAutoConfiguration.class,
				NatsLeadershipAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url(), "nats.locks.bucket=" + this.bucket,
				"nats.leadership.roles=reports");

	private static void assumeNew() throws Exception {
		try (Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
		}
	}

	@Test
	void scheduledMethodsRunOnOneApplication() throws Exception {
		assumeNew();
		ApplicationContextRunner scheduling = this.runner.withUserConfiguration(Scheduling.class);
		scheduling.run((one) -> {
			Reports leading = one.getBean(Reports.class);
			Awaitility.await().atMost(PATIENCE).until(() -> leading.written() > 0);
			scheduling.run((two) -> {
				Reports waiting = two.getBean(Reports.class);
				int before = leading.written();
				Awaitility.await().atMost(PATIENCE).until(() -> waiting.ticks() > 3 && leading.written() > before);
				assertThat(waiting.written()).isZero();
				one.getBean(LeaderElections.class).stop();
				int after = leading.written();
				Awaitility.await().atMost(PATIENCE).until(() -> waiting.written() > 3);
				assertThat(leading.written()).isEqualTo(after);
			});
		});
	}

	@Test
	void startsThatFailAreExplained() {
		this.runner.withPropertyValues("nats.startup=retry").withBean(UnknownRole.class).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains(UnknownRole.class.getName() + ".write()", "'report'",
					"there are [reports]");
			assertThat(analysis.getAction()).contains("'nats.leadership.roles'");
		});
		this.runner.withPropertyValues("nats.startup=retry").withBean(StaticMethod.class).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains(StaticMethod.class.getName() + ".write()", "static");
		});
	}

	@Test
	@CompileWithForkedClassLoader
	void rolesStayConfigurableAheadOfTime() throws Exception {
		assumeNew();
		TestGenerationContext generation = new TestGenerationContext();
		ClassName initializer = processAheadOfTime(generation);
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			GenericApplicationContext context = new GenericApplicationContext();
			properties(context, "reports,added");
			initializer(compiled.getInstance(ApplicationContextInitializer.class, initializer.canonicalName()))
				.initialize(context);
			context.refresh();
			try (context) {
				assertThat(context.getBeanNamesForType(LeaderElection.class))
					.containsExactlyInAnyOrder("reportsLeaderElection", "addedLeaderElection");
				Reports reports = context.getBean(Reports.class);
				Awaitility.await().atMost(PATIENCE).until(() -> reports.written() > 0);
				context.getBean(LeaderElections.class).stop();
				int written = reports.written();
				reports.write();
				assertThat(reports.written()).isEqualTo(written);
			}
		});
	}

	private ClassName processAheadOfTime(TestGenerationContext generation) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		properties(context, "reports");
		context.register(Application.class);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		return initializer;
	}

	private void properties(GenericApplicationContext context, String roles) {
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("nats.servers", server.url(), "nats.locks.bucket",
					this.bucket, "nats.leadership.roles", roles)));
		ConfigurationPropertySources.attach(context.getEnvironment());
	}

	@SuppressWarnings("unchecked")
	private static ApplicationContextInitializer<GenericApplicationContext> initializer(Object instance) {
		return (ApplicationContextInitializer<GenericApplicationContext>) instance;
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
			NatsKeyValueAutoConfiguration.class, NatsLockAutoConfiguration.class,
			NatsLeadershipAutoConfiguration.class })
	static class Application extends Scheduling {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		@Bean
		Reports reports() {
			return new Reports();
		}

	}

	static class Reports {

		private final AtomicInteger written = new AtomicInteger();

		private final AtomicInteger ticks = new AtomicInteger();

		@Scheduled(fixedDelay = 20)
		@LeaderOnly("reports")
		void write() {
			this.written.incrementAndGet();
		}

		@Scheduled(fixedDelay = 20)
		void tick() {
			this.ticks.incrementAndGet();
		}

		int written() {
			return this.written.get();
		}

		int ticks() {
			return this.ticks.get();
		}

	}

	static class UnknownRole {

		@LeaderOnly("report")
		void write() {
		}

	}

	static class StaticMethod {

		@LeaderOnly("reports")
		static void write() {
		}

	}

}
