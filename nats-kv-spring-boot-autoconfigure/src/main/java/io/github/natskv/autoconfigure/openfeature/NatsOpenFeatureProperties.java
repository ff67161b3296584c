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

package io.github.natskv.autoconfigure.openfeature;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * Configuration properties for feature flags in a bucket.
 *
 * @param bucket Bucket of the feature flags, by its key. With it there is an OpenFeature
 * provider.
 * @param connection Connection the bucket is reached over. Default is the default
 * connection.
 * @param domain OpenFeature domain whose provider it becomes. Default is the provider of
 * all domains that have none of their own.
 * @param register Whether to make it the provider of OpenFeature's API.
 * @param timeout How long the start waits for the flags. Without them the application
 * begins with the defaults in its code. A number without unit is milliseconds.
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "nats.openfeature", ignoreUnknownFields = false)
public record NatsOpenFeatureProperties(@Nullable String bucket, @Nullable String connection, @Nullable String domain,
		@DefaultValue("true") boolean register, @DefaultValue("10s") Duration timeout) implements Validator {

	@Override
	public boolean supports(Class<?> type) {
		return type == NatsOpenFeatureProperties.class;
	}

	@Override
	public void validate(Object target, Errors errors) {
		if (this.timeout.isNegative() || this.timeout.isZero()) {
			errors.rejectValue("timeout", "positive", "must be positive");
		}
	}

}
