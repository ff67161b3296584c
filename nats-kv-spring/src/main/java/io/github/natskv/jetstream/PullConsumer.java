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

package io.github.natskv.jetstream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.core.connection.ConnectionFlush;
import io.github.natskv.core.connection.Deadline;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerCreateRequest;
import io.nats.client.support.ApiConstants;
import io.nats.client.support.Status;
import org.jspecify.annotations.Nullable;

/**
 * A pull consumer of a stream. An ephemeral one is read in order by one thread, and
 * proves that no message got lost on the way, but not that there are no more. A durable
 * one may be read by others, too, and is read by one thread at a time.
 */
public final class PullConsumer {

	private static final int NO_MESSAGES = 404;

	private static final int REQUEST_EXPIRED = 408;

	private static final int CONFLICT = 409;

	private final JetStreamClient client;

	private final String stream;

	private final String name;

	/** Whether each message is asked for by a request of its own. */
	private final boolean single;

	private final boolean durable;

	private final String inbox;

	private final Subscription subscription;

	private final long reconnects;

	private String lastInbox = "";

	private long pulls;

	private long received;

	private @Nullable Delivery delivery;

	/**
	 * Create an ephemeral consumer on this side.
	 * @param stream the name of the stream
	 * @param prefix what the name of the consumer begins with
	 */
	public PullConsumer(JetStreamClient client, String stream, String prefix) {
		this(client, stream, prefix + NUID.nextGlobal(), false);
	}

	private PullConsumer(JetStreamClient client, String stream, String name, boolean durable) {
		this.client = client;
		this.stream = stream;
		this.name = name;
		this.durable = durable;
		this.single = ImportedApi.isImported(client.prefix());
		this.inbox = client.connection().createInbox();
		this.reconnects = reconnects();
		this.subscription = client.subscribe(this.inbox + ".*");
	}

	/**
	 * Return a consumer the server has.
	 * @param stream the name of the stream
	 * @param name the name of the consumer
	 */
	public static PullConsumer ofDurable(JetStreamClient client, String stream, String name) {
		return new PullConsumer(client, stream, name, true);
	}

	public String name() {
		return this.name;
	}

	/**
	 * Return whether each message is asked for by a request of its own, as in an
	 * {@linkplain ImportedApi imported API}.
	 */
	public boolean isSingle() {
		return this.single;
	}

	/**
	 * Begin to configure the consumer on the server: in memory, without replicas and
	 * acknowledgements.
	 * @param inactiveThreshold after which silence of ours the server removes it
	 * @param limit the longest threshold the stream allows, {@code null} or zero if it
	 * does not care
	 */
	public ConsumerConfiguration.Builder configure(Duration inactiveThreshold, @Nullable Duration limit) {
		boolean limited = limit != null && !limit.isZero() && limit.compareTo(inactiveThreshold) < 0;
		return ConsumerConfiguration.builder()
			.name(this.name)
			.ackPolicy(AckPolicy.None)
			.inactiveThreshold(limited ? limit : inactiveThreshold)
			.memStorage(true)
			.numReplicas(1);
	}

	/**
	 * Return the subject of the request that creates a consumer on the server.
	 * @return the subject after the prefix
	 */
	public String createSubject(ConsumerConfiguration configuration) {
		String filter = configuration.getFilterSubject();
		return "CONSUMER.CREATE." + this.stream + "." + this.name + ((filter != null) ? "." + filter : "");
	}

	/** Return the request that creates a consumer on the server. */
	public String createRequest(ConsumerConfiguration configuration) {
		return new ConsumerCreateRequest(this.stream, configuration).toJson();
	}

	/** Ask for messages. */
	public void pull(int batch, ApiRequest options) {
		byte[] request = options.with(ApiConstants.BATCH, this.single ? 1 : batch).toBytes();
		for (int i = 0; i < (this.single ? batch : 1); i++) {
			this.lastInbox = this.inbox + "." + (++this.pulls);
			this.client.publish("CONSUMER.MSG.NEXT." + this.stream + "." + this.name, this.lastInbox, request);
		}
	}

	/**
	 * Wait for the next message, or status of the last request.
	 * @return the message, {@code null} if nothing comes
	 * @throws LostMessagesException if a message was lost
	 */
	public @Nullable Message next(Duration patience) throws LostMessagesException, InterruptedException {
		Message message = receive(patience);
		if (this.durable) {
			return message;
		}
		// statuses of earlier requests that come late are told by their subject
		while (message != null && message.isStatusMessage() && !this.single
				&& !message.getSubject().equals(this.lastInbox)) {
			message = receive(patience);
		}
		if (message != null && !message.isStatusMessage()) {
			Delivery current = Delivery.of(message);
			this.delivery = current;
			long number = current.number();
			if (number != ++this.received) {
				throw new LostMessagesException(
						"Messages got lost: expected number %d, got %d".formatted(this.received, number));
			}
			// of the last messages of subjects a server passes over one that it could not
			// deliver, without a gap in the numbers
			if (reconnects() != this.reconnects) {
				throw new LostMessagesException("Messages may have got lost with the connection");
			}
		}
		return message;
	}

	private long reconnects() {
		return this.client.connection().getStatistics().getReconnects();
	}

	/**
	 * Return the numbers of the last message.
	 * @throws IllegalStateException if there was none so far
	 */
	public Delivery delivery() {
		Delivery last = this.delivery;
		if (last == null) {
			throw new IllegalStateException("No message was received");
		}
		return last;
	}

	private @Nullable Message receive(Duration patience) throws InterruptedException {
		try {
			return this.subscription.nextMessage(patience);
		}
		catch (IllegalStateException | NullPointerException ex) {
			// jnats may fail with either when the subscription ends meanwhile
			throw this.client.notConnected("The connection was closed, or nobody reads any more", ex);
		}
	}

	/**
	 * Return what a status means for the last request.
	 * @throws LostMessagesException if the consumer does not work any more
	 */
	public static End end(Message message) throws LostMessagesException {
		Status status = message.getStatus();
		String text = status.getMessage();
		return switch (status.getCode()) {
			case Status.FLOW_OR_HEARTBEAT_STATUS_CODE -> End.NOT_YET;
			case NO_MESSAGES -> End.NO_MESSAGES;
			case REQUEST_EXPIRED -> End.EXPIRED;
			case CONFLICT -> {
				if (text.equals(Status.BATCH_COMPLETED)) {
					yield End.COMPLETED;
				}
				if (text.contains("MaxBytes")) {
					yield End.FULL;
				}
				throw new LostMessagesException("The consumer ended: " + status.getMessageWithCode());
			}
			default -> throw new LostMessagesException("The consumer ended: " + status.getMessageWithCode());
		};
	}

	/** Return how many messages were received. */
	public long received() {
		return this.received;
	}

	/** Return how many messages wait here. */
	public long waiting() {
		return this.subscription.getPendingMessageCount();
	}

	/** Whether nothing was unsubscribed so far. */
	public boolean isActive() {
		return this.subscription.isActive();
	}

	/**
	 * Stop receiving, but keep what the server has sent.
	 * @param deadline until when what was sent is read
	 * @return whether the server has confirmed that nothing more comes
	 */
	public boolean drain(Deadline deadline) throws InterruptedException {
		return ConnectionFlush.drain(this.client.connection(), this.subscription, deadline) != null;
	}

	/** Stop receiving. May be called by any thread, and wakes up one that waits. */
	public void unsubscribe() {
		try {
			this.subscription.unsubscribe();
		}
		catch (IllegalStateException ex) {
			// it has ended already
		}
	}

	/** Ask the server to remove the consumer, without waiting for the answer. */
	public CompletableFuture<Message> delete() {
		return this.client.send("CONSUMER.DELETE." + this.stream + "." + this.name, null, this.client.timeout())
			.message();
	}

	/**
	 * The end of a request for messages.
	 */
	public enum End {

		/** There is nothing at the moment, and the server goes on waiting. */
		NOT_YET,

		/** There is nothing. */
		NO_MESSAGES,

		/** There was nothing, or not enough, for as long as the request was to wait. */
		EXPIRED,

		/** All messages of the request were sent. */
		COMPLETED,

		/** The next message does not fit into the bytes of the request. */
		FULL

	}

}
