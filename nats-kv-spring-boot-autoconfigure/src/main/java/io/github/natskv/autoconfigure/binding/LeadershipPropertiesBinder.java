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

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsLeadershipProperties;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.util.StringUtils;

/**
 * Binds the {@link NatsLeadershipProperties} strictly.
 */
class LeadershipPropertiesBinder {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("nats.leadership");

	private final StrictBinder binder;

	LeadershipPropertiesBinder(StrictBinder binder) {
		this.binder = binder;
	}

	NatsLeadershipProperties bind() {
		if (!this.binder.isSet(ROOT)) {
			return NatsLeadershipProperties.DEFAULTS;
		}
		NatsLeadershipProperties properties = this.binder.bind(ROOT, Bindable.of(NatsLeadershipProperties.class),
				UnaryOperator.identity(),
				"Below '%s' unknown properties are refused, so that a typo does not make a role vanish."
					.formatted(ROOT));
		check(properties.roles());
		return properties;
	}

	private static void check(List<String> roles) {
		Set<String> names = new HashSet<>();
		for (int i = 0; i < roles.size(); i++) {
			String role = roles.get(i);
			if (!StringUtils.hasText(role)) {
				throw new InvalidNatsPropertyException("nats.leadership.roles[%d]".formatted(i),
						"the name of a role is missing.", "Name the role, or remove it.");
			}
			if (!names.add(role)) {
				throw new InvalidNatsPropertyException("nats.leadership.roles[%d]".formatted(i),
						"there are several roles called '%s'.".formatted(role), "Keep one of them.");
			}
		}
	}

}
