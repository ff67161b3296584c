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

package io.github.natskv.autoconfigure.endpoint;

import java.time.Duration;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Configuration properties for the endpoint that looks into buckets.
 *
 * @param showValues When to show values of buckets.
 * @param roles Roles used to determine whether a user is authorized to be shown values.
 * When empty, all authenticated users are authorized.
 * @param allBuckets Whether requests reach buckets that are not configured, by the
 * server's name.
 * @param timeout How long a request may take, so that large buckets do not hold threads.
 * A number without unit is milliseconds.
 * @since 0.1.0
 */
@ConfigurationProperties("management.endpoint.natskv")
public record NatsKvEndpointProperties(@DefaultValue("never") Show showValues, @DefaultValue Set<String> roles,
		boolean allBuckets, @DefaultValue("10s") Duration timeout) {

	public NatsKvEndpointProperties {
		Assert.isTrue(timeout.compareTo(Duration.ZERO) > 0, "'timeout' must be positive");
	}

}
