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

/**
 * Messages were not sent, because too many were waiting to be sent already. That happens
 * only with {@code nats.discard-messages-when-outgoing-queue-full}. Published on a thread
 * of its own, at most every ten seconds for a connection.
 *
 * @since 0.1.0
 */
public class NatsDiscardedMessageEvent extends NatsEvent {

	private final String subject;

	private final long discardedMessages;

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param connectionName its name, {@link NatsConnections#DEFAULT} for the default one
	 * @param subject the subject of the message discarded last
	 * @param discardedMessages how many messages of the connection were discarded so far
	 */
	public NatsDiscardedMessageEvent(Connection connection, String connectionName, String subject,
			long discardedMessages) {
		super(connection, connectionName);
		this.subject = subject;
		this.discardedMessages = discardedMessages;
	}

	/**
	 * Return the subject of the message discarded last.
	 * @return the subject
	 */
	public String getSubject() {
		return this.subject;
	}

	/**
	 * Return how many messages of the connection were discarded so far.
	 * @return the number of messages
	 */
	public long getDiscardedMessages() {
		return this.discardedMessages;
	}

}
