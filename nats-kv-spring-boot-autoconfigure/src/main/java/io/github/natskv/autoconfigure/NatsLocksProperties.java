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

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Configuration properties for locks on a bucket.
 *
 * @param bucket Bucket of the locks, by its key or the server's name. One that is not
 * declared below nats.kv.buckets is made. Without it there are no locks.
 * @param connection Name of the connection the bucket is on. Default is the default
 * connection.
 * @param lease How long a lock outlives a holder that has gone: whole seconds, at least
 * the limit-marker-ttl of the bucket. A number without unit is seconds.
 * @since 0.1.0
 */
@ConfigurationProperties("nats.locks")
public record NatsLocksProperties(@Nullable String bucket, @Nullable String connection,
		@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("30s") Duration lease) {

	/**
	 * The properties as bound where none is set.
	 */
	public static final NatsLocksProperties DEFAULTS = new NatsLocksProperties(null, null, Duration.ofSeconds(30));

}
