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

package io.github.natskv.health;

import io.github.natskv.provisioning.ConsumerDefinition;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import org.jspecify.annotations.Nullable;

/**
 * The status of a declared consumer. One that cannot be used has a problem, and the
 * numbers are 0.
 *
 * @param definition how it is declared
 * @param pending how many messages have not been delivered
 * @param ackPending how many were delivered and not acknowledged
 * @param redelivered how many of these were delivered more than once
 * @param waiting how many pull requests wait for messages
 * @param acknowledged the sequence of the stream up to which all is acknowledged
 * @param paused whether nothing is delivered at present
 * @param configuration its configuration on the server, if any
 * @param problem why it cannot be used, if it cannot
 * @since 0.1.0
 */
public record ConsumerStatus(ConsumerDefinition definition, long pending, long ackPending, long redelivered,
		long waiting, long acknowledged, boolean paused, @Nullable ConsumerConfiguration configuration,
		@Nullable String problem) {

	static ConsumerStatus of(ConsumerDefinition definition, ConsumerInfo info) {
		return new ConsumerStatus(definition, info.getNumPending(), info.getNumAckPending(), info.getRedelivered(),
				info.getNumWaiting(), info.getAckFloor().getStreamSequence(), info.getPaused(),
				info.getConsumerConfiguration(), null);
	}

	static ConsumerStatus unusable(ConsumerDefinition definition, String problem) {
		return new ConsumerStatus(definition, 0, 0, 0, 0, 0, false, null, problem);
	}

	/**
	 * Return how many messages have not been handled.
	 * @return those that were not delivered, and those that were not acknowledged
	 */
	public long lag() {
		return this.pending + this.ackPending;
	}

}
