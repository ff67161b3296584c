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

package io.github.natskv.listener.config;

import java.util.ArrayList;
import java.util.List;

import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.listener.DefaultNatsListenerRegistry;
import io.github.natskv.listener.ListenerContainer;
import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerSettings;
import io.github.natskv.listener.invocation.AttributeResolver;
import io.github.natskv.listener.invocation.BeanParameters;
import io.github.natskv.listener.invocation.HandlingOptions;
import io.github.natskv.listener.invocation.HeaderArguments;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.PayloadArguments;
import io.github.natskv.listener.invocation.PayloadValidation;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.validation.Validator;

/**
 * The beans and ids of listeners of all kinds.
 */
final class ListenerBeans {

	private final ConfigurableListableBeanFactory beanFactory;

	private final DefaultNatsListenerRegistry registry;

	private final ListenerSettings settings;

	private final NatsConnections connections;

	private final PayloadConverter payloadConverter;

	private final HandlingOptions options;

	private final @Nullable ListenerInstrumentation instrumentation;

	ListenerBeans(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.registry = beanFactory.getBean(DefaultNatsListenerRegistry.class);
		this.settings = beanFactory.getBeanProvider(ListenerSettings.class).getIfAvailable(ListenerSettings::defaults);
		this.connections = beanFactory.getBeanProvider(NatsConnections.class)
			.getIfAvailable(() -> new NatsConnections(List.of(), beanFactory));
		this.payloadConverter = beanFactory.getBeanProvider(PayloadConverter.class)
			.getIfAvailable(PayloadConverter::withDefaultFormat);
		this.options = HandlingOptions.of(beanFactory);
		this.instrumentation = beanFactory.getBeanProvider(ListenerInstrumentation.class).getIfUnique();
	}

	ConfigurableListableBeanFactory beanFactory() {
		return this.beanFactory;
	}

	ListenerSettings settings() {
		return this.settings;
	}

	PayloadConverter payloadConverter() {
		return this.payloadConverter;
	}

	HandlingOptions options() {
		return this.options;
	}

	AttributeResolver attributes(ListenerMethod method) {
		return new AttributeResolver(this.beanFactory, method);
	}

	BeanParameters parameters(ListenerMethod method) {
		return new BeanParameters(this.beanFactory, method.beanName(), method.beanType());
	}

	HeaderArguments headers(ListenerMethod method) {
		ConversionService conversionService = this.beanFactory.getConversionService();
		return new HeaderArguments(method,
				(conversionService != null) ? conversionService : DefaultConversionService.getSharedInstance(),
				attributes(method));
	}

	PayloadArguments payloads(ListenerMethod method) {
		return new PayloadArguments(method, this.payloadConverter, validation());
	}

	PayloadValidation validation() {
		return new PayloadValidation(this.settings.validator(), () -> this.beanFactory.getBeansOfType(Validator.class));
	}

	DeclaredListener listener(ListenerMethod method, AttributeResolver attributes, String id, String connection,
			String autoStartup, String errorHandler) {
		boolean starts = attributes.bool("autoStartup", autoStartup, this.settings.autoStartup());
		String connectionName = attributes.string("connection", connection);
		Connection found = connection(method, connectionName);
		String label = this.connections.label(connectionName);
		ListenerErrorHandler handler = errorHandler(method, attributes.string("errorHandler", errorHandler));
		String uniqueId = id(method, attributes.string("id", id));
		return new DeclaredListener(uniqueId, method, found, label, starts, this.options.interceptors(), handler,
				SingletonSupplier.ofNullable(() -> recorder(uniqueId, label)));
	}

	private ListenerInstrumentation.@Nullable Recorder recorder(String id, String connection) {
		return (this.instrumentation != null)
				? this.instrumentation.register(id, connection, () -> this.registry.statusIfPresent(id)) : null;
	}

	void register(DeclaredListener listener, ListenerContainer container) {
		ListenerContainer existing = this.registry.register(container, listener.autoStartup());
		if (existing != container) {
			throw listener.method()
				.invalid(
						"its id '" + container.id() + "' is that of listener method " + existing.description() + " too",
						"Give each listener an id of its own");
		}
	}

	private String id(ListenerMethod method, String explicit) {
		boolean singleton = !this.beanFactory.containsBean(method.beanName())
				|| this.beanFactory.isSingleton(method.beanName());
		if (!explicit.isEmpty() && singleton) {
			return explicit;
		}
		return this.registry
			.reserve((explicit.isEmpty()) ? method.beanName() + "." + method.getMethod().getName() : explicit);
	}

	private Connection connection(ListenerMethod method, String name) {
		try {
			if (this.connections.names().contains(name)) {
				return this.connections.get(name);
			}
			return (name.isEmpty()) ? NatsConnections.ofDefault(this.beanFactory, Connection.class).getObject()
					: this.beanFactory.getBean(name, Connection.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw method.invalid(
					"there is no " + ((name.isEmpty()) ? "single connection" : "connection '" + name + "'")
							+ "; the connections are " + connectionNames(),
					"Name one of them in the attribute 'connection', or declare it", ex);
		}
		catch (BeansException ex) {
			throw (name.isEmpty()) ? ex
					: method.invalid("bean '" + name + "' cannot be its connection: " + ex.getMessage(),
							"Name a bean of type " + Connection.class.getName(), ex);
		}
	}

	private @Nullable ListenerErrorHandler errorHandler(ListenerMethod method, String name) {
		if (name.isEmpty()) {
			return this.beanFactory.getBeanProvider(ListenerErrorHandler.class).getIfUnique();
		}
		try {
			return this.beanFactory.getBean(name, ListenerErrorHandler.class);
		}
		catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException ex) {
			throw method.invalid("there is no error handler '" + name + "'; the error handlers are "
					+ names(ListenerErrorHandler.class), "Name one of them, or declare it", ex);
		}
	}

	<T> T ofConnection(String label, Class<T> type, T otherwise) {
		T bean = findOfConnection(label, type);
		return (bean != null) ? bean : otherwise;
	}

	<T> @Nullable T findOfConnection(String label, Class<T> type) {
		if (label.equals(NatsConnections.DEFAULT)) {
			return NatsConnections.ofDefault(this.beanFactory, type).getIfUnique();
		}
		String beanName = NatsConnections.beanName(label, type);
		return this.beanFactory.containsBean(beanName) ? this.beanFactory.getBean(beanName, type) : null;
	}

	private List<String> connectionNames() {
		List<String> names = new ArrayList<>(names(Connection.class));
		this.connections.names()
			.forEach((name) -> names
				.replaceAll((bean) -> bean.equals(NatsConnections.beanName(name, Connection.class)) ? name : bean));
		return names;
	}

	private List<String> names(Class<?> type) {
		return List.of(this.beanFactory.getBeanNamesForType(type));
	}

}
