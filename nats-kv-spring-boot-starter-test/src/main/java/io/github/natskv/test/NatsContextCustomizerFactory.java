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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.Assert;

/**
 * Looks for {@link EmbeddedNats} and {@link InMemoryNats}.
 */
class NatsContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		EmbeddedNats embedded = TestContextAnnotationUtils.findMergedAnnotation(testClass, EmbeddedNats.class);
		boolean inMemory = TestContextAnnotationUtils.hasAnnotation(testClass, InMemoryNats.class);
		if (embedded == null) {
			return inMemory ? new Customizer(InMemoryNatsConfiguration.class, List.of()) : null;
		}
		Assert.state(!inMemory,
				() -> "%s has both @InMemoryNats and @EmbeddedNats. Remove one of them".formatted(testClass.getName()));
		return new Customizer(EmbeddedNatsConfiguration.class, List.of(embedded.configuration()));
	}

	/**
	 * Adds the beans of an annotation to the context of a test.
	 *
	 * @param configuration the beans
	 * @param arguments the arguments of its constructor
	 */
	private record Customizer(Class<?> configuration, List<String> arguments) implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			RootBeanDefinition definition = new RootBeanDefinition(this.configuration);
			this.arguments.forEach(definition.getConstructorArgumentValues()::addGenericArgumentValue);
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition(this.configuration.getName(),
					definition);
		}

	}

}
