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
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnection;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.health.MonitoredConnection;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.util.function.ThrowingSupplier;

/**
 * The beans of one connection: those it has, and those of the application that are for
 * it.
 * <p>
 * Beans of the default connection are those injected without a qualifier, and back off to
 * the application's. Beans of a named connection are injected by qualifier only; a bean
 * of the application with the same name and type replaces one, and a child context that
 * does not declare the connection otherwise has those of its parent. The definitions are
 * left out of AOT processing, so that connections stay configurable when the application
 * is run.
 */
public final class ConnectionBeans {

	private static final List<Class<?>> EXTENSIONS = List.of(NatsConnectionDetails.class, NatsOptionsCustomizer.class,
			KeyValueConfiguration.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final ConfiguredConnection connection;

	public ConnectionBeans(ConfigurableListableBeanFactory beanFactory, ConfiguredConnection connection) {
		this.beanFactory = beanFactory;
		this.connection = connection;
	}

	/**
	 * Return what health, metrics and endpoints tell about.
	 * @return the connections, the default one first
	 */
	public static List<MonitoredConnection> monitored(ConfigurableListableBeanFactory beanFactory) {
		List<MonitoredConnection> monitored = new ArrayList<>();
		for (ConfiguredConnection connection : ConfiguredConnections.of(beanFactory).all()) {
			ConnectionBeans beans = new ConnectionBeans(beanFactory, connection);
			Connection client = beans.find(Connection.class);
			if (client != null && !MockedConnection.is(client)) {
				monitored.add(new MonitoredBeans(beans, client));
			}
		}
		return monitored;
	}

	public ConfigurableListableBeanFactory beanFactory() {
		return this.beanFactory;
	}

	public ConfiguredConnection connection() {
		return this.connection;
	}

	/**
	 * Return whether buckets, streams or locks are declared for this connection, by
	 * properties or beans.
	 */
	public boolean declares() {
		return !this.connection.streams().all().isEmpty() || !this.connection.buckets().isEmpty()
				|| this.connection.locks() != null
				|| this.beanFactory.getBeanNamesForType(KeyValueConfiguration.class, true, false).length > 0;
	}

	public NatsConnectionProperties properties() {
		NatsConnectionProperties properties = this.connection.properties();
		return (properties != null) ? properties : this.beanFactory.getBean(NatsProperties.class);
	}

	/**
	 * Return the bean this connection has of a type.
	 * @param type what there is once per connection
	 */
	public <T> T get(Class<T> type) {
		return isDefault() ? NatsConnections.ofDefault(this.beanFactory, type).getObject()
				: this.beanFactory.getBean(beanName(type), type);
	}

	<T> @Nullable T find(Class<T> type) {
		if (isDefault()) {
			return NatsConnections.ofDefault(this.beanFactory, type).getIfUnique();
		}
		return this.beanFactory.containsBean(beanName(type)) ? get(type) : null;
	}

	/**
	 * Return the beans of the application that are for this connection: those qualified
	 * with its name, and for the default connection all others.
	 */
	public <T> Map<String, T> own(Class<T> type) {
		Map<String, T> own = new LinkedHashMap<>();
		for (String name : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type)) {
			if (isOwn(name)) {
				own.put(name, this.beanFactory.getBean(name, type));
			}
		}
		return own;
	}

	<T> List<T> ownInOrder(Class<T> type) {
		Set<T> own = Collections.newSetFromMap(new IdentityHashMap<>());
		own.addAll(own(type).values());
		return this.beanFactory.getBeanProvider(type)
			.orderedStream(ObjectProvider.UNFILTERED)
			.filter(own::contains)
			.toList();
	}

	boolean isOwn(String beanName) {
		String name = this.connection.name().name();
		if (name != null) {
			return BeanFactoryAnnotationUtils.isQualifierMatch(name::equals, beanName, this.beanFactory);
		}
		List<String> others = ConfiguredConnections.of(this.beanFactory).names();
		return isDefaultCandidate(beanName)
				&& !BeanFactoryAnnotationUtils.isQualifierMatch(others::contains, beanName, this.beanFactory);
	}

	private boolean isDefaultCandidate(String beanName) {
		return !this.beanFactory.containsBeanDefinition(beanName)
				|| !(this.beanFactory.getMergedBeanDefinition(beanName) instanceof AbstractBeanDefinition definition)
				|| (definition.isAutowireCandidate() && definition.isDefaultCandidate());
	}

	public <T> Optional<RootBeanDefinition> register(BeanDefinitionRegistry registry, Class<T> type,
			ThrowingSupplier<? extends T> supplier) {
		return register(registry, type, type, type, supplier);
	}

	/**
	 * Register a bean of this connection, unless the application has its own.
	 * @param registry where to register it
	 * @param type what there is once per connection, which gives the bean its name
	 * @param replacement the type of beans the default connection's backs off to
	 * @param beanType the type of the bean, which may be a factory
	 * @param supplier makes the bean
	 */
	public Optional<RootBeanDefinition> register(BeanDefinitionRegistry registry, Class<?> type, Class<?> replacement,
			Class<?> beanType, ThrowingSupplier<?> supplier) {
		String beanName = beanName(type);
		boolean inUse = registry.isBeanNameInUse(beanName);
		if (isDefault() ? hasDefault(replacement)
				: (inUse && this.beanFactory.isTypeMatch(beanName, type)) || isInherited(beanName, type)) {
			return Optional.empty();
		}
		if (inUse) {
			throw new InvalidNatsPropertyException(this.connection.name().prefix(),
					"the bean name '%s' of its %s is taken by a bean of another type.".formatted(beanName,
							type.getSimpleName()),
					isDefault() ? "Rename that bean." : "Rename that bean, or the connection.");
		}
		String name = this.connection.name().name();
		String description = isDefault() ? "the default connection"
				: "connection '%s' of %s".formatted(name, ConnectionName.NAMED);
		RootBeanDefinition definition = definition(ResolvableType.forClass(beanType), name,
				() -> create(description, beanName, supplier));
		definition.setDefaultCandidate(isDefault());
		definition.setResourceDescription(description);
		registry.registerBeanDefinition(beanName, definition);
		return Optional.of(definition);
	}

	// Spring would only say that instantiation failed
	private static Object create(String description, String beanName, ThrowingSupplier<?> supplier) {
		try {
			return supplier.getWithException();
		}
		catch (BeansException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new BeanCreationException(description, beanName, String.valueOf(ex.getMessage()), ex);
		}
	}

	private boolean hasDefault(Class<?> type) {
		for (String name : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type, true, false)) {
			if (isDefaultCandidate(name)) {
				return true;
			}
		}
		return false;
	}

	// a child context sees the properties of its parent, and may have other ones
	private boolean isInherited(String beanName, Class<?> type) {
		BeanFactory parent = this.beanFactory.getParentBeanFactory();
		return parent != null && parent.containsBean(beanName) && parent.isTypeMatch(beanName, type)
				&& !this.beanFactory.containsLocalBean(beanName(Connection.class)) && !isExtended()
				&& declaration(parent).equals(declaration(this.beanFactory));
	}

	private boolean isExtended() {
		return EXTENSIONS.stream()
			.flatMap((type) -> Stream.of(this.beanFactory.getBeanNamesForType(type, true, false)))
			.anyMatch(this::isOwn);
	}

	private Map<String, Object> declaration(BeanFactory beanFactory) {
		return Binder.get(beanFactory.getBean(Environment.class))
			.bind(this.connection.name().prefix(), Bindable.mapOf(String.class, Object.class))
			.orElseGet(Map::of);
	}

	private boolean isDefault() {
		return this.connection.name().isDefault();
	}

	private String beanName(Class<?> type) {
		return NatsConnections.beanName(this.connection.name().name(), type);
	}

	public static RootBeanDefinition definition(ResolvableType type, @Nullable String qualifier,
			ThrowingSupplier<?> supplier) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(type);
		definition.setInstanceSupplier(supplier);
		if (qualifier != null) {
			definition.setQualifiedElement(qualifiedBy(qualifier));
		}
		definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
		return definition;
	}

	// unlike a qualifier of the definition, this leaves the bean name to be one, too
	private static AnnotatedElement qualifiedBy(String qualifier) {
		return AnnotatedElementUtils
			.forAnnotations(MergedAnnotation.of(Qualifier.class, Map.of("value", qualifier)).synthesize());
	}

}
