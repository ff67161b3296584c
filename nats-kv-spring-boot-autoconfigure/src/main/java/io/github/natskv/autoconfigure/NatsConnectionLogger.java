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

package io.github.natskv.autoconfigure;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs what happens to the connection.
 */
class NatsConnectionLogger implements ConnectionListener, ErrorListener {

	private static final Log logger = LogFactory.getLog(NatsConnectionLogger.class);

	@Override
	public void connectionEvent(Connection connection, Events event, Long time, String uriDetails) {
		switch (event) {
			case CONNECTED,
					RECONNECTED ->
				logger.info("%s to NATS server %s at %s".formatted(
						(event == Events.CONNECTED) ? "Connected" : "Reconnected", server(connection),
						url(connection)));
			case DISCONNECTED -> logger.warn("Connection to NATS lost; reconnecting until it is back");
			case LAME_DUCK ->
				logger.warn("NATS server at %s is about to stop; connecting to another one".formatted(url(connection)));
			case CLOSED -> logger.debug("Connection to NATS closed");
			default -> logger.debug("NATS connection: " + event);
		}
	}

	@Override
	@Deprecated
	public void connectionEvent(Connection connection, Events event) {
		// the other form is called instead
	}

	@Override
	public void errorOccurred(Connection connection, String error) {
		logger.warn("NATS server reported: " + error);
	}

	@Override
	public void exceptionOccurred(Connection connection, Exception exception) {
		if (connection.getStatus() == Connection.Status.CONNECTED) {
			logger.warn("NATS connection: " + exception);
			logger.debug("NATS connection", exception);
		}
		else {
			logger.debug("NATS connection: " + exception, exception);
		}
	}

	@Override
	public void slowConsumerDetected(Connection connection, Consumer consumer) {
		logger.warn("A NATS subscription is too slow: %d messages are waiting, %d were dropped so far"
			.formatted(consumer.getPendingMessageCount(), consumer.getDroppedCount()));
	}

	private static String server(Connection connection) {
		return connection.getServerInfo().getVersion();
	}

	private static String url(Connection connection) {
		String url = connection.getConnectedUrl();
		return (url != null) ? NatsConnectionFailedException.withoutUserInfo(url) : "?";
	}

}
