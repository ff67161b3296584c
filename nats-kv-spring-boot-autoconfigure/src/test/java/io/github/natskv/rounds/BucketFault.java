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
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.PurgeOptions;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;

/**
 * The faults that buckets meet in practice.
 */
enum BucketFault implements RoundFault<BucketRound> {

	/** SIGKILL of the server, and a restart on the same store. */
	KILL(CommonFault.KILL::inflict),

	/** SIGSTOP of the bucket's server, and SIGCONT. */
	STALL(CommonFault.STOP_SERVER::inflict),

	/** The application's connections are cut several times. */
	CUT(CommonFault.CUT::inflict),

	/** The application's connections are cut in the middle of a message. */
	CUT_MIDWAY((round, random) -> {
		for (int i = 0; i < 3; i++) {
			int bytes = random.nextInt(4000);
			round.networks().forEach((network) -> network.cutAfter(bytes));
			RoundFault.pause(random.nextInt(300));
		}
		round.networks().forEach(NetworkProxy::cut);
	}),

	/** The network holds everything back for a while. */
	HOLD(CommonFault.HOLD::inflict),

	/** The network loses everything for a while. */
	SWALLOW(CommonFault.SWALLOW::inflict),

	/** The network is slow for a while. */
	DELAY(CommonFault.SLOW::inflict),

	/** Another client deletes the bucket and makes it again. */
	RECREATE((round, random) -> {
		JetStreamManagement management = round.other().management();
		StreamConfiguration configuration = management.getStreamInfo(BucketRound.STREAM).getConfiguration();
		round.whileApplicationMayBeAway(() -> {
			management.deleteStream(BucketRound.STREAM);
			RoundFault.pause(random.nextInt(100));
			management.addStream(configuration);
		});
	}),

	/** Another client removes everything, or what matches a filter. */
	PURGE_STREAM((round, random) -> {
		PurgeOptions options = random.nextBoolean() ? PurgeOptions.builder().build()
				: PurgeOptions.subject("$KV." + BucketRound.BUCKET + ".a.>");
		round.whileApplicationMayBeAway(() -> round.other().management().purgeStream(BucketRound.STREAM, options));
	}),

	/** Another client deletes keys, and at once their markers, too. */
	ERASE((round, random) -> {
		for (int i = 0; i < 200; i++) {
			round.other().erase(Actor.key(random.nextInt(Actor.KEYS)));
		}
	}),

	/** Another client deletes all consumers of the bucket. */
	DELETE_CONSUMERS((round, random) -> {
		JetStreamManagement management = round.other().management();
		for (String consumer : management.getConsumerNames(BucketRound.STREAM)) {
			try {
				management.deleteConsumer(BucketRound.STREAM, consumer);
			}
			catch (JetStreamApiException ex) {
				// a listing has ended meanwhile
			}
		}
	}),

	/** The store is replaced by an older copy of it. */
	OLDER_COPY((round, random) -> {
		NatsServer server = round.servers().nodes().get(0);
		server.kill();
		round.servers().saveStore();
		server.restart();
		round.awaitBucket();
		RoundFault.pause(random.nextInt(600));
		server.kill();
		round.servers().restoreStore();
		round.restart(server);
	}),

	/** SIGKILL of the node that leads the bucket, and a restart. */
	KILL_LEADER(CommonFault.KILL_LEADER::inflict),

	/** SIGKILL of all nodes, and their restart. */
	KILL_ALL((round, random) -> {
		round.servers().nodes().forEach(NatsServer::kill);
		round.whileApplicationMayBeAway(() -> round.servers().nodes().forEach(NatsServer::restart));
	});

	private final Effect<BucketRound> effect;

	BucketFault(Effect<BucketRound> effect) {
		this.effect = effect;
	}

	@Override
	public void inflict(BucketRound round, Random random) throws Exception {
		this.effect.on(round, random);
	}

	@Override
	public boolean isPossibleIn(RoundPlan<?> plan) {
		return switch (this) {
			case KILL -> !plan.topology().isCluster();
			case OLDER_COPY -> !plan.topology().isCluster() && BucketRound.storage(plan) == StorageType.File;
			case KILL_LEADER, KILL_ALL -> plan.topology().isCluster();
			default -> true;
		};
	}

	Damage damageIn(RoundPlan<?> plan) {
		Damage ofKill = (BucketRound.storage(plan) == StorageType.Memory) ? Damage.RENUMBERS : Damage.INTERRUPTS;
		return switch (this) {
			case KILL, KILL_ALL -> ofKill;
			case KILL_LEADER -> (plan.topology().replicas() == 1) ? ofKill : Damage.INTERRUPTS;
			case PURGE_STREAM -> Damage.DESTROYS;
			case RECREATE, OLDER_COPY -> Damage.RENUMBERS;
			default -> Damage.INTERRUPTS;
		};
	}

	/**
	 * The time until a watch sees what this fault did, from when the server answers:
	 * longer for what happened without a trace while it was connected.
	 */
	Duration noticedWithin() {
		return Duration.ofSeconds((this == PURGE_STREAM || this == ERASE) ? 5 : 2);
	}

	/**
	 * The effect of a fault on the content of a bucket.
	 */
	enum Damage {

		/** Nothing: operations may fail, but what was acknowledged stays. */
		INTERRUPTS,

		/** Keys vanish. */
		DESTROYS,

		/** Keys vanish or come back with older values, and revisions may start over. */
		RENUMBERS

	}

}
