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

package io.github.natskv.autoconfigure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.NatsConnectionDetails;
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
import tools.jackson.databind.json.JsonMapper;

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
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.messaging.converter.CompositeMessageConverter;
import org.springframework.messaging.converter.MessageConverter;

/**
 * Auto-configuration of the connection to NATS and of JetStream.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { SslAutoConfiguration.class, NatsEmbeddedAutoConfiguration.class },
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass(Connection.class)
@EnableConfigurationProperties(NatsProperties.class)
public final class NatsAutoConfiguration {

	NatsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreamOptions natsJetStreamOptions(NatsProperties properties) {
		NatsProperties.Jetstream jetstream = properties.getJetstream();
		JetStreamOptions.Builder options = JetStreamOptions.builder().requestTimeout(jetstream.getRequestTimeout());
		PropertyMapper map = PropertyMapper.get();
		map.from(jetstream::getPrefix).whenHasText().to(options::prefix);
		map.from(jetstream::getDomain).whenHasText().to(options::domain);
		return options.build();
	}

	@Bean
	@ConditionalOnMissingBean
	JetStream natsJetStream(Connection connection, JetStreamOptions options) throws IOException {
		return connection.jetStream(options);
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreamManagement natsJetStreamManagement(Connection connection, JetStreamOptions options) throws IOException {
		return connection.jetStreamManagement(options);
	}

	@Bean
	@ConditionalOnMissingBean
	KeyValueManagement natsKeyValueManagement(Connection connection, JetStreamOptions options) throws IOException {
		return connection.keyValueManagement(KeyValueOptions.builder(options).build());
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
	@ConditionalOnMissingBean(NatsOperations.class)
	NatsTemplate natsTemplate(Connection connection, PayloadConverter payloadConverter, NatsProperties properties,
			ObjectProvider<PublishInterceptor> interceptors, ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<NatsTemplateObservationConvention> convention) {
		List<PublishInterceptor> all = new ArrayList<>();
		if (properties.getTemplate().isObservationEnabled()) {
			registry.ifAvailable(
					(observations) -> all.add(PublishObservations.ofTemplate(observations, convention.getIfUnique())));
		}
		interceptors.orderedStream().forEach(all::add);
		return new NatsTemplate(connection, payloadConverter, properties.getRequestTimeout(), all);
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
		@ConditionalOnMissingBean(NatsConnectionDetails.class)
		PropertiesNatsConnectionDetails natsConnectionDetails(NatsProperties properties,
				ObjectProvider<SslBundles> sslBundles) {
			return new PropertiesNatsConnectionDetails(properties, sslBundles.getIfAvailable());
		}

		@Bean
		NatsEventPublisher natsEventPublisher(ConfigurableApplicationContext context) {
			return new NatsEventPublisher(context);
		}

		@Bean
		NatsConnectionMonitor natsConnectionMonitor(NatsEventPublisher events,
				ObjectProvider<NatsListenerRegistry> listeners) {
			return new NatsConnectionMonitor(events, listeners);
		}

		@Bean
		NatsConnectionFactoryBean natsConnection(NatsProperties properties, NatsConnectionDetails details,
				ObjectProvider<NatsOptionsCustomizer> customizers, Environment environment,
				NatsConnectionMonitor monitor) {
			List<NatsOptionsCustomizer> ordered = customizers.orderedStream().toList();
			return new NatsConnectionFactoryBean(new NatsOptionsFactory(properties, details, ordered, monitor)
				.create(environment.getProperty("spring.application.name")), monitor);
		}

	}

}
