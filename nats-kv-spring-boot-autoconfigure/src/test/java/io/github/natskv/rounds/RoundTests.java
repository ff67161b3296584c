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
import java.util.stream.Stream;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.StorageType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The promises of buckets and watches while servers and networks fail: a few rounds in
 * every build, random or given ones like {@code 42:single:file:KILL+CUT} in the profile
 * {@code rounds}.
 */
class RoundTests {

	private static final List<Topology> TOPOLOGIES = Stream
		.concat(Stream.generate(() -> Topology.SINGLE).limit(6), Stream.of(Topology.CLUSTER, Topology.REPLICATED))
		.toList();

	private static final RoundPlans<BucketFault> PLANS = new RoundPlans<>(TOPOLOGIES,
			(random) -> List.of(((random.nextInt(3) > 0) ? StorageType.File : StorageType.Memory).toString()),
			List.of(BucketFault.values()), 3);

	private static final RoundRunner<BucketFault> RUNNER = new RoundRunner<>(PLANS, BucketRound::new);

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
	void promisesHold(String plan) {
		assumeThat(RoundRunner.isInProfile()).as("in the profile 'rounds' there are more").isFalse();
		RUNNER.play(plan);
	}

	@Test
	void promisesHoldInMany() {
		RUNNER.playMany();
	}

}
