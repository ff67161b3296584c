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

import java.util.List;
import java.util.Objects;

import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnection;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.core.NatsConnections;

import org.springframework.beans.factory.BeanFactory;

/**
 * A connection of {@code nats.connections}.
 *
 * @param name the name
 * @param properties its properties
 * @param configured its configuration
 */
public record NamedConnection(String name, NatsConnectionProperties properties, ConfiguredConnection configured) {

	public static List<NamedConnection> all(ConfiguredConnections connections) {
		return connections.all()
			.stream()
			.filter((connection) -> !connection.name().isDefault())
			.map((connection) -> new NamedConnection(Objects.requireNonNull(connection.name().name()),
					Objects.requireNonNull(connection.properties()), connection))
			.toList();
	}

	String beanName(Class<?> type) {
		return NatsConnections.beanName(this.name, type);
	}

	public <T> T bean(BeanFactory beanFactory, Class<T> type) {
		return beanFactory.getBean(beanName(type), type);
	}

}
