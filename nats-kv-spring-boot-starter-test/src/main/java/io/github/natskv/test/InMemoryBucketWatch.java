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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.BucketWatchHandler;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A watch of a bucket in memory that was opened in code.
 *
 * @param <V> the type of the values
 */
final class InMemoryBucketWatch<V> implements BucketWatch {

	private static final Log logger = LogFactory.getLog(InMemoryBucketWatch.class);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final CountDownLatch snapshot = new CountDownLatch(1);

	private final InMemoryWatch<V> watch;

	/**
	 * Open a watch.
	 * @param consumer given each entry
	 * @param watches makes the watch for a handler
	 */
	InMemoryBucketWatch(Consumer<BucketEntry<V>> consumer, Function<BucketWatchHandler<V>, InMemoryWatch<V>> watches) {
		this.watch = watches.apply(new Handler(consumer));
		this.watch.start();
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
		this.watch.close(CLOSE_TIMEOUT);
	}

	/**
	 * Called by the watch.
	 */
	private final class Handler implements BucketWatchHandler<V> {

		private final Consumer<BucketEntry<V>> consumer;

		Handler(Consumer<BucketEntry<V>> consumer) {
			this.consumer = consumer;
		}

		@Override
		public void handle(BucketChange<V> change) {
			this.consumer.accept(change.entry());
		}

		@Override
		public void failed(BucketChange<V> change, Throwable failure) {
			logger.error("Watch of bucket '%s' could not handle revision %d of key '%s', which is passed over"
				.formatted(InMemoryBucketWatch.this.watch.bucket(), change.revision(), change.key()), failure);
		}

		@Override
		public void caughtUp() {
			InMemoryBucketWatch.this.snapshot.countDown();
		}

	}

}
