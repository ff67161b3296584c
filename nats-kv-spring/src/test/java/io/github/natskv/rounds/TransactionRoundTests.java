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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Random transactions under faults: a few rounds in every build, random or given ones in
 * the profile {@code rounds}. The setting of a plan is the storage:
 * {@code 7:single:file:KILL}.
 */
class TransactionRoundTests {

	/** Those after which the bucket is still what it was. */
	static final List<CommonFault> FAULTS = List.of(CommonFault.NOTHING, CommonFault.CUT, CommonFault.KILL_LEADER,
			CommonFault.STEP_DOWN);

	private static final RoundPlans<CommonFault> PLANS = new RoundPlans<>(Topology.WITH_REPLICAS,
			(random) -> List.of("file"), FAULTS, 2);

	private static final RoundRunner<CommonFault> RUNNER = new RoundRunner<>(PLANS, TransactionRound::new);

	@BeforeAll
	static void requireServer() throws InterruptedException {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"), "needs server 2.14.5");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0:single:file:NOTHING", "1:single:file:CUT", "2:single:file:KILL_LEADER",
			"3:replicated:file:KILL_LEADER", "4:replicated:file:STEP_DOWN", "5:single:memory:NOTHING" })
	@Timeout(120)
	void someOrderExplainsWhatWasSeen(String plan) {
		assumeFalse(RoundRunner.isInProfile(), "in the profile 'rounds' there are more");
		RUNNER.play(plan);
	}

	@Test
	void someOrderExplainsWhatWasSeenInMany() {
		RUNNER.playMany();
	}

}
