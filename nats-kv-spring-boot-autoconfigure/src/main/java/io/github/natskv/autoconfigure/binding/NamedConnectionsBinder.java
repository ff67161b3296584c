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

package io.github.natskv.autoconfigure.binding;

import java.util.ArrayList;
import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NamedConnectionProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.core.NatsConnections;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.validation.Validator;

/**
 * Binds the properties of the connections besides the default one strictly.
 */
class NamedConnectionsBinder {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of(ConnectionName.NAMED);

	private static final Validator VALIDATOR = Validator.forInstanceOf(NamedConnectionProperties.class,
			(properties, errors) -> properties.validate(properties, errors));

	private final StrictBinder binder;

	NamedConnectionsBinder(StrictBinder binder) {
		this.binder = binder;
	}

	List<ConfiguredConnection> bind() {
		List<ConfiguredConnection> connections = new ArrayList<>();
		this.binder.declaredKeys(ROOT).forEach((key, name) -> {
			if (key.equalsIgnoreCase(NatsConnections.DEFAULT)) {
				throw new InvalidNatsPropertyException(ROOT + "." + key,
						"'%s' is what the connection of 'nats.servers' is called in events and metrics.".formatted(key),
						"Rename the connection.");
			}
			connections.add(bind(key, name));
		});
		return connections;
	}

	private ConfiguredConnection bind(String key, ConfigurationPropertyName name) {
		ConfigurationPropertyName keyValue = name.append("kv");
		NatsKeyValueProperties buckets = new KeyValuePropertiesBinder(this.binder, keyValue).bind();
		if (buckets.observationEnabled()) {
			throw new InvalidNatsPropertyException(keyValue.append("observation-enabled").toString(),
					"buckets are observed on all connections or on none.",
					"Set 'nats.kv.observation-enabled' instead.");
		}
		ConfigurationPropertyName streams = name.append("streams");
		NamedConnectionProperties properties = this.binder.without(keyValue, streams)
			.bind(name, Bindable.of(NamedConnectionProperties.class),
					(handler) -> new ValidationBindHandler(handler, VALIDATOR),
					"Below '%s' unknown properties are refused.".formatted(ROOT));
		return ConfiguredConnection.of(new ConnectionName(key), properties, buckets,
				new StreamPropertiesBinder(this.binder, streams).bind());
	}

}
