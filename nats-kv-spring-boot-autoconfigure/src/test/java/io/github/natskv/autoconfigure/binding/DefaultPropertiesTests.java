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

import java.util.List;

import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsLeadershipProperties;
import io.github.natskv.autoconfigure.NatsLocksProperties;
import io.github.natskv.autoconfigure.NatsStreamsProperties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the properties there are where none is set, which are not bound.
 */
class DefaultPropertiesTests {

	static List<Object> defaults() {
		return List.of(NatsKeyValueProperties.DEFAULTS, NatsStreamsProperties.DEFAULTS, NatsCacheProperties.DEFAULTS,
				NatsLocksProperties.DEFAULTS, NatsLeadershipProperties.DEFAULTS);
	}

	@ParameterizedTest
	@MethodSource("defaults")
	void areThoseSpringBootBindsOfNothing(Object defaults) {
		Object bound = new Binder(new MapConfigurationPropertySource()).bindOrCreate("nothing", defaults.getClass());
		assertThat(bound).isEqualTo(defaults);
	}

}
