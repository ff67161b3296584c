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

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import io.github.natskv.cache.NatsCacheConfiguration.OnError;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Configuration properties for Spring's cache abstraction on a bucket.
 *
 * @param enabled Whether to make a cache manager.
 * @param bucket Bucket of the caches, by its key or the server's name. Without it there
 * is no cache manager.
 * @param connection Name of the connection the bucket is on. Default is the default
 * connection.
 * @param trustedPackages Packages of values that may be read though this application has
 * neither written nor declared them. The packages of the application are trusted anyway.
 * @param ttl How long entries live. A number without unit is seconds. Any but the
 * bucket's needs nats-server 2.11, and a bucket with limit-marker-ttl and a history of 1.
 * Default is the bucket's.
 * @param nullValues Whether null is cached.
 * @param onError What becomes of reads and fills that fail.
 * @param local Whether reads are answered from a copy in memory.
 * @param singleFlight Whether a value is loaded once at a time among all applications
 * that use the bucket.
 * @param caches Options of single caches, by name. They exist from the start; others are
 * made as they are used.
 * @since 0.1.0
 */
@ConfigurationProperties("nats.cache")
public record NatsCacheProperties(@DefaultValue("true") boolean enabled, @Nullable String bucket,
		@Nullable String connection, @DefaultValue List<String> trustedPackages,
		@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration ttl, @DefaultValue("true") boolean nullValues,
		@DefaultValue("miss") OnError onError, boolean local, boolean singleFlight,
		@DefaultValue Map<String, Cache> caches) {

	/**
	 * The properties as bound where none is set.
	 */
	public static final NatsCacheProperties DEFAULTS = new NatsCacheProperties(true, null, null, List.of(), null, true,
			OnError.MISS, false, false, Map.of());

	/**
	 * A cache. What is not set is as for all caches.
	 *
	 * @param ttl How long entries live. A number without unit is seconds.
	 * @param nullValues Whether null is cached.
	 * @param onError What becomes of reads and fills that fail.
	 * @param local Whether reads are answered from a copy in memory.
	 * @param singleFlight Whether a value is loaded once at a time among all
	 * applications.
	 */
	@ConfigurationPropertiesSource
	public record Cache(@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration ttl, @Nullable Boolean nullValues,
			@Nullable OnError onError, @Nullable Boolean local, @Nullable Boolean singleFlight) {

	}

}
