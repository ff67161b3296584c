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

import io.github.natskv.core.NatsHeaders;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.nats.client.Message;

/**
 * A message that a listener handles. Trace context comes out of its headers.
 *
 * @since 0.1.0
 */
public class NatsReceiverContext extends ReceiverContext<Message> {

	private final Message message;

	private final String connectionName;

	private final String listenerId;

	private final String subscription;

	/**
	 * Create a context.
	 * @param message the message
	 * @param connectionName the name of the connection
	 * @param listenerId the id of the listener
	 * @param subscription the subject the listener subscribes
	 */
	public NatsReceiverContext(Message message, String connectionName, String listenerId, String subscription) {
		super((carrier, name) -> NatsHeaders.first(carrier.getHeaders(), name),
				(message.getReplyTo() != null && !message.isJetStream()) ? Kind.SERVER : Kind.CONSUMER);
		this.message = message;
		this.connectionName = connectionName;
		this.listenerId = listenerId;
		this.subscription = subscription;
		setCarrier(message);
		setRemoteServiceName("NATS");
	}

	/**
	 * Return the message.
	 * @return the message
	 */
	public Message getMessage() {
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
	 * Return the id of the listener.
	 * @return the listener id
	 */
	public String getListenerId() {
		return this.listenerId;
	}

	/**
	 * Return the subject the listener subscribes, with its wildcards.
	 * @return the subject
	 */
	public String getSubscription() {
		return this.subscription;
	}

}
