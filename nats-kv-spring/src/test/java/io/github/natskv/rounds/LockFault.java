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

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.github.natskv.testsupport.NetworkProxy;

/**
 * The faults that holders of locks meet, but for the {@linkplain CommonFault common
 * ones}.
 */
enum LockFault implements RoundFault<LockRound> {

	/** SIGKILL of a holder's JVM. */
	KILL_HOLDER((round, random) -> round.withHolder((node, lock, token) -> {
		long killed = System.nanoTime();
		node.kill();
		round.awaitTakeover(lock, token, killed);
		round.restart(node);
	})),

	/** SIGSTOP of a holder's JVM for longer than the lease, and SIGCONT. */
	STOP_HOLDER((round, random) -> round.withHolder((node, lock, token) -> {
		long stopped = System.nanoTime();
		node.signal("STOP");
		try {
			RoundFault.pause(LockRound.LEASE.toMillis() + random.nextInt(2000));
			round.awaitTakeover(lock, token, stopped);
		}
		finally {
			node.signal("CONT");
		}
	})),

	/** The network of a holder loses everything, for longer than the lease. */
	ISOLATE_HOLDER((round, random) -> round.withHolder((node, lock, token) -> {
		long isolated = System.nanoTime();
		node.networks().forEach(NetworkProxy::swallow);
		try {
			round.awaitTakeover(lock, token, isolated);
			RoundFault.pause(random.nextInt(1000));
		}
		finally {
			node.networks().forEach(NetworkProxy::pass);
		}
		node.networks().forEach(NetworkProxy::cut);
	})),

	/**
	 * SIGSTOP of all processes with contenders and of all servers for longer than the
	 * lease, and SIGCONT, as if the machine were suspended.
	 */
	SUSPEND((round, random) -> {
		List<Signalled> all = new ArrayList<>();
		round.processes().forEach((node) -> all.add((stop) -> node.signal(stop ? "STOP" : "CONT")));
		round.servers().nodes().forEach((server) -> all.add((stop) -> {
			if (stop) {
				server.suspend();
			}
			else {
				server.resume();
			}
		}));
		Collections.shuffle(all, random);
		try {
			for (Signalled process : all) {
				process.signal(true);
			}
			RoundFault.pause(LockRound.LEASE.toMillis() + random.nextInt(2000));
		}
		finally {
			Collections.shuffle(all, random);
			for (Signalled process : all) {
				process.signal(false);
			}
		}
	}),

	/** The wall clocks of some nodes jump an hour ahead or behind, several times. */
	CLOCK((round, random) -> {
		for (int i = 0; i < 4; i++) {
			for (LockNode node : round.some(random)) {
				node.setClock(random.nextBoolean() ? 1 : -1);
			}
			RoundFault.pause(LockRound.LEASE.toMillis() / 2 + random.nextInt(500));
		}
	}),

	/** Others delete the bucket and make it again, as this library would. */
	RECREATE((round, random) -> {
		round.deleteBucket();
		RoundFault.pause(random.nextInt(100));
		round.createBucket();
	});

	private final Effect<LockRound> effect;

	LockFault(Effect<LockRound> effect) {
		this.effect = effect;
	}

	@Override
	public boolean isPossibleIn(RoundPlan<?> plan) {
		return this != CLOCK || WallClock.canBeSet();
	}

	@Override
	public void inflict(LockRound round, Random random) throws Exception {
		this.effect.on(round, random);
	}

	/**
	 * A process that stops and goes on.
	 */
	private interface Signalled {

		void signal(boolean stop) throws Exception;

	}

}
