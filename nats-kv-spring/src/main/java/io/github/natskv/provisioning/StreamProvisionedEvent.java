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

import java.util.List;

import io.nats.client.Connection;

/**
 * Published when a stream was made or changed on the server by its declaration, not for
 * one that was as declared. On a thread of its own, once the application context has
 * started, and no more when it closes.
 *
 * @since 0.1.0
 */
public class StreamProvisionedEvent extends ProvisionedEvent<Definition> {

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param definition the stream as it is declared
	 * @param action what was done
	 * @param changes what was otherwise before, for an update
	 */
	public StreamProvisionedEvent(Connection connection, Definition definition, ProvisioningAction action,
			List<OptionDifference> changes) {
		super(connection, definition, action, changes);
	}

	/**
	 * Return the stream key.
	 * @return the key
	 */
	public String getStreamKey() {
		return definition().key();
	}

	/**
	 * Return the server's name of the stream.
	 * @return the name
	 */
	public String getStreamName() {
		return definition().name();
	}

	@Override
	public String toString() {
		return "StreamProvisionedEvent[%s, %s, %s]".formatted(getAction(), getStreamName(), getDeclaredBy());
	}

}
