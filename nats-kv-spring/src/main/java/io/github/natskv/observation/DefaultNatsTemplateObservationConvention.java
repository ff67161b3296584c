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
import io.micrometer.common.KeyValues;

/**
 * Default {@link NatsTemplateObservationConvention}: the name is {@code nats.template}.
 *
 * @since 0.1.0
 */
public class DefaultNatsTemplateObservationConvention implements NatsTemplateObservationConvention {

	@Override
	public String getName() {
		return "nats.template";
	}

	@Override
	public String getContextualName(NatsSenderContext context) {
		return "nats " + context.getOperation();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(NatsSenderContext context) {
		return KeyValues.of(LowCardinalityKeys.CONNECTION.withValue(context.getConnectionName()),
				LowCardinalityKeys.MESSAGING_SYSTEM.withValue("nats"),
				LowCardinalityKeys.OPERATION.withValue(context.getOperation()),
				LowCardinalityKeys.OPERATION_TYPE.withValue("send"),
				LowCardinalityKeys.ERROR_TYPE.withValue(NatsObservation.errorType(context)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(NatsSenderContext context) {
		return KeyValues.of(HighCardinalityKeys.SUBJECT.withValue(context.getMessage().subject()));
	}

}
