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

import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.github.natskv.kv.watch.WatchFilters;
import org.jspecify.annotations.Nullable;

/**
 * A watch of a bucket in memory. Started again, it goes on where it was.
 *
 * @param <V> the type of the values
 */
final class InMemoryWatch<V> implements RestartableWatch {

	private final InMemoryStream stream;

	private final BucketValues<V> values;

	private final WatchOptions options;

	private final WatchFilters filters;

	private final BucketWatchHandler<V> handler;

	private final InMemoryPosition position = new InMemoryPosition();

	private final boolean listener;

	private @Nullable InMemoryWatchSession<V> session;

	private volatile @Nullable Thread ending;

	/**
	 * Create a watch that is not started.
	 * @param stream the stream of the bucket
	 * @param values makes entries of what is stored
	 * @param options what to deliver
	 * @param handler given each change
	 * @param listener whether it is the watch of a listener, not one opened in code
	 */
	InMemoryWatch(InMemoryStream stream, BucketValues<V> values, WatchOptions options, BucketWatchHandler<V> handler,
			boolean listener) {
		this.stream = stream;
		this.values = values;
		this.options = options;
		this.filters = new WatchFilters(options.filters().stream().map(values.keys()::encodeFilter).toList());
		this.handler = handler;
		this.listener = listener;
	}

	@Override
	public String bucket() {
		return this.stream.bucket();
	}

	@Override
	public synchronized void start() {
		if (this.session == null) {
			this.session = new InMemoryWatchSession<>(this.stream, this.values, this.options, this.filters,
					this.handler, this.position);
			this.session.start(this.ending);
		}
	}

	@Override
	public synchronized CompletableFuture<Boolean> drain(Duration timeout) {
		InMemoryWatchSession<V> current = this.session;
		if (current == null) {
			return CompletableFuture.completedFuture(true);
		}
		this.session = null;
		this.ending = current.thread();
		return current.stop(timeout);
	}

	/**
	 * Stop, and wait for the handler at work, unless that is what calls this.
	 * @param timeout how long it may take, after that it is interrupted
	 */
	void close(Duration timeout) {
		drain(timeout);
		Thread thread = this.ending;
		if (thread == null || thread == Thread.currentThread()) {
			return;
		}
		try {
			thread.join(2 * timeout.toMillis());
		}
		catch (InterruptedException ex) {
			thread.interrupt();
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public @Nullable Throwable lastError() {
		return null;
	}

	@Override
	public synchronized WatchStatus status() {
		InMemoryWatchSession<V> current = this.session;
		return new WatchStatus(bucket(), this.options.filters(), this.listener,
				(current != null) ? current.state() : WatchStatus.State.STOPPED, (current != null) ? current.lag() : 0,
				0, Duration.ZERO, false, null);
	}

}
