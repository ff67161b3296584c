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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The promises of listeners on streams while servers and networks fail, for the profile
 * {@code rounds}: random rounds for some minutes, or given ones, like
 * {@code 7:single:2:KILL+CUT}.
 */
class StreamRoundTests {

	private static final String MINUTES = "nats-kv.test.rounds";

	private static final String ROUND = "nats-kv.test.round";

	@Test
	void nothingIsAcknowledgedWithoutBeingHandled() throws Exception {
		String minutes = System.getProperty(MINUTES);
		assumeTrue(StringUtils.hasText(minutes), "only in the profile 'rounds'");
		String given = System.getProperty(ROUND);
		try (Played played = new Played()) {
			if (StringUtils.hasText(given)) {
				for (String plan : given.split(",")) {
					played.play(StreamRoundPlan.parse(plan));
				}
			}
			else {
				long end = System.nanoTime() + Duration.ofMinutes(Long.parseLong(minutes)).toNanos();
				for (boolean cluster = false; System.nanoTime() - end < 0; cluster = !cluster) {
					played.play(StreamRoundPlan.of(ThreadLocalRandom.current().nextInt(1_000_000), cluster));
				}
			}
			System.out.printf("%d rounds, %d messages%n", played.count, played.messages);
			assertThat(played.failures).isEmpty();
		}
	}

	/**
	 * The rounds so far.
	 */
	private static final class Played implements AutoCloseable {

		private final Map<Boolean, StreamRound> rounds = new HashMap<>();

		private final List<String> failures = new ArrayList<>();

		private int count;

		private int messages;

		void play(StreamRoundPlan plan) throws Exception {
			StreamRound round = this.rounds.get(plan.cluster());
			if (round == null) {
				round = new StreamRound(plan.cluster());
				this.rounds.put(plan.cluster(), round);
			}
			this.count++;
			long start = System.nanoTime();
			try {
				List<String> offences = round.play(plan);
				this.messages += round.count();
				System.out.printf("Round %s with %d messages %s in %d ms%n", plan, round.count(),
						offences.isEmpty() ? "passed" : "failed: " + offences, (System.nanoTime() - start) / 1_000_000);
				offences.forEach((offence) -> this.failures.add(plan + ": " + offence));
			}
			catch (AssertionError | Exception ex) {
				System.out.println("Round " + plan + " failed: " + ex + ", " + ex.getCause());
				this.failures.add(plan + ": " + ex + ", " + ex.getCause());
				this.rounds.remove(plan.cluster());
				round.close();
			}
		}

		@Override
		public void close() throws Exception {
			for (StreamRound round : this.rounds.values()) {
				round.close();
			}
		}

	}

}
