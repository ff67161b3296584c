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

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.nats.client.api.StorageType;

import org.springframework.util.Assert;

/**
 * What goes on in a round, all of it derived from the seed unless it is given. How the
 * threads interleave is not, so a failure may need several repetitions to come back.
 *
 * @param seed what decides all that is left to chance
 * @param topology the servers
 * @param storage where the bucket is stored
 * @param history how many revisions of a key it keeps
 * @param roundTrip how far away the servers are
 * @param faults what happens, in this order
 */
record RoundPlan(long seed, Topology topology, StorageType storage, int history, Duration roundTrip,
		List<Fault> faults) {

	/** Enough to keep every revision that is written to a key during a round. */
	static final int FULL_HISTORY = 64;

	private static final int[] HISTORIES = { 1, 5, FULL_HISTORY, FULL_HISTORY };

	private static final int[] ROUND_TRIPS = { 0, 0, 0, 20, 60, 100 };

	/**
	 * Parse {@code seed[:topology:storage:fault+fault+…]}, for example
	 * {@code 42:single:file:KILL+CUT}.
	 */
	static RoundPlan parse(String text) {
		String[] parts = text.split(":");
		long seed = Long.parseLong(parts[0]);
		if (parts.length == 1) {
			return of(seed);
		}
		Assert.isTrue(parts.length == 4, () -> "'%s' is not 'seed' or 'seed:topology:storage:faults'".formatted(text));
		return of(seed, Topology.valueOf(parts[1].toUpperCase()), StorageType.get(parts[2]),
				Arrays.stream(parts[3].split("\\+")).map(StandardFault::valueOf).toArray(Fault[]::new));
	}

	static RoundPlan of(long seed) {
		Random random = random(seed, -1);
		Topology topology = (random.nextInt(4) > 0) ? Topology.SINGLE
				: (random.nextBoolean() ? Topology.CLUSTER : Topology.REPLICATED);
		StorageType storage = (random.nextInt(3) > 0) ? StorageType.File : StorageType.Memory;
		RoundPlan plan = of(seed, topology, storage);
		List<Fault> possible = Arrays.stream(StandardFault.values())
			.filter((fault) -> fault.isPossibleIn(plan))
			.collect(Collectors.toList());
		return of(seed, topology, storage,
				IntStream.rangeClosed(0, random.nextInt(3))
					.mapToObj((i) -> possible.get(random.nextInt(possible.size())))
					.toArray(Fault[]::new));
	}

	static RoundPlan of(long seed, Topology topology, StorageType storage, Fault... faults) {
		Random random = random(seed, -2);
		return new RoundPlan(seed, topology, storage, HISTORIES[random.nextInt(HISTORIES.length)],
				Duration.ofMillis(ROUND_TRIPS[random.nextInt(ROUND_TRIPS.length)]), List.of(faults));
	}

	/** The source of chance for one of those who act in a round. */
	Random random(int actor) {
		return random(this.seed, actor);
	}

	private static Random random(long seed, int actor) {
		// Random's first numbers are much alike for seeds that are
		return new Random(new SplittableRandom(seed * 1009 + actor).nextLong());
	}

	/** What {@link #parse} takes. */
	@Override
	public String toString() {
		return "%d:%s:%s:%s".formatted(this.seed, this.topology, this.storage,
				this.faults.stream().map(Fault::name).collect(Collectors.joining("+")));
	}

}
