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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.natskv.kv.BucketWatch;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A watch with a thread that can be stopped and started again. Whoever stops it may wait
 * for the handler at work, which is interrupted after a timeout, and left alone if it
 * does not end then.
 */
abstract class StoppableWatch implements BucketWatch, RestartableWatch, Runnable {

	private static final Log logger = LogFactory.getLog(StoppableWatch.class);

	private static final Duration JOIN_SLICE = Duration.ofMillis(50);

	private final RunningWatches watches;

	private final String bucket;

	private final WatchProgress progress = new WatchProgress();

	private final CompletableFuture<@Nullable Void> closing = new CompletableFuture<>();

	private volatile boolean running;

	private volatile @Nullable Thread thread;

	StoppableWatch(RunningWatches watches, String bucket) {
		this.watches = watches;
		this.bucket = bucket;
	}

	/** Do the work of the watch while it {@linkplain #isCurrent() is to go on}. */
	abstract void runUntilStopped();

	/** The thread is about to be started. */
	protected void starting() {
	}

	/**
	 * Have the thread look around. May be called by any thread.
	 * @param lost whether the current session is of no use any more
	 */
	protected void wake(boolean lost) {
		LockSupport.unpark(this.thread);
	}

	/**
	 * Whether the thread is to go on.
	 * @return {@code false} if the watch was stopped
	 */
	protected boolean isCurrent() {
		return this.running;
	}

	final boolean isRunning() {
		return this.running;
	}

	/** Note that the watch is to run, before it has a thread. */
	final void running() {
		this.running = true;
	}

	final RunningWatches watches() {
		return this.watches;
	}

	final WatchProgress progress() {
		return this.progress;
	}

	@Override
	public final String bucket() {
		return this.bucket;
	}

	@Override
	public synchronized void start() {
		Thread current = this.thread;
		this.running = true;
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

	/** The watch is at its end. */
	void release() {
		this.running = false;
		this.watches.remove(this);
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

	@Override
	public void onClose(Runnable callback) {
		this.closing.thenRun(callback);
	}

	@Override
	public void close() {
		stop(this.watches.settings().closeTimeout());
	}

}
