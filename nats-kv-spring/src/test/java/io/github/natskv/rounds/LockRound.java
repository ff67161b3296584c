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

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;

/**
 * Contenders in four JVMs for two locks.
 */
final class LockRound implements Round {

	static final int LOCKS = 2;

	static final Duration LEASE = Duration.ofSeconds(2);

	private static final String BUCKET = "locks";

	static final String STREAM = "KV_" + BUCKET;

	private static final String PREFIX = "round-";

	private static final int PROCESSES = 3;

	private final RoundPlan<RoundFault<? super LockRound>> plan;

	private final RoundServers servers;

	private final LockTimes times;

	private final LockRegister register = new LockRegister();

	private final List<LockNode> nodes = new ArrayList<>();

	private final List<String> late = new ArrayList<>();

	private long recreated;

	LockRound(LockContest contest, RoundPlan<RoundFault<? super LockRound>> plan, LockTimes times) throws Exception {
		this.plan = plan;
		this.servers = new RoundServers(plan.topology());
		this.times = times;
		createBucket();
		for (int i = 0; i <= PROCESSES; i++) {
			this.nodes.add(new LockNode("node" + i, i > 0, contest, this.servers, BUCKET, LEASE, this.register.port()));
		}
	}

	private static long micros() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	/** Make the bucket, as this library would. */
	void createBucket() {
		long first = micros();
		StreamConfiguration bucket = StreamConfiguration.builder()
			.name(STREAM)
			.subjects("$KV." + BUCKET + ".>")
			.storageType(StorageType.File)
			.replicas(this.plan.topology().replicas())
			.maxMessagesPerSubject(1)
			.allowDirect(true)
			.allowRollup(true)
			.denyDelete(true)
			.allowMessageTtl()
			.subjectDeleteMarkerTtl(Duration.ofSeconds(1))
			.firstSequence(first)
			.build();
		this.servers.request((management) -> management.addStream(bucket));
		this.recreated = first - 1;
	}

	void deleteBucket() {
		this.servers.delete((management) -> management.deleteStream(STREAM));
	}

	@Override
	public List<String> play() throws Exception {
		Random random = this.plan.random(0);
		for (LockNode node : this.nodes) {
			begin(node, 1 + this.nodes.indexOf(node));
		}
		awaitProgress();
		for (RoundFault<? super LockRound> fault : this.plan.faults()) {
			fault.inflict(this, random);
		}
		awaitProgress();
		// what could not be released has expired then
		RoundFault.pause(LEASE.plusSeconds(1).toMillis());
		for (LockNode node : this.nodes) {
			node.askToEnd();
		}
		for (LockNode node : this.nodes) {
			node.awaitEnd();
		}
		List<String> offences = this.register.offences(this.recreated);
		offences.addAll(this.late);
		List<String> left = this.servers.connection().keyValue(BUCKET).keys();
		if (!left.isEmpty()) {
			offences.add(left.size() + " locks were left behind");
		}
		return offences;
	}

	private void begin(LockNode node, int actor) throws IOException {
		node.begin(PREFIX, this.plan.random(actor).nextInt());
	}

	@Override
	public String figures() {
		return this.register.collect(this.times.handovers()) + " holders";
	}

	private void awaitProgress() {
		for (int i = 0; i < LOCKS; i++) {
			String lock = PREFIX + i;
			long token = this.register.lastToken(lock);
			Awaitility.await(lock).atMost(RoundServers.PATIENCE).until(() -> this.register.lastToken(lock) > token);
		}
	}

	/** Do something to a node that holds a lock, and is not this one. */
	void withHolder(HolderAction action) throws Exception {
		for (long end = System.nanoTime() + RoundServers.PATIENCE.toNanos(); System.nanoTime() - end < 0; RoundFault
			.pause(1)) {
			for (int i = 0; i < LOCKS; i++) {
				LockRegister.Holding holding = this.register.holder(PREFIX + i);
				LockNode node = (holding != null) ? this.nodes.stream()
					.filter((candidate) -> candidate.name().equals(holding.node) && candidate.hasOwnProcess())
					.findFirst()
					.orElse(null) : null;
				if (holding != null && node != null) {
					action.run(node, PREFIX + i, holding.token);
					return;
				}
			}
		}
		throw new IllegalStateException("No node holds a lock");
	}

	void awaitTakeover(String lock, long token, long since) {
		LockRegister.Holding next = Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.atMost(RoundServers.PATIENCE)
			.until(() -> this.register.after(lock, token), (holding) -> holding != null);
		long takeover = next.since - since;
		this.times.takeovers().add(takeover);
		// 1 s is promised, which a busy machine may exceed
		if (takeover > LEASE.plusSeconds(10).toNanos()) {
			this.late.add("The next holder of %s came after %d ms".formatted(lock, takeover / 1_000_000));
		}
	}

	void restart(LockNode node) throws IOException {
		node.start();
		begin(node, 100);
	}

	/** At least one of the nodes. */
	List<LockNode> some(Random random) {
		return Round.some(this.nodes, random);
	}

	/** The nodes that are processes. */
	List<LockNode> processes() {
		return this.nodes.stream().filter(LockNode::hasOwnProcess).toList();
	}

	@Override
	public RoundServers servers() {
		return this.servers;
	}

	@Override
	public String stream() {
		return STREAM;
	}

	@Override
	public List<NetworkProxy> networks(Random random) {
		return some(random).stream().flatMap((node) -> node.networks().stream()).toList();
	}

	@Override
	public Duration outage() {
		return LEASE.multipliedBy(2);
	}

	@Override
	public void close() throws Exception {
		for (LockNode node : this.nodes) {
			node.close();
		}
		this.register.close();
		this.servers.close();
	}

	/**
	 * What to do to a holder.
	 */
	interface HolderAction {

		void run(LockNode node, String lock, long token) throws Exception;

	}

}
