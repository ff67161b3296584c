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

import java.util.Locale;

import io.github.natskv.kv.interceptor.BucketDelivery;
import io.github.natskv.observation.NatsObservation.HighCardinalityKeys;
import io.github.natskv.observation.NatsObservation.LowCardinalityKeys;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Default {@link NatsWatchObservationConvention}: the name is {@code nats.kv.watch}.
 *
 * @since 0.1.0
 */
public class DefaultNatsWatchObservationConvention implements NatsWatchObservationConvention {

	@Override
	public String getName() {
		return "nats.kv.watch";
	}

	@Override
	public String getContextualName(NatsWatchContext context) {
		return "watch " + bucket(context.getDelivery());
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(NatsWatchContext context) {
		BucketDelivery delivery = context.getDelivery();
		String listenerId = delivery.listenerId();
		return KeyValues.of(LowCardinalityKeys.CONNECTION.withValue(delivery.connectionName()),
				LowCardinalityKeys.DATABASE_SYSTEM.withValue("nats"),
				LowCardinalityKeys.BUCKET.withValue(bucket(delivery)),
				LowCardinalityKeys.CHANGE.withValue(delivery.operation().name().toLowerCase(Locale.ROOT)),
				LowCardinalityKeys.LISTENER_ID.withValue((listenerId != null) ? listenerId : KeyValue.NONE_VALUE),
				LowCardinalityKeys.ERROR_TYPE.withValue(NatsObservation.errorType(context)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(NatsWatchContext context) {
		BucketDelivery delivery = context.getDelivery();
		KeyValues values = KeyValues.of(HighCardinalityKeys.KEY.withValue(delivery.key()),
				HighCardinalityKeys.REVISION.withValue(String.valueOf(delivery.revision())));
		return delivery.configured() ? values
				: values.and(HighCardinalityKeys.BUCKET_NAME.withValue(delivery.bucketKey()));
	}

	private static String bucket(BucketDelivery delivery) {
		return delivery.configured() ? delivery.bucketKey() : "other";
	}

}
