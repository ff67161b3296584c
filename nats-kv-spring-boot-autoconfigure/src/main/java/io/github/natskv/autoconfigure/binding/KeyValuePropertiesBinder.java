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
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties.Bucket;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.env.Environment;

/**
 * Binds the {@link NatsKeyValueProperties} of a connection strictly.
 */
class KeyValuePropertiesBinder {

	private final StrictBinder binder;

	private final ConfigurationPropertyName root;

	private final ConfigurationPropertyName buckets;

	private final int keyIndex;

	private final OptionVariables variables;

	KeyValuePropertiesBinder(Environment environment) {
		this(new StrictBinder(environment), ConfigurationPropertyName.of("nats.kv"));
	}

	KeyValuePropertiesBinder(StrictBinder binder, ConfigurationPropertyName root) {
		this.binder = binder;
		this.root = root;
		this.buckets = this.root.append("buckets");
		this.keyIndex = this.buckets.getNumberOfElements();
		this.variables = new OptionVariables(this.buckets, Bucket.class);
	}

	NatsKeyValueProperties bind() {
		NatsKeyValueProperties properties = bind(this.binder.without(this.buckets), this.root,
				NatsKeyValueProperties.class);
		Map<String, Bucket> bound = new LinkedHashMap<>();
		bucketNames().forEach((key, name) -> bound.put(key,
				bind(this.binder.withVariables(this.variables, name, key), name, Bucket.class)));
		return new NatsKeyValueProperties(properties.provisioning(), properties.observationEnabled(),
				properties.maxInFlight(), bound);
	}

	private <T> T bind(StrictBinder binder, ConfigurationPropertyName name, Class<T> type) {
		return binder.bind(name, Bindable.of(type), UnaryOperator.identity(),
				"Below '%s' unknown properties are refused, so that a typo does not make a bucket or an option vanish."
					.formatted(this.root));
	}

	private Map<String, ConfigurationPropertyName> bucketNames() {
		Map<String, ConfigurationPropertyName> names = this.binder.declaredKeys(this.buckets, "bucket keys",
				"; the server's name of a bucket can be set with its 'name'.");
		Set<String> declared = Set.copyOf(names.keySet());
		this.binder.forEachVariable(this.buckets, (name) -> {
			String variable = join(name, this.keyIndex);
			if (declared.stream().noneMatch((key) -> this.variables.isFor(variable, key))
					&& this.variables.isOption(join(name, this.keyIndex + 1))) {
				names.putIfAbsent(name.getElement(this.keyIndex, Form.ORIGINAL), name.chop(this.keyIndex + 1));
			}
		});
		return names;
	}

	private static String join(ConfigurationPropertyName name, int from) {
		return IntStream.range(from, name.getNumberOfElements())
			.mapToObj((i) -> name.getElement(i, Form.UNIFORM))
			.collect(Collectors.joining());
	}

}
