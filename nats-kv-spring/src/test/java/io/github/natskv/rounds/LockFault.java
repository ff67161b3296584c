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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;

/**
 * The faults that holders of locks meet.
 */
enum LockFault {

	/** None. */
	NOTHING {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			pause(1000);
		}

	},

	/** SIGKILL of a holder's JVM. */
	KILL_HOLDER {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			round.withHolder((node, lock, token) -> {
				long killed = System.nanoTime();
				node.kill();
				round.awaitTakeover(lock, token, killed);
				round.restart(node);
			});
		}

	},

	/** SIGSTOP of a holder's JVM for longer than the lease, and SIGCONT. */
	STOP_HOLDER {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			round.withHolder((node, lock, token) -> {
				long stopped = System.nanoTime();
				node.signal("STOP");
				try {
					pause(LockRound.LEASE.toMillis() + random.nextInt(2000));
					round.awaitTakeover(lock, token, stopped);
				}
				finally {
					node.signal("CONT");
				}
			});
		}

	},

	/** The network of a holder loses everything, for longer than the lease. */
	ISOLATE_HOLDER {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			round.withHolder((node, lock, token) -> {
				long isolated = System.nanoTime();
				node.networks().forEach(NetworkProxy::swallow);
				try {
					round.awaitTakeover(lock, token, isolated);
					pause(random.nextInt(1000));
				}
				finally {
					node.networks().forEach(NetworkProxy::pass);
				}
				node.networks().forEach(NetworkProxy::cut);
			});
		}

	},

	/**
	 * SIGSTOP of all processes with contenders and of all servers for longer than the
	 * lease, and SIGCONT, as if the machine were suspended.
	 */
	SUSPEND {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			List<Signalled> all = new ArrayList<>();
			round.processes().forEach((node) -> all.add((stop) -> node.signal(stop ? "STOP" : "CONT")));
			round.servers().forEach((server) -> all.add((stop) -> {
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
				pause(LockRound.LEASE.toMillis() + random.nextInt(2000));
			}
			finally {
				Collections.shuffle(all, random);
				for (Signalled process : all) {
					process.signal(false);
				}
			}
		}

	},

	/** The wall clocks of some nodes jump an hour ahead or behind, several times. */
	CLOCK {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			for (int i = 0; i < 4; i++) {
				for (LockNode node : round.some(random).toList()) {
					node.setClock(random.nextBoolean() ? 1 : -1);
				}
				pause(LockRound.LEASE.toMillis() / 2 + random.nextInt(500));
			}
		}

	},

	/** SIGKILL of the server that leads the bucket, and a restart on the same store. */
	KILL_SERVER {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			NatsServer server = round.leader();
			server.kill();
			pause(random.nextInt(500));
			server.restart();
		}

	},

	/** SIGSTOP of the server that leads the bucket, and SIGCONT. */
	STOP_SERVER {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			NatsServer server = round.leader();
			server.suspend();
			try {
				pause(random.nextInt(2 * (int) LockRound.LEASE.toMillis()));
			}
			finally {
				server.resume();
			}
		}

	},

	/** Another server becomes the leader of the bucket. */
	LEADER {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			for (int i = 0; i < 3; i++) {
				round.stepDown();
				pause(random.nextInt(500));
			}
		}

	},

	/** The connections of some nodes are cut several times. */
	CUT {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			for (int i = 0; i < 4; i++) {
				round.networks(random).forEach(NetworkProxy::cut);
				pause(random.nextInt(300));
			}
		}

	},

	/** The network of some nodes loses everything, maybe for longer than the lease. */
	SWALLOW {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			var networks = round.networks(random).toList();
			networks.forEach(NetworkProxy::swallow);
			try {
				pause(random.nextInt(2 * (int) LockRound.LEASE.toMillis()));
			}
			finally {
				networks.forEach(NetworkProxy::pass);
			}
			networks.forEach(NetworkProxy::cut);
		}

	},

	/**
	 * The network of some nodes holds everything back, maybe for longer than the lease.
	 */
	HOLD {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			var networks = round.networks(random).toList();
			networks.forEach(NetworkProxy::hold);
			try {
				pause(random.nextInt(2 * (int) LockRound.LEASE.toMillis()));
			}
			finally {
				networks.forEach(NetworkProxy::release);
			}
		}

	},

	/** The network of some nodes is slow. */
	SLOW {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			Duration slow = Duration.ofMillis(50 + random.nextInt(500));
			var networks = round.networks(random).toList();
			networks.forEach((network) -> network.roundTrip(slow, slow.dividedBy(2)));
			try {
				pause(LockRound.LEASE.toMillis() * 2);
			}
			finally {
				networks.forEach((network) -> network.roundTrip(Duration.ZERO, Duration.ZERO));
			}
		}

	},

	/** Others delete the bucket and make it again, as this library would. */
	RECREATE {

		@Override
		void inflict(LockRound round, Random random) throws Exception {
			round.deleteBucket();
			pause(random.nextInt(100));
			round.createBucket();
		}

	};

	abstract void inflict(LockRound round, Random random) throws Exception;

	static void pause(long millis) throws InterruptedException {
		Thread.sleep(millis);
	}

	/**
	 * A process that stops and goes on.
	 */
	private interface Signalled {

		void signal(boolean stop) throws Exception;

	}

}
