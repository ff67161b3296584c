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

package io.github.natskv.kv.watch;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.github.natskv.core.connection.ConnectionFlush;
import io.github.natskv.core.connection.ServerSilence;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.WatchStatus.State;
import io.github.natskv.kv.jetstream.WatchApi;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A watch that survives everything: one thread that reads a session and opens the next
 * when it ends. It can be stopped and started again, and then catches up.
 */
public final class WatchLoop implements BucketWatch, RestartableWatch, Runnable {

	private static final Log logger = LogFactory.getLog(WatchLoop.class);

	private static final Duration FIRST_BACKOFF = Duration.ofMillis(25);

	private static final Duration JOIN_SLICE = Duration.ofMillis(50);

	private static final Duration DISCONNECTED_PAUSE = Duration.ofSeconds(1);

	/**
	 * A cluster without a leader swallows requests, so most attempts do not wait long.
	 */
	private static final Duration IMPATIENT = Duration.ofMillis(500);

	private static final int PATIENT_ATTEMPT = 4;

	/**
	 * How long a bucket that was deleted while there was a connection is left to whoever
	 * deleted it to make it again. Servers before 2.10 need some of that time, too: they
	 * damage a bucket that is made again while they still remove its files.
	 */
	private static final Duration COURTESY_OF_SILENCE = Duration.ofMillis(50);

	private static final Duration COURTESY = Duration.ofSeconds(1);

	private final BucketWatches watches;

	private final String bucket;

	private final WatchListener listener;

	private final List<String> filters;

	private final WatchProgress progress = new WatchProgress();

	private final WatchReader reader;

	private final CountDownLatch snapshot = new CountDownLatch(1);

	private final Set<String> abandoned = ConcurrentHashMap.newKeySet();

	private volatile boolean running;

	private volatile State state = State.STOPPED;

	private volatile @Nullable Throwable lastError;

	private volatile int recoveries;

	/** Whether it was opened in code, not by a listener. */
	private volatile boolean openedInCode;

	private volatile @Nullable WatchSession session;

	private volatile @Nullable Thread thread;

	private long sessionEpoch;

	/** The epoch of the last session that was opened. */
	private long endedEpoch = -1;

	private long endedAt;

	private int attempts;

	WatchLoop(BucketWatches watches, String bucket, WatchOptions options, WatchHandler handler,
			WatchListener listener) {
		this.watches = watches;
		this.bucket = bucket;
		this.listener = listener;
		this.filters = options.filters();
		WatchDelivery delivery = new WatchDelivery(handler, watches.settings(), () -> this.running, this.progress);
		this.reader = new WatchReader(watches.connection(), watches.settings(), bucket, options, delivery,
				this.progress, watches.glances());
	}

	@Override
	public String bucket() {
		return this.bucket;
	}

	State state() {
		return this.state;
	}

	@Override
	public @Nullable Throwable lastError() {
		return this.lastError;
	}

	int recoveries() {
		return this.recoveries;
	}

	@Override
	public WatchStatus status() {
		State state = this.state;
		WatchSession current = this.session;
		boolean handling = this.progress.isHandling();
		boolean busy = this.running && state != State.STOPPED && (state != State.RUNNING || handling);
		Duration stalled = busy ? Duration.ofNanos(System.nanoTime() - this.progress.since()) : Duration.ZERO;
		return new WatchStatus(this.bucket, this.filters, !this.openedInCode, state,
				this.progress.lag((current != null) ? current.received() : 0), this.recoveries, stalled, handling,
				this.lastError);
	}

	/**
	 * Open the watch, then start its thread.
	 * @throws IOException if that failed for the connection or the server
	 * @throws JetStreamApiException if the server refused
	 */
	public synchronized void openAndStart() throws IOException, JetStreamApiException {
		this.running = true;
		this.openedInCode = true;
		try {
			open();
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			release();
			throw ex;
		}
		catch (InterruptedException ex) {
			release();
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while opening the watch", ex);
		}
		start();
	}

	@Override
	public synchronized void start() {
		Thread current = this.thread;
		this.running = true;
		this.state = State.STARTING;
		this.progress.touch();
		this.watches.add(this);
		if (current != null && current.isAlive()) {
			return;
		}
		Thread starting = this.watches.newThread(this.bucket, this);
		this.thread = starting;
		starting.start();
	}

	/**
	 * Stop. A handler at work may finish, after the timeout it is interrupted. A handler
	 * may stop its own watch.
	 * @param timeout how long to wait for a handler
	 */
	void stop(Duration timeout) {
		requestStop();
		Thread ending = this.thread;
		if (ending != null && ending != Thread.currentThread()) {
			awaitEnd(ending, timeout);
		}
	}

	@Override
	public CompletableFuture<Boolean> drain(Duration timeout) {
		requestStop();
		Thread ending = this.thread;
		if (ending == null) {
			return CompletableFuture.completedFuture(true);
		}
		CompletableFuture<Boolean> drained = new CompletableFuture<>();
		this.watches.newThread(this.bucket, () -> drained.complete(awaitEnd(ending, timeout))).start();
		return drained;
	}

	/**
	 * Stop like {@link #drain}, but without waiting for the handler this is called from.
	 * @param timeout how long to wait for a handler
	 * @return whether the handler finished in time
	 */
	CompletableFuture<Boolean> end(Duration timeout) {
		if (this.thread == Thread.currentThread()) {
			requestStop();
			return CompletableFuture.completedFuture(true);
		}
		return drain(timeout);
	}

	/**
	 * Have the thread end, without waiting for it. Its consumer goes at once, as the
	 * connection may be closed before a handler at work is done.
	 */
	void requestStop() {
		WatchSession ending = this.session;
		this.running = false;
		wake(true);
		if (ending != null && this.watches.connection().getStatus() == Connection.Status.CONNECTED) {
			try {
				api().deleteConsumer(ending.consumer());
			}
			catch (IOException | RuntimeException ex) {
				logger.trace("Consumer '%s' of bucket '%s' was not removed".formatted(ending.consumer(), this.bucket),
						ex);
			}
		}
	}

	private boolean awaitEnd(Thread ending, Duration timeout) {
		boolean finished = false;
		try {
			finished = join(ending, timeout);
			if (!finished) {
				warnOfInterruption(timeout);
				ending.interrupt();
				join(ending, this.watches.settings().closeTimeout());
			}
		}
		catch (InterruptedException ex) {
			ending.interrupt();
			Thread.currentThread().interrupt();
		}
		abandon(ending);
		return finished;
	}

	private void warnOfInterruption(Duration timeout) {
		String handling = this.progress.handling();
		if (handling != null) {
			logger.warn(("A watch of bucket '%s' was stopped, and its handler interrupted, as it was still at %s after"
					+ " %d ms. A watch that starts again begins with that change")
				.formatted(this.bucket, handling, timeout.toMillis()));
		}
	}

	// does not wait for a thread that goes on because the watch was started again
	private boolean join(Thread ending, Duration timeout) throws InterruptedException {
		long end = System.nanoTime() + timeout.toNanos();
		while (ending.isAlive() && !this.running) {
			long remaining = Math.min(end - System.nanoTime(), JOIN_SLICE.toNanos());
			if (remaining <= 0) {
				return false;
			}
			TimeUnit.NANOSECONDS.timedJoin(ending, Math.max(remaining, TimeUnit.MILLISECONDS.toNanos(1)));
		}
		return true;
	}

	private synchronized void abandon(Thread ending) {
		if (this.running || this.thread != ending) {
			return;
		}
		if (ending.isAlive()) {
			logger.warn(
					"The handler of a watch of bucket '%s' does not end, although it was interrupted; thread %s goes on"
						.formatted(this.bucket, ending.getName()));
		}
		release();
	}

	private void release() {
		this.running = false;
		endSession();
		removeConsumers(true);
		this.watches.remove(this);
		this.state = State.STOPPED;
	}

	@Override
	public void close() {
		stop(this.watches.settings().closeTimeout());
	}

	@Override
	public boolean awaitSnapshot(Duration timeout) {
		try {
			return this.snapshot.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Have the thread look around.
	 * @param lost whether the current session is of no use any more
	 */
	void wake(boolean lost) {
		WatchSession current = this.session;
		if (lost && current != null) {
			current.abandon();
		}
		LockSupport.unpark(this.thread);
	}

	@Override
	public void run() {
		do {
			runUntilStopped();
		}
		while (!end());
	}

	// does not end if the watch was started again meanwhile
	private synchronized boolean end() {
		if (isCurrent()) {
			return false;
		}
		release();
		this.thread = null;
		return true;
	}

	private void runUntilStopped() {
		Backoff backoff = new Backoff();
		while (isCurrent()) {
			try {
				if (this.session == null) {
					awaitConnection();
					open();
				}
				read(backoff);
			}
			catch (InterruptedException ex) {
				if (isCurrent()) {
					lost(ex);
				}
			}
			// whatever it is, the watch must not end
			catch (Throwable ex) {
				this.attempts++;
				lost(ex);
				restore(ex);
				backoff.pause();
			}
			finally {
				endSession();
			}
		}
	}

	private boolean isCurrent() {
		return this.running && this.watches.connection().getStatus() != Connection.Status.CLOSED;
	}

	private void awaitConnection() {
		while (isCurrent() && this.watches.connection().getStatus() != Connection.Status.CONNECTED) {
			LockSupport.parkNanos(this, DISCONNECTED_PAUSE.toNanos());
		}
	}

	private void open() throws IOException, JetStreamApiException, InterruptedException {
		this.sessionEpoch = this.watches.epoch();
		WatchSession opened = this.reader.open(api(), this.abandoned::add);
		this.attempts = 0;
		this.session = opened;
		if (isLost()) {
			throw new IOException("The connection was lost, or the watch stopped, while the watch was opened");
		}
		removeConsumers(false);
	}

	private boolean isLost() {
		return !this.running || this.sessionEpoch != this.watches.epoch();
	}

	private WatchApi api() {
		Duration timeout = this.watches.settings().requestTimeout();
		boolean patient = this.attempts % PATIENT_ATTEMPT == 0 || timeout.compareTo(IMPATIENT) < 0;
		return this.watches.api(this.bucket, patient ? timeout : IMPATIENT, this::isLost);
	}

	private void read(Backoff backoff) throws IOException, JetStreamApiException, InterruptedException {
		WatchSession current = this.session;
		WatchApi api = api();
		boolean behind = true;
		while (current != null && isCurrent()) {
			boolean caughtUp = this.reader.step(current, api);
			if (current.isProven()) {
				backoff.reset();
			}
			if (behind && caughtUp) {
				behind = false;
				caughtUp();
			}
		}
	}

	private void caughtUp() {
		boolean recovered = this.state == State.RECOVERING;
		this.state = State.RUNNING;
		this.snapshot.countDown();
		this.progress.enterHandler("the end of the initial values");
		try {
			tell(WatchListener::caughtUp);
		}
		finally {
			this.progress.leaveHandler();
		}
		if (recovered) {
			tell((listener) -> listener.recovered(this.recoveries));
		}
	}

	private void lost(Throwable cause) {
		if (cause instanceof Error) {
			logger.error("A watch of bucket '%s' failed, and is opened again".formatted(this.bucket), cause);
		}
		if (!isCurrent()) {
			return;
		}
		this.lastError = cause;
		if (this.state == State.RUNNING) {
			this.recoveries++;
			this.watches.countRecovery(this.bucket);
			this.progress.touch();
			logger.debug("A watch of bucket '%s' lost touch and recovers".formatted(this.bucket), cause);
			this.state = State.RECOVERING;
		}
		tell((listener) -> listener.recovering(cause));
	}

	private void restore(Throwable cause) {
		boolean missing = cause instanceof JetStreamApiException api && JetStreamError.isStreamNotFound(api);
		if (missing && isCurrent() && !isLeftToOthers()) {
			try {
				this.watches.restorer().restore(this.bucket);
			}
			catch (Exception ex) {
				ex.addSuppressed(cause);
				this.lastError = ex;
				logger.debug("Bucket '%s' could not be made again".formatted(this.bucket), ex);
			}
		}
	}

	private boolean isLeftToOthers() {
		return this.endedEpoch == this.watches.epoch() && System.nanoTime() - this.endedAt < COURTESY.toNanos();
	}

	private void endSession() {
		WatchSession ended = this.session;
		if (ended != null) {
			this.endedEpoch = this.sessionEpoch;
			this.endedAt = System.nanoTime();
			ended.abandon();
			this.abandoned.add(ended.consumer());
			this.session = null;
		}
	}

	// what cannot be removed now, the server removes after the inactive threshold
	private void removeConsumers(boolean wait) {
		Connection connection = this.watches.connection();
		Duration timeout = ServerSilence.isKnown(connection) ? COURTESY_OF_SILENCE
				: this.watches.settings().requestTimeout();
		WatchApi api = this.watches.api(this.bucket, timeout, () -> false);
		Map<String, CompletableFuture<Message>> removals = new LinkedHashMap<>();
		try {
			for (String consumer : this.abandoned) {
				removals.put(consumer, api.deleteConsumer(consumer));
			}
			for (Map.Entry<String, CompletableFuture<Message>> removal : removals.entrySet()) {
				if (wait) {
					removal.getValue().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
				}
				this.abandoned.remove(removal.getKey());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (TimeoutException ex) {
			askForSilence(connection);
			logger.trace("Consumers %s of bucket '%s' were not removed in time".formatted(this.abandoned, this.bucket),
					ex);
		}
		catch (Exception ex) {
			logger.trace("Consumers %s of bucket '%s' were not removed".formatted(this.abandoned, this.bucket), ex);
		}
	}

	// who closes after this does not wait for a server that is away. A live one may only
	// not answer the one request
	private static void askForSilence(Connection connection) {
		try {
			ConnectionFlush.flush(connection);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void tell(Consumer<WatchListener> news) {
		try {
			news.accept(this.listener);
		}
		catch (Exception ex) {
			logger.error("A listener of a watch of bucket '%s' failed".formatted(this.bucket), ex);
		}
	}

	/**
	 * The pauses between attempts: none before the first.
	 */
	private final class Backoff {

		private Duration next = Duration.ZERO;

		void reset() {
			this.next = Duration.ZERO;
		}

		void pause() {
			if (isCurrent() && !this.next.isZero()) {
				LockSupport.parkNanos(WatchLoop.this, this.next.toNanos());
			}
			Duration doubled = this.next.isZero() ? FIRST_BACKOFF : this.next.multipliedBy(2);
			Duration max = WatchLoop.this.watches.settings().maxBackoff();
			this.next = (doubled.compareTo(max) < 0) ? doubled : max;
		}

	}

}
