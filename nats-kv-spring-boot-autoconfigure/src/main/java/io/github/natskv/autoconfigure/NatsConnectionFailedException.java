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

import java.util.List;

import io.nats.client.AuthenticationException;

/**
 * No connection could be made when the application started.
 */
class NatsConnectionFailedException extends RuntimeException {

	private final ConnectionName connection;

	private final List<String> servers;

	private final boolean refused;

	NatsConnectionFailedException(ConnectionName connection, List<String> servers, Exception cause) {
		super("%sCannot connect to NATS at %s: %s".formatted(connection.logPrefix(),
				String.join(", ", withoutUserInfo(servers)), withoutUserInfo(String.valueOf(cause.getMessage()))));
		this.connection = connection;
		this.servers = withoutUserInfo(servers);
		this.refused = cause instanceof AuthenticationException;
	}

	ConnectionName getConnection() {
		return this.connection;
	}

	List<String> getServers() {
		return this.servers;
	}

	boolean isRefused() {
		return this.refused;
	}

	static List<String> withoutUserInfo(List<String> servers) {
		return servers.stream().map(NatsConnectionFailedException::withoutUserInfo).toList();
	}

	static String withoutUserInfo(String text) {
		return text.replaceAll("(^|//|[\s,])[^/@\s,]*@", "$1***@");
	}

}
