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

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.connection.ConnectedDelegate;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.PublishInterceptor;
import io.github.natskv.listener.DefaultNatsListenerRegistry;
import io.github.natskv.listener.StreamListenerSettings;
import io.github.natskv.observation.NatsTemplateObservationConvention;
import io.github.natskv.observation.PublishObservations;
import io.github.natskv.provisioning.DeclaredStreams;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValueManagement;
import io.nats.client.KeyValueOptions;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;
import org.springframework.util.function.ThrowingSupplier;

/**
 * Registers each connection, its JetStream and its template.
 */
class NatsConnectionRegistrar extends ConnectionBeanRegistrar {

	@Override
	protected void register(BeanDefinitionRegistry registry, ConnectionBeans beans) {
		beans.register(registry, Connection.class, Connection.class, NatsConnectionFactoryBean.class,
				() -> connection(beans));
		beans.register(registry, JetStreamOptions.class, () -> jetStreamOptions(beans.properties().jetstream()));
		registerLazily(registry, beans, JetStream.class, () -> {
			JetStreamOptions options = beans.get(JetStreamOptions.class);
			return ConnectedDelegate.of(JetStream.class, beans.get(Connection.class),
					(connected) -> connected.jetStream(options));
		});
		registerLazily(registry, beans, JetStreamManagement.class, () -> {
			JetStreamOptions options = beans.get(JetStreamOptions.class);
			return ConnectedDelegate.of(JetStreamManagement.class, beans.get(Connection.class),
					(connected) -> connected.jetStreamManagement(options));
		});
		registerLazily(registry, beans, KeyValueManagement.class, () -> {
			KeyValueOptions options = KeyValueOptions.builder(beans.get(JetStreamOptions.class)).build();
			return ConnectedDelegate.of(KeyValueManagement.class, beans.get(Connection.class),
					(connected) -> connected.keyValueManagement(options));
		});
		beans.register(registry, DeclaredStreams.class, () -> beans.connection().streams());
		beans.register(registry, StreamListenerSettings.class, () -> {
			NatsConnectionProperties.StreamListener listener = beans.properties().jetstream().listener();
			return new StreamListenerSettings(listener.backoff(), listener.prefetch());
		});
		beans.register(registry, NatsTemplate.class, NatsOperations.class, NatsTemplate.class, () -> template(beans))
			.ifPresent((definition) -> definition.setLazyInit(true));
	}

	// Most applications use few of them, and each of them takes many classes to load.
	private static <T> void registerLazily(BeanDefinitionRegistry registry, ConnectionBeans beans, Class<T> type,
			ThrowingSupplier<T> supplier) {
		beans.register(registry, type, supplier).ifPresent((definition) -> definition.setLazyInit(true));
	}

	private static NatsConnectionFactoryBean connection(ConnectionBeans beans) {
		ConfigurableListableBeanFactory beanFactory = beans.beanFactory();
		checkMaxInFlight(beans);
		NatsConnectionProperties properties = beans.properties();
		ConnectionName name = beans.connection().name();
		NatsConnectionMonitor monitor = new NatsConnectionMonitor(name, beanFactory.getBean(NatsEventPublisher.class),
				beanFactory.getBeanProvider(DefaultNatsListenerRegistry.class));
		ConfigurableEnvironment environment = beanFactory.getBean(ConfigurableEnvironment.class);
		return new NatsConnectionFactoryBean(name,
				new NatsOptionsFactory(name, properties, details(beans, environment),
						beans.ownInOrder(NatsOptionsCustomizer.class), monitor)
					.create(environment.getProperty("spring.application.name")),
				monitor, properties.startup());
	}

	private static NatsConnectionDetails details(ConnectionBeans beans, ConfigurableEnvironment environment) {
		Collection<NatsConnectionDetails> details = beans.own(NatsConnectionDetails.class).values();
		if (details.isEmpty()) {
			return new PropertiesNatsConnectionDetails(beans.connection().name(), beans.properties(),
					beans.beanFactory().getBeanProvider(SslBundles.class).getIfAvailable(), environment);
		}
		if (details.size() == 1) {
			return details.iterator().next();
		}
		ConnectionName name = beans.connection().name();
		if (name.isDefault()) {
			// the primary one, as for injection
			return beans.get(NatsConnectionDetails.class);
		}
		throw new InvalidNatsPropertyException(name.prefix(),
				"there are several NatsConnectionDetails beans with that qualifier.", "Keep one of them.");
	}

	private static JetStreamOptions jetStreamOptions(NatsConnectionProperties.Jetstream properties) {
		JetStreamOptions.Builder options = JetStreamOptions.builder().requestTimeout(properties.requestTimeout());
		if (StringUtils.hasText(properties.prefix())) {
			options.prefix(properties.prefix());
		}
		if (StringUtils.hasText(properties.domain())) {
			options.domain(properties.domain());
		}
		return options.build();
	}

	// at the start, whether or not there is a template yet
	private static void checkMaxInFlight(ConnectionBeans beans) {
		int maxInFlight = beans.properties().jetstream().maxInFlight();
		if (maxInFlight < 1) {
			throw new InvalidNatsPropertyException(beans.connection().name().prefix() + ".jetstream.max-in-flight",
					"%d messages cannot be unacknowledged.".formatted(maxInFlight), "Set it to 1 or more.");
		}
	}

	private static NatsTemplate template(ConnectionBeans beans) {
		ConfigurableListableBeanFactory beanFactory = beans.beanFactory();
		List<PublishInterceptor> interceptors = new ArrayList<>();
		NatsProperties properties = beanFactory.getBean(NatsProperties.class);
		if (properties.template().observationEnabled()) {
			beanFactory.getBeanProvider(ObservationRegistry.class)
				.ifAvailable((registry) -> interceptors.add(PublishObservations.ofTemplate(registry,
						beanFactory.getBeanProvider(NatsTemplateObservationConvention.class).getIfUnique(),
						properties.observation().propagationEnabled(), beans.connection().name().label())));
		}
		beanFactory.getBeanProvider(PublishInterceptor.class).orderedStream().forEach(interceptors::add);
		checkMaxInFlight(beans);
		NatsConnectionProperties.Jetstream jetstream = beans.properties().jetstream();
		return new NatsTemplate(beans.get(Connection.class), beanFactory.getBean(PayloadConverter.class),
				beans.properties().replyTimeout(), interceptors, jetstream.requestTimeout(), jetstream.maxInFlight());
	}

}
