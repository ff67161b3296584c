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

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The short form: a few rounds in every build.
 */
class RoundTests {

	/** Consumers of older servers pass over messages that are written meanwhile. */
	@BeforeAll
	static void requireServerThatPassesOverNothing() throws InterruptedException {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeThat(connection.getServerInfo().isSameOrNewerThanVersion("2.10.0")).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2:single:file:KILL+CUT", "18:single:file:DELETE_CONSUMERS+STALL",
			"67:single:file:RECREATE", "44:single:memory:KILL", "46:single:file:OLDER_COPY",
			"26:single:file:ERASE+PURGE_STREAM", "40:single:file:CUT_MIDWAY+HOLD", "1:single:file:CUT" })
	void promisesHold(String plan) throws Exception {
		Rounds.play(RoundPlan.parse(plan));
	}

}
