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

import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A round, all of it derived from the seed unless it is given. How the threads interleave
 * is not, so a failure may need several repetitions to come back.
 *
 * @param seed of all random numbers
 * @param topology the servers
 * @param settings of this kind of rounds
 * @param faults the faults, in this order
 * @param <F> the faults of this kind of rounds
 */
record RoundPlan<F extends RoundFault<?>>(long seed, Topology topology, List<String> settings, List<F> faults) {

	/** The random numbers of one of those who act in a round. */
	Random random(int actor) {
		return random(this.seed, actor);
	}

	static Random random(long seed, int actor) {
		// Random's first numbers are much alike for seeds that are
		return new Random(new SplittableRandom(seed * 1009 + actor).nextLong());
	}

	/** The text that {@link RoundPlans#parse} takes. */
	@Override
	public String toString() {
		String names = this.faults.stream().map(RoundFault::name).collect(Collectors.joining("+"));
		return Stream.of(Stream.of(this.seed, this.topology), this.settings.stream(), Stream.of(names))
			.flatMap((parts) -> parts)
			.map(Object::toString)
			.collect(Collectors.joining(":"));
	}

}
