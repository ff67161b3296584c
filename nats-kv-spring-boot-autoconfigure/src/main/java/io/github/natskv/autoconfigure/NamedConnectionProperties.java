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

import java.util.Map;

import io.github.natskv.connection.ConnectionName;
import io.github.natskv.provisioning.ProvisioningPolicy;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Configuration properties of a connection with a name.
 *
 * @since 0.1.0
 */
@ConfigurationPropertiesSource
public class NamedConnectionProperties extends NatsConnectionProperties {

	@NestedConfigurationProperty
	private final Template template = new Template();

	/**
	 * Key-Value buckets of this connection.
	 */
	@NestedConfigurationProperty
	private final NatsKeyValueProperties kv;

	// makes this a bean with setters in the metadata
	public NamedConnectionProperties() {
		this(ConnectionName.DEFAULT, new NatsKeyValueProperties(ProvisioningPolicy.CREATE, false, Map.of()));
	}

	public NamedConnectionProperties(ConnectionName connection, NatsKeyValueProperties kv) {
		super(connection);
		this.kv = kv;
	}

	@Override
	public Template getTemplate() {
		return this.template;
	}

	public NatsKeyValueProperties getKv() {
		return this.kv;
	}

}
