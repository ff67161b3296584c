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

import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.PayloadFormat;
import io.nats.client.Connection;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.ConfigurableEnvironment;
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
@Import(NatsConnectionRegistrar.class)
@ImportRuntimeHints(NatsRuntimeHints.class)
public final class NatsAutoConfiguration {

	NatsAutoConfiguration() {
	}

	@Bean
	static NatsConnectionRegistrar natsConnectionRegistrar() {
		return new NatsConnectionRegistrar();
	}

	@Bean
	NatsConnections natsConnections(ConfiguredConnections connections, ListableBeanFactory beanFactory) {
		return new NatsConnections(connections.names(), beanFactory);
	}

	@Bean
	NatsEventPublisher natsEventPublisher(ConfigurableApplicationContext context) {
		return new NatsEventPublisher(context);
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
	 * The server of the default connection, unless the application brings a connection.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(Connection.class)
	@ImportRuntimeHints(NatsDataPortRuntimeHints.class)
	static class ConnectionDetailsConfiguration {

		@Bean
		@Conditional(MissingConnectionDetailsCondition.class)
		PropertiesNatsConnectionDetails natsConnectionDetails(NatsConnectionProperties properties,
				ObjectProvider<SslBundles> sslBundles, ConfigurableEnvironment environment) {
			return new PropertiesNatsConnectionDetails(ConnectionName.DEFAULT, properties, sslBundles.getIfAvailable(),
					environment);
		}

	}

}
