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

package io.github.natskv.listener.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.github.natskv.core.connection.Deadline;
import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.LostMessagesException;
import io.github.natskv.jetstream.PullConsumer;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests for messages of a consumer, until the connection or the consumer is lost.
 */
final class PullSession {

	private static final Log logger = LogFactory.getLog(PullSession.class);

	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	/** After which silence a consumer is taken for lost. */
	private static final Duration SILENCE = Duration.ofMillis(2500);

	private static final Duration EXPIRES = Duration.ofSeconds(30);

	private static final String PENDING = "Nats-Pending-Messages";

	/** The number of bytes that all messages of a window may have. */
	private static final long MAX_BYTES = 64L << 20;

	/** How long a server may take to answer a question at the end. */
	private static final Duration ANSWER = Duration.ofSeconds(1);

	/** How long to wait at the end for messages that were asked for. */
	private static final Duration ON_THEIR_WAY = Duration.ofMillis(200);

	/** After which silence none of them is on its way. */
	private static final long QUIET_MILLIS = 20;

	private final JetStreamClient client;

	private final DeclaredConsumer declared;

	private final PullConsumer consumer;

	private final BoundConsumer bound;

	private final PullWindow window;

	private final long maxPayload;

	private final Deque<Message> buffered = new ArrayDeque<>();

	private volatile boolean lost;

	private volatile long heard = System.nanoTime();

	private final Duration expires;

	private final boolean beating;

	PullSession(JetStreamClient client, DeclaredConsumer declared, BoundConsumer bound, PullWindow window) {
		this.client = client;
		this.declared = declared;
		this.consumer = PullConsumer.ofDurable(client, declared.stream(), declared.name());
		this.bound = bound;
		this.window = window;
		this.maxPayload = client.connection().getMaxPayload();
		Duration limit = bound.maxExpires();
		boolean limited = limit != null && !limit.isZero() && limit.compareTo(EXPIRES) < 0;
		this.expires = (limited && limit != null) ? limit : EXPIRES;
		this.beating = !this.consumer.isSingle() && HEARTBEAT.multipliedBy(2).compareTo(this.expires) < 0;
		window.endedAll();
	}

	BoundConsumer bound() {
		return this.bound;
	}

	// when the server was heard of the last time
	long heard() {
		return this.heard;
	}

	boolean isLost() {
		return this.lost;
	}

	// may be called by any thread, and wakes up the one that reads
	void lose() {
		this.lost = true;
		if (this.consumer.waiting() == 0) {
			this.consumer.unsubscribe();
		}
	}

	// ask for messages
	void pull(int least, int most) {
		int limit = (this.bound.maxBatch() > 0) ? (int) Math.min(most, this.bound.maxBatch()) : most;
		if (this.lost || limit < 1) {
			return;
		}
		int batch = this.window.request(Math.min(least, limit), limit);
		if (batch == 0) {
			return;
		}
		ApiRequest request = ApiRequest.of("expires", this.expires.toNanos());
		if (this.beating) {
			request.with("idle_heartbeat", HEARTBEAT.toNanos());
		}
		if (batch > 1) {
			request.with("max_bytes", bytes(batch));
		}
		this.consumer.pull(batch, request);
	}

	private long bytes(int batch) {
		long share = Math.max(MAX_BYTES * batch / Math.max(batch, this.window.size()), 2 * this.maxPayload);
		return (this.bound.maxBytes() > 0) ? Math.min(share, this.bound.maxBytes()) : share;
	}

	// wait for the next message
	@Nullable Message next(Duration patience) throws LostMessagesException, InterruptedException {
		Message message = this.buffered.poll();
		if (message == null) {
			message = this.consumer.next(patience);
		}
		if (message == null) {
			checkHeard();
			return null;
		}
		this.heard = System.nanoTime();
		if (!message.isStatusMessage()) {
			return message;
		}
		if (PullConsumer.end(message) != PullConsumer.End.NOT_YET) {
			ended(message);
		}
		return null;
	}

	private void ended(Message status) {
		Headers headers = status.getHeaders();
		String pending = (headers != null) ? headers.getFirst(PENDING) : null;
		if (this.consumer.isSingle()) {
			this.window.ended(1);
		}
		else if (pending != null && pending.matches("\\d{1,9}")) {
			this.window.ended(Integer.parseInt(pending));
		}
		else {
			this.window.endedAll();
		}
	}

	private void checkHeard() throws LostMessagesException {
		if (this.lost) {
			throw new LostMessagesException("The connection was lost");
		}
		if (this.window.requested() == 0) {
			this.heard = System.nanoTime();
			return;
		}
		Duration patience = this.beating ? SILENCE : SILENCE.plus(this.expires);
		if (System.nanoTime() - this.heard > patience.toNanos()) {
			throw new LostMessagesException("The consumer was silent for %d ms".formatted(patience.toMillis()));
		}
	}

	// take what was received into memory, to be read later
	void buffer() throws InterruptedException {
		try {
			while (this.consumer.waiting() > 0) {
				Message message = this.consumer.next(Duration.ofMillis(1));
				if (message == null) {
					return;
				}
				this.buffered.add(message);
			}
		}
		catch (LostMessagesException | RuntimeException ex) {
			this.lost = true;
		}
	}

	// return what is in memory, without statuses
	Deque<Message> buffered() {
		Deque<Message> messages = new ArrayDeque<>();
		for (Message message = this.buffered.poll(); message != null; message = this.buffered.poll()) {
			if (!message.isStatusMessage()) {
				messages.add(message);
			}
		}
		return messages;
	}

	long waiting() {
		return this.consumer.waiting();
	}

	boolean drain(Deadline deadline) throws InterruptedException {
		if (this.lost || !this.consumer.isActive()) {
			return false;
		}
		awaitRequested(deadline);
		boolean drained = this.consumer.drain(deadline);
		if (drained) {
			// a server that finds out with a message in hand that nobody waits for it any
			// more puts it behind those that were handed back meanwhile
			ask(deadline);
		}
		return drained;
	}

	// a server passes over what is on its way from the leader to nobody any more, and the
	// leader delivers it again after the ack wait only
	private void awaitRequested(Deadline deadline) throws InterruptedException {
		if (missing() > 0) {
			ask(deadline);
		}
		Deadline end = Deadline.after(deadline.remaining(ON_THEIR_WAY));
		long before = Long.MAX_VALUE;
		for (long missing = missing(); missing > 0 && missing < before && !end.isOver(); missing = missing()) {
			before = missing;
			Thread.sleep(QUIET_MILLIS);
		}
	}

	private long missing() {
		return this.window.requested() - this.consumer.waiting();
	}

	private void ask(Deadline deadline) {
		try {
			this.client.call("CONSUMER.INFO." + this.declared.stream() + "." + this.declared.name(), null,
					deadline.remaining(ANSWER));
		}
		catch (RuntimeException ex) {
			logger.trace("Nothing is known of the consumer at the end", ex);
		}
	}

	void close() {
		this.lost = true;
		this.consumer.unsubscribe();
	}

}
