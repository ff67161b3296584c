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

package io.github.natskv.core.connection;

import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Flushes of a connection, one at a time: each is a ping, and jnats gives a connection up
 * that has more than {@code max-pings-out} pings outstanding.
 */
public final class ConnectionFlush {

	// When flushes were given up the last time.
	private static final Map<Connection, Long> unconfirmed = new WeakHashMap<>();

	private ConnectionFlush() {
	}

	/**
	 * Flush the connection, if there is one.
	 * @return whether the server has confirmed it within the connection timeout. It has
	 * not either where another flush was given up while this one waited for its turn
	 */
	public static boolean flush(Connection connection) throws InterruptedException {
		// jnats would wait for the answer to a ping it does not send, and take that to
		// the
		// next one for it
		if (Thread.currentThread().isInterrupted()) {
			throw new InterruptedException("Interrupted before the connection was flushed");
		}
		long asked = System.nanoTime();
		synchronized (connection) {
			return !isConnected(connection) || isConfirmed(connection, timeout(connection), asked);
		}
	}

	/**
	 * Begin to drain a dispatcher or a subscription, for which jnats flushes its
	 * connection and waits as long as it may take altogether.
	 * @param deadline until when it is to be drained
	 * @return whether it was drained in time, or {@code null} if that was not begun,
	 * because there is no server that answers
	 */
	public static @Nullable CompletableFuture<Boolean> drain(Connection connection, Consumer consumer,
			Deadline deadline) throws InterruptedException {
		long asked = System.nanoTime();
		synchronized (connection) {
			if (!isConnected(connection) || !isConfirmed(connection, deadline.remaining(timeout(connection)), asked)) {
				return null;
			}
			return consumer.drain(deadline.remaining());
		}
	}

	private static Duration timeout(Connection connection) {
		return connection.getOptions().getConnectionTimeout();
	}

	private static boolean isConnected(Connection connection) {
		return connection.getStatus() == Connection.Status.CONNECTED;
	}

	private static boolean isConfirmed(Connection connection, Duration timeout, long asked)
			throws InterruptedException {
		synchronized (unconfirmed) {
			Long givenUp = unconfirmed.get(connection);
			if ((givenUp != null && givenUp - asked > 0) || ServerSilence.isKnown(connection)) {
				return false;
			}
		}
		try {
			connection.flush(timeout);
			ServerSilence.end(connection);
			return true;
		}
		catch (TimeoutException ex) {
			ServerSilence.begin(connection);
			synchronized (unconfirmed) {
				unconfirmed.put(connection, System.nanoTime());
			}
			return false;
		}
	}

}
