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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays rounds with all observers there are.
 */
final class Rounds {

	private static final List<Observer> OBSERVERS = List.of(new WatchObserver(), new WriteObserver(),
			new ListingObserver(), new ReadObserver(), new CopyObserver());

	private Rounds() {
	}

	static void play(RoundPlan plan) throws Exception {
		List<String> offences = Round.play(plan, OBSERVERS);
		assertThat(offences)
			.as("%d offences in the round %s (history %d, round trip %d ms). "
					+ "Repeat it with -Prounds -Dnats-kv.test.round=%s", offences.size(), plan, plan.history(),
					plan.roundTrip().toMillis(), plan)
			.isEmpty();
	}

}
