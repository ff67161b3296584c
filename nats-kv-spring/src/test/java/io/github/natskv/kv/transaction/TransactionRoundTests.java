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

package io.github.natskv.kv.transaction;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Random transactions under faults: a few rounds in every build, more in the profile
 * {@code rounds}.
 */
class TransactionRoundTests {

	private static final String MINUTES = "nats-kv.test.rounds";

	private static final String ROUND = "nats-kv.test.round";

	@BeforeAll
	static void requireServer() throws InterruptedException {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"), "needs server 2.14.5");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5 })
	@Timeout(120)
	void someOrderExplainsWhatWasSeen(int seed) throws Exception {
		assumeFalse(StringUtils.hasText(System.getProperty(MINUTES)), "in the profile 'rounds' there are more");
		assertThat(TransactionRound.of(seed).play()).isGreaterThan(20);
	}

	@Test
	void manyRounds() throws Exception {
		String given = System.getProperty(ROUND);
		String minutes = System.getProperty(MINUTES);
		assumeTrue(StringUtils.hasText(minutes), "only in the profile 'rounds'");
		if (StringUtils.hasText(given)) {
			for (String seed : given.split(",")) {
				play(Integer.parseInt(seed));
			}
			return;
		}
		long end = System.nanoTime() + Duration.ofMinutes(Long.parseLong(minutes)).toNanos();
		while (System.nanoTime() - end < 0) {
			play(ThreadLocalRandom.current().nextInt(1_000_000));
		}
	}

	private static void play(int seed) throws Exception {
		TransactionRound round = TransactionRound.of(seed);
		System.out.println(round + ": " + round.play() + " transactions");
	}

}
