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

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The promises of locks while holders, servers and networks fail, for the profile
 * {@code rounds}, with plans like {@code 7:single:KILL_HOLDER+CUT}.
 */
class LockRoundTests {

	private static final RoundPlans<RoundFault<? super LockRound>> PLANS = new RoundPlans<>(Topology.WITH_REPLICAS,
			(random) -> List.of(),
			RoundPlans.<RoundFault<? super LockRound>>faults(CommonFault.values(), LockFault.values()), 2);

	@Test
	void promisesHold() throws Exception {
		play(LockContest.LOCKS);
	}

	static void play(LockContest contest) throws Exception {
		assumeTrue(RoundRunner.isInProfile(), "only in the profile 'rounds'");
		requireServerWithTimesToLive();
		LockTimes times = new LockTimes();
		try {
			new RoundRunner<>(PLANS, (plan) -> new LockRound(contest, plan, times)).playMany();
		}
		finally {
			System.out.println(times);
		}
	}

	private static void requireServerWithTimesToLive() throws InterruptedException {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
		}
	}

}
