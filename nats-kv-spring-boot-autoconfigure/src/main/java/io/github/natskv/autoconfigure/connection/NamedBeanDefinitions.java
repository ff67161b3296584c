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

import java.lang.reflect.AnnotatedElement;
import java.util.Map;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.connection.ConnectionName;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.function.ThrowingSupplier;

/**
 * Registers the beans there are once per named connection. They are injected by qualifier
 * only, so that the default connection stays the one everything else means. The
 * definitions are left out of AOT processing, so that connections stay configurable when
 * the application is run. A bean of the application with the same name and type replaces
 * one.
 */
public final class NamedBeanDefinitions {

	private final BeanDefinitionRegistry registry;

	private final ConfigurableListableBeanFactory beanFactory;

	private final NamedConnection connection;

	public NamedBeanDefinitions(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			NamedConnection connection) {
		this.registry = registry;
		this.beanFactory = beanFactory;
		this.connection = connection;
	}

	public <T> void register(Class<T> type, ThrowingSupplier<T> supplier) {
		register(type, ResolvableType.forClass(type), supplier);
	}

	public void register(Class<?> type, ResolvableType targetType, ThrowingSupplier<?> supplier) {
		String beanName = this.connection.beanName(type);
		if (this.registry.isBeanNameInUse(beanName)) {
			checkReplaces(beanName, type);
			return;
		}
		RootBeanDefinition definition = definition(targetType, this.connection.name(), supplier);
		definition.setDefaultCandidate(false);
		definition.setResourceDescription("connection '" + this.connection.name() + "' of " + ConnectionName.NAMED);
		this.registry.registerBeanDefinition(beanName, definition);
	}

	private void checkReplaces(String beanName, Class<?> type) {
		if (!this.beanFactory.isTypeMatch(beanName, type)) {
			throw new InvalidNatsPropertyException(ConnectionName.NAMED + "." + this.connection.name(),
					"the bean name '%s' of its %s is taken by a bean of another type.".formatted(beanName,
							type.getSimpleName()),
					"Rename that bean, or the connection.");
		}
	}

	public static RootBeanDefinition definition(ResolvableType type, String qualifier, ThrowingSupplier<?> supplier) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(type);
		definition.setInstanceSupplier(supplier);
		definition.setQualifiedElement(qualifiedBy(qualifier));
		definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
		return definition;
	}

	// unlike a qualifier of the definition, this leaves the bean name to be one, too
	private static AnnotatedElement qualifiedBy(String qualifier) {
		return AnnotatedElementUtils
			.forAnnotations(MergedAnnotation.of(Qualifier.class, Map.of("value", qualifier)).synthesize());
	}

}
