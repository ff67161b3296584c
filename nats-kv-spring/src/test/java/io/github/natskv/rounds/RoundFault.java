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

import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Something bad that happens in a round.
 *
 * @param <R> the kind of rounds
 */
interface RoundFault<R extends Round> {

	/** The name in the text of a plan, without {@code +} and {@code :}. */
	String name();

	default boolean isPossibleIn(RoundPlan<?> plan) {
		return true;
	}

	/**
	 * Let it happen, and return when it is over.
	 * @param round the round it happens in
	 * @param random decides what is left to chance
	 */
	void inflict(R round, Random random) throws Exception;

	static void pause(long millis) throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(millis);
	}

	/**
	 * The effect of a fault, as constants of an enumeration are given it.
	 *
	 * @param <R> the kind of rounds
	 */
	interface Effect<R extends Round> {

		void on(R round, Random random) throws Exception;

	}

}
