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

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The long form, for the profile {@code rounds}: rounds of random seeds for some minutes,
 * or the given ones.
 */
class LongRoundTests {

	private static final String MINUTES = "nats-kv.test.rounds";

	private static final String ROUND = "nats-kv.test.round";

	@Test
	void promisesHold() throws Exception {
		List<String> failures = new ArrayList<>();
		String given = System.getProperty(ROUND);
		if (StringUtils.hasText(given)) {
			for (String plan : given.split(",")) {
				play(RoundPlan.parse(plan), failures);
			}
		}
		else {
			String minutes = System.getProperty(MINUTES);
			Assumptions.assumeTrue(StringUtils.hasText(minutes), "only in the profile 'rounds'");
			long end = System.nanoTime() + Duration.ofMinutes(Long.parseLong(minutes)).toNanos();
			while (System.nanoTime() - end < 0) {
				play(RoundPlan.of(ThreadLocalRandom.current().nextInt(1_000_000)), failures);
			}
		}
		assertThat(failures).isEmpty();
	}

	private static void play(RoundPlan plan, List<String> failures) {
		try {
			Rounds.play(plan);
			System.out.println("Round " + plan + " passed");
		}
		catch (AssertionError | Exception ex) {
			System.out.println("Round " + plan + " failed: " + ex);
			failures.add(ex.toString());
		}
	}

}
