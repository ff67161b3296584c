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

package io.github.natskv.endpoint;

import java.util.List;

import io.github.natskv.connection.ConnectionFailures;
import io.github.natskv.core.connection.UserInfo;
import io.nats.client.Connection;
import io.nats.client.api.ServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * A connection to NATS.
 *
 * @param status what it does
 * @param connectionName the name it has on the server
 * @param url where it is connected to
 * @param servers the servers it knows
 * @param serverName the name of the server
 * @param serverVersion the version of the server
 * @param cluster the name of the server's cluster
 * @param reconnects how often it was lost and re-established
 * @param lastError what the server complained about the last time
 * @param lastErrorAt when it did
 * @since 0.1.0
 */
public record ConnectionDescriptor(String status, @Nullable String connectionName, @Nullable String url,
		List<String> servers, @Nullable String serverName, @Nullable String serverVersion, @Nullable String cluster,
		long reconnects, @Nullable String lastError, @Nullable String lastErrorAt) {

	static ConnectionDescriptor of(Connection connection) {
		boolean connected = connection.getStatus() == Connection.Status.CONNECTED;
		ServerInfo server = connection.getServerInfo();
		String url = connection.getConnectedUrl();
		String lastError = connection.getLastError();
		return new ConnectionDescriptor(Texts.lowerCase(connection.getStatus()),
				connection.getOptions().getConnectionName(), (connected && url != null) ? UserInfo.mask(url) : null,
				connection.getServers().stream().map(UserInfo::mask).sorted().toList(),
				connected ? server.getServerName() : null, connected ? server.getVersion() : null,
				connected ? server.getCluster() : null, connection.getStatistics().getReconnects(),
				(lastError != null) ? UserInfo.mask(lastError) : null,
				Texts.describe(ConnectionFailures.lastErrorAt(connection)));
	}

}
