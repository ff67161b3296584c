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

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.connection.ConnectedDelegate;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.PayloadFormat;
import io.github.natskv.core.PublishInterceptor;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.observation.NatsTemplateObservationConvention;
import io.github.natskv.observation.PublishObservations;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValueManagement;
import io.nats.client.KeyValueOptions;
import io.nats.client.Options;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.messaging.converter.CompositeMessageConverter;
import org.springframework.messaging.converter.MessageConverter;

/**
 * Auto-configuration of the connection to NATS and of JetStream.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = SslAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass(Connection.class)
@EnableConfigurationProperties(NatsProperties.class)
@ImportRuntimeHints(NatsRuntimeHints.class)
public final class NatsAutoConfiguration {

	NatsAutoConfiguration() {
	}

	@Bean
	static NamedConnectionRegistrar natsNamedConnectionRegistrar() {
		return new NamedConnectionRegistrar();
	}

	@Bean
	NatsConnections natsConnections(ConfiguredConnections connections, ListableBeanFactory beanFactory) {
		return new NatsConnections(connections.names(), beanFactory);
	}

	@Bean
	ConnectionScopedBeans natsConnectionScopedBeans(ListableBeanFactory beanFactory, NatsConnections connections) {
		return new ConnectionScopedBeans(beanFactory, connections);
	}

	@Bean
	NatsEventPublisher natsEventPublisher(ConfigurableApplicationContext context) {
		return new NatsEventPublisher(context);
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreamOptions natsJetStreamOptions(NatsConnectionProperties properties) {
		NatsConnectionProperties.Jetstream jetstream = properties.getJetstream();
		JetStreamOptions.Builder options = JetStreamOptions.builder().requestTimeout(jetstream.getRequestTimeout());
		PropertyMapper map = PropertyMapper.get();
		map.from(jetstream::getPrefix).whenHasText().to(options::prefix);
		map.from(jetstream::getDomain).whenHasText().to(options::domain);
		return options.build();
	}

	@Bean
	@ConditionalOnMissingBean
	JetStream natsJetStream(Connection connection, JetStreamOptions options) throws IOException {
		return ConnectedDelegate.of(JetStream.class, connection, (connected) -> connected.jetStream(options));
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreamManagement natsJetStreamManagement(Connection connection, JetStreamOptions options) throws IOException {
		return ConnectedDelegate.of(JetStreamManagement.class, connection,
				(connected) -> connected.jetStreamManagement(options));
	}

	@Bean
	@ConditionalOnMissingBean
	KeyValueManagement natsKeyValueManagement(Connection connection, JetStreamOptions options) throws IOException {
		return ConnectedDelegate.of(KeyValueManagement.class, connection,
				(connected) -> connected.keyValueManagement(KeyValueOptions.builder(options).build()));
	}

	@Bean
	@ConditionalOnMissingBean
	PayloadConverter natsPayloadConverter(ObjectProvider<PayloadFormat> format,
			ObjectProvider<MessageConverter> converters) {
		// a composite is a framework's own, for anything
		return new PayloadConverter(format.getIfAvailable(),
				converters.orderedStream()
					.filter((converter) -> !(converter instanceof CompositeMessageConverter))
					.toList());
	}

	@Bean
	NatsTemplateFactory natsTemplateFactory(PayloadConverter payloadConverter, NatsProperties properties,
			ObjectProvider<PublishInterceptor> interceptors, ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<NatsTemplateObservationConvention> convention) {
		List<PublishInterceptor> all = new ArrayList<>();
		if (properties.getTemplate().isObservationEnabled()) {
			registry.ifAvailable(
					(observations) -> all.add(PublishObservations.ofTemplate(observations, convention.getIfUnique())));
		}
		interceptors.orderedStream().forEach(all::add);
		return new NatsTemplateFactory(payloadConverter, all);
	}

	@Bean
	@ConditionalOnMissingBean(NatsOperations.class)
	NatsTemplate natsTemplate(Connection connection, NatsTemplateFactory factory, NatsConnectionProperties properties) {
		return factory.create(connection, properties);
	}

	/**
	 * JSON, where Jackson is present.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	@ConditionalOnMissingBean(PayloadFormat.class)
	static class JacksonConfiguration {

		@Bean
		PayloadFormat natsJacksonPayloadFormat(ObjectProvider<JsonMapper> jsonMapper) {
			return new JacksonPayloadFormat(jsonMapper.getIfAvailable(JsonMapper::shared));
		}

	}

	/**
	 * The connection, unless the application brings its own.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(Connection.class)
	@ImportRuntimeHints(NatsDataPortRuntimeHints.class)
	static class ConnectionConfiguration {

		@Bean
		@Conditional(MissingConnectionDetailsCondition.class)
		PropertiesNatsConnectionDetails natsConnectionDetails(NatsConnectionProperties properties,
				ObjectProvider<SslBundles> sslBundles, ConfigurableEnvironment environment) {
			return new PropertiesNatsConnectionDetails(properties, sslBundles.getIfAvailable(), environment);
		}

		@Bean
		NatsConnectionMonitor natsConnectionMonitor(NatsEventPublisher events,
				ObjectProvider<NatsListenerRegistry> listeners) {
			return new NatsConnectionMonitor(ConnectionName.DEFAULT, events, listeners);
		}

		@Bean
		NatsConnectionFactoryBean natsConnection(NatsConnectionProperties properties,
				ObjectProvider<NatsConnectionDetails> details, ObjectProvider<NatsOptionsCustomizer> customizers,
				ConnectionScopedBeans scopedBeans, Environment environment, NatsConnectionMonitor monitor) {
			return connect(properties, scopedBeans.oneOfDefault(details, NatsConnectionDetails.class),
					scopedBeans.ofDefault(customizers, NatsOptionsCustomizer.class), environment, monitor);
		}

		static NatsConnectionFactoryBean connect(NatsConnectionProperties properties, NatsConnectionDetails details,
				List<NatsOptionsCustomizer> customizers, Environment environment, NatsConnectionMonitor monitor) {
			Options options = new NatsOptionsFactory(properties, details, customizers, monitor)
				.create(environment.getProperty("spring.application.name"));
			return new NatsConnectionFactoryBean(properties.connection(), options, monitor, properties.getStartup());
		}

	}

}
