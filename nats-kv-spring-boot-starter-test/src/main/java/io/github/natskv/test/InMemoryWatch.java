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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchFilters;
import io.github.natskv.kv.WatchOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A watch: a queue of what happens, and a thread that hands it to the consumer.
 *
 * @param <V> the type of the values
 */
final class InMemoryWatch<V> implements BucketWatch, StreamListener, Runnable {

	private static final Log logger = LogFactory.getLog(InMemoryWatch.class);

	/** How often the clock is looked at. */
	private static final Duration TICK = Duration.ofMillis(10);

	private static final Duration FIRST_RETRY = Duration.ofMillis(100);

	private static final int RETRIES = 3;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final InMemoryStream stream;

	private final InMemoryValues<V> values;

	private final WatchFilters filters;

	private final boolean ignoreDeletes;

	private final Consumer<BucketEntry<V>> consumer;

	private final BlockingQueue<Task> queue = new LinkedBlockingQueue<>();

	private final CountDownLatch snapshot = new CountDownLatch(1);

	private final Thread thread;

	private volatile boolean running = true;

	InMemoryWatch(InMemoryStream stream, InMemoryKeys keys, InMemoryValues<V> values, WatchOptions options,
			Consumer<BucketEntry<V>> consumer) {
		this.stream = stream;
		this.values = values;
		this.filters = new WatchFilters(options.filters().stream().map(keys::encodeFilter).toList());
		this.ignoreDeletes = options.ignoreDeletes();
		this.consumer = consumer;
		this.thread = new Thread(this, "nats-watch-" + stream.bucket() + "-in-memory");
		this.thread.setDaemon(true);
	}

	// what is in the queue when this returns is the snapshot
	void open(WatchOptions options) {
		synchronized (this.stream) {
			this.stream.subscribe(this, options.initialValues(), options.includeHistory());
			this.queue.add(this.snapshot::countDown);
		}
		this.thread.start();
	}

	@Override
	public void stored(StoredMessage message) {
		if (this.filters.matches(message.key()) && (message.isPut() || !this.ignoreDeletes)) {
			this.queue.add(() -> deliver(message.key(), message.sequence(), () -> this.values.entry(message)));
		}
	}

	@Override
	public void vanished(String key) {
		if (this.filters.matches(key) && !this.ignoreDeletes) {
			this.queue.add(() -> deliver(key, 0, () -> this.values.inferredDeletion(key)));
		}
	}

	@Override
	public void run() {
		try {
			while (this.running) {
				Task next = this.queue.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
				if (next != null) {
					next.run();
				}
				else {
					this.stream.expire();
				}
			}
		}
		catch (InterruptedException ex) {
			logger.debug("A watch of bucket '%s' was interrupted and ends".formatted(this.stream.bucket()), ex);
		}
		finally {
			this.stream.unsubscribe(this);
		}
	}

	private void deliver(String key, long revision, Supplier<BucketEntry<V>> entry) throws InterruptedException {
		Duration pause = FIRST_RETRY;
		for (int attempt = 0; this.running; attempt++) {
			try {
				this.consumer.accept(entry.get());
				return;
			}
			catch (Throwable ex) {
				if (attempt == RETRIES || ex instanceof ValueDecodingException) {
					logger.error("Watch of bucket '%s' could not handle revision %d of key '%s', which is passed over"
						.formatted(this.stream.bucket(), revision, key), ex);
					return;
				}
			}
			Thread.sleep(pause.toMillis());
			pause = pause.multipliedBy(2);
		}
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
	public void close() {
		this.running = false;
		this.stream.unsubscribe(this);
		if (Thread.currentThread() == this.thread) {
			return;
		}
		try {
			this.thread.join(CLOSE_TIMEOUT.toMillis());
			if (this.thread.isAlive()) {
				this.thread.interrupt();
				this.thread.join(CLOSE_TIMEOUT.toMillis());
			}
		}
		catch (InterruptedException ex) {
			this.thread.interrupt();
			Thread.currentThread().interrupt();
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
