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

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import io.github.natskv.kv.WatchStatus;

/**
 * The running watches of one connection or store.
 */
public class RunningWatches implements AutoCloseable {

	private static final AtomicLong threadNumber = new AtomicLong();

	private final WatchSettings settings;

	private final Set<StoppableWatch> running = ConcurrentHashMap.newKeySet();

	private final Map<String, LongAdder> recoveries = new ConcurrentHashMap<>();

	public RunningWatches(WatchSettings settings) {
		this.settings = settings;
	}

	/** Close all watches. */
	@Override
	public void close() {
		List<CompletableFuture<Boolean>> ends = running().map((watch) -> watch.end(this.settings.closeTimeout()))
			.toList();
		ends.forEach(CompletableFuture::join);
	}

	WatchSettings settings() {
		return this.settings;
	}

	Stream<StoppableWatch> running() {
		return this.running.stream();
	}

	void countRecovery(String bucket) {
		this.recoveries.computeIfAbsent(bucket, (name) -> new LongAdder()).increment();
	}

	public long recoveries(String bucket) {
		LongAdder count = this.recoveries.get(bucket);
		return (count != null) ? count.sum() : 0;
	}

	public Stream<WatchStatus> statuses() {
		return running().map(StoppableWatch::status);
	}

	void add(StoppableWatch watch) {
		this.running.add(watch);
	}

	void remove(StoppableWatch watch) {
		this.running.remove(watch);
	}

	Thread newThread(String bucket, Runnable task) {
		Thread thread = new Thread(task, "nats-watch-" + bucket + "-" + threadNumber.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

}
