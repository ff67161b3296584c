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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.github.natskv.autoconfigure.NatsStreamsProperties;
import io.github.natskv.autoconfigure.NatsStreamsProperties.Consumer;
import io.github.natskv.autoconfigure.NatsStreamsProperties.Stream;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Binds the {@link NatsStreamsProperties} of a connection strictly.
 */
class StreamPropertiesBinder {

	private final StrictBinder binder;

	private final ConfigurationPropertyName root;

	private final ConfigurationPropertyName definitions;

	StreamPropertiesBinder(StrictBinder binder, ConfigurationPropertyName root) {
		this.binder = binder;
		this.root = root;
		this.definitions = root.append("definitions");
	}

	NatsStreamsProperties bind() {
		NatsStreamsProperties properties = this.binder.isSet(this.root, this.definitions)
				? bind(this.binder.without(this.definitions), this.root, NatsStreamsProperties.class)
				: NatsStreamsProperties.DEFAULTS;
		Map<String, ConfigurationPropertyName> names = this.binder.declaredKeys(this.definitions);
		if (names.isEmpty()) {
			return properties;
		}
		StrictBinder streams = this.binder.without(names.values()
			.stream()
			.map(StreamPropertiesBinder::consumers)
			.toArray(ConfigurationPropertyName[]::new));
		Map<String, Stream> bound = new LinkedHashMap<>();
		names.forEach((key, name) -> bound.put(key, withConsumers(bind(streams, name, Stream.class), consumers(name))));
		return new NatsStreamsProperties(properties.provisioning(), bound);
	}

	private static ConfigurationPropertyName consumers(ConfigurationPropertyName stream) {
		return stream.append("consumers");
	}

	private Stream withConsumers(Stream stream, ConfigurationPropertyName consumers) {
		this.binder.declaredKeys(consumers)
			.forEach((key, name) -> stream.consumers().put(key, bind(this.binder, name, Consumer.class)));
		return stream;
	}

	private <T> T bind(StrictBinder binder, ConfigurationPropertyName name, Class<T> type) {
		return binder.bind(name, Bindable.of(type), UnaryOperator.identity(),
				"Below '%s' unknown properties are refused, so that a typo does not make a stream, a consumer or an option vanish."
					.formatted(this.root));
	}

}
