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

package io.github.natskv.autoconfigure.container;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Port and credentials of a server in a container, read from its command line and
 * environment.
 *
 * @param username the user to log in as
 * @param password the user's password
 * @param token the authentication token
 * @param tls whether the server asks for TLS
 */
record ContainerServer(@Nullable String username, @Nullable String password, @Nullable String token, boolean tls) {

	static final String[] IMAGES = { "nats", "library/nats", "bitnami/nats", "bitnamilegacy/nats",
			"synadia/nats-server" };

	static final int PORT = 4222;

	static ContainerServer of(String[] command, Map<String, ? extends @Nullable String> environment) {
		CommandLine options = CommandLine.parse(command);
		return new ContainerServer(
				first(options.value("user"), environment.get("NATS_USERNAME"), environment.get("NATS_USER")),
				first(options.value("pass"), environment.get("NATS_PASSWORD"), environment.get("NATS_PASS")),
				first(options.value("auth"), environment.get("NATS_TOKEN"), environment.get("NATS_AUTH_TOKEN")),
				options.hasAny("tls", "tlsverify", "tlscert"));
	}

	String url(String host, int port) {
		return (this.tls ? "tls://" : "nats://") + host + ":" + port;
	}

	private static @Nullable String first(@Nullable String... values) {
		for (String value : values) {
			if (value != null && !value.isEmpty()) {
				return value;
			}
		}
		return null;
	}

	@Override
	public String toString() {
		return "ContainerServer[username=" + this.username + ", tls=" + this.tls + "]";
	}

}
