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

package io.github.natskv.core;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * The connections of {@code nats.connections}, besides the default one.
 * <p>
 * Connects the packages of this library; applications inject the beans of such a
 * connection with its name as qualifier.
 *
 * @since 0.1.0
 */
public final class NatsConnections {

	/**
	 * The name of the default connection in events and metrics, which has no name in the
	 * configuration.
	 */
	public static final String DEFAULT = "default";

	private final Set<String> names;

	private final BeanFactory beanFactory;

	/**
	 * Create an instance.
	 * @param names the names of the connections
	 * @param beanFactory the bean factory that has their beans
	 */
	public NatsConnections(Collection<String> names, BeanFactory beanFactory) {
		this.names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
		this.beanFactory = beanFactory;
	}

	/**
	 * Return the names of the connections. The default one, which has none, is not among
	 * them.
	 * @return the names
	 */
	public Set<String> names() {
		return this.names;
	}

	/**
	 * Return what events and metrics call a connection.
	 * @param name the name of the connection or of its bean, empty for the default one
	 * @return the name of the connection, that of the bean if it is neither the default
	 * one nor one of the configuration
	 */
	public String label(String name) {
		if (name.isEmpty() || name.equals(beanName(null, Connection.class))) {
			return DEFAULT;
		}
		return this.names.stream()
			.filter((other) -> name.equals(beanName(other, Connection.class)))
			.findFirst()
			.orElse(name);
	}

	/**
	 * Return a bean of a connection.
	 * @param name the name of the connection
	 * @param type what there is once per connection: {@code Connection},
	 * {@code JetStream}, {@code JetStreamManagement}, {@code KeyValueManagement},
	 * {@code NatsTemplate} or {@code KeyValueBuckets}
	 * @param <T> the type
	 * @return the bean
	 */
	public <T> T get(String name, Class<T> type) {
		Assert.isTrue(this.names.contains(name),
				() -> "There is no connection '%s' in nats.connections".formatted(name));
		return this.beanFactory.getBean(beanName(name, type), type);
	}

	/**
	 * Return a connection.
	 * @param name the name of the connection
	 * @return the connection
	 */
	public Connection get(String name) {
		return get(name, Connection.class);
	}

	/**
	 * Return the beans of a type that are injected without a qualifier, which are those
	 * of the default connection. Those of the nearest application context that has any
	 * count, so that a child context whose only connection is a named one uses the
	 * default one of its parent.
	 * @param beanFactory the bean factory that asks
	 * @param type what there is once per connection
	 * @param <T> the type
	 * @return the beans
	 */
	public static <T> ObjectProvider<T> ofDefault(BeanFactory beanFactory, Class<T> type) {
		BeanFactory level = beanFactory;
		while (level != null) {
			if (level instanceof ConfigurableListableBeanFactory local && hasDefault(local, type)) {
				return local.getBeanProvider(type);
			}
			level = (level instanceof HierarchicalBeanFactory child) ? child.getParentBeanFactory() : null;
		}
		return beanFactory.getBeanProvider(type);
	}

	private static boolean hasDefault(ConfigurableListableBeanFactory beanFactory, Class<?> type) {
		for (String name : beanFactory.getBeanNamesForType(type)) {
			if (isDefaultCandidate(beanFactory, name)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isDefaultCandidate(ConfigurableListableBeanFactory beanFactory, String name) {
		return !beanFactory.containsBeanDefinition(name)
				|| !(beanFactory.getMergedBeanDefinition(name) instanceof AbstractBeanDefinition definition)
				|| (definition.isAutowireCandidate() && definition.isDefaultCandidate());
	}

	/**
	 * Return the name of a bean of a connection, such as {@code archiveNatsConnection} or
	 * {@code natsConnection}.
	 * @param name the name of the connection, {@code null} for the default one
	 * @param type the type of the bean
	 * @return the bean name
	 */
	public static String beanName(@Nullable String name, Class<?> type) {
		String simpleName = type.getSimpleName();
		String suffix = (simpleName.startsWith("Nats") ? "" : "Nats") + simpleName;
		return (name != null) ? name + suffix : StringUtils.uncapitalize(suffix);
	}

}
