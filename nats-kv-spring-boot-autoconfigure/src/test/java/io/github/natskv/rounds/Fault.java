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
import java.util.Random;

/**
 * Something bad that happens to a bucket, its servers or the network before them.
 */
interface Fault {

	/** The name it is asked for by, without {@code +} and {@code :}. */
	String name();

	default boolean isPossibleIn(RoundPlan plan) {
		return true;
	}

	default Effect effectIn(RoundPlan plan) {
		return Effect.INTERRUPTS;
	}

	/**
	 * How long a watch may take to see what this fault did, from when the server answers.
	 */
	default Duration noticedWithin() {
		return Duration.ofSeconds(2);
	}

	/**
	 * Let it happen, and return when it is over.
	 * @param round the round it happens in
	 * @param random decides what is left to chance
	 */
	void inflict(Round round, Random random) throws Exception;

	/**
	 * What a fault may do to what a bucket holds.
	 */
	enum Effect {

		/** Nothing: operations may fail, but what was acknowledged stays. */
		INTERRUPTS,

		/** Keys vanish. */
		DESTROYS,

		/** Keys vanish or come back with older values, and revisions may start over. */
		RENUMBERS

	}

}
