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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PublishOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * Applications that listen to a stream on one server or on three, and one that publishes,
 * which play one round after the other.
 */
final class StreamRound implements AutoCloseable {

	static final String STREAM = "work";

	static final String CONSUMER = "workers";

	static final String DEAD = "dead.work";

	private static final Duration ACK_WAIT = Duration.ofSeconds(1);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int NO_NUMBER = 50;

	private final Path directory;

	private final @Nullable NatsCluster cluster;

	private final List<NatsServer> servers;

	private final Connection connection;

	private final StreamLog log = new StreamLog();

	private final List<StreamNode> nodes = new ArrayList<>();

	/** Held while a message is published, and while the stream is recreated. */
	private final Object publishing = new Object();

	private volatile boolean ending;

	StreamRound(boolean replicated) throws Exception {
		this.directory = Files.createTempDirectory("nats-stream-round-");
		this.cluster = replicated ? NatsCluster.start() : null;
		this.servers = (this.cluster != null) ? IntStream.range(0, 3).mapToObj(this.cluster::node).toList()
				: List.of(NatsServer.startOn(this.directory.resolve("store")));
		this.connection = Nats.connect(Options.builder()
			.servers(this.servers.stream().map(NatsServer::url).toArray(String[]::new))
			.reconnectWait(Duration.ofMillis(50))
			.maxReconnects(-1)
			.build());
		request((management) -> management.addStream(configuration("dead").subjects("dead.>").build()));
	}

	private StreamConfiguration.Builder configuration(String name) {
		return StreamConfiguration.builder()
			.name(name)
			.storageType(StorageType.File)
			.replicas((this.cluster != null) ? 3 : 1);
	}

	private void create() {
		request((management) -> management.addStream(configuration(STREAM).subjects("work.*").build()));
		createConsumer();
	}

	// or a listener does, with an ack wait of 30 s
	private void createConsumer() {
		ConsumerConfiguration wanted = ConsumerConfiguration.builder()
			.durable(CONSUMER)
			.filterSubject("work.*")
			.ackWait(ACK_WAIT)
			.build();
		request((management) -> {
			try {
				return management.addOrUpdateConsumer(STREAM, wanted);
			}
			catch (JetStreamApiException ex) {
				// a server may lose the files of one made while it was deleted
				if (isTransient(ex)) {
					isGone(() -> management.deleteConsumer(STREAM, CONSUMER));
				}
				throw ex;
			}
		});
	}

	void deleteConsumer() {
		request((management) -> isGone(() -> management.deleteConsumer(STREAM, CONSUMER)));
		createConsumer();
	}

	void recreate(long pause) throws InterruptedException {
		synchronized (this.publishing) {
			deleteStream();
			this.log.recreated();
			StreamFault.pause(pause);
			create();
		}
	}

	private void deleteStream() {
		request((management) -> isGone(() -> management.deleteStream(STREAM)));
	}

	private static boolean isGone(Deletion deletion) throws IOException, JetStreamApiException {
		try {
			return deletion.run();
		}
		catch (JetStreamApiException ex) {
			if (ex.getErrorCode() == 404) {
				return true;
			}
			throw ex;
		}
	}

	// servers drop requests while they have no leader, and jnats sends each once
	private void request(Request request) {
		AtomicReference<Exception> last = new AtomicReference<>();
		try {
			Awaitility.await().atMost(PATIENCE).until(() -> isDone(request, last));
		}
		catch (ConditionTimeoutException ex) {
			throw new IllegalStateException("A request failed again and again", last.get());
		}
	}

	private boolean isDone(Request request, AtomicReference<Exception> last) throws IOException, JetStreamApiException {
		try {
			request.send(management());
			return true;
		}
		catch (IOException | JetStreamApiException ex) {
			if (!isTransient(ex)) {
				throw ex;
			}
			last.set(ex);
			return false;
		}
	}

	private JetStreamManagement management() throws IOException {
		return this.connection
			.jetStreamManagement(JetStreamOptions.builder().requestTimeout(Duration.ofSeconds(2)).build());
	}

	private static boolean isTransient(Throwable ex) {
		return ex instanceof IOException || ex instanceof JetStreamApiException api && api.getErrorCode() >= 500;
	}

	/** Play a round. Returns what should not have been. */
	List<String> play(StreamRoundPlan plan) throws Exception {
		Random random = new Random(plan.seed());
		deleteStream();
		request((management) -> management.purgeStream("dead"));
		create();
		this.log.clear();
		this.ending = false;
		Thread publisher = new Thread(() -> publish(plan.seed()), "publisher");
		try {
			for (int i = 0; i < plan.listeners(); i++) {
				this.nodes.add(new StreamNode(this.servers, this.log, plan.seed() + i));
			}
			publisher.start();
			StreamFault.pause(200);
			for (StreamFault fault : plan.faults()) {
				fault.inflict(this, random);
			}
			StreamFault.pause(100);
			this.ending = true;
			publisher.join();
			List<String> offences = new ArrayList<>(awaitEnd());
			Set<Integer> lost = this.log.lost(dead());
			if (!lost.isEmpty()) {
				offences.add("acknowledged without being handled: " + lost);
			}
			if (plan.listeners() == 1 && plan.faults().stream().allMatch(StreamFault::keepsOrder)) {
				this.log
					.disorder(plan.faults().contains(StreamFault.PAUSE) || plan.faults().contains(StreamFault.RESTART))
					.forEach((disorder) -> offences.add("out of order: " + disorder));
			}
			return offences;
		}
		finally {
			this.ending = true;
			for (StreamNode node : this.nodes) {
				node.close();
			}
			this.nodes.clear();
			publisher.join();
		}
	}

	int count() {
		return this.log.count();
	}

	private void publish(int seed) {
		Random random = new Random(seed);
		for (int number = 1; !this.ending; number++) {
			boolean odd = random.nextInt(NO_NUMBER) == 0;
			byte[] payload = (odd ? "no number " + number : String.valueOf(number)).getBytes(StandardCharsets.UTF_8);
			boolean stored = false;
			pause(random.nextInt(5));
			while (!stored && !this.ending) {
				synchronized (this.publishing) {
					stored = publish(number, payload);
				}
			}
		}
	}

	private static void pause(long millis) {
		try {
			StreamFault.pause(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean publish(int number, byte[] payload) {
		try {
			JetStream jetStream = this.connection
				.jetStream(JetStreamOptions.builder().requestTimeout(Duration.ofSeconds(1)).build());
			PublishAck ack = jetStream.publish("work." + number % StreamLog.KEYS, payload,
					PublishOptions.builder().messageId(String.valueOf(number)).build());
			this.log.stored(number, ack.getSeqno());
			return true;
		}
		catch (IOException | JetStreamApiException | IllegalStateException ex) {
			return false;
		}
	}

	private List<String> awaitEnd() {
		try {
			Awaitility.await()
				.atMost(PATIENCE)
				.ignoreExceptions()
				.until(() -> management().getConsumerInfo(STREAM, CONSUMER),
						(info) -> info.getNumPending() == 0 && info.getNumAckPending() == 0);
			return List.of();
		}
		catch (ConditionTimeoutException ex) {
			return List.of("stuck: " + consumer() + " " + this.nodes.stream().map(StreamNode::status).toList());
		}
	}

	private String consumer() {
		try {
			ConsumerInfo info = management().getConsumerInfo(STREAM, CONSUMER);
			return "pending %d, unacknowledged %d, waiting %d".formatted(info.getNumPending(), info.getNumAckPending(),
					info.getNumWaiting());
		}
		catch (IOException | JetStreamApiException ex) {
			return ex.toString();
		}
	}

	private Set<Integer> dead() throws Exception {
		Set<Integer> dead = new HashSet<>();
		StreamInfo info = management().getStreamInfo("dead");
		for (long sequence = info.getStreamState().getFirstSequence(); sequence <= info.getStreamState()
			.getLastSequence(); sequence++) {
			MessageInfo message = management().getMessage("dead", sequence);
			String text = new String(message.getData(), StandardCharsets.UTF_8);
			dead.add(Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1)));
		}
		return dead;
	}

	NatsServer server(Random random) {
		return this.servers.get(random.nextInt(this.servers.size()));
	}

	NatsServer leader() {
		return this.servers.get((this.cluster != null) ? this.cluster.leaderOf(STREAM) : 0);
	}

	void stepDown(boolean consumer) throws Exception {
		this.connection.request(consumer ? "$JS.API.CONSUMER.LEADER.STEPDOWN." + STREAM + "." + CONSUMER
				: "$JS.API.STREAM.LEADER.STEPDOWN." + STREAM, null, Duration.ofSeconds(2));
	}

	StreamNode node(Random random) {
		return this.nodes.get(random.nextInt(this.nodes.size()));
	}

	List<NetworkProxy> networks(Random random) {
		List<StreamNode> all = new ArrayList<>(this.nodes);
		Collections.shuffle(all, random);
		return all.stream().limit(1 + random.nextInt(all.size())).flatMap((node) -> node.networks().stream()).toList();
	}

	@Override
	public void close() throws Exception {
		for (StreamNode node : this.nodes) {
			node.close();
		}
		this.connection.close();
		if (this.cluster != null) {
			this.cluster.close();
		}
		else {
			this.servers.forEach(NatsServer::close);
		}
		FileSystemUtils.deleteRecursively(this.directory);
	}

	private interface Request {

		Object send(JetStreamManagement management) throws IOException, JetStreamApiException;

	}

	private interface Deletion {

		boolean run() throws IOException, JetStreamApiException;

	}

}
