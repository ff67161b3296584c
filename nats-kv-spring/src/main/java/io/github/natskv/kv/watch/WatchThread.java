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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.WatchStatus.State;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.JetStreamApiException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a watch, which reads a session and opens the next one when it ends. It
 * can be stopped and started again, and then catches up. What a session is depends on
 * where the entries are stored.
 */
public abstract class WatchThread implements BucketWatch, RestartableWatch, Runnable {

	private static final Log logger = LogFactory.getLog(WatchThread.class);

	private static final Duration FIRST_BACKOFF = Duration.ofMillis(25);

	private static final Duration JOIN_SLICE = Duration.ofMillis(50);

	private final RunningWatches watches;

	private final String bucketKey;

	private final String bucket;

	private final List<String> filters;

	private final BucketWatchHandler<?> handler;

	private final IntConsumer recovered;

	private final WatchProgress progress = new WatchProgress();

	private final WatchDelivery<?> delivery;

	private final CountDownLatch snapshot = new CountDownLatch(1);

	private final CompletableFuture<@Nullable Void> closing = new CompletableFuture<>();

	private final Backoff backoff = new Backoff();

	private volatile boolean running;

	private volatile State state = State.STOPPED;

	private volatile @Nullable LastError lastError;

	private volatile int recoveries;

	/** Whether it was opened in code, not by a listener. */
	private volatile boolean openedInCode;

	private volatile @Nullable Thread thread;

	/**
	 * Create a watch that is not started.
	 * @param watches those of the same connection or store
	 * @param options what to watch; the filters are as on the server
	 * @param recovered told how often the watch has recovered, each time it has
	 */
	protected <V> WatchThread(RunningWatches watches, BucketValues<V> values, WatchOptions options,
			BucketWatchHandler<V> handler, IntConsumer recovered) {
		this.watches = watches;
		this.bucketKey = values.keys().bucketKey();
		this.bucket = values.keys().bucket();
		this.filters = options.filters();
		this.handler = handler;
		this.recovered = recovered;
		this.delivery = new WatchDelivery<>(values, new WatchFilters(this.filters), handler, watches.settings(),
				() -> this.running, this.progress);
	}

	/**
	 * Open a session where the last one ended.
	 * @throws IOException if that failed for the connection or the server
	 * @throws JetStreamApiException if the server refused
	 */
	protected abstract void open() throws IOException, JetStreamApiException, InterruptedException;

	/**
	 * Whether there is a session.
	 * @return {@code true} if it was opened and not ended
	 */
	protected abstract boolean isOpen();

	/**
	 * Wait for something to happen in the session, and deliver it.
	 * @return whether everything the bucket had has been delivered
	 * @throws IOException if the session is lost
	 * @throws JetStreamApiException if the server refused
	 */
	protected abstract boolean step() throws IOException, JetStreamApiException, InterruptedException;

	/** Return how many entries wait here. */
	protected abstract long received();

	/** End the session, if there is one. */
	protected abstract void endSession();

	/**
	 * Have the thread look around. May be called by any thread.
	 * @param lost whether the current session is of no use any more
	 */
	protected void wake(boolean lost) {
		LockSupport.unpark(this.thread);
	}

	/** The thread is about to be started. */
	protected void starting() {
	}

	/** Wait until it makes sense to open a session. */
	protected void awaitReady() {
	}

	/** Opening or reading a session failed. */
	protected void failed(Throwable cause) {
	}

	/** The watch ends, and its last session has ended. */
	protected void released() {
	}

	/**
	 * Whether the thread is to go on.
	 * @return {@code false} if the watch was stopped
	 */
	protected boolean isCurrent() {
		return this.running;
	}

	/**
	 * Note that the session has proven to work, so that the next one is opened at once.
	 */
	protected final void proven() {
		this.backoff.reset();
	}

	/** Note that the watch is opened in code, not by a listener. */
	protected final void openedInCode() {
		this.openedInCode = true;
	}

	/** Whether the handler is at work. */
	protected final boolean isHandling() {
		return this.progress.isHandling();
	}

	/** Deliver an entry. */
	protected final void deliver(WatchEntry entry) throws InterruptedException {
		this.delivery.deliver(entry);
	}

	/**
	 * Deliver entries that were written together.
	 * @param entries the entries
	 * @throws InterruptedException if the watch was stopped before they were handled
	 */
	protected final void deliver(List<WatchEntry> entries) throws InterruptedException {
		this.delivery.deliver(entries);
	}

	/**
	 * Whether entries that were written together are to be delivered so.
	 * @return {@code true} if they are
	 */
	protected final boolean isForTransactions() {
		return this.delivery.isForTransactions();
	}

	WatchDelivery<?> delivery() {
		return this.delivery;
	}

	WatchProgress progress() {
		return this.progress;
	}

	void lastError(Throwable lastError) {
		this.lastError = LastError.now(lastError);
	}

	@Override
	public final String bucket() {
		return this.bucket;
	}

	final State state() {
		return this.state;
	}

	@Override
	public final @Nullable Throwable lastError() {
		return LastError.error(this.lastError);
	}

	final int recoveries() {
		return this.recoveries;
	}

	@Override
	public WatchStatus status() {
		State state = this.state;
		boolean handling = this.progress.isHandling();
		boolean busy = this.running && state != State.STOPPED
				&& (handling ? !this.handler.isWaiting() : state != State.RUNNING);
		Duration stalled = busy ? Duration.ofNanos(System.nanoTime() - this.progress.since()) : Duration.ZERO;
		return new WatchState(this.bucketKey, this.bucket, this.filters, !this.openedInCode, state,
				this.progress.lag(received()), this.recoveries, stalled, handling, this.lastError);
	}

	/**
	 * Open the watch, then start its thread.
	 * @throws IOException if that failed for the connection or the server
	 * @throws JetStreamApiException if the server refused
	 */
	public synchronized void openAndStart() throws IOException, JetStreamApiException {
		this.running = true;
		openedInCode();
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
		starting();
		Thread starting = this.watches.newThread(this.bucket, this);
		this.thread = starting;
		starting.start();
	}

	/**
	 * Stop. A handler at work may finish, after the timeout it is interrupted. A handler
	 * may stop its own watch.
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
	 * @return whether the handler finished in time
	 */
	CompletableFuture<Boolean> end(Duration timeout) {
		if (this.thread == Thread.currentThread()) {
			requestStop();
			return CompletableFuture.completedFuture(true);
		}
		return drain(timeout);
	}

	/** Have the thread end, without waiting for it. */
	protected void requestStop() {
		this.running = false;
		wake(true);
		this.closing.complete(null);
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
		released();
		this.watches.remove(this);
		this.state = State.STOPPED;
	}

	@Override
	public void onClose(Runnable callback) {
		this.closing.thenRun(callback);
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
		this.backoff.reset();
		while (isCurrent()) {
			try {
				if (!isOpen()) {
					awaitReady();
					open();
				}
				read();
			}
			catch (InterruptedException ex) {
				if (isCurrent()) {
					lost(ex);
				}
			}
			// whatever it is, the watch must not end
			catch (Throwable ex) {
				lost(ex);
				failed(ex);
				this.backoff.pause();
			}
			finally {
				endSession();
			}
		}
	}

	private void read() throws IOException, JetStreamApiException, InterruptedException {
		boolean behind = true;
		while (isCurrent()) {
			boolean caughtUp = step();
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
			tell(this.handler::caughtUp);
		}
		finally {
			this.progress.leaveHandler();
		}
		if (recovered) {
			tell(() -> this.handler.recovered(this.recoveries));
			tell(() -> this.recovered.accept(this.recoveries));
		}
	}

	private void lost(Throwable cause) {
		if (cause instanceof Error) {
			logger.error("A watch of bucket '%s' failed, and is opened again".formatted(this.bucket), cause);
		}
		if (!isCurrent()) {
			return;
		}
		lastError(cause);
		if (this.state == State.RUNNING) {
			this.recoveries++;
			this.watches.countRecovery(this.bucket);
			this.progress.touch();
			logger.debug("A watch of bucket '%s' lost touch and recovers".formatted(this.bucket), cause);
			this.state = State.RECOVERING;
		}
		tell(() -> this.handler.recovering(cause));
	}

	private void tell(Runnable news) {
		try {
			news.run();
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
				LockSupport.parkNanos(WatchThread.this, this.next.toNanos());
			}
			Duration doubled = this.next.isZero() ? FIRST_BACKOFF : this.next.multipliedBy(2);
			Duration max = WatchThread.this.watches.settings().maxBackoff();
			this.next = (doubled.compareTo(max) < 0) ? doubled : max;
		}

	}

}
