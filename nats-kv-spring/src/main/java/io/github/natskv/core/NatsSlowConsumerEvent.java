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
 * A subscription is slower than its messages arrive, so that some were dropped. Published
 * on a thread of its own, at most every ten seconds for a subscription.
 *
 * @since 0.1.0
 */
public class NatsSlowConsumerEvent extends NatsEvent {

	private final @Nullable String listenerId;

	private final long pendingMessages;

	private final long droppedMessages;

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param connectionName its name, {@link NatsConnections#DEFAULT} for the default one
	 * @param listenerId the id of the listener, {@code null} if the subscription is not
	 * that of a listener
	 * @param pendingMessages how many messages are waiting
	 * @param droppedMessages how many messages of the subscription were dropped so far
	 */
	public NatsSlowConsumerEvent(Connection connection, String connectionName, @Nullable String listenerId,
			long pendingMessages, long droppedMessages) {
		super(connection, connectionName);
		this.listenerId = listenerId;
		this.pendingMessages = pendingMessages;
		this.droppedMessages = droppedMessages;
	}

	/**
	 * Return the id of the listener that is too slow.
	 * @return the listener id, or {@code null} if the subscription is not that of a
	 * listener
	 */
	public @Nullable String getListenerId() {
		return this.listenerId;
	}

	/**
	 * Return how many messages are waiting.
	 * @return the number of messages
	 */
	public long getPendingMessages() {
		return this.pendingMessages;
	}

	/**
	 * Return how many messages of the subscription were dropped so far.
	 * @return the number of messages
	 */
	public long getDroppedMessages() {
		return this.droppedMessages;
	}

}
