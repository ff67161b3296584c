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
import org.jspecify.annotations.Nullable;

/**
 * Something happened to the connection the application was given by the
 * auto-configuration. Published in order, on a thread of its own, once the application
 * context has started, and no more when it closes.
 *
 * @since 0.1.0
 */
public class NatsConnectionEvent extends NatsEvent {

	private final Kind kind;

	private final @Nullable String server;

	private final @Nullable String reason;

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param connectionName its name, {@link NatsConnections#DEFAULT} for the default one
	 * @param kind what happened
	 * @param server the URL of the server, without user and password
	 * @param reason why it happened, if that is known
	 */
	public NatsConnectionEvent(Connection connection, String connectionName, Kind kind, @Nullable String server,
			@Nullable String reason) {
		super(connection, connectionName);
		this.kind = kind;
		this.server = server;
		this.reason = reason;
	}

	/**
	 * Return what happened.
	 * @return the kind
	 */
	public Kind getKind() {
		return this.kind;
	}

	/**
	 * Return the URL of the server, without user and password.
	 * @return the URL, or {@code null} where there is no server
	 */
	public @Nullable String getServer() {
		return this.server;
	}

	/**
	 * Return why the connection was lost or given up, for people to read.
	 * @return the reason, or {@code null} if it is not known or nothing was lost
	 */
	public @Nullable String getReason() {
		return this.reason;
	}

	@Override
	public String toString() {
		return "NatsConnectionEvent[" + this.kind + ((this.server != null) ? ", " + this.server : "")
				+ ((this.reason != null) ? ", " + this.reason : "") + "]";
	}

	/**
	 * The kinds of events of a connection. More may be added.
	 */
	public enum Kind {

		/**
		 * Connected for the first time.
		 */
		CONNECTED,

		/**
		 * The connection was lost and is being re-established.
		 */
		DISCONNECTED,

		/**
		 * The connection is back, its subscriptions too.
		 */
		RECONNECTED,

		/**
		 * The server is about to stop and wants its clients to leave.
		 */
		LAME_DUCK,

		/**
		 * The connection is given up for good: no server took it back in
		 * {@code nats.max-reconnects} attempts, or it was closed by hand.
		 */
		CLOSED

	}

}
