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

import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.NatsProperties;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * The properties below {@code nats} that no other binder refuses when they are unknown.
 */
class NatsPropertiesCheck {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("nats");

	// Bound strictly elsewhere, but for the prefix of the binder for Spring Cloud Stream.
	private static final ConfigurationPropertyName[] ELSEWHERE = Stream
		.of("kv", "streams", "cache", "locks", "leadership", "connections", "health", "openfeature", "spring")
		.map(ROOT::append)
		.toArray(ConfigurationPropertyName[]::new);

	private final StrictBinder binder;

	NatsPropertiesCheck(StrictBinder binder) {
		this.binder = binder;
	}

	void refuseUnknown() {
		if (this.binder.areKnown(ELSEWHERE)) {
			// Spring Boot binds them
			return;
		}
		this.binder.without(ELSEWHERE)
			.bind(ROOT, Bindable.of(NatsProperties.class), UnaryOperator.identity(),
					"Below '%s' unknown properties are refused, but for those of environment variables and below '%s.spring'."
						.formatted(ROOT, ROOT));
	}

}
