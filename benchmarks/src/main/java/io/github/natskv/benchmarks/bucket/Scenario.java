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

package io.github.natskv.benchmarks.bucket;

import java.util.Map;
import java.util.function.Function;

/**
 * A comparison of the same work done by each contestant.
 *
 * @param label what is done
 * @param unit what the cost is divided by
 * @param count how many of these an operation is
 * @param turns how often each contestant has its turn in a round
 * @param operations the operations of the contestants
 */
record Scenario(String label, String unit, int count, int turns, Map<Side, Operation> operations) {

	static Scenario of(String label, String unit, int count, int turns, Function<Side, Operation> operations) {
		return new Scenario(label, unit, count, turns, Map.of(Side.RAW, operations.apply(Side.RAW), Side.RAW_AGAIN,
				operations.apply(Side.RAW_AGAIN), Side.NATS_KV, operations.apply(Side.NATS_KV)));
	}

}
