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

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for connections besides the default one.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("nats")
public class NatsConnectionsProperties {

	/**
	 * Further connections by name, each with the properties the default connection has
	 * below 'nats', and buckets below 'kv'. Their beans are injected by the name as
	 * qualifier.
	 */
	private Map<String, NamedConnectionProperties> connections = new LinkedHashMap<>();

	public Map<String, NamedConnectionProperties> getConnections() {
		return this.connections;
	}

	public void setConnections(Map<String, NamedConnectionProperties> connections) {
		this.connections = connections;
	}

}
