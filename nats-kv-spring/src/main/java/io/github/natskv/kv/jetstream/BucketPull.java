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

	private final JetStreamClient api;

	private final PullConsumer consumer;

	private final int batch;

	private final long initiallyPending;

	private long requested;

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
		this.api = stream.api();
		this.consumer = new PullConsumer(this.api, stream.streamName(), "natskv-");
		this.batch = this.consumer.isSingle() ? ImportedApi.UNDERWAY : headersOnly ? BATCH_HEADERS : BATCH_VALUES;
		ConsumerConfiguration configuration = this.consumer
			.configure(INACTIVE_THRESHOLD, (limits != null) ? limits.getInactiveThreshold() : null)
			.deliverPolicy(policy)
			.filterSubject(subject)
			.headersOnly(headersOnly)
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
	 * Return how many messages the server had to deliver when the consumer was created.
	 * Only a hint where others write at the same time.
	 * @return the number
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
		if (this.requested - received() <= this.batch / 2) {
			pull();
		}
		Message message = this.consumer.next(SILENCE);
		while (message != null && message.isStatusMessage()
				&& PullConsumer.end(message) == PullConsumer.End.COMPLETED) {
			message = this.consumer.next(SILENCE);
		}
		if (message != null && !message.isStatusMessage()) {
			return message;
		}
		// what was requested may be lost, and is requested again
		this.requested = received();
		this.waiting = true;
		return null;
	}

	private void pull() {
		this.consumer.pull(this.batch, this.waiting ? ApiRequest.of(ApiConstants.EXPIRES, this.api.timeout().toNanos())
				: ApiRequest.of(ApiConstants.NO_WAIT, true));
		this.requested += this.batch;
	}

	/**
	 * Ask the server to remove the consumer, without waiting for the answer.
	 */
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
			logger.debug("Could not delete consumer '%s', it goes away by itself".formatted(this.consumer.name()), ex);
		}
	}

}
