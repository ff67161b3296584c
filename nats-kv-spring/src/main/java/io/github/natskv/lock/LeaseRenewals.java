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

package io.github.natskv.lock;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Renews all locks that are held, by one thread.
 */
final class LeaseRenewals {

	private static final long MIN_WAIT = TimeUnit.MILLISECONDS.toNanos(1);

	private final Set<HeldLease> held = ConcurrentHashMap.newKeySet();

	private final AtomicLong lost = new AtomicLong();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1,
			threads("nats-lock-renewal-"));

	private final ExecutorService callbacks = Executors.newCachedThreadPool(threads("nats-lock-"));

	private final Consumer<BucketLease> listener;

	private @Nullable Future<?> next;

	private long nextTime;

	LeaseRenewals(Consumer<BucketLease> listener) {
		this.listener = listener;
		this.scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.scheduler.setRemoveOnCancelPolicy(true);
	}

	private static CustomizableThreadFactory threads(String prefix) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		return threads;
	}

	void add(HeldLease lease) {
		this.held.add(lease);
		schedule(lease);
	}

	void remove(HeldLease lease) {
		this.held.remove(lease);
	}

	void lost(HeldLease lease) {
		this.held.remove(lease);
		this.lost.incrementAndGet();
		execute(() -> this.listener.accept(lease));
	}

	int held() {
		return this.held.size();
	}

	long lost() {
		return this.lost.get();
	}

	void schedule(HeldLease lease) {
		long wait = lease.tick();
		if (wait >= 0) {
			wakeIn(wait);
		}
	}

	// one task for all, so that a lock that is held briefly wakes no thread
	private synchronized void wakeIn(long nanos) {
		long wait = Math.max(nanos, MIN_WAIT);
		long time = System.nanoTime() + wait;
		if (this.next != null && this.nextTime - time <= 0) {
			return;
		}
		if (this.next != null) {
			this.next.cancel(false);
		}
		try {
			this.next = this.scheduler.schedule(this::wake, wait, TimeUnit.NANOSECONDS);
			this.nextTime = time;
		}
		catch (RejectedExecutionException ex) {
			// closed, so nothing is held
		}
	}

	private void wake() {
		synchronized (this) {
			this.next = null;
		}
		this.held.stream().mapToLong(HeldLease::tick).filter((wait) -> wait >= 0).min().ifPresent(this::wakeIn);
	}

	void execute(Runnable task) {
		try {
			this.callbacks.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	void close() {
		CompletableFuture.allOf(this.held.stream().map(HeldLease::closeAsync).toArray(CompletableFuture[]::new)).join();
		this.scheduler.shutdown();
		this.callbacks.shutdown();
	}

}
