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

package io.github.natskv.autoconfigure.embedded;

import java.util.List;

import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.connection.MissingConnectionDetailsCondition;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.embedded.EmbeddedNatsServer;
import io.nats.client.Connection;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration of a {@code nats-server} process for development and tests, which
 * backs off where the application brings a connection, or a service connection says where
 * the server is.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = NatsAutoConfiguration.class)
@ConditionalOnClass(Connection.class)
@ConditionalOnBooleanProperty("nats.embedded.enabled")
@ConditionalOnMissingBean(Connection.class)
@Conditional(MissingConnectionDetailsCondition.class)
@EnableConfigurationProperties(NatsProperties.class)
public final class NatsEmbeddedAutoConfiguration {

	private static final String SERVER_BEAN_NAME = "natsEmbeddedServer";

	private static final String RESTART_SCOPE = "restart";

	private static final String RESTART_CLASS_LOADER = "org.springframework.boot.devtools.restart.classloader.RestartClassLoader";

	NatsEmbeddedAutoConfiguration() {
	}

	// The server and its store outlive a restart by DevTools. That registers the scope in
	// tests as well, where nothing restarts and each context has a server of its own.
	@Bean
	static BeanFactoryPostProcessor natsEmbeddedServerScope() {
		return (beanFactory) -> {
			ClassLoader classLoader = beanFactory.getBeanClassLoader();
			if (beanFactory.getRegisteredScope(RESTART_SCOPE) != null && classLoader != null
					&& classLoader.getClass().getName().equals(RESTART_CLASS_LOADER)) {
				beanFactory.getBeanDefinition(SERVER_BEAN_NAME).setScope(RESTART_SCOPE);
			}
		};
	}

	@Bean(SERVER_BEAN_NAME)
	EmbeddedNatsServer natsEmbeddedServer(NatsProperties properties) {
		NatsProperties.Embedded embedded = properties.embedded();
		EmbeddedNatsServer.Builder builder = EmbeddedNatsServer.builder().port(embedded.listenPort());
		PropertyMapper map = PropertyMapper.get();
		map.from(embedded::binary).to(builder::binary);
		map.from(embedded::storeDir).to(builder::storeDirectory);
		return builder.start();
	}

	@Bean
	EmbeddedNatsConnectionDetails natsEmbeddedConnectionDetails(EmbeddedNatsServer server) {
		return new EmbeddedNatsConnectionDetails(server);
	}

	/**
	 * Points the connection at the embedded server.
	 *
	 * @param server the server
	 */
	record EmbeddedNatsConnectionDetails(EmbeddedNatsServer server) implements NatsConnectionDetails {

		@Override
		public List<String> getServers() {
			return List.of(this.server.getUrl());
		}

	}

}
