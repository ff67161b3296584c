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

import io.github.natskv.observation.NatsObservation.HighCardinalityKeys;
import io.github.natskv.observation.NatsObservation.LowCardinalityKeys;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.nats.client.Subscription;

/**
 * Default {@link NatsListenerObservationConvention}: the name is {@code nats.listener}.
 *
 * @since 0.1.0
 */
public class DefaultNatsListenerObservationConvention implements NatsListenerObservationConvention {

	@Override
	public String getName() {
		return "nats.listener";
	}

	@Override
	public String getContextualName(NatsReceiverContext context) {
		return "process " + context.getSubscription();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(NatsReceiverContext context) {
		return KeyValues.of(LowCardinalityKeys.CONNECTION.withValue(context.getConnectionName()),
				LowCardinalityKeys.MESSAGING_SYSTEM.withValue("nats"),
				LowCardinalityKeys.OPERATION.withValue("process"),
				LowCardinalityKeys.OPERATION_TYPE.withValue("process"),
				LowCardinalityKeys.CONSUMER_GROUP.withValue(queue(context)),
				LowCardinalityKeys.SUBSCRIPTION.withValue(context.getSubscription()),
				LowCardinalityKeys.LISTENER_ID.withValue(context.getListenerId()),
				LowCardinalityKeys.ERROR_TYPE.withValue(NatsObservation.errorType(context)));
	}

	private static String queue(NatsReceiverContext context) {
		Subscription subscription = context.getMessage().getSubscription();
		String queue = (subscription != null) ? subscription.getQueueName() : null;
		return (queue != null) ? queue : KeyValue.NONE_VALUE;
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(NatsReceiverContext context) {
		return KeyValues.of(HighCardinalityKeys.SUBJECT.withValue(context.getMessage().getSubject()));
	}

}
