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

package io.github.natskv.test;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Adds an embedded server to the context of a test.
 *
 * @param configuration the server's further configuration
 */
record EmbeddedNatsContextCustomizer(String configuration) implements ContextCustomizer {

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		RootBeanDefinition definition = new RootBeanDefinition(EmbeddedNatsConfiguration.class);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, this.configuration);
		((BeanDefinitionRegistry) context.getBeanFactory())
			.registerBeanDefinition(EmbeddedNatsConfiguration.class.getName(), definition);
	}

}
