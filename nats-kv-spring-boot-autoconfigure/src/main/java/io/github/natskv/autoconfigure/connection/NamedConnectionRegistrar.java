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

import java.util.Collection;
import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration.ConnectionConfiguration;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.listener.NatsListenerRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValueManagement;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Registers the beans of each named connection, made as those of the default connection
 * are.
 */
class NamedConnectionRegistrar implements BeanDefinitionRegistryPostProcessor {

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			for (NamedConnection connection : NamedConnection.all(ConfiguredConnections.of(beanFactory))) {
				register(new NamedBeanDefinitions(registry, beanFactory, connection), beanFactory, connection);
			}
		}
	}

	private void register(NamedBeanDefinitions definitions, ConfigurableListableBeanFactory beanFactory,
			NamedConnection named) {
		NatsAutoConfiguration defaults = new NatsAutoConfiguration();
		definitions.register(Connection.class, ResolvableType.forClassWithGenerics(FactoryBean.class, Connection.class),
				() -> connection(beanFactory, named));
		definitions.register(JetStreamOptions.class, () -> defaults.natsJetStreamOptions(named.properties()));
		definitions.register(JetStream.class, () -> defaults.natsJetStream(named.bean(beanFactory, Connection.class),
				named.bean(beanFactory, JetStreamOptions.class)));
		definitions.register(JetStreamManagement.class,
				() -> defaults.natsJetStreamManagement(named.bean(beanFactory, Connection.class),
						named.bean(beanFactory, JetStreamOptions.class)));
		definitions.register(KeyValueManagement.class,
				() -> defaults.natsKeyValueManagement(named.bean(beanFactory, Connection.class),
						named.bean(beanFactory, JetStreamOptions.class)));
		definitions.register(NatsTemplate.class, () -> defaults.natsTemplate(named.bean(beanFactory, Connection.class),
				beanFactory.getBean(NatsTemplateFactory.class), named.properties()));
	}

	private FactoryBean<Connection> connection(ConfigurableListableBeanFactory beanFactory, NamedConnection named) {
		ConnectionScopedBeans scopedBeans = beanFactory.getBean(ConnectionScopedBeans.class);
		NatsConnectionMonitor monitor = new NatsConnectionMonitor(named.properties().connection(),
				beanFactory.getBean(NatsEventPublisher.class), beanFactory.getBeanProvider(NatsListenerRegistry.class));
		List<NatsOptionsCustomizer> customizers = scopedBeans.ordered(named.name(), NatsOptionsCustomizer.class);
		return ConnectionConfiguration.connect(named.properties(), details(beanFactory, scopedBeans, named),
				customizers, beanFactory.getBean(Environment.class), monitor);
	}

	private NatsConnectionDetails details(ConfigurableListableBeanFactory beanFactory,
			ConnectionScopedBeans scopedBeans, NamedConnection named) {
		Collection<NatsConnectionDetails> details = scopedBeans.of(named.name(), NatsConnectionDetails.class).values();
		if (details.size() > 1) {
			throw new InvalidNatsPropertyException(ConnectionName.NAMED + "." + named.name(),
					"there are several NatsConnectionDetails beans with that qualifier.", "Keep one of them.");
		}
		return details.stream()
			.findFirst()
			.orElseGet(() -> new PropertiesNatsConnectionDetails(named.properties(),
					beanFactory.getBeanProvider(SslBundles.class).getIfAvailable(),
					beanFactory.getBean(ConfigurableEnvironment.class)));
	}

}
