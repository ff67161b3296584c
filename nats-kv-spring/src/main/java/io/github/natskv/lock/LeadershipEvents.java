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

import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes events of leadership; listeners that fail are logged.
 */
final class LeadershipEvents {

	private static final Log logger = LogFactory.getLog(LeadershipEvents.class);

	private final Connection connection;

	private final String connectionName;

	private final ApplicationEventPublisher events;

	LeadershipEvents(Connection connection, String connectionName, ApplicationEventPublisher events) {
		this.connection = connection;
		this.connectionName = connectionName;
		this.events = events;
	}

	void granted(String role, long fencingToken) {
		publish(new LeadershipGrantedEvent(this.connection, this.connectionName, role, fencingToken));
	}

	void revoked(String role, long fencingToken) {
		publish(new LeadershipRevokedEvent(this.connection, this.connectionName, role, fencingToken));
	}

	private void publish(LeadershipEvent event) {
		logger.info("%s leadership of '%s' (fencing token %d)".formatted(
				(event instanceof LeadershipGrantedEvent) ? "Granted" : "Revoked", event.getRole(),
				event.getFencingToken()));
		try {
			this.events.publishEvent(event);
		}
		catch (Exception | Error ex) {
			logger.warn("A listener of " + event + " failed", ex);
		}
	}

}
