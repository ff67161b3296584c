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

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.util.Assert;

/**
 * The plans of a kind of rounds.
 *
 * @param topologies those to choose from, the likely ones several times
 * @param settings chosen at random
 * @param faults those to choose from
 * @param most the number of faults that a round has at most
 * @param <F> the faults of this kind of rounds
 */
record RoundPlans<F extends RoundFault<?>>(List<Topology> topologies, Function<Random, List<String>> settings,
		List<? extends F> faults, int most) {

	/** The faults of all rounds, and further ones. */
	static <F extends RoundFault<?>> List<F> faults(F[] common, F[] own) {
		return Stream.concat(Arrays.stream(common), Arrays.stream(own)).toList();
	}

	/**
	 * Parse {@code seed} or {@code seed:topology:settings:fault+fault+…}, for example
	 * {@code 42:single:file:KILL+CUT}.
	 */
	RoundPlan<F> parse(String text) {
		String[] parts = text.split(":");
		RoundPlan<F> plan = of(Long.parseLong(parts[0]));
		if (parts.length == 1) {
			return plan;
		}
		Assert.isTrue(parts.length == plan.settings().size() + 3,
				() -> "'%s' is not 'seed' or like '%s'".formatted(text, plan));
		return new RoundPlan<>(plan.seed(), Topology.valueOf(parts[1].toUpperCase()),
				List.of(parts).subList(2, parts.length - 1),
				Arrays.stream(parts[parts.length - 1].split("\\+")).map(this::fault).toList());
	}

	private F fault(String name) {
		return this.faults.stream()
			.filter((fault) -> fault.name().equals(name))
			.findFirst()
			.orElseThrow(
					() -> new IllegalArgumentException("'%s' is none of the faults %s".formatted(name, this.faults)));
	}

	RoundPlan<F> of(long seed) {
		Random random = RoundPlan.random(seed, -1);
		RoundPlan<F> plan = new RoundPlan<>(seed, any(this.topologies, random), this.settings.apply(random), List.of());
		List<? extends F> possible = this.faults.stream().filter((fault) -> fault.isPossibleIn(plan)).toList();
		List<F> faults = IntStream.rangeClosed(0, random.nextInt(this.most))
			.<F>mapToObj((i) -> any(possible, random))
			.toList();
		return new RoundPlan<>(seed, plan.topology(), plan.settings(), faults);
	}

	private static <T> T any(List<T> all, Random random) {
		return all.get(random.nextInt(all.size()));
	}

}
