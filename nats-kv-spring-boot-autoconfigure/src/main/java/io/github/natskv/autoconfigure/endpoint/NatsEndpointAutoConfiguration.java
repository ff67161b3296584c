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

package io.github.natskv.autoconfigure.endpoint;

import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.autoconfigure.lock.NatsLeadershipAutoConfiguration;
import io.github.natskv.endpoint.NatsEndpoint;
import io.github.natskv.endpoint.NatsEndpointWebExtension;
import io.github.natskv.endpoint.NatsKvEndpoint;
import io.github.natskv.endpoint.NatsKvEndpointWebExtension;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.DeadLetters;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.lock.LeaderElection;
import io.nats.client.Connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the actuator endpoints.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
		NatsListenerAutoConfiguration.class, NatsLeadershipAutoConfiguration.class })
@ConditionalOnClass({ Connection.class, Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnSingleCandidate(Connection.class)
@EnableConfigurationProperties(NatsKvEndpointProperties.class)
public final class NatsEndpointAutoConfiguration {

	NatsEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnAvailableEndpoint
	@ConditionalOnMissingBean
	NatsEndpoint natsEndpoint(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<NatsListenerRegistry> listeners, ObjectProvider<DeadLetters> deadLetters,
			ObjectProvider<LeaderElection> elections, NatsProperties properties) {
		return new NatsEndpoint(ConnectionBeans.monitored(beanFactory), listeners.getIfUnique(),
				deadLetters.getIfUnique(), elections.stream().toList(), properties.jetstream().requestTimeout());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(NatsEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	NatsEndpointWebExtension natsEndpointWebExtension(NatsEndpoint endpoint) {
		return new NatsEndpointWebExtension(endpoint);
	}

	@Bean
	@ConditionalOnAvailableEndpoint
	@ConditionalOnMissingBean
	@ConditionalOnBean(KeyValueBuckets.class)
	NatsKvEndpoint natsKvEndpoint(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<SanitizingFunction> sanitizing, NatsKvEndpointProperties properties) {
		return new NatsKvEndpoint(ConnectionBeans.monitored(beanFactory), sanitizing.orderedStream().toList(),
				properties.showValues(), properties.allBuckets(), properties.timeout());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(NatsKvEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	NatsKvEndpointWebExtension natsKvEndpointWebExtension(NatsKvEndpoint endpoint,
			NatsKvEndpointProperties properties) {
		return new NatsKvEndpointWebExtension(endpoint, properties.showValues(), properties.roles());
	}

}
