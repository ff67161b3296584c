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

package io.github.natskv.metrics;

/**
 * The meters of consumers: of declared ones by {@link NatsStreamMetrics}, of those that
 * listeners make by {@link NatsListenerMetrics}.
 */
enum ConsumerMeter {

	/** Messages to be delivered. */
	PENDING("nats.consumer.pending", "Messages that have not been delivered"),

	/** Messages at work. */
	ACK_PENDING("nats.consumer.ack.pending", "Messages that were delivered and not acknowledged"),

	/** Messages at work once more. */
	REDELIVERED("nats.consumer.redelivered", "Unacknowledged messages that were delivered more than once");

	private final String meterName;

	private final String description;

	ConsumerMeter(String meterName, String description) {
		this.meterName = meterName;
		this.description = description;
	}

	String meterName() {
		return this.meterName;
	}

	String description() {
		return this.description;
	}

}
