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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Plays rounds, and reports those in which a promise was broken.
 *
 * @param plans of this kind of rounds
 * @param opener starts the servers and the applications of a round
 * @param <F> the faults of this kind of rounds
 */
record RoundRunner<F extends RoundFault<?>>(RoundPlans<F> plans, Opener<F> opener) {

	private static final String MINUTES = "nats-kv.test.rounds";

	private static final String ROUND = "nats-kv.test.round";

	static boolean isInProfile() {
		return StringUtils.hasText(System.getProperty(MINUTES));
	}

	/**
	 * In the profile {@code rounds}: the given rounds, or random ones for some minutes.
	 */
	void playMany() {
		assumeTrue(isInProfile(), "only in the profile 'rounds'");
		String given = System.getProperty(ROUND);
		List<String> failures = new ArrayList<>();
		if (StringUtils.hasText(given)) {
			for (String plan : given.split(",")) {
				failures.addAll(play(this.plans.parse(plan)));
			}
		}
		else {
			long end = System.nanoTime() + Duration.ofMinutes(Long.parseLong(System.getProperty(MINUTES))).toNanos();
			while (System.nanoTime() - end < 0) {
				failures.addAll(play(this.plans.of(ThreadLocalRandom.current().nextInt(1_000_000))));
			}
		}
		assertThat(failures).isEmpty();
	}

	void play(String plan) {
		assertThat(play(this.plans.parse(plan))).isEmpty();
	}

	private List<String> play(RoundPlan<F> plan) {
		long start = System.nanoTime();
		String figures = "";
		List<String> offences = new ArrayList<>();
		try (Round round = this.opener.open(plan)) {
			offences.addAll(round.play());
			figures = round.figures();
		}
		catch (AssertionError | Exception ex) {
			offences.add(ex + ((ex.getCause() != null) ? ", " + ex.getCause() : ""));
		}
		System.out.printf("Round %s %s in %d ms: %s%n", plan, offences.isEmpty() ? "passed" : "failed",
				(System.nanoTime() - start) / 1_000_000, figures);
		return offences.isEmpty() ? List.of()
				: List.of("%d offences in the round %s. Repeat it with -Prounds -Dnats-kv.test.round=%s%n%s"
					.formatted(offences.size(), plan, plan, String.join("\n", offences)));
	}

	/**
	 * Starts the servers and the applications of a round.
	 *
	 * @param <F> the faults of this kind of rounds
	 */
	interface Opener<F extends RoundFault<?>> {

		Round open(RoundPlan<F> plan) throws Exception;

	}

}
