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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.endpoint.NatsEndpointAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natskv.endpoint.LeadershipDescriptor;
import io.github.natskv.endpoint.NatsEndpoint;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.lock.LeaderElection;
import io.github.natskv.lock.LeaderElections;
import io.github.natskv.lock.LeadershipEvent;
import io.github.natskv.lock.LeadershipGrantedEvent;
import io.github.natskv.lock.LeadershipRevokedEvent;
import io.github.natskv.metrics.NatsLeadershipMetrics;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The roles of the configuration.
 */
@Timeout(90)
class NatsLeadershipAutoConfigurationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final String bucket = "l" + UUID.randomUUID();

	private final ApplicationContextRunner plain = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsLockAutoConfiguration.class,
				NatsLeadershipAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	private final ApplicationContextRunner runner = this.plain.withPropertyValues("nats.locks.bucket=" + this.bucket);

	// nobody is there, so that versions do not matter
	private final ApplicationContextRunner alone = this.runner.withPropertyValues("nats.servers=nats://127.0.0.1:1",
			"nats.startup=retry");

	private static void assumeNew() throws Exception {
		try (Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
		}
	}

	private static LeaderElection awaitLeader(ApplicationContext context, String role) {
		LeaderElection election = context.getBean(LeaderElections.beanName(role), LeaderElection.class);
		Awaitility.await().atMost(PATIENCE).until(election::isLeader);
		return election;
	}

	@Test
	void electionsAreInjectedByQualifier() throws Exception {
		assumeNew();
		this.runner.withPropertyValues("nats.leadership.roles=reports, ${other-role:clean up}")
			.withUserConfiguration(TwoRoles.class)
			.run((context) -> {
				TwoRoles application = context.getBean(TwoRoles.class);
				assertThat(application.reports.role()).isEqualTo("reports");
				assertThat(application.others.role()).isEqualTo("clean up");
				assertThat(application.all).containsOnlyKeys("reportsLeaderElection", "clean upLeaderElection");
				assertThat(awaitLeader(context, "reports").fencingToken()).isPositive();
				awaitLeader(context, "clean up");
			});
	}

	@Test
	void rolesAreMeasured() throws Exception {
		assumeNew();
		this.runner.withConfiguration(AutoConfigurations.of(NatsMetricsAutoConfiguration.class))
			.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("nats.leadership.roles=reports")
			.run((context) -> {
				SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
				context.getBean(NatsLeadershipMetrics.class).bindTo(registry);
				awaitLeader(context, "reports");
				assertThat(registry.get("nats.leadership.leader").tag("role", "reports").gauge().value()).isEqualTo(1);
				Awaitility.await().atMost(PATIENCE).until(() -> changes(registry, "granted") == 1);
				assertThat(changes(registry, "revoked")).isZero();
				context.getBean(LeaderElections.class).stop();
				assertThat(registry.get("nats.leadership.leader").gauge().value()).isZero();
				assertThat(changes(registry, "revoked")).isEqualTo(1);
			});
	}

	private static double changes(MeterRegistry registry, String change) {
		return registry.get("nats.leadership.changes")
			.tags("role", "reports", "change", change)
			.functionCounter()
			.count();
	}

	@Test
	void onlyElectionIsInjectedByType() {
		this.alone.withPropertyValues("nats.leadership.roles[0]=reports")
			.run((context) -> assertThat(context.getBean(LeaderElection.class).role()).isEqualTo("reports"));
	}

	@Test
	void variablesOfTheEnvironmentNameRoles() {
		this.alone
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
						Map.of("NATS_LEADERSHIP_ROLES", "a,b", "NATS_LEADERSHIP_PORT", "tcp://10.0.0.1:80",
								"NATS_LEADERSHIP_SERVICE_HOST", "10.0.0.1"))))
			.run((context) -> assertThat(context).getBeanNames(LeaderElection.class)
				.containsExactly("aLeaderElection", "bLeaderElection"));
	}

	@Test
	void leadershipIsHandedOverWhenTheContextOfTheLeaderCloses() throws Exception {
		assumeNew();
		ApplicationContextRunner reports = this.runner.withPropertyValues("nats.leadership.roles=reports")
			.withUserConfiguration(Events.class);
		reports.run((two) -> {
			two.getBean(LeaderElections.class).stop();
			reports.run((one) -> {
				LeaderElection leader = awaitLeader(one, "reports");
				two.getBean(LeaderElections.class).start();
				LeaderElection next = two.getBean(LeaderElection.class);
				assertThat(next.isLeader()).isFalse();
				Events events = one.getBean(Events.class);
				two.getBean(Events.class).events.clear();
				long begun = System.nanoTime();
				((ConfigurableApplicationContext) one.getSourceApplicationContext()).close();
				awaitLeader(two, "reports");
				long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
				assertThat(taken).isLessThan(10_000);
				assertThat(next.fencingToken()).isGreaterThan(leader.fencingToken());
				assertThat(events.events).hasExactlyElementsOfTypes(LeadershipGrantedEvent.class,
						LeadershipRevokedEvent.class);
				Awaitility.await().atMost(PATIENCE).until(() -> two.getBean(Events.class).events.size() == 1);
				LeadershipEvent granted = two.getBean(Events.class).events.element();
				assertThat(granted).isInstanceOf(LeadershipGrantedEvent.class);
				assertThat(granted.getRole()).isEqualTo("reports");
				assertThat(granted.getFencingToken()).isEqualTo(next.fencingToken());
				assertThat(granted.getConnectionName()).isEqualTo("default");
			});
		});
	}

	@Test
	void locksMayBeOnAnotherConnection() throws Exception {
		assumeNew();
		this.runner
			.withPropertyValues("nats.leadership.roles=reports", "nats.connections.other.servers=" + server.url(),
					"nats.locks.connection=other")
			.withUserConfiguration(Events.class)
			.run((context) -> {
				awaitLeader(context, "reports");
				Events events = context.getBean(Events.class);
				Awaitility.await().atMost(PATIENCE).until(() -> !events.events.isEmpty());
				assertThat(events.events.element().getConnectionName()).isEqualTo("other");
			});
	}

	@Test
	void healthAndEndpointShowWhoLeads() throws Exception {
		assumeNew();
		this.runner
			.withConfiguration(AutoConfigurations.of(NatsHealthContributorAutoConfiguration.class,
					NatsEndpointAutoConfiguration.class))
			.withPropertyValues("nats.leadership.roles=reports", "management.endpoints.web.exposure.include=nats")
			.run((leading) -> {
				LeaderElection leader = awaitLeader(leading, "reports");
				String since = String.valueOf(leader.since());
				assertThat(leadership(leading)).isEqualTo(Map.of("reports",
						Map.of("leader", true, "since", since, "fencingToken", leader.fencingToken())));
				assertThat(leading.getBean(NatsEndpoint.class).nats().leadership())
					.isEqualTo(Map.of("reports", new LeadershipDescriptor(true, since, leader.fencingToken())));
				leading.getBean(LeaderElections.class).stop();
				assertThat(leadership(leading)).isEqualTo(Map.of("reports", Map.of("leader", false)));
				assertThat(leading.getBean(NatsEndpoint.class).nats().leadership())
					.isEqualTo(Map.of("reports", new LeadershipDescriptor(false, null, null)));
			});
	}

	private static Object leadership(ApplicationContext context) {
		Health health = context.getBean(NatsHealthIndicator.class).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		return health.getDetails().get("leadership");
	}

	@Test
	void theApplicationLeadsOnceTheServerIsThere() throws Exception {
		assumeNew();
		try (NatsServer late = NatsServer.start()) {
			late.kill();
			this.runner
				.withPropertyValues("nats.servers=" + late.url(), "nats.startup=retry", "nats.reconnect-wait=50ms",
						"nats.leadership.roles=reports")
				.run((context) -> {
					assertThat(context.getBean(LeaderElection.class).isLeader()).isFalse();
					late.restart();
					awaitLeader(context, "reports");
				});
		}
	}

	@Test
	void childContextsShareTheElectionsOfTheirParent() {
		this.alone.withPropertyValues("nats.leadership.roles=reports")
			.run((parent) -> this.alone.withParent(parent)
				.withPropertyValues("nats.leadership.roles=reports")
				.run((child) -> {
					assertThat(child).hasNotFailed();
					assertThat(child.getBean(LeaderElection.class)).isSameAs(parent.getBean(LeaderElection.class));
					assertThat(child.getBeansOfType(LeaderElections.class)).isEmpty();
				}));
	}

	@Test
	void theApplicationMayElectByItself() {
		this.plain.withPropertyValues("nats.leadership.roles=reports")
			.withUserConfiguration(OwnElection.class)
			.run((context) -> {
				assertThat(context.getBean(LeaderElection.class).isLeader()).isTrue();
				assertThat(context).doesNotHaveBean(LeaderElections.class);
			});
	}

	@Test
	void nothingIsElectedWithoutRoles() {
		for (String roles : new String[] { "nats.startup=retry", "nats.leadership.roles=" }) {
			this.alone.withPropertyValues(roles)
				.run((context) -> assertThat(context).hasNotFailed()
					.doesNotHaveBean(LeaderElection.class)
					.doesNotHaveBean(LeaderElections.class));
		}
	}

	@Test
	void badRolesAreRefused() {
		assertRefused("'nats.leadership.roles[1]'", "nats.leadership.roles[0]=a", "nats.leadership.roles[1]= ");
		assertRefused("several roles called 'a'", "nats.leadership.roles=a,b,a");
		assertRefused("nats.leadership.rolls", "nats.leadership.rolls=a");
		assertRefused("nats.leadership", "nats.leadership=a");
		this.plain.withPropertyValues("nats.leadership.roles=a").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("'nats.leadership.roles'", "no bucket for locks");
			assertThat(analysis.getAction()).contains("'nats.locks.bucket'");
		});
		this.runner.withPropertyValues("nats.leadership.roles=a")
			.withBean("aLeaderElection", String.class, () -> "other")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("'aLeaderElection'"));
	}

	private void assertRefused(String problem, String... values) {
		this.runner.withPropertyValues(values)
			.run((AssertableApplicationContext context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(problem));
	}

	static class TwoRoles {

		@Autowired
		@Qualifier("reports")
		LeaderElection reports;

		@Autowired
		@Qualifier("clean up")
		LeaderElection others;

		@Autowired
		Map<String, LeaderElection> all;

	}

	static class Events {

		private final ConcurrentLinkedQueue<LeadershipEvent> events = new ConcurrentLinkedQueue<>();

		@EventListener
		void on(LeadershipEvent event) {
			this.events.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnElection {

		@Bean
		LeaderElection reportsLeaderElection() {
			return new LeaderElection() {

				@Override
				public String role() {
					return "reports";
				}

				@Override
				public boolean isLeader() {
					return true;
				}

				@Override
				public long fencingToken() {
					return 1;
				}

				@Override
				public java.time.Instant since() {
					return java.time.Instant.now();
				}

			};
		}

	}

}
