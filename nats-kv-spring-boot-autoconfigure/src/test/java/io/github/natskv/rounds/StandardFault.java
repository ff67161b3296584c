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
import java.util.concurrent.TimeUnit;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.PurgeOptions;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;

/**
 * The faults that buckets meet in practice.
 */
enum StandardFault implements Fault {

	/** SIGKILL of the server, and a restart on the same store. */
	KILL {

		@Override
		public boolean isPossibleIn(RoundPlan plan) {
			return !plan.topology().isCluster();
		}

		@Override
		public Effect effectIn(RoundPlan plan) {
			return memoryIsLost(plan);
		}

		@Override
		public void inflict(Round round, Random random) throws Exception {
			NatsServer server = round.servers().nodes().get(0);
			server.kill();
			pause(random, 300);
			round.whileApplicationMayBeAway(server::restart);
		}

	},

	/** SIGSTOP of the bucket's server, and SIGCONT. */
	STALL {

		@Override
		public void inflict(Round round, Random random) throws Exception {
			NatsServer server = round.servers().leaderOf(Round.STREAM);
			server.suspend();
			try {
				pause(random, 2500);
			}
			finally {
				server.resume();
			}
		}

	},

	/** The application's connections are cut several times. */
	CUT {

		@Override
		public void inflict(Round round, Random random) throws Exception {
			for (int i = 0; i < 3; i++) {
				round.servers().networks().forEach(NetworkProxy::cut);
				pause(random, 300);
			}
		}

	},

	/** The application's connections are cut in the middle of a message. */
	CUT_MIDWAY {

		@Override
		public void inflict(Round round, Random random) throws Exception {
			for (int i = 0; i < 3; i++) {
				int bytes = random.nextInt(4000);
				round.servers().networks().forEach((network) -> network.cutAfter(bytes));
				pause(random, 300);
			}
			round.servers().networks().forEach(NetworkProxy::cut);
		}

	},

	/** The network holds everything back for a while. */
	HOLD {

		@Override
		public void inflict(Round round, Random random) throws Exception {
			round.servers().networks().forEach(NetworkProxy::hold);
			try {
				pause(random, 2000);
			}
			finally {
				round.servers().networks().forEach(NetworkProxy::release);
			}
		}

	},

	/** The network loses everything for a while. */
	SWALLOW {

		@Override
		public void inflict(Round round, Random random) throws Exception {
			round.servers().networks().forEach(NetworkProxy::swallow);
			try {
				pause(random, 1000);
			}
			finally {
				round.servers().networks().forEach(NetworkProxy::pass);
			}
			round.servers().networks().forEach(NetworkProxy::cut);
		}

	},

	/** The network is slow for a while. */
	DELAY {

		@Override
		public void inflict(Round round, Random random) throws Exception {
			Duration usual = round.plan().roundTrip();
			Duration slow = Duration.ofMillis(random.nextInt(200));
			round.servers().networks().forEach((network) -> network.roundTrip(slow, slow.dividedBy(2)));
			try {
				pause(random, 1500);
			}
			finally {
				round.servers().networks().forEach((network) -> network.roundTrip(usual, usual.dividedBy(3)));
			}
		}

	},

	/** Another client deletes the bucket and makes it again. */
	RECREATE {

		@Override
		public Effect effectIn(RoundPlan plan) {
			return Effect.RENUMBERS;
		}

		@Override
		public void inflict(Round round, Random random) throws Exception {
			JetStreamManagement management = round.other().management();
			StreamConfiguration configuration = management.getStreamInfo(Round.STREAM).getConfiguration();
			round.whileApplicationMayBeAway(() -> {
				management.deleteStream(Round.STREAM);
				pause(random, 100);
				management.addStream(configuration);
			});
		}

	},

	/** Another client removes everything, or what matches a filter. */
	PURGE_STREAM {

		@Override
		public Effect effectIn(RoundPlan plan) {
			return Effect.DESTROYS;
		}

		@Override
		public Duration noticedWithin() {
			return WHILE_CONNECTED;
		}

		@Override
		public void inflict(Round round, Random random) throws Exception {
			PurgeOptions options = random.nextBoolean() ? PurgeOptions.builder().build()
					: PurgeOptions.subject("$KV." + Round.BUCKET + ".a.>");
			round.whileApplicationMayBeAway(() -> round.other().management().purgeStream(Round.STREAM, options));
		}

	},

	/** Another client deletes keys, and at once their markers, too. */
	ERASE {

		@Override
		public Duration noticedWithin() {
			return WHILE_CONNECTED;
		}

		@Override
		public void inflict(Round round, Random random) throws Exception {
			for (int i = 0; i < 200; i++) {
				round.other().erase(Actor.key(random.nextInt(Actor.KEYS)));
			}
		}

	},

	/** Another client deletes all consumers of the bucket. */
	DELETE_CONSUMERS {

		@Override
		public void inflict(Round round, Random random) throws Exception {
			JetStreamManagement management = round.other().management();
			for (String consumer : management.getConsumerNames(Round.STREAM)) {
				try {
					management.deleteConsumer(Round.STREAM, consumer);
				}
				catch (JetStreamApiException ex) {
					// a listing has ended meanwhile
				}
			}
		}

	},

	/** The store is replaced by an older copy of it. */
	OLDER_COPY {

		@Override
		public boolean isPossibleIn(RoundPlan plan) {
			return !plan.topology().isCluster() && plan.storage() == StorageType.File;
		}

		@Override
		public Effect effectIn(RoundPlan plan) {
			return Effect.RENUMBERS;
		}

		@Override
		public void inflict(Round round, Random random) throws Exception {
			NatsServer server = round.servers().nodes().get(0);
			server.kill();
			round.servers().saveStore();
			server.restart();
			round.awaitBucket();
			pause(random, 600);
			server.kill();
			round.servers().restoreStore();
			round.whileApplicationMayBeAway(server::restart);
		}

	},

	/** SIGKILL of the node that leads the bucket, and a restart. */
	KILL_LEADER {

		@Override
		public boolean isPossibleIn(RoundPlan plan) {
			return plan.topology().isCluster();
		}

		@Override
		public Effect effectIn(RoundPlan plan) {
			return (plan.topology().replicas() == 1) ? memoryIsLost(plan) : Effect.INTERRUPTS;
		}

		@Override
		public void inflict(Round round, Random random) throws Exception {
			NatsServer leader = round.servers().leaderOf(Round.STREAM);
			leader.kill();
			pause(random, 1000);
			round.whileApplicationMayBeAway(leader::restart);
		}

	},

	/** SIGKILL of all nodes, and their restart. */
	KILL_ALL {

		@Override
		public boolean isPossibleIn(RoundPlan plan) {
			return plan.topology().isCluster();
		}

		@Override
		public Effect effectIn(RoundPlan plan) {
			return memoryIsLost(plan);
		}

		@Override
		public void inflict(Round round, Random random) throws Exception {
			round.servers().nodes().forEach(NatsServer::kill);
			round.whileApplicationMayBeAway(() -> round.servers().nodes().forEach(NatsServer::restart));
		}

	};

	/** Within which time a watch sees what happened without a trace while connected. */
	private static final Duration WHILE_CONNECTED = Duration.ofSeconds(5);

	private static Effect memoryIsLost(RoundPlan plan) {
		return (plan.storage() == StorageType.Memory) ? Effect.RENUMBERS : Effect.INTERRUPTS;
	}

	private static void pause(Random random, int atMostMillis) throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(random.nextInt(atMostMillis));
	}

}
