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
import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.NatsCacheProperties.Cache;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.util.StringUtils;

/**
 * Binds the {@link NatsCacheProperties} strictly.
 */
class CachePropertiesBinder {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("nats.cache");

	private static final ConfigurationPropertyName CACHES = ROOT.append("caches");

	private final StrictBinder binder;

	CachePropertiesBinder(StrictBinder binder) {
		this.binder = binder;
	}

	NatsCacheProperties bind() {
		if (!this.binder.isSet(ROOT)) {
			return NatsCacheProperties.DEFAULTS;
		}
		NatsCacheProperties properties = bind(this.binder.without(CACHES), ROOT, NatsCacheProperties.class);
		if (properties.bucket() != null && !StringUtils.hasText(properties.bucket())) {
			throw new InvalidNatsPropertyException("nats.cache.bucket", "it is empty.",
					"Name a bucket of 'nats.kv.buckets', or remove the property.");
		}
		Map<String, Cache> bound = new LinkedHashMap<>();
		this.binder.declaredKeys(CACHES).forEach((key, name) -> bound.put(key, bind(this.binder, name, Cache.class)));
		return new NatsCacheProperties(properties.enabled(), properties.bucket(), properties.connection(),
				properties.trustedPackages(), properties.ttl(), properties.nullValues(), properties.onError(),
				properties.local(), properties.singleFlight(), bound);
	}

	private <T> T bind(StrictBinder binder, ConfigurationPropertyName name, Class<T> type) {
		return binder.bind(name, Bindable.of(type), UnaryOperator.identity(),
				"Below '%s' unknown properties are refused, so that a typo does not make a cache or an option vanish."
					.formatted(ROOT));
	}

}
