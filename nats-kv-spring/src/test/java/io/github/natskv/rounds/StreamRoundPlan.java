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
 * A round: {@code 42:single:2:CUT+KILL}.
 *
 * @param seed of its random numbers
 * @param cluster whether there are three servers and as many replicas
 * @param listeners how many applications listen
 * @param faults the faults, in this order
 */
record StreamRoundPlan(int seed, boolean cluster, int listeners, List<StreamFault> faults) {

	static StreamRoundPlan parse(String text) {
		String[] parts = text.split(":");
		return new StreamRoundPlan(Integer.parseInt(parts[0]), parts[1].equals("cluster"), Integer.parseInt(parts[2]),
				Arrays.stream(parts[3].split("\\+")).map(StreamFault::valueOf).toList());
	}

	static StreamRoundPlan of(int seed, boolean cluster) {
		Random random = new Random(seed);
		List<StreamFault> possible = new ArrayList<>(List.of(StreamFault.values()));
		if (!cluster) {
			possible.remove(StreamFault.STEP_DOWN);
		}
		int listeners = 1 + random.nextInt(3);
		List<StreamFault> faults = new ArrayList<>();
		for (int i = 0; i <= random.nextInt(3); i++) {
			faults.add(possible.get(random.nextInt(possible.size())));
		}
		return new StreamRoundPlan(seed, cluster, listeners, faults);
	}

	@Override
	public String toString() {
		return "%d:%s:%d:%s".formatted(this.seed, this.cluster ? "cluster" : "single", this.listeners,
				this.faults.stream().map(Enum::name).collect(Collectors.joining("+")));
	}

}
