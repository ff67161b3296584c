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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * Contenders in four JVMs, or in two, for two locks on one server or on three, which play
 * one round after the other.
 */
final class LockRound implements AutoCloseable {

	static final int LOCKS = 2;

	static final Duration LEASE = Duration.ofSeconds(2);

	private static final String BUCKET = "locks";

	static final String STREAM = "KV_" + BUCKET;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Path directory;

	private final @Nullable NatsCluster cluster;

	private final List<NatsServer> servers;

	private final Connection connection;

	private final LockRegister register = new LockRegister();

	private final List<LockNode> nodes = new ArrayList<>();

	private final List<Long> takeovers = Collections.synchronizedList(new ArrayList<>());

	private final List<String> late = new ArrayList<>();

	private String prefix = "";

	private int seed;

	private long recreated;

	LockRound(LockContest contest, boolean replicated, int processes) throws Exception {
		this.directory = Files.createTempDirectory("nats-lock-round-");
		this.cluster = replicated ? NatsCluster.start() : null;
		this.servers = (this.cluster != null) ? IntStream.range(0, 3).mapToObj(this.cluster::node).toList()
				: List.of(NatsServer.startOn(this.directory.resolve("store")));
		this.connection = (this.cluster != null) ? this.cluster.connect()
				: Nats.connect(Options.builder().server(this.servers.get(0).url()).maxReconnects(-1).build());
		createBucket();
		for (int i = 0; i <= processes; i++) {
			this.nodes.add(new LockNode("node" + i, i > 0, contest, this.servers, BUCKET, LEASE, this.register.port()));
		}
	}

	static long micros() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	/** Make the bucket, as this library would. */
	void createBucket() {
		long first = micros();
		StreamConfiguration bucket = StreamConfiguration.builder()
			.name(STREAM)
			.subjects("$KV." + BUCKET + ".>")
			.storageType(StorageType.File)
			.replicas((this.cluster != null) ? 3 : 1)
			.maxMessagesPerSubject(1)
			.allowDirect(true)
			.allowRollup(true)
			.denyDelete(true)
			.allowMessageTtl()
			.subjectDeleteMarkerTtl(Duration.ofSeconds(1))
			.firstSequence(first)
			.build();
		request((management) -> management.addStream(bucket));
		this.recreated = first - 1;
	}

	void deleteBucket() {
		request((management) -> {
			try {
				return management.deleteStream(STREAM);
			}
			catch (JetStreamApiException ex) {
				if (JetStreamError.isStreamNotFound(ex)) {
					return true;
				}
				throw ex;
			}
		});
	}

	// servers drop requests while they have no leader, and jnats sends each once
	private void request(ManagementRequest request) {
		Awaitility.await().atMost(PATIENCE).ignoreExceptionsMatching(LockRound::isTransient).until(() -> {
			request.send(this.connection
				.jetStreamManagement(JetStreamOptions.builder().requestTimeout(Duration.ofSeconds(2)).build()));
			return true;
		});
	}

	private static boolean isTransient(Throwable ex) {
		return ex instanceof IOException || ex instanceof JetStreamApiException api && api.getErrorCode() == 503;
	}

	/** Play a round. Returns what should not have been. */
	List<String> play(LockRoundPlan plan, List<Long> handovers) throws Exception {
		Random random = new Random(plan.seed());
		this.seed = plan.seed();
		this.prefix = "round" + plan.seed() + "-" + System.nanoTime() + "-";
		this.recreated = 0;
		this.register.clear();
		this.late.clear();
		for (LockNode node : this.nodes) {
			node.begin(this.prefix, plan.seed() + this.nodes.indexOf(node));
		}
		awaitProgress();
		for (LockFault fault : plan.faults()) {
			fault.inflict(this, random);
		}
		awaitProgress();
		// what could not be released has expired then
		LockFault.pause(LEASE.plusSeconds(1).toMillis());
		for (LockNode node : this.nodes) {
			node.askToEnd();
		}
		for (LockNode node : this.nodes) {
			node.awaitEnd();
		}
		List<String> offences = this.register.offences(this.recreated);
		offences.addAll(this.late);
		List<String> left = this.connection.keyValue(BUCKET).keys();
		if (!left.isEmpty()) {
			offences.add(left.size() + " locks were left behind");
		}
		this.register.collect(handovers);
		return offences;
	}

	int holders() {
		return this.register.collect(new ArrayList<>());
	}

	/** Nanoseconds from the end of a holder to the next one. */
	List<Long> takeovers() {
		return this.takeovers;
	}

	private void awaitProgress() {
		for (int i = 0; i < LOCKS; i++) {
			String lock = this.prefix + i;
			long token = this.register.lastToken(lock);
			Awaitility.await(lock).atMost(PATIENCE).until(() -> this.register.lastToken(lock) > token);
		}
	}

	/** Do something to a node that holds a lock, and is not this one. */
	void withHolder(HolderAction action) throws Exception {
		for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() - end < 0; LockFault.pause(1)) {
			for (int i = 0; i < LOCKS; i++) {
				LockRegister.Holding holding = this.register.holder(this.prefix + i);
				LockNode node = (holding != null) ? this.nodes.stream()
					.filter((candidate) -> candidate.name().equals(holding.node) && candidate.hasOwnProcess())
					.findFirst()
					.orElse(null) : null;
				if (holding != null && node != null) {
					action.run(node, this.prefix + i, holding.token);
					return;
				}
			}
		}
		throw new IllegalStateException("No node holds a lock");
	}

	void awaitTakeover(String lock, long token, long since) {
		LockRegister.Holding next = Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.atMost(PATIENCE)
			.until(() -> this.register.after(lock, token), (holding) -> holding != null);
		long takeover = next.since - since;
		this.takeovers.add(takeover);
		// 1 s is promised, which a busy machine may exceed
		if (takeover > LEASE.plusSeconds(10).toNanos()) {
			this.late.add("The next holder of %s came after %d ms".formatted(lock, takeover / 1_000_000));
		}
	}

	void restart(LockNode node) throws IOException {
		node.start();
		node.begin(this.prefix, this.seed + 100);
	}

	NatsServer leader() {
		return this.servers.get((this.cluster != null) ? this.cluster.leaderOf(STREAM) : 0);
	}

	void stepDown() throws Exception {
		this.connection.request("$JS.API.STREAM.LEADER.STEPDOWN." + STREAM, null, Duration.ofSeconds(2));
	}

	Stream<NetworkProxy> networks(Random random) {
		return some(random).flatMap((node) -> node.networks().stream());
	}

	/** At least one of the nodes. */
	Stream<LockNode> some(Random random) {
		List<LockNode> all = new ArrayList<>(this.nodes);
		Collections.shuffle(all, random);
		return all.stream().limit(1 + random.nextInt(all.size()));
	}

	/** The nodes that are processes. */
	List<LockNode> processes() {
		return this.nodes.stream().filter(LockNode::hasOwnProcess).toList();
	}

	List<NatsServer> servers() {
		return this.servers;
	}

	@Override
	public void close() throws Exception {
		for (LockNode node : this.nodes) {
			node.close();
		}
		this.register.close();
		this.connection.close();
		if (this.cluster != null) {
			this.cluster.close();
		}
		else {
			this.servers.forEach(NatsServer::close);
		}
		FileSystemUtils.deleteRecursively(this.directory);
	}

	private interface ManagementRequest {

		Object send(JetStreamManagement management) throws IOException, JetStreamApiException;

	}

	/**
	 * What to do to a holder.
	 */
	interface HolderAction {

		void run(LockNode node, String lock, long token) throws Exception;

	}

}
