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
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.LeaderOnly;
import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.lock.LeaderElections;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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
		this.runner.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.startup=retry")
			.withBean(UnknownRole.class)
			.run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context);
				assertThat(analysis.getDescription()).contains(UnknownRole.class.getName() + ".write()", "'report'",
						"there are [reports]");
				assertThat(analysis.getAction()).contains("'nats.leadership.roles'");
			});
		this.runner.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.startup=retry")
			.withBean(StaticMethod.class)
			.run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context);
				assertThat(analysis.getDescription()).contains(StaticMethod.class.getName() + ".write()", "static");
			});
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
