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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
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

/**
 * Applications that listen to a stream, and one that publishes.
 */
final class StreamRound implements Round {

	static final String STREAM = "work";

	static final String CONSUMER = "workers";

	static final String DEAD = "dead.work";

	private static final Duration ACK_WAIT = Duration.ofSeconds(1);

	private static final int NO_NUMBER = 50;

	/**
	 * The faults that leave messages in order: not those that were on their way when a
	 * connection was lost, which the server delivers again after the ack wait.
	 */
	private static final Set<RoundFault<?>> IN_ORDER = Set.of(CommonFault.NOTHING, CommonFault.SLOW,
			StreamFault.DELETE_CONSUMER, StreamFault.PAUSE, StreamFault.RESTART);

	/** The faults in which listeners hand back what they have not begun. */
	private static final Set<RoundFault<?>> INTERRUPTIONS = Set.of(StreamFault.PAUSE, StreamFault.RESTART);

	private final RoundPlan<?> plan;

	private final RoundServers servers;

	private final StreamLog log = new StreamLog();

	private final List<StreamNode> nodes = new ArrayList<>();

	private final List<RoundFault<? super StreamRound>> faults;

	/** Held while a message is published, and while the stream is recreated. */
	private final Object publishing = new Object();

	private volatile boolean ending;

	StreamRound(RoundPlan<RoundFault<? super StreamRound>> plan) throws Exception {
		this.plan = plan;
		this.faults = plan.faults();
		this.servers = new RoundServers(plan.topology());
	}

	private void add(String stream, String subjects) {
		StreamConfiguration configuration = StreamConfiguration.builder()
			.name(stream)
			.subjects(subjects)
			.storageType(StorageType.File)
			.replicas(this.plan.topology().replicas())
			.build();
		this.servers.request((management) -> management.addStream(configuration));
	}

	private void create() {
		add(STREAM, "work.*");
		createConsumer();
	}

	// or a listener does, with an ack wait of 30 s
	private void createConsumer() {
		ConsumerConfiguration wanted = ConsumerConfiguration.builder()
			.durable(CONSUMER)
			.filterSubject("work.*")
			.ackWait(ACK_WAIT)
			.build();
		this.servers.request((management) -> {
			try {
				management.addOrUpdateConsumer(STREAM, wanted);
			}
			catch (JetStreamApiException ex) {
				// a server may lose the files of one made while it was deleted
				if (RoundServers.isTransient(ex)) {
					delete(CONSUMER);
				}
				throw ex;
			}
		});
	}

	void deleteConsumer() {
		delete(CONSUMER);
		createConsumer();
	}

	private void delete(String consumer) {
		this.servers.delete((management) -> management.deleteConsumer(STREAM, consumer));
	}

	void recreate(long pause) throws InterruptedException {
		synchronized (this.publishing) {
			this.servers.delete((management) -> management.deleteStream(STREAM));
			this.log.recreated();
			RoundFault.pause(pause);
			create();
		}
	}

	@Override
	public List<String> play() throws Exception {
		add("dead", "dead.>");
		create();
		Random random = this.plan.random(0);
		Thread publisher = new Thread(this::publish, "publisher");
		int listeners = Integer.parseInt(this.plan.settings().get(0));
		for (int i = 0; i < listeners; i++) {
			this.nodes.add(new StreamNode(this.servers, this.log, this.plan.random(1 + i)));
		}
		publisher.start();
		try {
			RoundFault.pause(200);
			for (RoundFault<? super StreamRound> fault : this.faults) {
				fault.inflict(this, random);
			}
			RoundFault.pause(100);
		}
		finally {
			this.ending = true;
			publisher.join();
		}
		List<String> offences = new ArrayList<>(awaitEnd());
		Set<Integer> lost = this.log.lost(dead());
		if (!lost.isEmpty()) {
			offences.add("acknowledged without being handled: " + lost);
		}
		// what is handed back again before all of it has come back goes behind the rest
		long interruptions = this.faults.stream().filter(INTERRUPTIONS::contains).count();
		if (listeners == 1 && IN_ORDER.containsAll(this.faults) && interruptions < 2) {
			this.log.disorder(interruptions > 0).forEach((disorder) -> offences.add("out of order: " + disorder));
		}
		return offences;
	}

	@Override
	public String figures() {
		return this.log.count() + " messages";
	}

	private void publish() {
		Random random = this.plan.random(-3);
		for (int number = 1; !this.ending; number++) {
			boolean odd = random.nextInt(NO_NUMBER) == 0;
			byte[] payload = (odd ? "no number " + number : String.valueOf(number)).getBytes(StandardCharsets.UTF_8);
			boolean stored = false;
			while (!stored && !this.ending) {
				pause(random.nextInt(5));
				synchronized (this.publishing) {
					stored = publish(number, payload);
				}
			}
		}
	}

	private static void pause(long millis) {
		try {
			RoundFault.pause(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean publish(int number, byte[] payload) {
		try {
			JetStream jetStream = this.servers.connection()
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

	private JetStreamManagement management() throws IOException {
		return this.servers.management(Duration.ofSeconds(2));
	}

	private List<String> awaitEnd() {
		try {
			Awaitility.await()
				.atMost(RoundServers.PATIENCE)
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

	private Set<Integer> dead() {
		Set<Integer> dead = new HashSet<>();
		this.servers.request((management) -> {
			StreamInfo info = management.getStreamInfo("dead");
			for (long sequence = 1; sequence <= info.getStreamState().getLastSequence(); sequence++) {
				MessageInfo message = management.getMessage("dead", sequence);
				String text = new String(message.getData(), StandardCharsets.UTF_8);
				dead.add(Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1)));
			}
		});
		return dead;
	}

	StreamNode node(Random random) {
		return this.nodes.get(random.nextInt(this.nodes.size()));
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
		return Round.some(this.nodes, random).stream().flatMap((node) -> node.networks().stream()).toList();
	}

	@Override
	public String stepDown(Random random) {
		return random.nextBoolean() ? "$JS.API.CONSUMER.LEADER.STEPDOWN." + STREAM + "." + CONSUMER
				: Round.super.stepDown(random);
	}

	@Override
	public void close() throws Exception {
		for (StreamNode node : this.nodes) {
			node.close();
		}
		this.servers.close();
	}

}
