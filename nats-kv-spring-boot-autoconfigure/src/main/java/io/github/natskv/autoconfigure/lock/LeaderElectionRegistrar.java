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

import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.binding.ConfiguredConnection;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.lock.LeaderElection;
import io.github.natskv.lock.LeaderElections;
import io.github.natskv.lock.LeaderOnlyBeanPostProcessor;
import io.nats.client.Connection;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a {@link LeaderElection} for each configured role, unless this context or a
 * parent has one, and what leaves methods to the leader. Elections are registered where
 * configuration classes are read, and when post-processors run, which is all there is
 * after AOT processing.
 */
class LeaderElectionRegistrar implements ImportBeanDefinitionRegistrar, BeanDefinitionRegistryPostProcessor {

	private static final String ELECTIONS = "natsLeaderElections";

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		registerInfrastructure(registry, "natsLeaderElectionRegistrar", LeaderElectionRegistrar.class);
		registerInfrastructure(registry, "natsLeaderOnlyBeanPostProcessor", LeaderOnlyBeanPostProcessor.class);
		postProcessBeanDefinitionRegistry(registry);
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (!registry.containsBeanDefinition(ELECTIONS)
				&& registry instanceof ConfigurableListableBeanFactory beanFactory) {
			List<String> roles = ConfiguredConnections.of(beanFactory)
				.leadership()
				.roles()
				.stream()
				.filter((role) -> !isElected(beanFactory, role))
				.toList();
			if (!roles.isEmpty()) {
				register(registry, beanFactory, roles);
			}
		}
	}

	private static void registerInfrastructure(BeanDefinitionRegistry registry, String beanName, Class<?> type) {
		RootBeanDefinition definition = new RootBeanDefinition(type);
		definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
		registry.registerBeanDefinition(beanName, definition);
	}

	private static boolean isElected(ConfigurableListableBeanFactory beanFactory, String role) {
		String beanName = LeaderElections.beanName(role);
		if (!beanFactory.containsBean(beanName)) {
			return false;
		}
		if (!beanFactory.isTypeMatch(beanName, LeaderElection.class)) {
			throw new InvalidNatsPropertyException("nats.leadership.roles",
					"the bean name '%s' of the LeaderElection for '%s' is taken by a bean of another type."
						.formatted(beanName, role),
					"Rename that bean, or the role.");
		}
		return true;
	}

	private static void register(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			List<String> roles) {
		register(registry, ELECTIONS, ConnectionBeans.definition(ResolvableType.forClass(LeaderElections.class), null,
				() -> elections(beanFactory, roles)));
		roles.forEach((role) -> register(registry, LeaderElections.beanName(role),
				ConnectionBeans.definition(ResolvableType.forClass(LeaderElection.class), role,
						() -> beanFactory.getBean(ELECTIONS, LeaderElections.class).get(role))));
	}

	private static void register(BeanDefinitionRegistry registry, String beanName, RootBeanDefinition definition) {
		definition.setResourceDescription("'nats.leadership.roles'");
		registry.registerBeanDefinition(beanName, definition);
	}

	private static LeaderElections elections(ConfigurableListableBeanFactory beanFactory, List<String> roles) {
		BucketLocks locks = beanFactory.getBeanProvider(BucketLocks.class).getIfAvailable();
		if (locks == null) {
			throw new InvalidNatsPropertyException("nats.leadership.roles",
					"leaders of %s are elected by locks, but no bucket for locks is configured.".formatted(roles),
					"Name one by 'nats.locks.bucket'. It is made, if it is not declared.");
		}
		ConfiguredConnection connection = ConfiguredConnections.of(beanFactory).ofLocks();
		return new LeaderElections(locks, roles, new ConnectionBeans(beanFactory, connection).get(Connection.class),
				connection.name().label());
	}

}
