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
 * Published when a consumer was made or changed on the server by its declaration or a
 * listener, not for one that was as declared. On a thread of its own, once the
 * application context has started, and no more when it closes.
 *
 * @since 0.1.0
 */
public class ConsumerProvisionedEvent extends ProvisionedEvent<ConsumerDefinition> {

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param definition the consumer as it is declared
	 * @param action what was done
	 * @param changes what was otherwise before, for an update
	 */
	public ConsumerProvisionedEvent(Connection connection, ConsumerDefinition definition, ProvisioningAction action,
			List<OptionDifference> changes) {
		super(connection, definition, action, changes);
	}

	/**
	 * Return the server's name of the stream.
	 * @return the name
	 */
	public String getStreamName() {
		return definition().stream();
	}

	/**
	 * Return the name of the consumer.
	 * @return the name
	 */
	public String getConsumerName() {
		return definition().name();
	}

	@Override
	public String toString() {
		return "ConsumerProvisionedEvent[%s, %s of %s, %s]".formatted(getAction(), getConsumerName(), getStreamName(),
				getDeclaredBy());
	}

}
