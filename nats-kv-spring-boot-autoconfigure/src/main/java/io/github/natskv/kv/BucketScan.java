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

package io.github.natskv.kv;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Reads all messages of a bucket that match a filter, in order, or fails.
 * <p>
 * It reads from the first message on. What is overwritten meanwhile moves to the end and
 * is read there; whoever uses this lets later messages override earlier ones. When as
 * much was read as there was at the beginning, it asks the stream for what is beyond. If
 * there is nothing, the keys seen are exactly those of the stream at that moment. If
 * there is, the bucket is being written to, and an end can never be proven: each key seen
 * was there, but one may have been overwritten again and again just before it was its
 * turn. So then the stream is asked for the names of all its keys, and those not seen, or
 * not as often as they are there, are read one by one.
 * <p>
 * What the consumer says is pending is only a hint. It is too low until the server has
 * noticed the latest writes and may stay too high for good on nats-server 2.9. For a
 * consumer of the last message per subject, which would have less to read in a bucket
 * with history, it is wrong under writes.
 */
final class BucketScan {

	private static final Log logger = LogFactory.getLog(BucketScan.class);

	private static final Duration SILENCE = Duration.ofMillis(50);

	private static final Duration INACTIVE_THRESHOLD = Duration.ofSeconds(5);

	private static final int BATCH_HEADERS = 1024;

	private static final int BATCH_VALUES = 256;

	private final BucketStream stream;

	private final BucketReads reads;

	private final JetStreamApi api;

	private final String consumer = "natskv-" + NUID.nextGlobal();

	private final int batch;

	private String subject = "";

	private long initiallyPending;

	private long requested;

	private long received;

	/** The revision of the last message received. */
	private long position;

	/** The revision that was beyond the position at the last look. */
	private long ahead;

	private boolean exact;

	/** How many messages of each subject were received. */
	private final Map<String, Integer> seen = new HashMap<>();

	private BucketScan(BucketStream stream, boolean headersOnly) {
		this.stream = stream;
		this.reads = new BucketReads(stream);
		this.api = stream.api();
		this.batch = headersOnly ? BATCH_HEADERS : BATCH_VALUES;
	}

	/**
	 * Read messages.
	 * @param stream the stream to read
	 * @param filter the keys to read, as they are on the server
	 * @param headersOnly whether the values are not needed
	 * @param visitor given each message, in order
	 */
	static void read(BucketStream stream, String filter, boolean headersOnly, Consumer<Message> visitor) {
		BucketScan scan = new BucketScan(stream, headersOnly);
		scan.read(filter, headersOnly, visitor);
		if (!scan.exact && isPattern(filter)) {
			stream.subjects(scan.subject).forEach((subject, messages) -> {
				// a server under load may pass over one of several messages of a key
				if (scan.seen.getOrDefault(subject, 0) < messages) {
					new BucketScan(stream, headersOnly).read(stream.keys().rawKeyOf(subject), headersOnly, visitor);
				}
			});
		}
	}

	private static boolean isPattern(String filter) {
		return filter.indexOf('*') >= 0 || filter.indexOf('>') >= 0;
	}

	private void read(String filter, boolean headersOnly, Consumer<Message> visitor) {
		createConsumer(this.stream.layout().readPrefix() + filter, headersOnly);
		try {
			this.exact = this.initiallyPending == 0;
			if (!this.exact) {
				readAll(visitor);
			}
		}
		finally {
			deleteConsumer();
		}
	}

	private void createConsumer(String subject, boolean headersOnly) {
		this.subject = subject;
		ConsumerConfiguration configuration = ConsumerConfiguration.builder()
			.name(this.consumer)
			.deliverPolicy(DeliverPolicy.All)
			.ackPolicy(AckPolicy.None)
			.filterSubject(subject)
			.headersOnly(headersOnly)
			.inactiveThreshold(INACTIVE_THRESHOLD)
			.memStorage(true)
			.numReplicas(1)
			.build();
		this.initiallyPending = this.stream
			.call("CONSUMER.CREATE.%s.%s.%s".formatted(this.stream.streamName(), this.consumer, subject),
					"{\"stream_name\":\"%s\",\"config\":%s}".formatted(this.stream.streamName(),
							configuration.toJson()),
					"list keys", ConsumerInfo::new)
			.getNumPending();
	}

	private void deleteConsumer() {
		try {
			this.api.call("CONSUMER.DELETE.%s.%s".formatted(this.stream.streamName(), this.consumer), null);
		}
		catch (DataAccessException | JetStreamApi.NobodyThereException ex) {
			logger.debug("Could not delete consumer '%s', it goes away by itself".formatted(this.consumer), ex);
		}
	}

	private void readAll(Consumer<Message> visitor) {
		Connection connection = this.api.connection();
		String inbox = connection.createInbox();
		Subscription subscription = connection.subscribe(inbox);
		subscription.setPendingLimits(-1, -1);
		try {
			long lastHeard = System.nanoTime();
			boolean complete = false;
			while (!complete) {
				pull(inbox);
				Message message = subscription.nextMessage(SILENCE);
				if (message == null) {
					complete = isEnd();
					requireAlive(lastHeard);
				}
				else if (message.isStatusMessage()) {
					onStatus(message);
				}
				else {
					lastHeard = System.nanoTime();
					complete = onMessage(message, visitor);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KeyValueTimeoutException("Interrupted while reading bucket '%s'".formatted(this.stream.bucket()),
					ex);
		}
		finally {
			if (connection.getStatus() != Connection.Status.CLOSED) {
				subscription.unsubscribe();
			}
		}
	}

	private void pull(String inbox) {
		if (this.requested - this.received > this.batch / 2) {
			return;
		}
		this.api.requireConnected();
		String request = "{\"batch\":%d,\"expires\":%d}".formatted(this.batch, this.api.timeout().toNanos());
		this.api.connection()
			.publish("%sCONSUMER.MSG.NEXT.%s.%s".formatted(this.api.prefix(), this.stream.streamName(), this.consumer),
					inbox, request.getBytes(StandardCharsets.UTF_8));
		this.requested += this.batch;
	}

	private boolean onMessage(Message message, Consumer<Message> visitor) {
		NatsJetStreamMetaData metaData = message.metaData();
		this.received++;
		if (metaData.consumerSequence() != this.received) {
			throw incomplete("message %d arrived as number %d".formatted(metaData.consumerSequence(), this.received));
		}
		visitor.accept(message);
		this.seen.merge(message.getSubject(), 1, Integer::sum);
		this.position = metaData.streamSequence();
		if (this.ahead > 0) {
			return this.position >= this.ahead;
		}
		return (metaData.pendingCount() <= 0 || this.received >= this.initiallyPending) && isEnd();
	}

	private boolean isEnd() {
		Long next = this.reads.nextRevision(this.subject, this.position + 1);
		this.exact = next == null;
		this.ahead = (next != null) ? next : 0;
		return this.exact;
	}

	private void onStatus(Message message) {
		switch (message.getStatus().getCode()) {
			case 404, 408 -> {
				this.requested = this.received;
			}
			default -> {
				this.stream.info();
				throw incomplete("the server said " + message.getStatus().getMessageWithCode());
			}
		}
	}

	private void requireAlive(long lastHeard) {
		if (System.nanoTime() - lastHeard > this.api.timeout().toNanos()) {
			throw new KeyValueTimeoutException(
					"Could not list the keys of bucket '%s': nothing came for %d ms after %d messages"
						.formatted(this.stream.bucket(), this.api.timeout().toMillis(), this.received),
					null);
		}
	}

	private TransientDataAccessResourceException incomplete(String reason) {
		return new TransientDataAccessResourceException(
				"Could not list all keys of bucket '%s': %s".formatted(this.stream.bucket(), reason));
	}

}
