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

package io.github.natskv.autoconfigure.connection;

import java.util.List;

import io.github.natskv.autoconfigure.endpoint.NatsEndpointAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.autoconfigure.lock.NatsLeadershipAutoConfiguration;
import io.github.natskv.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natskv.endpoint.NatsEndpoint;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a start makes and asks for, which is what it costs.
 */
class StartStructureTests {

	private static final String BUCKET = "nats.kv.buckets.%s.history=1";

	private static final String[] WHEN_USED = { "natsJetStream", "natsJetStreamManagement", "natsKeyValueManagement",
			"natsTemplate", "natsProvisioner", "natsKeyValueBuckets", "natsStreamMonitor" };

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
				NatsListenerAutoConfiguration.class, NatsLeadershipAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	@Test
	void nothingIsMadeThatNothingUses() {
		this.runner.run((context) -> assertThat(made(context)).contains("natsConnection").doesNotContain(WHEN_USED));
	}

	@Test
	void healthMetricsAndEndpointsMakeNothingUntilTheyAreAsked() {
		this.runner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, NatsMetricsAutoConfiguration.class,
					NatsHealthContributorAutoConfiguration.class, NatsEndpointAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> {
				assertThat(made(context))
					.contains("natsEndpoint", "natsKvEndpoint", "natsHealthContributor", "natsBucketMetrics")
					.doesNotContain(WHEN_USED);
				context.getBean(KeyValueBuckets.class);
				assertThat(made(context)).contains("natsKeyValueBuckets");
				assertThat(context.getBean(NatsHealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
				assertThat(context.getBean(NatsEndpoint.class).nats().buckets()).isEmpty();
			});
	}

	@Test
	void aBucketHasAtMostThreeBeansNoneOfWhichIsMadeUnlessItIsUsed() {
		int none = beans();
		assertThat(beans(BUCKET.formatted("a"))).isLessThanOrEqualTo(none + 3);
		assertThat(beans(BUCKET.formatted("a"), BUCKET.formatted("b"))).isLessThanOrEqualTo(none + 6);
		this.runner.withPropertyValues(BUCKET.formatted("a")).run((context) -> {
			assertThat(made(context)).contains("natsProvisioner").doesNotContain("a");
			assertThat(context.getBean("a", KeyValue.class).getBucketName()).isEqualTo("a");
		});
	}

	@Test
	void theServerIsAskedOnceForEachBucketThatExists() {
		String[] one = { BUCKET.formatted("c0") };
		String[] many = { BUCKET.formatted("c0"), BUCKET.formatted("c1"), BUCKET.formatted("c2"),
				BUCKET.formatted("c3") };
		sent(many);
		assertThat(sent(many) - sent(one)).isEqualTo(many.length - one.length);
	}

	private int beans(String... properties) {
		int[] count = new int[1];
		this.runner.withPropertyValues(properties).run((context) -> count[0] = context.getBeanDefinitionCount());
		return count[0];
	}

	private long sent(String... properties) {
		long[] count = new long[1];
		this.runner.withPropertyValues(properties)
			.run((context) -> count[0] = context.getBean(Connection.class).getStatistics().getOutMsgs());
		return count[0];
	}

	private static List<String> made(AssertableApplicationContext context) {
		DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
		return List.of(beans.getSingletonNames());
	}

}
