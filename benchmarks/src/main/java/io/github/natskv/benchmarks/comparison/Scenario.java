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

package io.github.natskv.benchmarks.comparison;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * A comparison of the same work done by each contestant.
 *
 * @param label what is done
 * @param unit what the cost is divided by
 * @param counts how many of these an operation of each contestant is
 * @param turns how often each contestant has its turn in a round
 * @param operations the operations of the contestants
 */
record Scenario(String label, String unit, Map<Side, Integer> counts, int turns, Map<Side, Operation> operations) {

	static Scenario of(String label, String unit, ToIntFunction<Side> count, int turns, Predicate<Side> sides,
			Function<Side, Operation> operations) {
		Map<Side, Integer> counts = new EnumMap<>(Side.class);
		Map<Side, Operation> all = new EnumMap<>(Side.class);
		for (Side side : Side.values()) {
			if (sides.test(side)) {
				counts.put(side, count.applyAsInt(side));
				all.put(side, operations.apply(side));
			}
		}
		return new Scenario(label, unit, counts, turns, all);
	}

	double total(Side side) {
		return (double) this.counts.getOrDefault(side, 0) * this.turns;
	}

}
