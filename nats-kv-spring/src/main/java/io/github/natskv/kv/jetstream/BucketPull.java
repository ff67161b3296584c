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
import java.util.function.UnaryOperator;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.Delivery;
import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.LostMessagesException;
import io.github.natskv.jetstream.PullConsumer;
import io.nats.client.Message;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.support.ApiConstants;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * A consumer of a bucket's stream that is read once.
 */
final class BucketPull implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(BucketPull.class);

	private static final Duration SILENCE = Duration.ofMillis(250);

	private static final Duration INACTIVE_THRESHOLD = Duration.ofSeconds(5);

	private static final int BATCH_HEADERS = 4096;

	private static final int BATCH_VALUES = 256;

	/** Of a pull that is read as slowly as somebody likes. */
	private static final Duration PATIENT_THRESHOLD = Duration.ofSeconds(30);

	private static final int PATIENT_BATCH = 500;

	/** Servers before 2.10 lose the message that does not fit into the bytes. */
	private static final int UNLIMITED_BATCH = 50;

	private static final int PATIENT_BYTES = 1024 * 1024;

	private final JetStreamClient api;

	private final PullConsumer consumer;

	private final int batch;

	private final long initiallyPending;

	/** The number of bytes to ask for at a time, 0 if that does not matter. */
	private int bytes;

	private long requested;

	private long receivedBefore;

	/** Whether requests stay with the server until there is something to deliver. */
	private boolean waiting;

	private @Nullable CompletableFuture<Message> deletion;

	/**
	 * Create the consumer.
	 * @param subject the subjects to read
	 * @param policy which messages to read
	 * @param headersOnly whether the values are not needed
	 * @param limits what consumers of the stream may ask for
	 */
	BucketPull(BucketStream stream, String subject, DeliverPolicy policy, boolean headersOnly,
			@Nullable ConsumerLimits limits) {
		this(stream, headersOnly ? BATCH_HEADERS : BATCH_VALUES, 0, INACTIVE_THRESHOLD, limits,
				(configuration) -> configuration.deliverPolicy(policy).filterSubject(subject).headersOnly(headersOnly));
	}

	/**
	 * Create the consumer of all messages from a revision on.
	 * @param stream the stream to read
	 * @param subject the subjects to read
	 * @param first the first revision to read
	 * @param limits what consumers of the stream may ask for
	 */
	BucketPull(BucketStream stream, String subject, long first, @Nullable ConsumerLimits limits) {
		this(stream, BATCH_VALUES, 0, INACTIVE_THRESHOLD, limits,
				(configuration) -> configuration.deliverPolicy(DeliverPolicy.ByStartSequence)
					.startSequence(first)
					.filterSubject(subject));
	}

	private BucketPull(BucketStream stream, int batch, int bytes, Duration threshold, @Nullable ConsumerLimits limits,
			UnaryOperator<ConsumerConfiguration.Builder> options) {
		this.api = stream.api();
		this.consumer = new PullConsumer(this.api, stream.streamName(), "natskv-");
		this.batch = this.consumer.isSingle() ? ImportedApi.UNDERWAY : batch;
		this.bytes = this.consumer.isSingle() ? 0 : bytes;
		ConsumerConfiguration configuration = options
			.apply(this.consumer.configure(threshold, (limits != null) ? limits.getInactiveThreshold() : null))
			.build();
		try {
			this.initiallyPending = stream
				.call(this.consumer.createSubject(configuration), this.consumer.createRequest(configuration),
						"list keys", ConsumerInfo::new)
				.getNumPending();
		}
		catch (RuntimeException ex) {
			this.consumer.unsubscribe();
			throw ex;
		}
	}

	/**
	 * Create a consumer of values that are read one by one, with few of them in memory.
	 * @param after the revision after which every message comes, 0 for the last message
	 * of each subject
	 * @param limits what consumers of the stream may ask for
	 */
	static BucketPull values(BucketStream stream, String subject, long after, @Nullable ConsumerLimits limits) {
		boolean limited = stream.api().connection().getServerInfo().isSameOrNewerThanVersion("2.10.0");
		return new BucketPull(stream, limited ? PATIENT_BATCH : UNLIMITED_BATCH, limited ? PATIENT_BYTES : 0,
				PATIENT_THRESHOLD, limits, (configuration) -> {
					configuration.filterSubject(subject);
					return (after > 0)
							? configuration.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(after + 1)
							: configuration.deliverPolicy(DeliverPolicy.LastPerSubject);
				});
	}

	/**
	 * Create a consumer of the headers of all messages after a revision, which are read
	 * one by one.
	 * @param limits what consumers of the stream may ask for
	 */
	static BucketPull headers(BucketStream stream, String subject, long after, @Nullable ConsumerLimits limits) {
		return new BucketPull(stream, PATIENT_BATCH, 0, PATIENT_THRESHOLD, limits,
				(configuration) -> configuration.filterSubject(subject)
					.headersOnly(true)
					.deliverPolicy(DeliverPolicy.ByStartSequence)
					.startSequence(after + 1));
	}

	/**
	 * Return how many messages the server had to deliver when the consumer was created.
	 * Only a hint where others write at the same time.
	 */
	long initiallyPending() {
		return this.initiallyPending;
	}

	long received() {
		return this.consumer.received();
	}

	/**
	 * Wait for the next message.
	 * @return the message, or {@code null} if the server seems to have no more
	 * @throws LostMessagesException if the consumer or a message of it is lost
	 */
	@Nullable Message next() throws InterruptedException, LostMessagesException {
		Message message = receive();
		while (message != null && message.isStatusMessage() && isOnlyOfRequest(PullConsumer.end(message))) {
			message = receive();
		}
		if (message != null && !message.isStatusMessage()) {
			return message;
		}
		// what was requested may be lost, and is requested again
		this.requested = received();
		this.waiting = true;
		return null;
	}

	private @Nullable Message receive() throws InterruptedException, LostMessagesException {
		if (this.requested - received() <= this.batch / 2) {
			pull();
		}
		return this.consumer.next(SILENCE);
	}

	private boolean isOnlyOfRequest(PullConsumer.End end) {
		if (end == PullConsumer.End.FULL && received() == this.receivedBefore) {
			this.bytes = (int) Math.min(Integer.MAX_VALUE, 2L * this.bytes);
		}
		if (this.bytes > 0) {
			// the request before may have ended for want of bytes, too
			this.requested = received();
		}
		return end == PullConsumer.End.COMPLETED || end == PullConsumer.End.FULL;
	}

	/** Return the numbers of the last message. */
	Delivery delivery() {
		return this.consumer.delivery();
	}

	private void pull() {
		ApiRequest request = this.waiting ? ApiRequest.of(ApiConstants.EXPIRES, this.api.timeout().toNanos())
				: ApiRequest.of(ApiConstants.NO_WAIT, true);
		this.receivedBefore = received();
		this.consumer.pull(this.batch, (this.bytes > 0) ? request.with(ApiConstants.MAX_BYTES, this.bytes) : request);
		this.requested += this.batch;
	}

	/** Ask the server to remove the consumer, without waiting for the answer. */
	void stop() {
		if (this.deletion != null) {
			return;
		}
		this.consumer.unsubscribe();
		try {
			this.deletion = this.consumer.delete();
		}
		catch (DataAccessException ex) {
			this.deletion = CompletableFuture.failedFuture(ex);
		}
	}

	/** Wait until the consumer is removed. Where that fails it goes away by itself. */
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
			logger.debug("Could not delete consumer '%s', it goes away by itself".formatted(this.consumer.name()), ex);
		}
	}

}
