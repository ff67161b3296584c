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

package io.github.natskv.autoconfigure.health;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * Configuration properties for the health of NATS.
 *
 * @param timeout How long the server may take to answer a health check. A number without
 * unit is milliseconds.
 * @param stuckAfter How long a watch may be out of touch with its bucket, or at the same
 * change, before it counts as stuck. A number without unit is milliseconds.
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "nats.health", ignoreUnknownFields = false)
public record NatsHealthProperties(@DefaultValue("1s") Duration timeout,
		@DefaultValue("10s") Duration stuckAfter) implements Validator {

	@Override
	public boolean supports(Class<?> type) {
		return type == NatsHealthProperties.class;
	}

	@Override
	public void validate(Object target, Errors errors) {
		positive(errors, "timeout", this.timeout);
		positive(errors, "stuckAfter", this.stuckAfter);
	}

	private static void positive(Errors errors, String field, Duration value) {
		if (value.isNegative() || value.isZero()) {
			errors.rejectValue(field, "positive", "must be positive");
		}
	}

}
