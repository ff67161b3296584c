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
import java.util.concurrent.CompletableFuture;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.BucketWatchHandler;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.RestartableWatch;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * The watch of a listener on a bucket in memory. Started again, it passes over what it
 * has delivered.
 *
 * @param <V> the type of the values
 */
final class InMemoryListenerWatch<V> implements RestartableWatch {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final long FIRST_PAUSE = 100;

	private static final int RETRIES = 3;

	private final KeyValueBucket<V> bucket;

	private final WatchOptions options;

	private final BucketWatchHandler<V> handler;

	private @Nullable BucketWatch watch;

	private boolean startedBefore;

	private volatile long delivered;

	InMemoryListenerWatch(KeyValueBucket<V> bucket, WatchOptions options, BucketWatchHandler<V> handler) {
		this.bucket = bucket;
		this.options = options;
		this.handler = handler;
	}

	@Override
	public String bucket() {
		return this.bucket.getName();
	}

	@Override
	public synchronized void start() {
		if (this.watch != null) {
			return;
		}
		WatchOptions options = this.options;
		BucketWatch opened = this.bucket.watch((this.startedBefore)
				? new WatchOptions(options.filters(), true, options.includeHistory(), options.ignoreDeletes())
				: options, this::deliver);
		this.watch = opened;
		this.startedBefore = true;
		CompletableFuture.runAsync(() -> {
			if (opened.awaitSnapshot(PATIENCE)) {
				this.handler.caughtUp();
			}
		});
	}

	private void deliver(BucketEntry<V> entry) {
		if (entry.revision() != 0 && entry.revision() <= this.delivered) {
			return;
		}
		InMemoryChange<V> change = new InMemoryChange<>(this.bucket, entry, this.options.filters());
		long pause = FIRST_PAUSE;
		for (int attempt = 0;; attempt++) {
			try {
				this.handler.handle(change);
				break;
			}
			catch (Throwable ex) {
				if (attempt == RETRIES || !this.handler.isRetryable(ex) || !sleep(pause)) {
					this.handler.failed(change, ex);
					break;
				}
				pause *= 2;
			}
		}
		this.delivered = Math.max(this.delivered, entry.revision());
	}

	private static boolean sleep(long millis) {
		try {
			Thread.sleep(millis);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public synchronized CompletableFuture<Boolean> drain(Duration timeout) {
		BucketWatch open = this.watch;
		this.watch = null;
		if (open == null) {
			return CompletableFuture.completedFuture(true);
		}
		return CompletableFuture.runAsync(open::close).thenApply((done) -> true);
	}

	@Override
	public @Nullable Throwable lastError() {
		return null;
	}

	@Override
	public synchronized WatchStatus status() {
		return new WatchStatus(bucket(), this.options.filters(), true,
				(this.watch != null) ? WatchStatus.State.RUNNING : WatchStatus.State.STOPPED, 0, 0, Duration.ZERO,
				null);
	}

}
