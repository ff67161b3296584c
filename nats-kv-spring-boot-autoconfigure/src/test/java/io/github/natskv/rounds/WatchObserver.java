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
 * Every watch ends up with the last state of every key in time, and no revision comes
 * twice or after a later one.
 */
final class WatchObserver implements Observer {

	/** How long to wait further, to tell what is late from what never comes. */
	private static final Duration PATIENCE = Duration.ofSeconds(8);

	@Override
	public List<String> offences(BucketRound round) throws Exception {
		return Stream
			.concat(differences(round).stream(), round.views().stream().flatMap((view) -> view.offences().stream()))
			.toList();
	}

	private static List<String> differences(BucketRound round) throws Exception {
		Duration limit = round.plan()
			.faults()
			.stream()
			.map(BucketFault::noticedWithin)
			.max(Duration::compareTo)
			.orElse(Duration.ofSeconds(2));
		try {
			Awaitility.await()
				.atMost(limit.plus(PATIENCE))
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(50))
				.ignoreExceptions()
				.until(() -> now(round).isEmpty());
		}
		catch (ConditionTimeoutException ex) {
			return now(round);
		}
		Duration taken = Duration.ofNanos(System.nanoTime() - round.answering());
		return (taken.compareTo(limit) <= 0) ? List.of()
				: List.of("the watches were right %d ms after the server answered, not within %d ms"
					.formatted(taken.toMillis(), limit.toMillis()));
	}

	private static List<String> now(BucketRound round) throws Exception {
		StoredBucket stored = round.stored();
		return round.views().stream().flatMap((view) -> view.differences(stored).stream()).toList();
	}

}
