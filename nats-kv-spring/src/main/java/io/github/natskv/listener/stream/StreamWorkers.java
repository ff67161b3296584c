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

package io.github.natskv.listener.stream;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natskv.core.connection.ConnectionFlush;
import io.github.natskv.core.connection.Deadline;
import io.github.natskv.kv.watch.LastError;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * The threads that handle the messages of a run: as many as are handled at a time.
 */
final class StreamWorkers implements StreamActivity {

	private static final Log logger = LogFactory.getLog(StreamWorkers.class);

	private static final Duration INTERRUPTED = Duration.ofSeconds(1);

	private final StreamEndpoint endpoint;

	private final StreamRun run;

	private final StreamHandler handler;

	private final ExhaustedDeliveries exhausted;

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private final CountDownLatch ended;

	private volatile boolean stopping;

	StreamWorkers(StreamEndpoint endpoint, StreamRun run, StreamHandler handler, ExhaustedDeliveries exhausted) {
		this.endpoint = endpoint;
		this.run = run;
		this.handler = handler;
		this.exhausted = exhausted;
		this.ended = new CountDownLatch(endpoint.concurrency());
	}

	@Override
	public void start() {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("nats-" + this.endpoint.id() + "-");
		executor.setVirtualThreads(this.endpoint.taskExecutor() instanceof VirtualThreadTaskExecutor);
		for (int i = 0; i < this.endpoint.concurrency(); i++) {
			executor.execute(this::work);
		}
	}

	private void work() {
		this.threads.add(Thread.currentThread());
		try {
			while (!this.stopping) {
				try {
					this.handler.handle(this.run);
				}
				catch (InterruptedException ex) {
					// by the handler, or to stop
				}
				catch (Throwable ex) {
					logger.error("Listener '%s' failed, and goes on".formatted(this.endpoint.id()), ex);
				}
			}
		}
		finally {
			this.threads.remove(Thread.currentThread());
			this.ended.countDown();
		}
	}

	@Override
	public boolean isHandlerThread() {
		return this.threads.contains(Thread.currentThread());
	}

	@Override
	public int busy() {
		return this.run.busy();
	}

	@Override
	public long waiting() {
		return this.run.waiting();
	}

	@Override
	public Duration stalled() {
		return this.run.stalled();
	}

	@Override
	public @Nullable LastError trouble() {
		return this.run.trouble();
	}

	@Override
	public CompletableFuture<Boolean> drain(Duration timeout) {
		CompletableFuture<Boolean> future = new CompletableFuture<>();
		this.stopping = true;
		new Thread(() -> {
			try {
				future.complete(finish(Deadline.after(timeout)));
			}
			catch (Throwable ex) {
				logger.warn("Listener '%s' could not be drained".formatted(this.endpoint.id()), ex);
				future.complete(false);
			}
		}, "nats-drain-" + this.endpoint.id()).start();
		return future;
	}

	private boolean finish(Deadline deadline) throws InterruptedException {
		this.run.stop(deadline);
		ConnectionFlush.flush(this.endpoint.client().connection());
		boolean finished = this.ended.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
		if (!finished) {
			logger.warn(("Listener '%s' did not finish what it had begun in time; %d messages are delivered again"
					+ " unless their handlers finish after all")
				.formatted(this.endpoint.id(), this.run.held()));
			List.copyOf(this.threads).forEach(Thread::interrupt);
			this.ended.await(INTERRUPTED.toNanos(), TimeUnit.NANOSECONDS);
		}
		this.run.close();
		this.exhausted.close();
		if (!ConnectionFlush.flush(this.endpoint.client().connection())) {
			logger.warn("The last acknowledgements of listener '%s' may not have reached the NATS server"
				.formatted(this.endpoint.id()));
		}
		return finished;
	}

}
