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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Transfers between accounts: whatever happens to the servers, nobody ever sees another
 * sum, and each transfer has happened or not.
 */
@Timeout(180)
class BankTests {

	private static final RoundRunner<CommonFault> RUNNER = new RoundRunner<>(
			new RoundPlans<>(Topology.WITH_REPLICAS, (random) -> List.of(), TransactionRoundTests.FAULTS, 2),
			BankRound::new);

	@BeforeAll
	static void requireServer() throws InterruptedException {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"), "needs server 2.14.5");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0:single:NOTHING", "1:single:CUT", "2:single:KILL_LEADER", "3:replicated:KILL_LEADER",
			"4:replicated:STEP_DOWN" })
	void theSumNeverChanges(String plan) {
		RUNNER.play(plan);
	}

}
