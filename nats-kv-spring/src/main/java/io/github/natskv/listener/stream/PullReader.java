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

import io.github.natskv.core.connection.Deadline;
import io.github.natskv.jetstream.Delivery;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.jetstream.LostMessagesException;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.InvalidListenerException;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a durable consumer, one thread at a time: binds to it, asks for
 * messages, and does so anew when the connection or the consumer was lost.
 */
final class PullReader implements ConnectionListener {

	private static final Log logger = LogFactory.getLog(PullReader.class);

	private static final long MAX_PAUSE_MILLIS = 2000;

	private static final int NOTABLE_ATTEMPTS = 5;

	private final StreamEndpoint endpoint;

	private final ConsumerBinding binding;

	private final PullWindow window;

	private final HeldMessages held;

	private final WaitingMessages waiting;

	private final KeepAlive keepAlive;

	private final Object wakeUp = new Object();

	private volatile @Nullable PullSession session;

	private volatile @Nullable BoundConsumer bound;

	private volatile @Nullable SubjectPattern sole;

	private volatile boolean stopping;

	private volatile @Nullable LastError lastError;

	private volatile long openedAt;

	private int attempts;

	PullReader(StreamEndpoint endpoint, ConsumerBinding binding, PullWindow window, HeldMessages held,
			WaitingMessages waiting, KeepAlive keepAlive) {
		this.endpoint = endpoint;
		this.binding = binding;
		this.window = window;
		this.held = held;
		this.waiting = waiting;
		this.keepAlive = keepAlive;
		endpoint.client().connection().addConnectionListener(this);
	}

	@Nullable BoundConsumer bound() {
		return this.bound;
	}

	// why there is no consumer at present
	@Nullable LastError trouble() {
		return isOpen() ? null : this.lastError;
	}

	boolean isOpen() {
		PullSession current = this.session;
		return current != null && !current.isLost();
	}

	// when the consumer was there again the last time
	long openedAt() {
		return this.openedAt;
	}

	// how many the server has sent and nobody has read
	long unread() {
		PullSession current = this.session;
		return (current != null) ? current.waiting() : 0;
	}

	boolean isStopping() {
		return this.stopping;
	}

	@Override
	@SuppressWarnings("deprecation")
	public void connectionEvent(Connection source, Events event) {
		if (event == Events.DISCONNECTED || event == Events.CLOSED) {
			this.held.closed();
			PullSession current = this.session;
			if (current != null) {
				current.lose();
			}
		}
		wakeUp();
	}

	private void wakeUp() {
		synchronized (this.wakeUp) {
			this.wakeUp.notifyAll();
		}
	}

	// wait for the next message
	@Nullable HeldMessage read(Duration patience) throws InterruptedException {
		PullSession current = this.session;
		try {
			if (current == null) {
				current = open();
				if (current == null) {
					return null;
				}
			}
			boolean needed = current.waiting() == 0
					&& this.window.requested() < this.endpoint.concurrency() * this.endpoint.batch();
			pull(current, needed ? 1 : Math.max(1, this.window.size() / 2));
			Message message = current.next(patience);
			if (message == null) {
				return null;
			}
			this.attempts = 0;
			return hold(message, current.heard());
		}
		catch (LostMessagesException | JetStreamApiException | RuntimeException ex) {
			lost(current, ex);
			return null;
		}
	}

	// ask for a message where the one that waits for the next has nothing to wait for
	void pull() {
		PullSession current = this.session;
		if (current != null && this.window.requested() == 0 && current.waiting() == 0) {
			pull(current, 1);
		}
	}

	private void pull(PullSession session, int least) {
		if (this.stopping) {
			return;
		}
		int room = this.waiting.room();
		if (room > 1) {
			session.pull(least, room);
		}
		else if (room == 1 && this.window.requested() == 0) {
			session.pull(1, 1);
		}
	}

	private @Nullable HeldMessage hold(Message message, long received) {
		this.window.received();
		HeldMessage next = this.held.add(message, Delivery.of(message), received);
		if (next == null) {
			this.window.released();
		}
		else {
			SubjectPattern pattern = this.sole;
			next.pattern((pattern != null) ? pattern : this.endpoint.pattern(message.getSubject()));
		}
		return next;
	}

	private @Nullable PullSession open() throws JetStreamApiException, InterruptedException {
		if (!isConnected()) {
			pause(MAX_PAUSE_MILLIS);
			return null;
		}
		BoundConsumer before = this.bound;
		BoundConsumer found = this.binding.bind();
		PullSession opened = new PullSession(this.endpoint.client(), this.endpoint.consumer(), found, this.window);
		boolean same = before == null || before.created().equals(found.created());
		this.held.opened(same, found.ackWait());
		if (!same) {
			// they are of a consumer that is no more
			this.waiting.clear().forEach(this.held::drop);
		}
		this.sole = this.endpoint.soleOf(found.filters());
		this.bound = found;
		this.session = opened;
		this.openedAt = System.nanoTime();
		this.keepAlive.start(found.ackWait());
		if (!isConnected()) {
			opened.lose();
		}
		return opened;
	}

	private boolean isConnected() {
		return this.endpoint.client().connection().getStatus() == Connection.Status.CONNECTED;
	}

	private void lost(@Nullable PullSession ended, Exception cause) throws InterruptedException {
		if (this.stopping && cause instanceof RuntimeException && isConnected()) {
			// a subscription that was drained, to whose consumer answers go all the same
			return;
		}
		this.held.closed();
		if (ended != null) {
			buffer();
			ended.close();
			this.session = null;
		}
		if (this.stopping) {
			return;
		}
		this.lastError = LastError.now(cause);
		this.attempts++;
		if (cause instanceof InvalidListenerException) {
			logger.error("Listener '%s' receives nothing: %s".formatted(this.endpoint.id(), cause.getMessage()));
		}
		else if (this.attempts == NOTABLE_ATTEMPTS && isConnected()) {
			logger.warn("Listener '%s' waits for %s: %s".formatted(this.endpoint.id(), this.endpoint.consumer().label(),
					cause.getMessage()));
		}
		else {
			logger.debug("Listener '%s' lost touch with %s and recovers".formatted(this.endpoint.id(),
					this.endpoint.consumer().label()), cause);
		}
		if (this.attempts > 1 || cause instanceof JetStreamRequestException) {
			pause(Math.min(MAX_PAUSE_MILLIS, 25L << Math.min(this.attempts, 10)));
		}
	}

	private void pause(long millis) throws InterruptedException {
		synchronized (this.wakeUp) {
			if (!this.stopping) {
				this.wakeUp.wait(millis);
			}
		}
	}

	// hold what the server has sent, to be handled later
	void buffer() throws InterruptedException {
		PullSession current = this.session;
		if (current != null) {
			current.buffer();
			for (Message message : current.buffered()) {
				HeldMessage next = hold(message, System.nanoTime());
				if (next != null) {
					this.waiting.addReceived(next);
				}
			}
		}
	}

	// ask for nothing more, and wait for what is on its way
	void stop(Deadline deadline) throws InterruptedException {
		this.stopping = true;
		wakeUp();
		PullSession current = this.session;
		if (current != null && !current.drain(deadline)) {
			current.lose();
		}
	}

	void close() {
		this.endpoint.client().connection().removeConnectionListener(this);
		PullSession current = this.session;
		if (current != null) {
			current.close();
			this.session = null;
		}
	}

}
