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

import org.junit.jupiter.api.Test;

/**
 * The promises of listeners on streams while servers and networks fail, for the profile
 * {@code rounds}. The setting of a plan is the number of applications that listen:
 * {@code 7:single:2:KILL+CUT}.
 */
class StreamRoundTests {

	private static final RoundPlans<RoundFault<? super StreamRound>> PLANS = new RoundPlans<>(Topology.WITH_REPLICAS,
			(random) -> List.of(String.valueOf(1 + random.nextInt(3))),
			RoundPlans.<RoundFault<? super StreamRound>>faults(CommonFault.values(), StreamFault.values()), 3);

	@Test
	void nothingIsAcknowledgedWithoutBeingHandled() {
		new RoundRunner<>(PLANS, StreamRound::new).playMany();
	}

}
