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

package io.github.natskv.autoconfigure.cache;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.NatsCacheProperties.Cache;
import io.github.natskv.cache.NatsCacheConfiguration;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;

/**
 * Options of caches by their properties.
 */
class CacheOptions {

	private final NatsCacheProperties properties;

	CacheOptions(NatsCacheProperties properties) {
		this.properties = properties;
	}

	static KeyValueCodec defaultCodec(BeanFactory beanFactory) {
		return new DefaultKeyValueCodec(beanFactory.getBean(PayloadConverter.class));
	}

	String bucket() {
		return Objects.requireNonNull(this.properties.bucket());
	}

	@Nullable String connection() {
		return this.properties.connection();
	}

	Set<String> names() {
		return this.properties.caches().keySet();
	}

	NatsCacheConfiguration defaults() {
		return NatsCacheConfiguration.defaults()
			.ttl(valid("nats.cache.ttl", this.properties.ttl()))
			.nullValues(this.properties.nullValues())
			.onError(this.properties.onError())
			.local(this.properties.local())
			.singleFlight(this.properties.singleFlight());
	}

	NatsCacheConfiguration of(String name) {
		NatsCacheConfiguration configuration = defaults();
		Cache cache = this.properties.caches().get(name);
		if (cache == null) {
			return configuration;
		}
		if (cache.ttl() != null) {
			configuration = configuration.ttl(valid(ttlProperty(name), cache.ttl()));
		}
		return configuration.nullValues(chosen(cache.nullValues(), configuration.isNullValues()))
			.onError((cache.onError() != null) ? cache.onError() : configuration.getOnError())
			.local(chosen(cache.local(), configuration.isLocal()))
			.singleFlight(chosen(cache.singleFlight(), configuration.isSingleFlight()));
	}

	// by property
	Map<String, Duration> timesToLive() {
		Map<String, Duration> ttls = new LinkedHashMap<>();
		if (this.properties.ttl() != null) {
			ttls.put("nats.cache.ttl", this.properties.ttl());
		}
		this.properties.caches().forEach((name, cache) -> {
			if (cache.ttl() != null) {
				ttls.put(ttlProperty(name), cache.ttl());
			}
		});
		return ttls;
	}

	private static String ttlProperty(String cache) {
		return "nats.cache.caches." + cache + ".ttl";
	}

	private static boolean chosen(@Nullable Boolean own, boolean common) {
		return (own != null) ? own : common;
	}

	private static @Nullable Duration valid(String property, @Nullable Duration ttl) {
		if (ttl != null && (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.getNano() != 0)) {
			throw new InvalidNatsPropertyException(property,
					"is '%s', but must be whole seconds, at least one.".formatted(ttl), "Correct the value.");
		}
		return ttl;
	}

}
