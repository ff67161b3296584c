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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.LocalCopySettings.WhenStale;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.kv.watch.BucketRestorer;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;

/**
 * An application that writes, reads and watches a bucket while faults happen. When they
 * are over and it has stopped writing, observers check what was promised.
 */
final class BucketRound implements Round {

	static final String BUCKET = "round";

	static final String STREAM = "KV_" + BUCKET;

	private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(40);

	private static final List<List<? extends Operation>> WORKERS = List.of(
			List.of(Writes.PUT, Writes.PUT, Writes.UPDATE, Writes.CREATE, Writes.DELETE),
			List.of(Writes.PUT, Writes.CREATE, Writes.COMPUTE, Writes.DELETE_REVISION, Writes.PURGE),
			List.of(Writes.PUT_ALL, Writes.PUT_ASYNC), List.of(Reads.KEYS, Reads.ENTRIES, Reads.HISTORY, Reads.STREAM),
			List.of(Reads.GET, Reads.GET_ASYNC, Reads.GET_ALL, Reads.KEYS));

	private static final List<Observer> OBSERVERS = List.of(new WatchObserver(), new WriteObserver(),
			new ListingObserver(), new ReadObserver(), new CopyObserver());

	/** Enough to keep every revision that is written to a key during a round. */
	private static final int FULL_HISTORY = 64;

	private static final int[] HISTORIES = { 1, 5, FULL_HISTORY, FULL_HISTORY };

	private static final int[] ROUND_TRIPS = { 0, 0, 0, 20, 60, 100 };

	private final RoundPlan<BucketFault> plan;

	private final int history;

	private final Duration roundTrip;

	private final Journal journal = new Journal();

	private final RoundServers servers;

	private final List<NetworkProxy> networks;

	private final List<AutoCloseable> resources = new ArrayList<>();

	private final List<WatchView> views;

	private CopyView copy;

	private OtherClient other;

	private AnnotationConfigApplicationContext application;

	private KeyValueBucket<String> bucket;

	private volatile boolean ending;

	private long answering;

	BucketRound(RoundPlan<BucketFault> plan) throws IOException, InterruptedException {
		this.plan = plan;
		Random random = plan.random(-2);
		this.history = HISTORIES[random.nextInt(HISTORIES.length)];
		this.roundTrip = Duration.ofMillis(ROUND_TRIPS[random.nextInt(ROUND_TRIPS.length)]);
		this.views = WatchView.all(this.journal, plan.random(100));
		this.servers = add(new RoundServers(plan.topology()));
		this.networks = this.servers.networks(this.roundTrip);
		this.networks.forEach(this::add);
	}

	static StorageType storage(RoundPlan<?> plan) {
		return StorageType.get(plan.settings().get(0));
	}

	@Override
	public List<String> play() throws Exception {
		begin();
		disturb();
		List<String> offences = new ArrayList<>(this.journal.offences());
		for (Observer observer : OBSERVERS) {
			offences.addAll(offences(this, observer));
		}
		return offences;
	}

	@Override
	public String figures() {
		return "history %d, round trip %d ms".formatted(this.history, this.roundTrip.toMillis());
	}

	private static List<String> offences(BucketRound round, Observer observer) throws Exception {
		try {
			return observer.offences(round);
		}
		catch (DataAccessException ex) {
			return List.of("%s was thrown %d ms after the server answered".formatted(ex,
					Duration.ofNanos(System.nanoTime() - round.answering()).toMillis()));
		}
	}

	private void begin() throws Exception {
		this.other = new OtherClient(this.servers, this.journal);
		this.application = add(new AnnotationConfigApplicationContext());
		TestPropertyValues.of(properties()).applyTo(this.application);
		this.application.register(Application.class);
		this.application.refresh();
		this.bucket = this.application.getBean(KeyValueBuckets.class).bucket(BUCKET, String.class);
		this.other.write(Actor.KEYS, this.plan.random(101));
		for (WatchView view : this.views) {
			add(opened(view)).awaitSnapshot(Duration.ofSeconds(5));
			view.opened();
		}
		this.copy = new CopyView(copiedBucket(), this.journal);
	}

	// a watch in code is opened at once or not at all, and a cluster that has just
	// started may refuse
	private BucketWatch opened(WatchView view) {
		return Awaitility.await("a watch")
			.atMost(RECOVERY_TIMEOUT)
			.pollInterval(Duration.ofMillis(100))
			.ignoreExceptionsInstanceOf(DataAccessException.class)
			.until(() -> this.bucket.watch(view.options(), view), Objects::nonNull);
	}

	private KeyValueBucket<String> copiedBucket() {
		LocalCopySettings settings = new LocalCopySettings(List.of(">"), Long.MAX_VALUE, Duration.ofMinutes(10),
				WhenStale.FAIL, Duration.ofSeconds(10));
		return add(new DefaultKeyValueBuckets(this.application.getBean(Connection.class),
				JetStreamOptions.builder().requestTimeout(Duration.ofSeconds(1)).build(),
				List.of(BucketSettings.of(BUCKET).withLocalCopy(settings)),
				new DefaultKeyValueCodec(this.application.getBean(PayloadConverter.class)), BucketRestorer.NONE))
			.bucket(BUCKET, String.class);
	}

	private Map<String, String> properties() {
		return Map.of("nats.servers", this.networks.stream().map(NetworkProxy::url).collect(Collectors.joining(",")),
				"nats.ignore-discovered-servers", "true", "nats.reconnect-wait", "50ms", "nats.reconnect-jitter", "0",
				"nats.ping-interval", "500ms", "nats.jetstream.request-timeout", "1s",
				"nats.kv.buckets.%s.history".formatted(BUCKET), String.valueOf(this.history),
				"nats.kv.buckets.%s.storage".formatted(BUCKET), storage(this.plan).toString(),
				"nats.kv.buckets.%s.replicas".formatted(BUCKET), String.valueOf(this.plan.topology().replicas()),
				"nats.kv.buckets.%s.consistent-reads".formatted(BUCKET), "true");
	}

	private void disturb() throws Exception {
		List<Thread> workers = new ArrayList<>();
		WORKERS.forEach((operations) -> workers.add(work(workers.size(), operations)));
		workers.add(work(workers.size(), List.of(this.copy)));
		Random random = this.plan.random(102);
		try {
			for (BucketFault fault : this.plan.faults()) {
				TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(500));
				long started = System.nanoTime();
				fault.inflict(this, random);
				this.journal.disturbed(new Disturbance(fault, fault.damageIn(this.plan), started, System.nanoTime()));
				awaitBucket();
			}
			TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(500));
		}
		finally {
			this.ending = true;
			this.views.forEach(WatchView::speedUp);
			for (Thread worker : workers) {
				worker.join();
			}
		}
		awaitAnswer();
	}

	private Thread work(int worker, List<? extends Operation> operations) {
		Random random = this.plan.random(worker);
		Actor actor = new Actor(this.bucket, this.journal, random);
		Thread thread = new Thread(() -> {
			try {
				while (!this.ending) {
					operations.get(random.nextInt(operations.size())).perform(actor);
					TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(10));
				}
			}
			catch (InterruptedException | RuntimeException ex) {
				this.journal.offence("An operation threw " + ex);
			}
		}, "round-worker-" + worker);
		thread.start();
		return thread;
	}

	RoundPlan<BucketFault> plan() {
		return this.plan;
	}

	int history() {
		return this.history;
	}

	@Override
	public Duration roundTrip() {
		return this.roundTrip;
	}

	@Override
	public String stream() {
		return STREAM;
	}

	List<NetworkProxy> networks() {
		return this.networks;
	}

	@Override
	public List<NetworkProxy> networks(Random random) {
		return this.networks;
	}

	@Override
	public void restart(NatsServer server) throws Exception {
		whileApplicationMayBeAway(server::restart);
	}

	Journal journal() {
		return this.journal;
	}

	@Override
	public RoundServers servers() {
		return this.servers;
	}

	OtherClient other() {
		return this.other;
	}

	KeyValueBucket<String> bucket() {
		return this.bucket;
	}

	List<WatchView> views() {
		return this.views;
	}

	CopyView copy() {
		return this.copy;
	}

	/**
	 * When the servers, seen from the application, did everything again that a watch
	 * needs, in terms of {@link System#nanoTime()}.
	 */
	long answering() {
		return this.answering;
	}

	StoredBucket stored() throws IOException, JetStreamApiException {
		return StoredBucket.read(this.other.management(), STREAM);
	}

	/**
	 * Do something, in half of the rounds before the application can notice: it comes
	 * back when others have written.
	 */
	void whileApplicationMayBeAway(Action action) throws Exception {
		Random random = this.plan.random(103);
		if (random.nextBoolean()) {
			action.run();
			return;
		}
		this.networks.forEach(NetworkProxy::hold);
		try {
			this.networks.forEach(NetworkProxy::cut);
			action.run();
			this.other.restoreBucket(this);
			awaitBucket();
			this.other.write(random.nextInt(6 * Actor.KEYS), random);
		}
		finally {
			this.networks.forEach(NetworkProxy::release);
		}
	}

	/** Wait until the bucket is there. */
	void awaitBucket() {
		Awaitility.await("the bucket")
			.atMost(RECOVERY_TIMEOUT)
			.pollInterval(Duration.ofMillis(10))
			.ignoreExceptions()
			.until(() -> this.other.management().getStreamInfo(STREAM) != null);
	}

	private void awaitAnswer() throws IOException {
		awaitBucket();
		Connection connection = this.application.getBean(Connection.class);
		JetStreamManagement management = connection
			.jetStreamManagement(JetStreamOptions.builder().requestTimeout(Duration.ofSeconds(1)).build());
		ConsumerConfiguration probe = ConsumerConfiguration.builder()
			.numReplicas(1)
			.memStorage(true)
			.inactiveThreshold(Duration.ofSeconds(1))
			.build();
		Awaitility.await("an answer on the application's connection")
			.atMost(RECOVERY_TIMEOUT)
			.pollInterval(Duration.ofMillis(10))
			.ignoreExceptions()
			.until(() -> management.deleteConsumer(STREAM, management.addOrUpdateConsumer(STREAM, probe).getName()));
		this.answering = System.nanoTime();
	}

	private <T extends AutoCloseable> T add(T resource) {
		this.resources.add(0, resource);
		return resource;
	}

	@Override
	public void close() throws Exception {
		for (AutoCloseable resource : this.resources) {
			resource.close();
		}
	}

	interface Action {

		void run() throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class })
	static class Application {

	}

}
