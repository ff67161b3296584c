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

package io.github.natskv.autoconfigure.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.github.natskv.autoconfigure.NatsLocksProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.autoconfigure.lock.NatsLockAutoConfiguration;
import io.github.natskv.connection.ConnectionFailures;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.health.StreamMonitor;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.lock.LeaderElection;
import io.github.natskv.metrics.NatsBucketMetrics;
import io.github.natskv.metrics.NatsConnectionMetrics;
import io.github.natskv.metrics.NatsLeadershipMetrics;
import io.github.natskv.metrics.NatsListenerMetrics;
import io.github.natskv.metrics.NatsLockMetrics;
import io.github.natskv.metrics.NatsOperationMetrics;
import io.github.natskv.metrics.NatsStreamMetrics;
import io.github.natskv.observation.BucketObservations;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the metrics of NATS.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
		after = { NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class,
				NatsLockAutoConfiguration.class },
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({ Connection.class, MeterRegistry.class })
@ConditionalOnBean({ Connection.class, MeterRegistry.class })
@ConditionalOnBooleanProperty(name = "management.metrics.enable.nats", matchIfMissing = true)
public final class NatsMetricsAutoConfiguration {

	NatsMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	NatsConnectionMetrics natsConnectionMetrics(ConfigurableListableBeanFactory beanFactory) {
		Map<String, Connection> connections = new LinkedHashMap<>();
		ConnectionBeans.monitored(beanFactory)
			.forEach((monitored) -> connections.put(monitored.label(), monitored.connection()));
		SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, Connection.class)
			.forEach((name, connection) -> {
				if (!MockedConnection.is(connection)
						&& connections.values().stream().noneMatch((other) -> other == connection)) {
					connections.put(name, connection);
				}
			});
		return new NatsConnectionMetrics(connections, ConnectionFailures::isWriting);
	}

	@Bean
	@ConditionalOnMissingBean(ListenerInstrumentation.class)
	NatsListenerMetrics natsListenerMetrics(MeterRegistry registry) {
		return new NatsListenerMetrics(registry);
	}

	@Bean
	@ConditionalOnMissingBean({ NatsOperationMetrics.class, BucketObservations.class })
	NatsOperationMetrics natsOperationMetrics(MeterRegistry registry) {
		return new NatsOperationMetrics(registry);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(BucketMonitor.class)
	NatsBucketMetrics natsBucketMetrics(ConfigurableListableBeanFactory beanFactory) {
		Map<String, BucketMonitor> monitors = new LinkedHashMap<>();
		ConnectionBeans.monitored(beanFactory).forEach((monitored) -> {
			// without any there would be no meters, and what reaches buckets is left
			// unmade
			BucketMonitor monitor = monitored.declares() ? monitored.monitor() : null;
			if (monitor != null) {
				monitors.put(monitored.label(), monitor);
			}
		});
		return new NatsBucketMetrics(monitors);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(DefaultBucketLocks.class)
	NatsLockMetrics natsLockMetrics(ConfigurableListableBeanFactory beanFactory, DefaultBucketLocks locks) {
		NatsLocksProperties properties = ConfiguredConnections.of(beanFactory).locks();
		return new NatsLockMetrics(locks, Objects.requireNonNullElse(properties.connection(), NatsConnections.DEFAULT),
				String.valueOf(properties.bucket()));
	}

	@Bean
	@ConditionalOnMissingBean
	NatsLeadershipMetrics natsLeadershipMetrics(ObjectProvider<LeaderElection> elections) {
		return new NatsLeadershipMetrics(elections.stream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(StreamMonitor.class)
	NatsStreamMetrics natsStreamMetrics(ConfigurableListableBeanFactory beanFactory) {
		Map<String, StreamMonitor> monitors = new LinkedHashMap<>();
		ConnectionBeans.monitored(beanFactory).forEach((monitored) -> {
			StreamMonitor monitor = monitored.streams();
			if (monitor != null) {
				monitors.put(monitored.label(), monitor);
			}
		});
		return new NatsStreamMetrics(monitors);
	}

}
