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

import io.github.natskv.autoconfigure.binding.ConfiguredConnection;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the beans of each connection. Those of the default connection are registered
 * where configuration classes are read, so that conditions see them, and once more when
 * post-processors run, which is all there is after AOT processing. To be imported and to
 * be a bean.
 */
public abstract class ConnectionBeanRegistrar
		implements ImportBeanDefinitionRegistrar, BeanDefinitionRegistryPostProcessor {

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			register(registry, new ConnectionBeans(beanFactory, ConfiguredConnections.of(beanFactory).ofDefault()));
		}
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			for (ConfiguredConnection connection : ConfiguredConnections.of(beanFactory).all()) {
				register(registry, new ConnectionBeans(beanFactory, connection));
			}
		}
	}

	/**
	 * Register the beans of a connection.
	 * @param registry where to register them
	 */
	protected abstract void register(BeanDefinitionRegistry registry, ConnectionBeans beans);

}
