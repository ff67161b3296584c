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

package io.github.natskv.connection;

import io.github.natskv.core.NatsConnections;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A connection of the configuration: the default one, or one with a name.
 *
 * @param name the name, {@code null} for the default connection
 */
public record ConnectionName(@Nullable String name) {

	public static final String NAMED = "nats.connections";

	public static final ConnectionName DEFAULT = new ConnectionName(null);

	public boolean isDefault() {
		return this.name == null;
	}

	// How events and metrics call it.
	public String label() {
		return (this.name != null) ? this.name : NatsConnections.DEFAULT;
	}

	// What its properties begin with.
	public String prefix() {
		return (this.name != null) ? NAMED + "." + this.name : "nats";
	}

	public String property(String property) {
		return prefix() + "." + property;
	}

	// Text about the properties of the default connection, as text about those of this
	// one.
	public String named(String text) {
		return text.replace("'nats.", "'" + property(""));
	}

	public @Nullable String defaultConnectionName(@Nullable String applicationName) {
		if (this.name == null) {
			return applicationName;
		}
		return StringUtils.hasText(applicationName) ? applicationName + "-" + this.name : this.name;
	}

	// What a log message about the connection begins with.
	public String logPrefix() {
		return (this.name != null) ? "Connection '" + this.name + "': " : "";
	}

}
