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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchApi;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.JetStreamOptions;

/**
 * Creates the watches of one connection, and wakes them when the connection comes and
 * goes.
 */
public final class BucketWatches extends RunningWatches implements ConnectionListener {

	private final Connection connection;

	private final JetStreamOptions options;

	private final BucketRestorer restorer;

	private final AtomicLong epoch = new AtomicLong();

	private final BucketGlances glances = new BucketGlances();

	public BucketWatches(Connection connection, JetStreamOptions options, BucketRestorer restorer,
			WatchSettings settings) {
		super(settings);
		this.connection = connection;
		this.options = JetStreamOptions.builder(options).requestTimeout(settings.requestTimeout()).build();
		this.restorer = restorer;
		connection.addConnectionListener(this);
	}

	/**
	 * Create a watch that is not started. {@link WatchLoop#start()} then opens it in the
	 * background, as soon as there is a connection and the bucket.
	 * @param watchOptions what to watch; the filters are as on the server
	 * @param recovered told how often the watch has recovered, each time it has
	 * @throws IllegalArgumentException if a filter is invalid or two overlap
	 */
	public <V> WatchLoop create(BucketValues<V> values, WatchOptions watchOptions, BucketWatchHandler<V> handler,
			IntConsumer recovered) {
		return new WatchLoop(this, values, watchOptions, handler, recovered);
	}

	/**
	 * Create a watch of this library's own, which is not started.
	 * @param watchOptions what to watch; the filters are as on the server
	 */
	public <V> RestartableWatch follow(BucketValues<V> values, WatchOptions watchOptions,
			BucketWatchHandler<V> handler) {
		WatchLoop watch = create(values, watchOptions, handler, (recoveries) -> {
		});
		watch.openedInCode();
		return watch;
	}

	@Override
	@SuppressWarnings("deprecation")
	public void connectionEvent(Connection source, Events event) {
		boolean lost = event == Events.DISCONNECTED || event == Events.CLOSED;
		if (lost) {
			this.epoch.incrementAndGet();
		}
		running().forEach((watch) -> watch.wake(lost));
	}

	/** Close all watches. */
	@Override
	public void close() {
		this.connection.removeConnectionListener(this);
		super.close();
	}

	public Connection connection() {
		return this.connection;
	}

	BucketGlances glances() {
		return this.glances;
	}

	BucketRestorer restorer() {
		return this.restorer;
	}

	/** Return a number that changes when the connection is lost. */
	long epoch() {
		return this.epoch.get();
	}

	WatchApi api(String bucket, Duration createTimeout, BooleanSupplier cancelled) {
		return new WatchApi(this.connection, this.options, createTimeout, bucket, cancelled);
	}

	@Override
	void remove(StoppableWatch watch) {
		super.remove(watch);
		if (running().noneMatch((other) -> other.bucket().equals(watch.bucket()))) {
			this.glances.forget(watch.bucket());
		}
	}

}
