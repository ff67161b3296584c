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

package io.github.natskv.test;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.WatchFilters;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * A watch from its start to its stop: a queue of what happens, and a thread that hands it
 * to the handler.
 *
 * @param <V> the type of the values
 */
final class InMemoryWatchSession<V> implements StreamListener, Runnable {

	private static final Log logger = LogFactory.getLog(InMemoryWatchSession.class);

	/** How often the clock is looked at. */
	private static final Duration TICK = Duration.ofMillis(10);

	private static final long FIRST_RETRY = 100;

	private static final int RETRIES = 3;

	private final InMemoryStream stream;

	private final BucketValues<V> values;

	private final WatchOptions options;

	private final WatchFilters filters;

	private final BucketWatchHandler<V> handler;

	private final InMemoryPosition position;

	private final BlockingQueue<Task> queue = new LinkedBlockingQueue<>();

	private final AtomicInteger lag = new AtomicInteger();

	private final Thread thread;

	private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

	private volatile boolean running = true;

	private volatile boolean caughtUp;

	private @Nullable Thread previous;

	InMemoryWatchSession(InMemoryStream stream, BucketValues<V> values, WatchOptions options, WatchFilters filters,
			BucketWatchHandler<V> handler, InMemoryPosition position) {
		this.stream = stream;
		this.values = values;
		this.options = options;
		this.filters = filters;
		this.handler = handler;
		this.position = position;
		this.thread = new Thread(this, "nats-watch-" + stream.bucket() + "-in-memory");
		this.thread.setDaemon(true);
	}

	/**
	 * Start. What the bucket has when this returns are the initial values, unless the
	 * previous session is still at work.
	 * @param previous the thread of the previous session, which has the position
	 */
	void start(@Nullable Thread previous) {
		if (previous != null && previous.isAlive()) {
			this.previous = previous;
		}
		else {
			subscribe();
		}
		this.thread.start();
	}

	/**
	 * Stop. What waits is not handed out, what is being handled may finish; after the
	 * timeout the handler is interrupted.
	 * @param timeout how long it may take
	 * @return whether it has finished in time, when that is known
	 */
	CompletableFuture<Boolean> stop(Duration timeout) {
		this.running = false;
		this.stream.unsubscribe(this);
		return this.ended.copy()
			.completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS)
			.whenComplete((inTime, failure) -> {
				if (Boolean.FALSE.equals(inTime)) {
					this.thread.interrupt();
				}
			});
	}

	Thread thread() {
		return this.thread;
	}

	WatchStatus.State state() {
		return this.caughtUp ? WatchStatus.State.RUNNING : WatchStatus.State.STARTING;
	}

	int lag() {
		return this.lag.get();
	}

	private void subscribe() {
		synchronized (this.stream) {
			List<StoredMessage> present = this.stream.last((message) -> this.filters.matches(message.key()));
			if (this.position.isNew() && !this.options.initialValues()) {
				this.position.begin(this.stream.lastSequence(), keys(present, true));
			}
			else {
				boolean every = this.options.includeHistory() || this.position.isSnapshotDone();
				(every ? this.stream.all() : present).stream().filter(this.position::isBefore).forEach(this::stored);
				this.position.missing(keys(present, false)).forEach(this::vanished);
			}
			this.queue.add(this::caughtUp);
			this.stream.subscribe(this);
		}
	}

	private static Set<String> keys(List<StoredMessage> messages, boolean values) {
		return messages.stream()
			.filter((message) -> message.isPut() || !values)
			.map(StoredMessage::key)
			.collect(Collectors.toSet());
	}

	@Override
	public void stored(StoredMessage message) {
		if (message.isPut() || !this.options.ignoreDeletes()) {
			add(message.key(), message);
		}
	}

	@Override
	public void vanished(String key) {
		if (!this.options.ignoreDeletes()) {
			add(key, null);
		}
	}

	@Override
	public void closed() {
		this.running = false;
	}

	private void add(String key, @Nullable StoredMessage message) {
		if (this.filters.matches(key) && this.values.keys().isShown(key)) {
			this.lag.incrementAndGet();
			this.queue.add(() -> {
				deliver(key, message);
				this.lag.decrementAndGet();
			});
		}
	}

	@Override
	public void run() {
		try {
			if (this.previous != null) {
				this.previous.join();
				subscribe();
			}
			while (this.running) {
				Task next = this.queue.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
				if (next == null) {
					this.stream.expire();
				}
				else if (this.running) {
					next.run();
				}
			}
		}
		catch (InterruptedException ex) {
			logger.debug("A watch of bucket '%s' was interrupted and ends".formatted(this.stream.bucket()), ex);
		}
		finally {
			this.stream.unsubscribe(this);
			this.ended.complete(true);
		}
	}

	private void caughtUp() {
		this.position.snapshotDone();
		this.handler.caughtUp();
		this.caughtUp = true;
	}

	private void deliver(String key, @Nullable StoredMessage message) throws InterruptedException {
		InMemoryChange<V> change = new InMemoryChange<>(key, message, this.values, this.filters);
		BackOff own = this.handler.backOff();
		BackOffExecution pauses = ((own != null) ? own : defaultBackOff()).start();
		Throwable failure = attempt(change);
		while (failure != null) {
			if (!this.running) {
				throw new InterruptedException("The watch was stopped");
			}
			long pause = isRetryable(failure) ? pauses.nextBackOff() : BackOffExecution.STOP;
			if (pause == BackOffExecution.STOP) {
				report(change, failure);
				break;
			}
			Thread.sleep(pause);
			failure = attempt(change);
		}
		this.position.handled(key, message);
	}

	private @Nullable Throwable attempt(InMemoryChange<V> change) {
		try {
			this.handler.handle(change);
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
		finally {
			if (this.running) {
				// a handler that left it set would end the watch
				Thread.interrupted();
			}
		}
	}

	private static BackOff defaultBackOff() {
		ExponentialBackOff backOff = new ExponentialBackOff(FIRST_RETRY, 2);
		backOff.setMaxAttempts(RETRIES);
		return backOff;
	}

	private boolean isRetryable(Throwable failure) {
		return !(failure instanceof ValueDecodingException) && this.handler.isRetryable(failure);
	}

	private void report(InMemoryChange<V> change, Throwable failure) {
		try {
			this.handler.failed(change, failure);
		}
		catch (Throwable ex) {
			ex.addSuppressed(failure);
			logger.error("The error handler of a watch failed on key '%s', revision %d".formatted(change.key(),
					change.revision()), ex);
		}
	}

	/**
	 * Something to do for the thread of the watch.
	 */
	@FunctionalInterface
	private interface Task {

		void run() throws InterruptedException;

	}

}
