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

package io.github.natskv.core;

import io.nats.client.Connection;

import org.springframework.context.ApplicationEvent;

/**
 * Something that happened to a connection, or to what is reached over it. All events of
 * this library are of this type.
 *
 * @since 0.1.0
 */
public abstract class NatsEvent extends ApplicationEvent {

	private final String connectionName;

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param connectionName its name in {@code nats.connections}, or
	 * {@link NatsConnections#DEFAULT}
	 */
	protected NatsEvent(Connection connection, String connectionName) {
		super(connection);
		this.connectionName = connectionName;
	}

	/**
	 * Return the connection.
	 * @return the connection
	 */
	public Connection getConnection() {
		return (Connection) getSource();
	}

	/**
	 * Return the name of the connection: not the one a server shows for the client, but
	 * that of the configuration.
	 * @return the name in {@code nats.connections}, {@code default} for the default
	 * connection
	 */
	public String getConnectionName() {
		return this.connectionName;
	}

}
