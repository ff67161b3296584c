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

import java.time.Duration;
import java.util.function.UnaryOperator;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsLocksProperties;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.util.StringUtils;

/**
 * Binds the {@link NatsLocksProperties} strictly.
 */
class LocksPropertiesBinder {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("nats.locks");

	private final StrictBinder binder;

	LocksPropertiesBinder(StrictBinder binder) {
		this.binder = binder;
	}

	NatsLocksProperties bind() {
		if (!this.binder.isSet(ROOT)) {
			return NatsLocksProperties.DEFAULTS;
		}
		NatsLocksProperties properties = this.binder.bind(ROOT, Bindable.of(NatsLocksProperties.class),
				UnaryOperator.identity(),
				"Below '%s' unknown properties are refused, so that a typo does not make an option vanish."
					.formatted(ROOT));
		Duration lease = properties.lease();
		if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.getNano() != 0) {
			throw new InvalidNatsPropertyException("nats.locks.lease",
					"is '%s', but must be whole seconds, at least one.".formatted(lease), "Correct the value.");
		}
		String bucket = properties.bucket();
		if (bucket != null && !StringUtils.hasText(bucket)) {
			throw new InvalidNatsPropertyException("nats.locks.bucket", "it is empty.",
					"Name a bucket for locks, or remove the property.");
		}
		if (bucket != null && !bucket.matches("[A-Za-z0-9_-]+")) {
			throw new InvalidNatsPropertyException("nats.locks.bucket",
					"'%s' is not a bucket name: it may have letters, digits, dashes and underscores.".formatted(bucket),
					"Choose another name.");
		}
		return new NatsLocksProperties(bucket, properties.connection(), lease);
	}

}
