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

package io.github.natskv.lock;

import io.github.natskv.core.NatsEvent;
import io.nats.client.Connection;

/**
 * This application began or ceased to lead. Published by a thread of the role: granted
 * and revoked take turns, and events of one role are not published side by side.
 *
 * @since 0.1.0
 */
public abstract class LeadershipEvent extends NatsEvent {

	private final String role;

	private final long fencingToken;

	/**
	 * Create an event.
	 * @param connection the connection the lock is reached over
	 * @param connectionName the name of the connection
	 * @param role the role
	 * @param fencingToken the number of this time as the leader
	 */
	protected LeadershipEvent(Connection connection, String connectionName, String role, long fencingToken) {
		super(connection, connectionName);
		this.role = role;
		this.fencingToken = fencingToken;
	}

	/**
	 * Return the role.
	 * @return the name of the role
	 */
	public String getRole() {
		return this.role;
	}

	/**
	 * Return the number of this time as the leader, which is greater than those of all
	 * earlier leaders.
	 * @return the fencing token
	 */
	public long getFencingToken() {
		return this.fencingToken;
	}

	@Override
	public String toString() {
		return "%s[%s, %d]".formatted(getClass().getSimpleName(), this.role, this.fencingToken);
	}

}
