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

package io.github.natskv.kv.jetstream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerCreateRequest;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.support.ApiConstants;
import io.nats.client.support.Status;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * A consumer of a bucket's stream that is read once, in order. Proves that no message got
 * lost on the way, but not that there are no more.
 */
final class BucketPull implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(BucketPull.class);

	private static final Duration SILENCE = Duration.ofMillis(250);

	private static final Duration INACTIVE_THRESHOLD = Duration.ofSeconds(5);

	private static final int BATCH_HEADERS = 4096;

	private static final int BATCH_VALUES = 256;

	private static final int CONFLICT = 409;

	private final BucketStream stream;

	private final JetStreamClient api;

	private final String consumer = "natskv-" + NUID.nextGlobal();

	private final int batch;

	/** Whether each message is asked for by a request of its own. */
	private final boolean single;

	private final long initiallyPending;

	private final Subscription subscription;

	private final String inbox;

	private long requested;

	private long received;

	/** Whether requests stay with the server until there is something to deliver. */
	private boolean waiting;

	private @Nullable CompletableFuture<Message> deletion;

	/**
	 * Create the consumer.
	 * @param stream the stream to read
	 * @param subject the subjects to read
	 * @param policy which messages to read
	 * @param headersOnly whether the values are not needed
	 * @param limits what consumers of the stream may ask for
	 */
	BucketPull(BucketStream stream, String subject, DeliverPolicy policy, boolean headersOnly,
			@Nullable ConsumerLimits limits) {
		this.stream = stream;
		this.api = stream.api();
		this.single = ImportedApi.isImported(this.api.prefix());
		this.batch = this.single ? ImportedApi.UNDERWAY : headersOnly ? BATCH_HEADERS : BATCH_VALUES;
		ConsumerConfiguration configuration = ConsumerConfiguration.builder()
			.name(this.consumer)
			.deliverPolicy(policy)
			.ackPolicy(AckPolicy.None)
			.filterSubject(subject)
			.headersOnly(headersOnly)
			.inactiveThreshold(inactiveThreshold(limits))
			.memStorage(true)
			.numReplicas(1)
			.build();
		this.inbox = this.api.connection().createInbox();
		this.subscription = this.api.subscribe(this.inbox);
		try {
			this.initiallyPending = stream
				.call("CONSUMER.CREATE.%s.%s.%s".formatted(stream.streamName(), this.consumer, subject),
						new ConsumerCreateRequest(stream.streamName(), configuration).toJson(), "list keys",
						ConsumerInfo::new)
				.getNumPending();
		}
		catch (RuntimeException ex) {
			unsubscribe();
			throw ex;
		}
	}

	private void unsubscribe() {
		try {
			this.subscription.unsubscribe();
		}
		catch (IllegalStateException ex) {
			// it ended with its connection
		}
	}

	private static Duration inactiveThreshold(@Nullable ConsumerLimits limits) {
		Duration limit = (limits != null) ? limits.getInactiveThreshold() : null;
		return (limit != null && !limit.isZero() && limit.compareTo(INACTIVE_THRESHOLD) < 0) ? limit
				: INACTIVE_THRESHOLD;
	}

	/**
	 * Return how many messages the server had to deliver when the consumer was created.
	 * Only a hint where others write at the same time.
	 * @return the number
	 */
	long initiallyPending() {
		return this.initiallyPending;
	}

	long received() {
		return this.received;
	}

	/**
	 * Wait for the next message.
	 * @return the message, or {@code null} if the server seems to have no more
	 * @throws LostException if the consumer or a message of it is lost
	 */
	@Nullable Message next() throws InterruptedException, LostException {
		pull();
		while (true) {
			Message message = receive();
			if (message == null || (message.isStatusMessage() && isIdle(message.getStatus()))) {
				// what was requested may be lost, and is requested again
				this.requested = this.received;
				this.waiting = true;
				return null;
			}
			if (!message.isStatusMessage()) {
				long number = message.metaData().consumerSequence();
				if (number != ++this.received) {
					throw new LostException("message %d arrived as number %d".formatted(number, this.received));
				}
				return message;
			}
		}
	}

	private @Nullable Message receive() throws InterruptedException {
		try {
			return this.subscription.nextMessage(SILENCE);
		}
		catch (IllegalStateException | NullPointerException ex) {
			// jnats may fail with either when the connection is closed meanwhile
			throw new KeyValueNotConnectedException("The connection was closed while a bucket was read", ex);
		}
	}

	private void pull() {
		if (this.requested - this.received > this.batch / 2) {
			return;
		}
		this.api.requireConnected();
		ApiRequest request = ApiRequest.of(ApiConstants.BATCH, this.single ? 1 : this.batch);
		for (int i = 0; i < (this.single ? this.batch : 1); i++) {
			pull(request);
		}
		this.requested += this.batch;
	}

	private void pull(ApiRequest request) {
		ApiRequest pull = this.waiting ? request.with(ApiConstants.EXPIRES, this.api.timeout().toNanos())
				: request.with(ApiConstants.NO_WAIT, true);
		this.api.publish("CONSUMER.MSG.NEXT.%s.%s".formatted(this.stream.streamName(), this.consumer), this.inbox,
				pull.toBytes());
	}

	private static boolean isIdle(Status status) throws LostException {
		return switch (status.getCode()) {
			case 404, 408 -> true;
			case CONFLICT -> {
				if (!status.getMessage().equals(Status.BATCH_COMPLETED)) {
					throw new LostException("the server said " + status.getMessageWithCode());
				}
				yield false;
			}
			default -> throw new LostException("the server said " + status.getMessageWithCode());
		};
	}

	/**
	 * Ask the server to remove the consumer, without waiting for the answer.
	 */
	void stop() {
		if (this.deletion != null) {
			return;
		}
		try {
			unsubscribe();
			this.deletion = this.api
				.send("CONSUMER.DELETE.%s.%s".formatted(this.stream.streamName(), this.consumer), null,
						this.api.timeout())
				.message();
		}
		catch (DataAccessException | IllegalStateException ex) {
			this.deletion = CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Wait until the consumer is removed. Where that fails it goes away by itself.
	 */
	@Override
	public void close() {
		stop();
		CompletableFuture<Message> deletion = this.deletion;
		try {
			if (deletion != null) {
				deletion.get(this.api.timeout().toNanos(), TimeUnit.NANOSECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException | ExecutionException | TimeoutException ex) {
			logger.debug("Could not delete consumer '%s', it goes away by itself".formatted(this.consumer), ex);
		}
	}

	/**
	 * The consumer, or a message of it, is lost.
	 */
	static final class LostException extends Exception {

		LostException(String message) {
			super(message);
		}

	}

}
