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
import java.util.Random;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;

/**
 * The faults of servers and networks, which applications of all kinds meet.
 */
enum CommonFault implements RoundFault<Round> {

	/** None. */
	NOTHING((round, random) -> RoundFault.pause(1000)),

	/** Connections are cut several times. */
	CUT((round, random) -> {
		for (int i = 0; i < 4; i++) {
			round.networks(random).forEach(NetworkProxy::cut);
			RoundFault.pause(random.nextInt(300));
		}
	}),

	/** The network loses everything for a while. */
	SWALLOW((round, random) -> {
		List<NetworkProxy> networks = round.networks(random);
		networks.forEach(NetworkProxy::swallow);
		try {
			RoundFault.pause(random.nextInt(millis(round.outage())));
		}
		finally {
			networks.forEach(NetworkProxy::pass);
		}
		networks.forEach(NetworkProxy::cut);
	}),

	/** The network holds everything back for a while. */
	HOLD((round, random) -> {
		List<NetworkProxy> networks = round.networks(random);
		networks.forEach(NetworkProxy::hold);
		try {
			RoundFault.pause(random.nextInt(millis(round.outage())));
		}
		finally {
			networks.forEach(NetworkProxy::release);
		}
	}),

	/** The network is slow for a while. */
	SLOW((round, random) -> {
		Duration usual = round.roundTrip();
		Duration slow = Duration.ofMillis(20 + random.nextInt(300));
		List<NetworkProxy> networks = round.networks(random);
		networks.forEach((network) -> network.roundTrip(slow, slow.dividedBy(2)));
		try {
			RoundFault.pause(millis(round.outage()));
		}
		finally {
			networks.forEach((network) -> network.roundTrip(usual, usual.dividedBy(3)));
		}
	}),

	/** SIGKILL of a server, and a restart on the same store. */
	KILL((round, random) -> kill(round, round.servers().any(random), random)),

	/** SIGKILL of the server that leads the stream, and a restart on the same store. */
	KILL_LEADER((round, random) -> kill(round, leader(round), random)),

	/** SIGSTOP of the server that leads the stream, and SIGCONT. */
	STOP_SERVER((round, random) -> {
		NatsServer server = leader(round);
		server.suspend();
		try {
			RoundFault.pause(random.nextInt(millis(round.outage())));
		}
		finally {
			server.resume();
		}
	}),

	/** Other servers become leaders. */
	STEP_DOWN((round, random) -> {
		for (int i = 0; i < 3; i++) {
			round.servers().connection().request(round.stepDown(random), null, Duration.ofSeconds(2));
			RoundFault.pause(random.nextInt(500));
		}
	});

	private final Effect<Round> effect;

	CommonFault(Effect<Round> effect) {
		this.effect = effect;
	}

	@Override
	public boolean isPossibleIn(RoundPlan<?> plan) {
		return this != STEP_DOWN || plan.topology() == Topology.REPLICATED;
	}

	@Override
	public void inflict(Round round, Random random) throws Exception {
		this.effect.on(round, random);
	}

	private static NatsServer leader(Round round) {
		return round.servers().leaderOf(round.stream());
	}

	private static void kill(Round round, NatsServer server, Random random) throws Exception {
		server.kill();
		RoundFault.pause(random.nextInt(500));
		round.restart(server);
	}

	private static int millis(Duration duration) {
		return (int) duration.toMillis();
	}

}
