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

package io.github.natskv.listener;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;

/**
 * Flushes of a connection, one at a time: each is a ping, and jnats gives a connection up
 * that has more than {@code max-pings-out} pings outstanding.
 */
final class ConnectionFlush {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private ConnectionFlush() {
	}

	/**
	 * Flush the connection, if there is one.
	 * @param connection the connection
	 * @return whether the server has confirmed it within 2 s
	 * @throws InterruptedException if interrupted
	 */
	static boolean flush(Connection connection) throws InterruptedException {
		synchronized (connection) {
			if (connection.getStatus() != Connection.Status.CONNECTED) {
				return true;
			}
			try {
				connection.flush(TIMEOUT);
				return true;
			}
			catch (TimeoutException ex) {
				return false;
			}
		}
	}

	/**
	 * Begin to drain a dispatcher, which flushes its connection.
	 * @param connection the connection
	 * @param dispatcher the dispatcher
	 * @param timeout how long draining may take
	 * @return whether it was drained in time
	 * @throws InterruptedException if interrupted
	 */
	static CompletableFuture<Boolean> drain(Connection connection, Dispatcher dispatcher, Duration timeout)
			throws InterruptedException {
		synchronized (connection) {
			return dispatcher.drain(timeout);
		}
	}

}
