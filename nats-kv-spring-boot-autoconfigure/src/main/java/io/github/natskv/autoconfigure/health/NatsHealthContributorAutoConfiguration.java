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

import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.autoconfigure.lock.NatsLeadershipAutoConfiguration;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.lock.LeaderElection;
import io.nats.client.Connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
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
		NatsListenerAutoConfiguration.class, NatsLeadershipAutoConfiguration.class })
@ConditionalOnClass({ Connection.class, HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnSingleCandidate(Connection.class)
@EnableConfigurationProperties(NatsHealthProperties.class)
public final class NatsHealthContributorAutoConfiguration {

	NatsHealthContributorAutoConfiguration() {
	}

	@Bean
	@ConditionalOnEnabledHealthIndicator("nats")
	@ConditionalOnMissingBean(name = { "natsHealthIndicator", "natsHealthContributor" })
	NatsHealthIndicator natsHealthContributor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<NatsListenerRegistry> listeners, ObjectProvider<LeaderElection> elections,
			NatsHealthProperties properties) {
		return new NatsHealthIndicator(ConnectionBeans.monitored(beanFactory), listeners.getIfUnique(),
				elections.stream().toList(), properties.timeout(), properties.stuckAfter());
	}

}
