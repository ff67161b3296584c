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

package io.github.natskv.autoconfigure.health;

import java.util.ArrayList;
import java.util.List;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.health.MonitoredConnection;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.provisioning.BucketProvisioner;
import io.nats.client.Connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the health of NATS.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
		NatsListenerAutoConfiguration.class })
@ConditionalOnClass({ Connection.class, HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnSingleCandidate(Connection.class)
@EnableConfigurationProperties(NatsHealthProperties.class)
public final class NatsHealthContributorAutoConfiguration {

	NatsHealthContributorAutoConfiguration() {
	}

	@Bean
	@ConditionalOnEnabledHealthIndicator("nats")
	@ConditionalOnMissingBean(name = { "natsHealthIndicator", "natsHealthContributor" })
	NatsHealthIndicator natsHealthContributor(Connection connection, ObjectProvider<BucketMonitor> buckets,
			ObjectProvider<BucketProvisioner> provisioner, ObjectProvider<NatsConnections> named,
			ObjectProvider<NatsListenerRegistry> listeners, NatsHealthProperties properties) {
		List<MonitoredConnection> connections = new ArrayList<>();
		connections.add(new MonitoredConnection(null, connection, buckets.getIfUnique(), provisioner.getIfUnique()));
		named.ifAvailable((all) -> all.names().forEach((name) -> connections.add(monitored(all, name))));
		return new NatsHealthIndicator(connections, listeners.getIfUnique(), properties.getTimeout(),
				properties.getStuckAfter());
	}

	private static MonitoredConnection monitored(NatsConnections connections, String name) {
		boolean buckets = connections.has(name, KeyValueBuckets.class);
		return new MonitoredConnection(name, connections.get(name),
				(buckets && connections.get(name, KeyValueBuckets.class) instanceof BucketMonitor monitor) ? monitor
						: null,
				connections.has(name, BucketProvisioner.class) ? connections.get(name, BucketProvisioner.class) : null);
	}

}
