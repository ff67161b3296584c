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

package io.github.natskv.autoconfigure.kv;

import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.provisioning.BucketProvisioner;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;

/**
 * Keeps the provisioning of buckets from being lazy, where there are any: what is to fail
 * the start would fail whoever asks for a bucket first.
 */
class BucketLazyInitializationExcludeFilter implements LazyInitializationExcludeFilter {

	private final ConfigurableListableBeanFactory beanFactory;

	BucketLazyInitializationExcludeFilter(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public boolean isExcluded(String beanName, BeanDefinition beanDefinition, Class<?> beanType) {
		return BucketProvisioner.class.isAssignableFrom(beanType) && hasBuckets();
	}

	private boolean hasBuckets() {
		return ConfiguredConnections.of(this.beanFactory).buckets().findAny().isPresent()
				|| this.beanFactory.getBeanNamesForType(KeyValueConfiguration.class, true, false).length > 0;
	}

}
