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
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * After any outage the local copy equals the bucket. Before, revisions did not go back,
 * and own writes were seen at once.
 */
final class CopyObserver implements Observer {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	@Override
	public List<String> offences(BucketRound round) throws Exception {
		return Stream.concat(differences(round).stream(), round.copy().offences().stream()).toList();
	}

	private static List<String> differences(BucketRound round) throws Exception {
		try {
			Awaitility.await()
				.atMost(PATIENCE)
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(50))
				.ignoreExceptions()
				.until(() -> now(round).isEmpty());
			return List.of();
		}
		catch (ConditionTimeoutException ex) {
			return now(round);
		}
	}

	private static List<String> now(BucketRound round) throws Exception {
		return round.copy().differences(round.stored());
	}

}
