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
import java.util.Random;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;

/**
 * The faults that listeners on streams meet.
 */
enum StreamFault {

	/** The connections of some listeners are cut several times. */
	CUT {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			for (int i = 0; i < 4; i++) {
				round.networks(random).forEach(NetworkProxy::cut);
				pause(random.nextInt(300));
			}
		}

	},

	/** SIGKILL of a server, and a restart on the same store. */
	KILL {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			kill(round.server(random), random);
		}

	},

	/** SIGKILL of the server that leads the stream, and a restart on the same store. */
	KILL_LEADER {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			kill(round.leader(), random);
		}

	},

	/** SIGSTOP of the server that leads the stream, and SIGCONT. */
	STOP_SERVER {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			NatsServer server = round.leader();
			server.suspend();
			try {
				pause(random.nextInt(2000));
			}
			finally {
				server.resume();
			}
		}

	},

	/** Other servers become leaders of the stream and of the consumer. */
	STEP_DOWN {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			for (int i = 0; i < 3; i++) {
				round.stepDown(random.nextBoolean());
				pause(random.nextInt(500));
			}
		}

	},

	/** The network of some listeners loses everything. */
	SWALLOW {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			var networks = round.networks(random);
			networks.forEach(NetworkProxy::swallow);
			try {
				pause(random.nextInt(2000));
			}
			finally {
				networks.forEach(NetworkProxy::pass);
			}
			networks.forEach(NetworkProxy::cut);
		}

	},

	/** The network of some listeners is slow. */
	SLOW {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			Duration slow = Duration.ofMillis(20 + random.nextInt(300));
			var networks = round.networks(random);
			networks.forEach((network) -> network.roundTrip(slow, slow.dividedBy(2)));
			try {
				pause(1500);
			}
			finally {
				networks.forEach((network) -> network.roundTrip(Duration.ZERO, Duration.ZERO));
			}
		}

	},

	/** Others delete the consumer. */
	DELETE_CONSUMER {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			round.deleteConsumer();
			pause(random.nextInt(300));
		}

	},

	/** Others delete the stream and make it again. */
	RECREATE {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			round.recreate(random.nextInt(100));
			pause(random.nextInt(300));
		}

	},

	/** Some listener is paused, and resumed. */
	PAUSE {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			StreamNode node = round.node(random);
			node.pause();
			pause(random.nextInt(500));
			node.resume();
		}

	},

	/** Some application is stopped, and started again. */
	RESTART {

		@Override
		void inflict(StreamRound round, Random random) throws Exception {
			StreamNode node = round.node(random);
			node.stop();
			pause(random.nextInt(300));
			node.start();
		}

	};

	/**
	 * Whether messages stay in order: not those that were on their way when a connection
	 * was lost, which the server delivers again after the ack wait.
	 */
	boolean keepsOrder() {
		return switch (this) {
			case SLOW, DELETE_CONSUMER, PAUSE, RESTART -> true;
			default -> false;
		};
	}

	abstract void inflict(StreamRound round, Random random) throws Exception;

	private static void kill(NatsServer server, Random random) throws InterruptedException {
		server.kill();
		pause(random.nextInt(500));
		server.restart();
	}

	static void pause(long millis) throws InterruptedException {
		Thread.sleep(millis);
	}

}
