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

import io.github.natskv.kv.interceptor.BucketOperation;
import io.github.natskv.kv.interceptor.OperationOutcome;
import io.github.natskv.observation.NatsObservation.HighCardinalityKeys;
import io.github.natskv.observation.NatsObservation.LowCardinalityKeys;
import io.micrometer.common.KeyValues;

/**
 * Default {@link NatsBucketObservationConvention}: the name is {@code nats.kv.operation}.
 *
 * @since 0.1.0
 */
public class DefaultNatsBucketObservationConvention implements NatsBucketObservationConvention {

	@Override
	public String getName() {
		return "nats.kv.operation";
	}

	@Override
	public String getContextualName(NatsBucketContext context) {
		return operation(context) + " " + bucket(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(NatsBucketContext context) {
		OperationOutcome outcome = context.getOutcome();
		return KeyValues.of(LowCardinalityKeys.CONNECTION.withValue(context.getOperation().connectionName()),
				LowCardinalityKeys.DATABASE_SYSTEM.withValue("nats"),
				LowCardinalityKeys.BUCKET.withValue(bucket(context)),
				LowCardinalityKeys.BUCKET_OPERATION.withValue(operation(context)),
				LowCardinalityKeys.OUTCOME
					.withValue((outcome != null) ? outcome.name().toLowerCase(Locale.ROOT) : "unknown"),
				LowCardinalityKeys.ERROR_TYPE.withValue(NatsObservation.errorType(context)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(NatsBucketContext context) {
		BucketOperation operation = context.getOperation();
		KeyValues values = (operation.key() != null) ? KeyValues.of(HighCardinalityKeys.KEY.withValue(operation.key()))
				: KeyValues.empty();
		if (operation.kind() == BucketOperation.Kind.TRANSACTION) {
			values = values.and(HighCardinalityKeys.RETRIES.withValue(Integer.toString(operation.retryCount())));
		}
		return operation.configured() ? values
				: values.and(HighCardinalityKeys.BUCKET_NAME.withValue(operation.bucketKey()));
	}

	private static String bucket(NatsBucketContext context) {
		BucketOperation operation = context.getOperation();
		return operation.configured() ? operation.bucketKey() : "other";
	}

	private static String operation(NatsBucketContext context) {
		return context.getOperation().kind().name().toLowerCase(Locale.ROOT);
	}

}
