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

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties.Bucket;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Binds the {@link NatsKeyValueProperties} of a connection strictly.
 */
class KeyValuePropertiesBinder {

	private final StrictBinder binder;

	private final ConfigurationPropertyName root;

	private final ConfigurationPropertyName buckets;

	KeyValuePropertiesBinder(StrictBinder binder) {
		this(binder, ConfigurationPropertyName.of("nats.kv"));
	}

	KeyValuePropertiesBinder(StrictBinder binder, ConfigurationPropertyName root) {
		this.binder = binder;
		this.root = root;
		this.buckets = this.root.append("buckets");
	}

	NatsKeyValueProperties bind() {
		NatsKeyValueProperties properties = this.binder.isSet(this.root, this.buckets)
				? bind(this.binder.without(this.buckets), this.root, Bindable.of(NatsKeyValueProperties.class))
				: NatsKeyValueProperties.DEFAULTS;
		return new NatsKeyValueProperties(properties.provisioning(), properties.observationEnabled(),
				properties.maxInFlight(), bindBuckets(this.binder.declaredKeys(this.buckets)));
	}

	private Map<String, Bucket> bindBuckets(Map<String, ConfigurationPropertyName> declared) {
		Map<String, Bucket> together = (declared.size() > 1) ? bindTogether() : Map.of();
		boolean known = declared.keySet().containsAll(together.keySet());
		Map<String, Bucket> bound = new LinkedHashMap<>();
		declared.forEach((key, name) -> {
			Bucket bucket = known ? together.get(key) : null;
			bound.put(key, (bucket != null) ? bucket : bind(this.binder, name, Bindable.of(Bucket.class)));
		});
		return bound;
	}

	// Spring Boot reads the annotations of a record once for each call: of many buckets
	// that takes longer than to bind them. Only one at a time tells what is wrong with
	// it.
	private Map<String, Bucket> bindTogether() {
		try {
			return bind(this.binder, this.buckets, Bindable.mapOf(String.class, Bucket.class));
		}
		catch (BindException | InvalidNatsPropertyException ex) {
			return Map.of();
		}
	}

	private <T> T bind(StrictBinder binder, ConfigurationPropertyName name, Bindable<T> target) {
		return binder.bind(name, target, UnaryOperator.identity(),
				"Below '%s' unknown properties are refused, so that a typo does not make a bucket or an option vanish."
					.formatted(this.root));
	}

}
