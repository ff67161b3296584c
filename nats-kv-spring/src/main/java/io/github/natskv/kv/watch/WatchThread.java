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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

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
public abstract class WatchThread extends StoppableWatch {

	private static final Log logger = LogFactory.getLog(WatchThread.class);

	private final String bucketKey;

	private final List<String> filters;

	private final BucketWatchHandler<?> handler;

	private final IntConsumer recovered;

	private final WatchDelivery<?> delivery;

	private final CountDownLatch snapshot = new CountDownLatch(1);

	private final WatchBackoff backoff;

	private volatile State state = State.STOPPED;

	private volatile @Nullable LastError lastError;

	private volatile int recoveries;

	/** Whether it was opened in code, not by a listener. */
	private volatile boolean openedInCode;

	/**
	 * Create a watch that is not started.
	 * @param watches those of the same connection or store
	 * @param options what to watch; the filters are as on the server
	 * @param recovered told how often the watch has recovered, each time it has
	 */
	protected <V> WatchThread(RunningWatches watches, BucketValues<V> values, WatchOptions options,
			BucketWatchHandler<V> handler, IntConsumer recovered) {
		super(watches, values.keys().bucket());
		this.bucketKey = values.keys().bucketKey();
		this.filters = options.filters();
		this.handler = handler;
		this.recovered = recovered;
		this.delivery = new WatchDelivery<>(values, new WatchFilters(this.filters), handler, watches.settings(),
				this::isRunning, progress());
		this.backoff = new WatchBackoff(watches.settings().maxBackoff());
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
		return progress().isHandling();
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

	void lastError(Throwable lastError) {
		this.lastError = LastError.now(lastError);
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
		boolean handling = progress().isHandling();
		boolean busy = isRunning() && state != State.STOPPED
				&& (handling ? !this.handler.isWaiting() : state != State.RUNNING);
		Duration stalled = busy ? Duration.ofNanos(System.nanoTime() - progress().since()) : Duration.ZERO;
		return new WatchState(this.bucketKey, bucket(), this.filters, !this.openedInCode, state,
				progress().lag(received()), this.recoveries, stalled, handling, this.lastError);
	}

	/**
	 * Open the watch, then start its thread.
	 * @throws IOException if that failed for the connection or the server
	 * @throws JetStreamApiException if the server refused
	 */
	public synchronized void openAndStart() throws IOException, JetStreamApiException {
		running();
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
		this.state = State.STARTING;
		super.start();
	}

	@Override
	final void release() {
		endSession();
		released();
		super.release();
		this.state = State.STOPPED;
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
	final void runUntilStopped() {
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
				if (isCurrent()) {
					this.backoff.pause(this);
				}
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
		progress().enterHandler("the end of the initial values");
		try {
			tell(this.handler::caughtUp);
		}
		finally {
			progress().leaveHandler();
		}
		if (recovered) {
			tell(() -> this.handler.recovered(this.recoveries));
			tell(() -> this.recovered.accept(this.recoveries));
		}
	}

	private void lost(Throwable cause) {
		if (cause instanceof Error) {
			logger.error("A watch of bucket '%s' failed, and is opened again".formatted(bucket()), cause);
		}
		if (!isCurrent()) {
			return;
		}
		lastError(cause);
		if (this.state == State.RUNNING) {
			this.recoveries++;
			watches().countRecovery(bucket());
			progress().touch();
			logger.debug("A watch of bucket '%s' lost touch and recovers".formatted(bucket()), cause);
			this.state = State.RECOVERING;
		}
		tell(() -> this.handler.recovering(cause));
	}

	private void tell(Runnable news) {
		try {
			news.run();
		}
		catch (Exception ex) {
			logger.error("A listener of a watch of bucket '%s' failed".formatted(bucket()), ex);
		}
	}

}
