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

package io.github.natskv.provisioning;

import java.util.Set;

import io.nats.client.api.StreamConfiguration;

/**
 * A declared stream.
 *
 * @param prefix the beginning of the properties of its connection: {@code nats}, or
 * {@code nats.connections.archive}
 * @param key the stream key
 * @param declaredBy where the stream is declared, such as
 * {@code nats.streams.definitions.orders}
 * @param policy what to do if the server does not have it like this
 * @param configuration the configuration the stream is made with
 * @param declared the options that are declared; others are neither compared nor changed
 * @since 0.1.0
 */
public record StreamDefinition(String prefix, String key, String declaredBy, ProvisioningPolicy policy,
		StreamConfiguration configuration, Set<StreamOption> declared) implements Definition {

	public StreamDefinition {
		declared = Set.copyOf(declared);
	}

	@Override
	public String name() {
		return this.configuration.getName();
	}

	@Override
	public String label() {
		return label(name());
	}

	static String label(String name) {
		return "stream '%s'".formatted(name);
	}

	@Override
	public String defaultPolicyProperty() {
		return this.prefix + ".streams.provisioning";
	}

}
