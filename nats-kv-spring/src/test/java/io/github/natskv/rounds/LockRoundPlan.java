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

package io.github.natskv.rounds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A round: {@code 42:single:KILL_HOLDER+CUT}.
 *
 * @param seed of its random numbers
 * @param cluster whether there are three servers and as many replicas
 * @param faults the faults, in this order
 */
record LockRoundPlan(int seed, boolean cluster, List<LockFault> faults) {

	static LockRoundPlan parse(String text) {
		String[] parts = text.split(":");
		return new LockRoundPlan(Integer.parseInt(parts[0]), parts[1].equals("cluster"),
				Arrays.stream(parts[2].split("\\+")).map(LockFault::valueOf).toList());
	}

	static LockRoundPlan of(int seed, boolean cluster) {
		Random random = new Random(seed);
		List<LockFault> possible = new ArrayList<>(List.of(LockFault.values()));
		if (!cluster) {
			possible.remove(LockFault.LEADER);
		}
		if (!WallClock.canBeSet()) {
			possible.remove(LockFault.CLOCK);
		}
		List<LockFault> faults = new ArrayList<>();
		for (int i = 0; i <= random.nextInt(2); i++) {
			faults.add(possible.get(random.nextInt(possible.size())));
		}
		return new LockRoundPlan(seed, cluster, faults);
	}

	@Override
	public String toString() {
		return "%d:%s:%s".formatted(this.seed, this.cluster ? "cluster" : "single",
				this.faults.stream().map(Enum::name).collect(Collectors.joining("+")));
	}

}
