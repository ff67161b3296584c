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

package io.github.natskv.observation;

import java.util.Objects;

import io.github.natskv.core.OutgoingMessage;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import io.nats.client.impl.Headers;

/**
 * A message that is sent. Trace context goes into its headers.
 *
 * @since 0.1.0
 */
public class NatsSenderContext extends SenderContext<Headers> {

	private final OutgoingMessage message;

	private final String connectionName;

	private final String operation;

	/**
	 * Create a context.
	 * @param message the message
	 * @param connectionName the name of the connection
	 * @param operation what is done with it: {@code publish}, {@code request} or
	 * {@code reply}
	 */
	public NatsSenderContext(OutgoingMessage message, String connectionName, String operation) {
		super((headers, name, value) -> Objects.requireNonNull(headers).put(name, value),
				(message.replyTimeout() != null) ? Kind.CLIENT : Kind.PRODUCER);
		this.message = message;
		this.connectionName = connectionName;
		this.operation = operation;
		setCarrier(message.headers());
		setRemoteServiceName("NATS");
	}

	/**
	 * Return the message.
	 * @return the message
	 */
	public OutgoingMessage getMessage() {
		return this.message;
	}

	/**
	 * Return the name of the connection.
	 * @return the name, {@code default} for the default connection
	 */
	public String getConnectionName() {
		return this.connectionName;
	}

	/**
	 * Return what is done: {@code publish}, {@code request} or {@code reply}.
	 * @return the operation
	 */
	public String getOperation() {
		return this.operation;
	}

}
