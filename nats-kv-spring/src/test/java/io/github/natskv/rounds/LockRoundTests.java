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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The promises of locks while holders, servers and networks fail, for the profile
 * {@code rounds}: random rounds for some minutes, or given ones, like
 * {@code 7:single:KILL_HOLDER+CUT}.
 */
class LockRoundTests {

	private static final String MINUTES = "nats-kv.test.rounds";

	private static final String ROUND = "nats-kv.test.round";

	@Test
	void promisesHold() throws Exception {
		play(LockContest.LOCKS);
	}

	static void play(LockContest contest) throws Exception {
		String minutes = System.getProperty(MINUTES);
		assumeTrue(StringUtils.hasText(minutes), "only in the profile 'rounds'");
		requireServerWithTimesToLive();
		String given = System.getProperty(ROUND);
		try (Played played = new Played(contest)) {
			if (StringUtils.hasText(given)) {
				for (String plan : given.split(",")) {
					played.play(LockRoundPlan.parse(plan));
				}
			}
			else {
				long end = System.nanoTime() + Duration.ofMinutes(Long.parseLong(minutes)).toNanos();
				for (boolean cluster = false; System.nanoTime() - end < 0; cluster = !cluster) {
					played.play(LockRoundPlan.of(ThreadLocalRandom.current().nextInt(1_000_000), cluster));
				}
			}
			played.print();
			assertThat(played.failures).isEmpty();
		}
	}

	private static void requireServerWithTimesToLive() throws InterruptedException {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
		}
	}

	/**
	 * The rounds so far.
	 */
	private static final class Played implements AutoCloseable {

		private final Map<Boolean, LockRound> rounds = new HashMap<>();

		private final List<String> failures = new ArrayList<>();

		private final List<Long> handovers = new ArrayList<>();

		private final List<Long> takeovers = new ArrayList<>();

		private final LockContest contest;

		private int count;

		private int holders;

		Played(LockContest contest) {
			this.contest = contest;
		}

		void play(LockRoundPlan plan) throws Exception {
			LockRound round = this.rounds.get(plan.cluster());
			if (round == null) {
				round = new LockRound(this.contest, plan.cluster(), 3);
				this.rounds.put(plan.cluster(), round);
			}
			this.count++;
			try {
				List<String> offences = round.play(plan, this.handovers);
				this.holders += round.holders();
				this.takeovers.addAll(round.takeovers());
				round.takeovers().clear();
				System.out.println("Round " + plan + (offences.isEmpty() ? " passed" : " failed: " + offences));
				offences.forEach((offence) -> this.failures.add(plan + ": " + offence));
			}
			catch (AssertionError | Exception ex) {
				System.out.println("Round " + plan + " failed: " + ex);
				this.failures.add(plan + ": " + ex);
				this.rounds.remove(plan.cluster());
				round.close();
			}
		}

		void print() {
			System.out.printf("%d rounds, %d holders; after a release the next one %s; after a kill or stop %s%n",
					this.count, this.holders, describe(this.handovers), describe(this.takeovers));
		}

		private static String describe(List<Long> nanos) {
			if (nanos.isEmpty()) {
				return "none";
			}
			Collections.sort(nanos);
			return "median %.1f ms, p99 %.1f ms, max %.1f ms".formatted(nanos.get(nanos.size() / 2) / 1e6,
					nanos.get((int) (nanos.size() * 0.99)) / 1e6, nanos.get(nanos.size() - 1) / 1e6);
		}

		@Override
		public void close() throws Exception {
			for (LockRound round : this.rounds.values()) {
				round.close();
			}
		}

	}

}
