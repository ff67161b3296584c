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

import io.github.natskv.kv.interceptor.BucketDelivery;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * A change that a watch delivers. It begins a trace of its own: the write may be long
 * ago, and values carry no trace context.
 *
 * @since 0.1.0
 */
public class NatsWatchContext extends ReceiverContext<BucketDelivery> {

	private final BucketDelivery delivery;

	/**
	 * Create a context.
	 * @param delivery the change
	 */
	public NatsWatchContext(BucketDelivery delivery) {
		super((carrier, name) -> null, Kind.CONSUMER);
		this.delivery = delivery;
		setCarrier(delivery);
		setRemoteServiceName("NATS");
	}

	/**
	 * Return the change.
	 * @return the change and where it goes
	 */
	public BucketDelivery getDelivery() {
		return this.delivery;
	}

}
