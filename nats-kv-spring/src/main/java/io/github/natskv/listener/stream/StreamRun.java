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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

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
 * The messages of a listener from one start to the next stop. Its workers take them; one
 * of the workers that are idle reads, the others wait for their turn to read.
 */
final class StreamRun implements ConnectionListener, HeldMessages.Released {

	private static final Log logger = LogFactory.getLog(StreamRun.class);

	/** How long a reader waits before it looks around. */
	private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

	private static final Duration LOOK_AROUND_IN_ORDER = Duration.ofMillis(50);

	/** How long to wait for the next message of a batch. */
	private static final Duration LINGER = Duration.ofMillis(5);

	private static final Duration MIN_PROGRESS = Duration.ofMillis(20);

	private static final long MAX_PAUSE_MILLIS = 2000;

	private static final int NOTABLE_ATTEMPTS = 5;

	private final StreamEndpoint endpoint;

	private final ConsumerBinding binding;

	private final PullWindow window;

	private final HeldMessages held;

	private final @Nullable Lanes lanes;

	private final ReentrantLock reading = new ReentrantLock();

	/** Received, and not begun; belongs to the reader. */
	private final Deque<HeldMessage> waiting = new ArrayDeque<>();

	/** Those whose turn it is now, of messages in order, or that are left of a batch. */
	private final Queue<HeldMessage> ready = new ConcurrentLinkedQueue<>();

	private final AtomicInteger busy = new AtomicInteger();

	private final Object wakeUp = new Object();

	private volatile @Nullable PullSession session;

	private volatile @Nullable BoundConsumer bound;

	private volatile @Nullable SubjectPattern sole;

	private volatile boolean stopping;

	/** Whether nothing more comes; belongs to the reader. */
	private boolean drained;

	private volatile @Nullable LastError lastError;

	private volatile long openedAt;

	private volatile int recoveries;

	/** When a message was begun or settled the last time. */
	private volatile long progressAt;

	private int attempts;

	private @Nullable Future<?> progress;

	private @Nullable Duration progressPeriod;

	StreamRun(StreamEndpoint endpoint, ConsumerBinding binding) {
		this.endpoint = endpoint;
		this.binding = binding;
		this.window = new PullWindow(endpoint.window());
		this.held = new HeldMessages(endpoint.client().connection(), this, endpoint.recorder());
		this.lanes = (endpoint.order() != null) ? new Lanes() : null;
		endpoint.client().connection().addConnectionListener(this);
	}

	@Nullable BoundConsumer bound() {
		return this.bound;
	}

	@Nullable LastError lastError() {
		return this.lastError;
	}

	boolean isOpen() {
		PullSession current = this.session;
		return current != null && !current.isLost();
	}

	int recoveries() {
		return this.recoveries;
	}

	int held() {
		return this.held.count();
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

	// for how long nothing was begun or settled, though messages are at work
	Duration stalled() {
		return (busy() > 0) ? Duration.ofNanos(System.nanoTime() - this.progressAt) : Duration.ZERO;
	}

	// after which one may wonder
	Duration patience() {
		return this.held.ackWait();
	}

	long received() {
		PullSession current = this.session;
		return (current != null) ? current.waiting() : 0;
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
		synchronized (this.wakeUp) {
			this.wakeUp.notifyAll();
		}
	}

	// wait for messages to handle together
	List<HeldMessage> take(int most) throws InterruptedException {
		List<HeldMessage> batch = new ArrayList<>();
		this.reading.lockInterruptibly();
		try {
			HeldMessage next = first();
			while (next != null) {
				batch.add(next);
				next = (batch.size() < most && !this.stopping) ? next(LINGER) : null;
				next = (next != null && isUsableStill(next)) ? next : null;
			}
			return batch;
		}
		finally {
			this.reading.unlock();
		}
	}

	// wait for the next message to handle
	@Nullable HeldMessage take() throws InterruptedException {
		HeldMessage next = this.stopping ? null : this.ready.poll();
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
		Duration patience = (this.lanes != null) ? LOOK_AROUND_IN_ORDER : LOOK_AROUND;
		while (!this.stopping) {
			goOnWithoutTheFailed();
			HeldMessage next = next(patience);
			if (next != null && isUsableStill(next)) {
				return next;
			}
		}
		if (this.drained) {
			handBack();
		}
		return null;
	}

	private boolean isUsableStill(HeldMessage message) {
		if (this.stopping) {
			// handed back with the others, in their order
			this.ready.add(message);
			return false;
		}
		return isUsable(message);
	}

	// what is left to be done with it is done here
	private boolean isUsable(HeldMessage message) {
		if (!this.held.isCurrent(message) || (message.hasWaited() && message.isOverdue(this.held.ackWait()))) {
			this.held.drop(message);
			return false;
		}
		return true;
	}

	private @Nullable HeldMessage next(Duration patience) throws InterruptedException {
		HeldMessage next = this.ready.poll();
		if (next != null) {
			return next;
		}
		next = this.waiting.poll();
		if (next == null) {
			next = receive(patience);
		}
		return (next != null && isItsTurn(next)) ? next : null;
	}

	private boolean isItsTurn(HeldMessage message) {
		Lanes lanes = this.lanes;
		OrderingText order = this.endpoint.order();
		SubjectPattern pattern = message.pattern();
		if (lanes == null || order == null || pattern == null) {
			return true;
		}
		String text = message.order();
		if (text == null) {
			text = order.of(pattern, message.message().getSubject());
			message.order(text);
		}
		boolean turn = lanes.enter(text, message);
		if (!turn) {
			message.waitingInOrder(true);
			// it does not keep others from coming
			this.window.released();
		}
		return turn;
	}

	private @Nullable HeldMessage receive(Duration patience) throws InterruptedException {
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

	private void pull(PullSession session, int least) {
		Lanes lanes = this.lanes;
		if (this.stopping) {
			return;
		}
		if (lanes == null || !lanes.isFull()) {
			session.pull(least, Integer.MAX_VALUE);
		}
		else if (lanes.hasFailed() && this.window.requested() == 0) {
			// those that failed have to come back
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
			discard();
		}
		this.sole = this.endpoint.soleOf(found.filters());
		this.bound = found;
		this.session = opened;
		this.openedAt = System.nanoTime();
		keepAlive(found.ackWait());
		if (!isConnected()) {
			opened.lose();
		}
		return opened;
	}

	private boolean isConnected() {
		return this.endpoint.client().connection().getStatus() == Connection.Status.CONNECTED;
	}

	// they are of a consumer that is no more
	private void discard() {
		this.waiting.forEach(this.held::drop);
		this.waiting.clear();
		for (HeldMessage message = this.ready.poll(); message != null; message = this.ready.poll()) {
			this.held.drop(message);
		}
		if (this.lanes != null) {
			this.lanes.clear().forEach(this.held::drop);
		}
	}

	private synchronized void keepAlive(Duration ackWait) {
		Duration period = ackWait.dividedBy(3);
		period = (period.compareTo(MIN_PROGRESS) > 0) ? period : MIN_PROGRESS;
		if (!period.equals(this.progressPeriod)) {
			endProgress();
			this.progressPeriod = period;
			this.progress = KeepAlive.every(period, this::progress);
		}
	}

	private synchronized void endProgress() {
		if (this.progress != null) {
			this.progress.cancel(false);
		}
		this.progressPeriod = null;
	}

	// where nobody reads, all workers are busy, and messages may wait for long
	private void progress() {
		if (this.reading.tryLock()) {
			try {
				buffer();
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

	private void buffer() throws InterruptedException {
		PullSession current = this.session;
		if (current != null) {
			current.buffer();
			for (Message message : current.buffered()) {
				HeldMessage next = hold(message, System.nanoTime());
				if (next != null) {
					next.waited();
					this.waiting.add(next);
				}
			}
		}
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
			this.recoveries++;
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

	private void goOnWithoutTheFailed() {
		if (this.lanes != null && isOpen()) {
			this.lanes.overdue(this.openedAt).forEach(this::beReady);
		}
	}

	private void beReady(HeldMessage message) {
		message.waitingInOrder(false);
		message.waited();
		this.window.heldAgain();
		this.ready.add(message);
	}

	// have messages of a batch that were not tried in the next one
	void takeAgain(List<HeldMessage> messages) {
		messages.forEach(HeldMessage::waited);
		this.ready.addAll(messages);
	}

	@Override
	public void released(HeldMessage message, @Nullable Duration delay) {
		this.progressAt = System.nanoTime();
		if (!message.isWaitingInOrder()) {
			this.window.released();
		}
		String order = message.order();
		if (this.lanes != null && order != null && !message.isWaitingInOrder() && this.held.isCurrent(message)) {
			HeldMessage next = this.lanes.leave(order, message, delay);
			if (next != null) {
				beReady(next);
			}
		}
		PullSession current = this.session;
		if (current != null && this.window.requested() == 0 && !this.stopping && current.waiting() == 0
				&& this.reading.isLocked()) {
			pull(current, 1);
		}
	}

	void drop(HeldMessage message) {
		this.held.drop(message);
	}

	void settled(HeldMessage message) {
		this.held.settled(message);
	}

	// ask for nothing more, and hand back what is not begun
	void stop(Deadline deadline) throws InterruptedException {
		this.stopping = true;
		synchronized (this.wakeUp) {
			this.wakeUp.notifyAll();
		}
		PullSession current = this.session;
		boolean drained = current != null && current.drain(deadline);
		if (current != null && !drained) {
			current.lose();
		}
		this.reading.lockInterruptibly();
		try {
			this.drained = true;
			buffer();
			handBack();
		}
		finally {
			this.reading.unlock();
		}
	}

	// the server delivers them again in the order in which they are handed back
	private void handBack() {
		List<HeldMessage> all = new ArrayList<>(this.waiting);
		this.waiting.clear();
		if (this.lanes != null) {
			all.addAll(this.lanes.clear());
		}
		for (HeldMessage message = this.ready.poll(); message != null; message = this.ready.poll()) {
			all.add(message);
		}
		all.sort(Comparator.comparingLong(HeldMessage::sequence));
		all.forEach(HeldMessage::nak);
	}

	// end, when nothing is at work any more
	void close() {
		handBack();
		endProgress();
		this.endpoint.client().connection().removeConnectionListener(this);
		PullSession current = this.session;
		if (current != null) {
			current.close();
			this.session = null;
		}
	}

}
