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

package io.github.natskv.listener.subject;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerInstrumentation.HandlingOutcome;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Handles messages side by side, so many at a time. The caller waits where there are as
 * many already, which makes jnats' own bounded queue the only one.
 */
final class ConcurrentHandling {

	private final MessageAdapter listener;

	private final int concurrency;

	private final Semaphore permits;

	private final OverdueResults overdue;

	private final Executor executor;

	private final @Nullable ThreadPoolExecutor threads;

	private final ListenerInstrumentation.@Nullable Recorder recorder;

	private final Set<Thread> workers = ConcurrentHashMap.newKeySet();

	ConcurrentHandling(ListenerEndpoint endpoint, OverdueResults overdue) {
		this.overdue = overdue;
		this.listener = endpoint.listener();
		this.recorder = endpoint.recorder();
		this.concurrency = endpoint.concurrency();
		this.permits = new Semaphore(endpoint.concurrency());
		TaskExecutor shared = endpoint.taskExecutor();
		if (shared != null) {
			this.threads = null;
			this.executor = (shared instanceof VirtualThreadTaskExecutor) ? virtualThreads(endpoint) : shared;
		}
		else {
			ThreadPoolExecutor own = createThreads(endpoint);
			this.threads = own;
			this.executor = own;
		}
	}

	// costs nothing, and its threads have names that count from 1
	private static TaskExecutor virtualThreads(ListenerEndpoint endpoint) {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(threadNamePrefix(endpoint));
		executor.setVirtualThreads(true);
		return executor;
	}

	private static ThreadPoolExecutor createThreads(ListenerEndpoint endpoint) {
		// the permits bound the queue
		ThreadPoolExecutor threads = new ThreadPoolExecutor(endpoint.concurrency(), endpoint.concurrency(), 10,
				TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				new CustomizableThreadFactory(threadNamePrefix(endpoint)));
		threads.allowCoreThreadTimeOut(true);
		return threads;
	}

	private static String threadNamePrefix(ListenerEndpoint endpoint) {
		return ListenerThreadName.of(endpoint.id()) + "-";
	}

	void handle(Message message, SubjectPattern subject) throws InterruptedException {
		this.overdue.await(this.permits);
		try {
			this.executor.execute(() -> run(message, subject));
		}
		catch (RejectedExecutionException ex) {
			run(message, subject);
		}
	}

	private void run(Message message, SubjectPattern subject) {
		CompletableFuture<Boolean> handling = null;
		long start = (this.recorder != null) ? System.nanoTime() : 0;
		this.workers.add(Thread.currentThread());
		try {
			handling = this.listener.handle(message, subject);
		}
		finally {
			this.workers.remove(Thread.currentThread());
			if (handling == null) {
				finished(start, false);
			}
		}
		handling.whenComplete((successful, failure) -> finished(start, Boolean.TRUE.equals(successful)));
	}

	private void finished(long start, boolean successful) {
		if (this.recorder != null) {
			this.recorder.handled(successful ? HandlingOutcome.OK : HandlingOutcome.ERROR, 1,
					System.nanoTime() - start);
		}
		this.permits.release();
	}

	int inFlight() {
		return this.concurrency - this.permits.availablePermits();
	}

	boolean isHandlerThread() {
		return this.workers.contains(Thread.currentThread());
	}

	// Waits for what is being handled; the result is whether it was finished in time.
	boolean close(Duration timeout) throws InterruptedException {
		boolean finished = this.permits.tryAcquire(this.concurrency, timeout.toNanos(), TimeUnit.NANOSECONDS);
		if (this.threads != null) {
			this.threads.shutdownNow();
		}
		return finished;
	}

}
