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

import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natskv.core.connection.ConnectionFlush;
import io.github.natskv.core.connection.Deadline;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.Acknowledgment;
import io.github.natskv.listener.ListenerInstrumentation.HandlingOutcome;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.StreamDelivery;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in order, by one thread. A message that fails is handled again until it
 * works; one that does not convert is passed over.
 */
final class OrderedReader implements StreamActivity, ConnectionListener, Runnable {

	private static final Log logger = LogFactory.getLog(OrderedReader.class);

	private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

	/** The interval at which the position is stored while there are more messages. */
	private static final Duration STORE_INTERVAL = Duration.ofMillis(200);

	private static final long MAX_PAUSE_MILLIS = 2000;

	private static final int NOTABLE_ATTEMPTS = 5;

	private final OrderedEndpoint endpoint;

	private final CountDownLatch ended = new CountDownLatch(1);

	private final Object wakeUp = new Object();

	private final Thread thread;

	private volatile @Nullable OrderedSession session;

	private volatile @Nullable LastError trouble;

	private volatile boolean stopping;

	private volatile boolean handling;

	/** The time at which the message at hand was handled first, 0 if there is none. */
	private volatile long begunAt;

	private @Nullable ZonedDateTime created;

	private boolean begun;

	private long last;

	private long stored;

	private long storedAt;

	private int attempts;

	OrderedReader(OrderedEndpoint endpoint) {
		this.endpoint = endpoint;
		this.thread = new Thread(this, "nats-" + endpoint.id());
	}

	@Override
	public void start() {
		this.endpoint.client().connection().addConnectionListener(this);
		this.thread.start();
	}

	@Override
	@SuppressWarnings("deprecation")
	public void connectionEvent(Connection source, Events event) {
		OrderedSession current = this.session;
		if (current != null && (event == Events.DISCONNECTED || event == Events.CLOSED)) {
			current.lose();
		}
		wake();
	}

	private void wake() {
		synchronized (this.wakeUp) {
			this.wakeUp.notifyAll();
		}
	}

	@Override
	public void run() {
		try {
			while (!this.stopping) {
				try {
					read();
				}
				catch (InterruptedException ex) {
					// by a handler, or to stop
				}
				catch (Throwable ex) {
					lost(ex);
				}
			}
		}
		finally {
			end();
		}
	}

	private void read() throws IOException, JetStreamApiException, InterruptedException {
		OrderedSession current = this.session;
		if (current == null) {
			current = open();
			if (current == null) {
				return;
			}
		}
		Message message = current.next(LOOK_AROUND);
		this.attempts = 0;
		if (message != null && !this.stopping) {
			long sequence = current.sequence();
			this.begunAt = System.nanoTime() | 1;
			try {
				if (handle(message)) {
					this.last = sequence;
					store(current.waiting() == 0);
				}
			}
			finally {
				this.begunAt = 0;
			}
			current.handled();
		}
	}

	private @Nullable OrderedSession open() throws IOException, JetStreamApiException, InterruptedException {
		if (this.endpoint.client().connection().getStatus() != Connection.Status.CONNECTED) {
			pause(Duration.ofMillis(MAX_PAUSE_MILLIS));
			return null;
		}
		StreamInfo info = OrderedSession.info(this.endpoint);
		ZonedDateTime found = OrderedSession.created(info);
		OrderedPosition position = this.endpoint.position();
		if (!this.begun) {
			this.last = (position != null) ? position.read() : 0;
			this.stored = this.last;
			this.begun = true;
		}
		boolean recreated = (this.created != null && !this.created.equals(found))
				|| this.last > info.getStreamState().getLastSequence();
		if (recreated) {
			logger.warn("Listener '%s' begins anew, as stream '%s' was recreated".formatted(this.endpoint.id(),
					this.endpoint.stream()));
			this.last = 0;
		}
		this.created = found;
		OrderedSession opened = OrderedSession.open(this.endpoint, info, this.last);
		this.session = opened;
		this.endpoint.backlog().consumer(opened.consumer());
		this.trouble = null;
		return opened;
	}

	// returns whether it is done with
	private boolean handle(Message message) throws InterruptedException {
		HandlerInvoker<StreamDelivery> invoker = this.endpoint.call().invoker();
		Delivered delivered = new Delivered(message);
		for (int attempt = 1; !this.stopping; attempt++) {
			long start = System.nanoTime();
			this.handling = true;
			Throwable failure;
			try {
				failure = this.endpoint.call().call(delivered, message, this.endpoint.pattern(message.getSubject()));
			}
			finally {
				this.handling = false;
			}
			if (failure == null) {
				record(HandlingOutcome.OK, start);
				return true;
			}
			boolean hopeless = Settlement.isHopeless(failure);
			record(hopeless ? HandlingOutcome.ERROR : HandlingOutcome.RETRIED, start);
			HandlerInvoker.Outcome outcome = invoker.failed(delivered, failure);
			Duration delay = this.endpoint.delay(attempt);
			if (!outcome.handled()) {
				logger.warn("Listener '%s' failed on subject '%s' of stream '%s', %s".formatted(this.endpoint.id(),
						message.getSubject(), this.endpoint.stream(),
						hopeless ? "which is passed over" : "handled again in %d ms".formatted(delay.toMillis())),
						outcome.failure());
			}
			if (hopeless) {
				return true;
			}
			pause(delay);
		}
		return false;
	}

	private void record(HandlingOutcome outcome, long start) {
		if (this.endpoint.recorder() != null) {
			this.endpoint.recorder().handled(outcome, 1, System.nanoTime() - start);
		}
	}

	private void store(boolean now) {
		OrderedPosition position = this.endpoint.position();
		if (position == null || this.last == this.stored
				|| !(now || System.nanoTime() - this.storedAt > STORE_INTERVAL.toNanos())) {
			return;
		}
		try {
			position.write(this.last);
			this.stored = this.last;
			this.storedAt = System.nanoTime();
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			this.trouble = LastError.now(ex);
			logger.warn("Listener '%s' could not store its position %d, and tries again with the next message: %s"
				.formatted(this.endpoint.id(), this.last, ex.getMessage()));
		}
	}

	private void lost(Throwable cause) {
		OrderedSession ended = this.session;
		if (ended != null) {
			this.session = null;
			ended.close();
		}
		if (this.stopping) {
			return;
		}
		this.trouble = LastError.now(cause);
		this.attempts++;
		if (this.attempts == NOTABLE_ATTEMPTS
				&& this.endpoint.client().connection().getStatus() == Connection.Status.CONNECTED) {
			logger.warn("Listener '%s' waits for stream '%s': %s".formatted(this.endpoint.id(), this.endpoint.stream(),
					cause.getMessage()));
		}
		else {
			logger.debug("Listener '%s' lost touch with stream '%s' and recovers".formatted(this.endpoint.id(),
					this.endpoint.stream()), cause);
		}
		if (this.attempts > 1) {
			try {
				pause(Duration.ofMillis(Math.min(MAX_PAUSE_MILLIS, 25L << Math.min(this.attempts, 10))));
			}
			catch (InterruptedException ex) {
				// to stop
			}
		}
	}

	private void pause(Duration time) throws InterruptedException {
		long end = System.nanoTime() + time.toNanos();
		synchronized (this.wakeUp) {
			long left = time.toNanos();
			while (!this.stopping && left > 0) {
				TimeUnit.NANOSECONDS.timedWait(this.wakeUp, left);
				left = (this.session != null) ? end - System.nanoTime() : 0;
			}
		}
	}

	private void end() {
		this.endpoint.backlog().consumer(null);
		this.endpoint.client().connection().removeConnectionListener(this);
		store(true);
		OrderedSession current = this.session;
		if (current != null) {
			current.close();
			this.session = null;
		}
		this.ended.countDown();
	}

	@Override
	public CompletableFuture<Boolean> drain(Duration timeout) {
		CompletableFuture<Boolean> future = new CompletableFuture<>();
		this.stopping = true;
		wake();
		OrderedSession current = this.session;
		if (current != null) {
			current.lose();
		}
		new Thread(() -> future.complete(awaitEnd(Deadline.after(timeout))), "nats-drain-" + this.endpoint.id())
			.start();
		return future;
	}

	private boolean awaitEnd(Deadline deadline) {
		try {
			boolean finished = this.ended.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
			if (!finished) {
				logger.warn("Listener '%s' did not finish in time, and is interrupted".formatted(this.endpoint.id()));
				this.thread.interrupt();
			}
			// with it goes the request to delete the consumer, which is lost when the
			// connection is closed next
			ConnectionFlush.flush(this.endpoint.client().connection());
			return finished;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public boolean isHandlerThread() {
		return Thread.currentThread() == this.thread;
	}

	@Override
	public int busy() {
		return this.handling ? 1 : 0;
	}

	@Override
	public long waiting() {
		OrderedSession current = this.session;
		return (current != null) ? current.waiting() : 0;
	}

	@Override
	public Duration stalled() {
		long since = this.begunAt;
		return (since != 0) ? Duration.ofNanos(System.nanoTime() - since) : Duration.ZERO;
	}

	@Override
	public @Nullable LastError trouble() {
		return this.trouble;
	}

	/**
	 * A message that needs no acknowledgement.
	 *
	 * @param message the message
	 */
	private record Delivered(Message message) implements StreamDelivery {

		@Override
		public Acknowledgment acknowledgment() {
			throw new IllegalStateException("Messages that are read in order are not acknowledged");
		}

	}

}
