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

import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.kv.jetstream.WatchApi;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.support.Status;
import org.jspecify.annotations.Nullable;

/**
 * The life of one server-side consumer: an ephemeral pull consumer, read in batches, so
 * that only one batch can wait behind a slow handler. Ends with an exception as soon as
 * anything is out of order.
 */
final class WatchSession {

	private static final int CONFLICT = 409;

	private static final int REQUEST_EXPIRED = 408;

	/**
	 * Servers before 2.10 lose the message that does not fit into a batch limited by
	 * bytes (measured with 2.9.10), so there the batches are small instead.
	 */
	private static final int UNLIMITED_BATCH = 50;

	private final WatchSettings settings;

	private final WatchApi api;

	private final String consumer = "kvwatch-" + NUID.nextGlobal();

	private final String inbox;

	private final Subscription subscription;

	private long consumerSequence;

	private String replyTo = "";

	private long pulls;

	private int outstanding;

	private final Duration inactiveThreshold;

	private final int batchSize;

	private final boolean limitsBytes;

	private int batchBytes;

	private boolean nothingToBeginWith;

	private boolean proven;

	/** Whether each message is asked for by a request of its own. */
	private final boolean single;

	private boolean busy = true;

	/**
	 * Create a session that is to be opened.
	 * @param connection the connection
	 * @param api the server
	 * @param settings the timing
	 * @param limit the longest inactive threshold the stream allows, {@code null} or zero
	 * if it does not care
	 * @throws IOException if there is no connection
	 */
	WatchSession(Connection connection, WatchApi api, WatchSettings settings, @Nullable Duration limit)
			throws IOException {
		this.api = api;
		this.settings = settings;
		this.single = ImportedApi.isImported(api.client().prefix());
		Duration wanted = settings.inactiveThreshold();
		this.inactiveThreshold = (limit != null && !limit.isZero() && limit.compareTo(wanted) < 0) ? limit : wanted;
		this.limitsBytes = connection.getServerInfo().isSameOrNewerThanVersion("2.10.0");
		this.batchSize = this.limitsBytes ? settings.batchSize() : Math.min(settings.batchSize(), UNLIMITED_BATCH);
		this.batchBytes = settings.batchBytes();
		this.inbox = connection.createInbox();
		// what waits is bounded by the batches
		this.subscription = api.subscribe(this.inbox + ".*");
	}

	void open(List<String> subjects, DeliverPolicy policy, long startSequence)
			throws IOException, JetStreamApiException, InterruptedException {
		ConsumerConfiguration.Builder builder = consumer(subjects, policy);
		if (policy == DeliverPolicy.ByStartSequence) {
			builder.startSequence(startSequence);
		}
		open(builder);
	}

	/**
	 * Open this for the headers of what is the last of each subject.
	 * @param subjects the subjects
	 * @return how many there are
	 */
	long openForHeaders(List<String> subjects) throws IOException, JetStreamApiException, InterruptedException {
		return open(consumer(subjects, DeliverPolicy.LastPerSubject).headersOnly(true));
	}

	private ConsumerConfiguration.Builder consumer(List<String> subjects, DeliverPolicy policy) {
		return ConsumerConfiguration.builder()
			.name(this.consumer)
			.filterSubjects(subjects)
			.deliverPolicy(policy)
			.ackPolicy(AckPolicy.None)
			.inactiveThreshold(this.inactiveThreshold)
			.memStorage(true)
			.numReplicas(1);
	}

	private long open(ConsumerConfiguration.Builder builder)
			throws IOException, JetStreamApiException, InterruptedException {
		long pending = this.api.createConsumer(builder.build());
		this.nothingToBeginWith = pending == 0;
		return pending;
	}

	String consumer() {
		return this.consumer;
	}

	/**
	 * Whether the consumer has proven to work.
	 * @return {@code true} if it has
	 */
	boolean isProven() {
		return this.proven;
	}

	/**
	 * Whether the server has been asked for more than it has sent, and nothing of that
	 * waits here.
	 * @return {@code true} if so
	 */
	boolean isDrained() {
		return this.outstanding > 0 && this.subscription.getPendingMessageCount() == 0;
	}

	/**
	 * Return how many messages wait here.
	 * @return the number
	 */
	long received() {
		return this.subscription.getPendingMessageCount();
	}

	/**
	 * Wait for the next message.
	 * @return the message, or {@code null} when there is none at the moment
	 * @throws IOException if the consumer does not work any more
	 */
	@Nullable Message next() throws IOException, InterruptedException {
		if (this.nothingToBeginWith) {
			this.nothingToBeginWith = false;
			return null;
		}
		Message message = receive();
		while (message.isStatusMessage()) {
			if (this.single) {
				if (isSingleIdle(message.getStatus())) {
					return null;
				}
			}
			else if (message.getSubject().equals(this.replyTo) && isIdle(message.getStatus())) {
				return null;
			}
			message = receive();
		}
		long sequence = message.metaData().consumerSequence();
		if (sequence != this.consumerSequence + 1) {
			throw new IOException(
					"Messages got lost: expected number %d, got %d".formatted(this.consumerSequence + 1, sequence));
		}
		this.consumerSequence = sequence;
		this.outstanding--;
		this.busy = true;
		this.proven = true;
		return message;
	}

	private void pull() throws IOException {
		if (this.single) {
			pullSingly();
			return;
		}
		// statuses of earlier requests that come late are told by their subject
		this.replyTo = this.inbox + "." + (++this.pulls);
		this.api.pull(this.consumer, this.replyTo,
				"{\"batch\":%d%s,\"expires\":%d,\"idle_heartbeat\":%d}".formatted(this.batchSize,
						this.limitsBytes ? ",\"max_bytes\":" + this.batchBytes : "",
						this.settings.pullExpiry().toNanos(), this.settings.heartbeat().toNanos()));
		this.outstanding = this.batchSize;
	}

	// A heartbeat would be the only answer, so that the end of the request is one.
	private void pullSingly() throws IOException {
		this.outstanding = this.busy ? ImportedApi.UNDERWAY : 1;
		for (int i = 0; i < this.outstanding; i++) {
			this.api.pull(this.consumer, this.inbox + "." + (++this.pulls),
					"{\"batch\":1,\"expires\":%d}".formatted(this.settings.heartbeat().toNanos()));
		}
		this.busy = false;
	}

	private boolean isSingleIdle(Status status) throws IOException {
		if (status.getCode() != REQUEST_EXPIRED) {
			throw new IOException("The consumer ended: " + status.getMessageWithCode());
		}
		this.outstanding--;
		this.proven = true;
		return this.outstanding == 0;
	}

	private Message receive() throws IOException, InterruptedException {
		if (this.outstanding == 0) {
			pull();
		}
		Message message;
		try {
			message = this.subscription.nextMessage(this.settings.alarm());
		}
		catch (IllegalStateException | NullPointerException ex) {
			// jnats may fail with either when the subscription ends meanwhile
			throw new IOException("The connection was lost, or the watch stopped", ex);
		}
		if (message == null) {
			throw new IOException(
					"Neither a change nor a heartbeat within %d ms".formatted(this.settings.alarm().toMillis()));
		}
		return message;
	}

	private boolean isIdle(Status status) throws IOException {
		if (status.getCode() == Status.FLOW_OR_HEARTBEAT_STATUS_CODE) {
			this.proven = true;
			return true;
		}
		boolean complete = status.getCode() == CONFLICT && status.getMessage().equals(Status.BATCH_COMPLETED);
		boolean full = status.getCode() == CONFLICT && status.getMessage().contains("MaxBytes");
		boolean expired = status.getCode() == REQUEST_EXPIRED;
		if (!complete && !full && !expired) {
			throw new IOException("The consumer ended: " + status.getMessageWithCode());
		}
		if (full && this.outstanding == this.batchSize) {
			this.batchBytes = (int) Math.min(Integer.MAX_VALUE, 2L * this.batchBytes);
		}
		this.outstanding = 0;
		return expired;
	}

	/**
	 * Stop receiving. May be called by any thread, and wakes up one that waits in
	 * {@link #next()}.
	 */
	void abandon() {
		try {
			this.subscription.unsubscribe();
		}
		catch (IllegalStateException ex) {
			// it has ended already
		}
	}

}
