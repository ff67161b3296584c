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

package io.github.natskv.kv.watch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.BatchWindow;
import io.github.natskv.jetstream.Delivery;
import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.jetstream.PullConsumer;
import io.github.natskv.jetstream.PullConsumer.End;
import io.github.natskv.kv.jetstream.WatchApi;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.ClusterInfo;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.support.ApiConstants;
import org.jspecify.annotations.Nullable;

/**
 * The life of one server-side consumer: an ephemeral pull consumer, read in batches, so
 * that only one batch can wait behind a slow handler. Ends with an exception as soon as
 * anything is out of order.
 */
final class WatchSession {

	private static final Duration SLICE = Duration.ofMillis(250);

	/** The expiry of a request that is to be followed by one with fewer heartbeats. */
	private static final Duration BRIEF_EXPIRY = Duration.ofSeconds(5);

	private final WatchSettings settings;

	private final WatchApi api;

	private final PullConsumer consumer;

	private final @Nullable Duration limit;

	private final Function<String, BucketPulse> pulses;

	private volatile @Nullable BucketPulse pulse;

	private int alarms;

	private final BatchWindow window;

	/** The number of messages to come after the last one, as far as this is known. */
	private long pending;

	/**
	 * Whether all that was requested is there already, so that the server spares the
	 * looks at the clock that heartbeats and the end of a request need for each message.
	 */
	private boolean unattended;

	/**
	 * Whether what was there did not come. As its request is still open, there is no
	 * other of its kind: what waits here stays bounded.
	 */
	private boolean hesitant;

	private boolean proven;

	/** Whether there is nothing to come, as far as this is known. */
	private boolean idle;

	/** Whether another watch hears the server's heartbeats for this one. */
	private boolean restful;

	/** The time for which nothing was heard, in nanoseconds. */
	private long silence;

	/** Whether messages came since the last request. */
	private boolean busy = true;

	/**
	 * Create a session that is to be opened.
	 * @param limit the longest inactive threshold the stream allows, {@code null} or zero
	 * if it does not care
	 * @param pulses what is shared by the watches with consumers on a server, by its name
	 * @throws IOException if there is no connection
	 */
	WatchSession(Connection connection, WatchApi api, WatchSettings settings, @Nullable Duration limit,
			Function<String, BucketPulse> pulses) throws IOException {
		this.api = api;
		this.settings = settings;
		this.limit = limit;
		this.pulses = pulses;
		this.window = new BatchWindow(settings.batchSize(), settings.batchBytes(),
				connection.getServerInfo().isSameOrNewerThanVersion("2.10.0"));
		// what waits is bounded by the batches
		this.consumer = api.consumer();
	}

	void open(List<String> subjects, DeliverPolicy policy, long startSequence)
			throws IOException, JetStreamApiException, InterruptedException {
		ConsumerConfiguration.Builder builder = consumer(subjects, policy);
		if (policy == DeliverPolicy.ByStartSequence) {
			builder.startSequence(startSequence);
		}
		open(builder);
	}

	/** Open this for the headers of what is the last of each subject. */
	long openForHeaders(List<String> subjects) throws IOException, JetStreamApiException, InterruptedException {
		return open(consumer(subjects, DeliverPolicy.LastPerSubject).headersOnly(true));
	}

	private ConsumerConfiguration.Builder consumer(List<String> subjects, DeliverPolicy policy) {
		return this.consumer.configure(this.settings.inactiveThreshold(), this.limit)
			.filterSubjects(subjects)
			.deliverPolicy(policy);
	}

	private long open(ConsumerConfiguration.Builder builder)
			throws IOException, JetStreamApiException, InterruptedException {
		ConsumerInfo created = this.api.create(this.consumer, builder.build());
		ClusterInfo cluster = created.getClusterInfo();
		String server = (cluster != null) ? cluster.getLeader() : null;
		BucketPulse shared = this.pulses.apply((server != null) ? server : "");
		this.alarms = shared.alarms();
		this.pulse = shared;
		this.pending = created.getNumPending();
		return this.pending;
	}

	/**
	 * Return how many messages the consumer has to deliver after the last one, as far as
	 * this is known.
	 */
	long pending() {
		return this.pending;
	}

	String consumer() {
		return this.consumer.name();
	}

	/** Whether the consumer has proven to work. */
	boolean isProven() {
		return this.proven;
	}

	/**
	 * Whether the server has been asked for more than it has sent, and nothing of that
	 * waits here.
	 */
	boolean isDrained() {
		return !this.window.isEmpty() && this.consumer.waiting() == 0;
	}

	/** Return how many messages wait here. */
	long received() {
		return this.consumer.waiting();
	}

	/**
	 * Wait for the next message.
	 * @return the message, or {@code null} when there is none at the moment
	 * @throws IOException if the consumer does not work any more
	 */
	@Nullable Message next() throws IOException, InterruptedException {
		boolean began = this.idle || this.proven;
		if (this.pending == 0 && !began) {
			this.idle = true;
			return null;
		}
		Message message = receive();
		while (message != null && message.isStatusMessage()) {
			if (isIdle(PullConsumer.end(message))) {
				this.proven = true;
				this.idle = true;
				return null;
			}
			message = receive();
		}
		return received(message);
	}

	/**
	 * Wait for the next message, but not for long.
	 * @param patience how long
	 * @return the message, or {@code null} if there is none
	 * @throws IOException if the consumer does not work any more
	 */
	@Nullable Message poll(Duration patience) throws IOException, InterruptedException {
		pullInTime();
		Message message = this.consumer.next(patience);
		this.silence = (message != null) ? 0 : this.silence;
		if (message == null || !message.isStatusMessage()) {
			return received(message);
		}
		this.proven = isIdle(PullConsumer.end(message)) || this.proven;
		return null;
	}

	private @Nullable Message received(@Nullable Message message) {
		if (message != null) {
			this.pending = delivery().pending();
			this.idle = this.pending == 0;
			this.window.received();
			this.busy = true;
			this.proven = true;
		}
		return message;
	}

	/** Return the numbers of the last message. */
	Delivery delivery() {
		return this.consumer.delivery();
	}

	private void pullInTime() {
		if (this.window.isEmpty() || (this.window.isLow() && !this.consumer.isSingle())) {
			pull();
		}
	}

	// nothing only where it is known that there is nothing to come
	private @Nullable Message receive() throws IOException, InterruptedException {
		pullInTime();
		while (true) {
			long start = System.nanoTime();
			Message message = this.consumer.next(SLICE);
			if (message != null) {
				this.silence = 0;
				return message;
			}
			this.silence += System.nanoTime() - start;
			requireSignOfLife();
			if (this.idle) {
				return null;
			}
		}
	}

	private void requireSignOfLife() throws IOException {
		if (this.unattended) {
			this.hesitant = true;
			this.window.clear();
			pull();
		}
		Duration alarm = this.restful ? this.settings.restfulAlarm() : this.settings.alarm();
		BucketPulse shared = this.pulse;
		if (this.silence > alarm.toNanos()) {
			if (shared != null) {
				shared.silent(this);
			}
			throw new IOException("Neither a change nor a heartbeat within %d ms".formatted(alarm.toMillis()));
		}
		if (shared != null && !this.consumer.isSingle()) {
			if (shared.alarms() != this.alarms) {
				throw new IOException("Another watch heard no heartbeat of the same server");
			}
			if (shared.isListening(this) && this.restful) {
				this.window.clear();
				pull();
			}
		}
	}

	private void pull() {
		if (this.consumer.isSingle()) {
			// a heartbeat would be the only answer, so that the end of the request is one
			int requests = this.busy ? ImportedApi.UNDERWAY : 1;
			this.window.fill(requests);
			this.consumer.pull(requests, ApiRequest.of(ApiConstants.EXPIRES, this.settings.heartbeat().toNanos()));
			this.busy = false;
			return;
		}
		int batch = this.window.fill();
		if (batch == 0) {
			return;
		}
		this.unattended = !this.hesitant && this.pending >= this.window.size();
		if (this.unattended) {
			this.consumer.pull(batch, this.window.limit(ApiRequest.of(ApiConstants.BATCH, batch)));
			return;
		}
		boolean listening = this.pulse == null || this.pulse.isListening(this);
		this.restful = !listening && this.idle && this.proven;
		Duration heartbeat = this.restful ? this.settings.restfulHeartbeat() : this.settings.heartbeat();
		Duration expiry = (listening || this.restful) ? this.settings.pullExpiry() : BRIEF_EXPIRY;
		ApiRequest request = ApiRequest.of(ApiConstants.EXPIRES, expiry.toNanos())
			.with(ApiConstants.IDLE_HEARTBEAT, heartbeat.toNanos());
		this.consumer.pull(batch, this.window.limit(request));
	}

	private boolean isIdle(End end) {
		if (end == End.NOT_YET) {
			return true;
		}
		if (this.consumer.isSingle()) {
			this.window.received();
			return this.window.isEmpty();
		}
		if (end == End.FULL) {
			this.window.full();
		}
		this.window.clear();
		return end == End.EXPIRED;
	}

	/**
	 * Stop receiving. May be called by any thread, and wakes up one that waits in
	 * {@link #next()}.
	 */
	void abandon() {
		BucketPulse shared = this.pulse;
		if (shared != null) {
			shared.leave(this);
		}
		this.consumer.unsubscribe();
	}

}
