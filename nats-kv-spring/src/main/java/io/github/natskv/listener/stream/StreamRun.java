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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natskv.core.connection.Deadline;
import io.github.natskv.kv.watch.LastError;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a listener from one start to the next stop. Its workers take them; one
 * of the workers that are idle reads, the others wait for their turn to read.
 */
final class StreamRun implements HeldMessages.Released {

	/** The time that a reader waits before it looks around. */
	private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

	private static final Duration LOOK_AROUND_IN_ORDER = Duration.ofMillis(50);

	/** The time to wait for the next message of a batch. */
	private static final Duration LINGER = Duration.ofMillis(5);

	private final Duration patience;

	private final PullWindow window;

	private final HeldMessages held;

	private final WaitingMessages waiting;

	private final KeepAlive keepAlive = new KeepAlive(this::progress);

	private final PullReader reader;

	private final ReentrantLock reading = new ReentrantLock();

	private final AtomicInteger busy = new AtomicInteger();

	/** Whether nothing more comes; belongs to the reader. */
	private boolean drained;

	/** The last time at which a message was begun or settled. */
	private volatile long progressAt;

	StreamRun(StreamEndpoint endpoint, ConsumerBinding binding) {
		this.patience = (endpoint.order() != null) ? LOOK_AROUND_IN_ORDER : LOOK_AROUND;
		this.window = new PullWindow(endpoint.window());
		this.held = new HeldMessages(endpoint.client().connection(), this, endpoint.recorder());
		this.waiting = new WaitingMessages(endpoint.order(), this.window);
		this.reader = new PullReader(endpoint, binding, this.window, this.held, this.waiting, this.keepAlive);
	}

	@Nullable BoundConsumer bound() {
		return this.reader.bound();
	}

	@Nullable LastError trouble() {
		return this.reader.trouble();
	}

	int held() {
		return this.held.count();
	}

	// received and not begun
	long waiting() {
		return Math.max(0, held() - busy()) + this.reader.unread();
	}

	// how many are being handled; a worker that takes the next one has settled the last
	int busy() {
		return this.busy.get();
	}

	void begin(HeldMessage message) {
		this.progressAt = message.hasWaited() ? System.nanoTime() : message.received();
		this.busy.incrementAndGet();
	}

	void begin(int messages) {
		this.progressAt = System.nanoTime();
		this.busy.addAndGet(messages);
	}

	void end(int messages) {
		this.busy.addAndGet(-messages);
	}

	// for how long nothing was begun or settled though messages are at work, unless that
	// is less than the ack wait, which handlers are expected to need at most
	Duration stalled() {
		Duration stalled = (busy() > 0) ? Duration.ofNanos(System.nanoTime() - this.progressAt) : Duration.ZERO;
		return (stalled.compareTo(this.held.ackWait()) > 0) ? stalled : Duration.ZERO;
	}

	// wait for messages to handle together
	List<HeldMessage> take(int most) throws InterruptedException {
		List<HeldMessage> batch = new ArrayList<>();
		this.reading.lockInterruptibly();
		try {
			HeldMessage next = first();
			while (next != null) {
				batch.add(next);
				next = (batch.size() < most && !this.reader.isStopping()) ? next(LINGER) : null;
			}
			return batch;
		}
		finally {
			this.reading.unlock();
		}
	}

	// wait for the next message to handle
	@Nullable HeldMessage take() throws InterruptedException {
		HeldMessage next = this.reader.isStopping() ? null : this.waiting.pollReady();
		if (next != null && isUsable(next)) {
			return next;
		}
		this.reading.lockInterruptibly();
		try {
			return first();
		}
		finally {
			this.reading.unlock();
		}
	}

	private @Nullable HeldMessage first() throws InterruptedException {
		while (!this.reader.isStopping()) {
			if (this.reader.isOpen()) {
				this.waiting.goOnWithoutTheFailed(this.reader.openedAt());
			}
			HeldMessage next = next(this.patience);
			if (next != null) {
				return next;
			}
		}
		if (this.drained) {
			handBack();
		}
		return null;
	}

	private @Nullable HeldMessage next(Duration patience) throws InterruptedException {
		HeldMessage next = this.waiting.pollReady();
		if (next == null) {
			next = this.waiting.pollReceived();
			next = (next != null) ? next : this.reader.read(patience);
			next = (next != null && this.waiting.isItsTurn(next)) ? next : null;
		}
		if (next != null && this.reader.isStopping()) {
			// handed back with the others, in their order
			this.waiting.addReady(next);
			return null;
		}
		return (next != null && isUsable(next)) ? next : null;
	}

	// what is left to be done with it is done here
	private boolean isUsable(HeldMessage message) {
		if (!this.held.isCurrent(message) || (message.hasWaited() && message.isOverdue(this.held.ackWait()))) {
			this.held.drop(message);
			return false;
		}
		return true;
	}

	// where nobody reads, all workers are busy, and messages may wait for long
	private void progress() {
		if (this.reading.tryLock()) {
			try {
				this.reader.buffer();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				this.reading.unlock();
			}
		}
		this.held.progressAll();
	}

	void takeAgain(List<HeldMessage> messages) {
		this.waiting.takeAgain(messages);
	}

	void settled(HeldMessage message) {
		this.held.settled(message);
	}

	@Override
	public void released(HeldMessage message, @Nullable Duration delay) {
		this.progressAt = System.nanoTime();
		if (!message.isWaitingInOrder()) {
			this.window.released();
			if (this.held.isCurrent(message)) {
				this.waiting.settled(message, delay);
			}
		}
		if (this.reading.isLocked()) {
			this.reader.pull();
		}
	}

	// ask for nothing more, and hand back what is not begun
	void stop(Deadline deadline) throws InterruptedException {
		this.reader.stop(deadline);
		this.reading.lockInterruptibly();
		try {
			this.drained = true;
			this.reader.buffer();
			handBack();
		}
		finally {
			this.reading.unlock();
		}
	}

	// the server delivers them again in the order in which they are handed back
	private void handBack() {
		this.waiting.clear().forEach(HeldMessage::nak);
	}

	// end, when nothing is at work any more
	void close() {
		handBack();
		this.keepAlive.stop();
		this.reader.close();
	}

}
