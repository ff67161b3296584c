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

package io.github.natskv.jetstream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.util.Assert;

/**
 * Requests of a connection that nobody waits for. Bounds how many are underway, and
 * completes futures on threads of its own, which may be blocked: jnats delivers all
 * answers by one thread, and whoever makes that one wait for an answer waits for ever.
 * <p>
 * A caller also waits while as many futures as may be underway have their answer, but
 * were not completed because whoever is told by them is slow. Callers that are told so
 * themselves do not wait for that, as they would wait for each other.
 */
public final class AsyncRequests implements AutoCloseable {

	/** The default limit of requests underway. */
	public static final int DEFAULT_MAX_IN_FLIGHT = 1000;

	private static final int THREADS = Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));

	/**
	 * One for each that is blocked by whoever is told, of whom there are not many more
	 * than requests.
	 */
	private static final int MAX_THREADS = 0x7fff;

	private final Semaphore underway;

	private final Semaphore uncompleted;

	private final ReplyTimeouts timeouts = new ReplyTimeouts();

	private final ForkJoinPool threads;

	/**
	 * Create the requests of a connection.
	 * @param maxInFlight how many are underway at most
	 */
	public AsyncRequests(int maxInFlight) {
		Assert.isTrue(maxInFlight > 0, () -> "'maxInFlight' must be at least 1, but is " + maxInFlight);
		this.underway = new Semaphore(maxInFlight, true);
		this.uncompleted = new Semaphore(maxInFlight, true);
		ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
		this.threads = new ForkJoinPool(THREADS, (pool) -> thread(pool, classLoader), null, true, 0, MAX_THREADS, 1,
				(pool) -> true, 10, TimeUnit.SECONDS);
	}

	private static ForkJoinWorkerThread thread(ForkJoinPool pool, ClassLoader classLoader) {
		ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
		thread.setName("nats-kv-async-" + thread.getPoolIndex());
		thread.setContextClassLoader(classLoader);
		return thread;
	}

	/** Take room for a request if there is some. */
	public boolean tryEnter() throws InterruptedException {
		// as others may wait for it, not before them
		return this.underway.tryAcquire(0, TimeUnit.NANOSECONDS);
	}

	/** Wait for room for a request. */
	public void enter() throws InterruptedException {
		acquire(this.underway);
	}

	/** Give the room of a request back: it was answered, or never will be. */
	public void leave() {
		this.underway.release();
	}

	/** Give the room of a request back as soon as it is answered, or never will be. */
	public void leaveWith(JetStreamReply reply) {
		reply.whenDone(this.timeouts, this::leave);
	}

	/**
	 * Send a request, when there is room for it.
	 * @param replyTo returns the reply to it
	 * @param reader given the request when the reply is there, or will not be, on a
	 * thread that may be blocked; may throw {@link AgainException}
	 * @return completed with what the reader returns or throws, or with why nothing was
	 * sent
	 */
	public <T, R extends @Nullable Object> CompletableFuture<R> call(Supplier<T> request,
			Function<T, JetStreamReply> replyTo, Function<T, R> reader) {
		boolean bounded = !isCompleting();
		try {
			if (bounded) {
				acquire(this.uncompleted);
			}
			boolean entered = false;
			try {
				enter();
				entered = true;
			}
			finally {
				if (!entered) {
					release(bounded);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return CompletableFuture.failedFuture(new TransientDataAccessResourceException(
					"Interrupted while waiting for other requests of the connection to be answered, nothing was sent",
					ex));
		}
		Call<T, R> call = new Call<>(request, replyTo, reader, bounded, new CompletableFuture<>());
		boolean sent = false;
		try {
			begin(call);
			sent = true;
			return call.result();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		finally {
			if (!sent) {
				leave();
				release(bounded);
			}
		}
	}

	private <T, R extends @Nullable Object> void begin(Call<T, R> call) {
		T begun = call.request().get();
		call.replyTo().apply(begun).whenDone(this.timeouts, () -> {
			leave();
			execute(() -> complete(call, begun));
		});
	}

	private <T, R extends @Nullable Object> void complete(Call<T, R> call, T begun) {
		boolean ended = true;
		try {
			call.result().complete(call.reader().apply(begun));
		}
		catch (AgainException ex) {
			ended = false;
			CompletableFuture.delayedExecutor(ex.pause(), TimeUnit.MILLISECONDS, this::execute)
				.execute(() -> repeat(call));
		}
		catch (Throwable ex) {
			call.result().completeExceptionally(ex);
		}
		finally {
			if (ended) {
				release(call.bounded());
			}
		}
	}

	// still takes the room of what is not completed
	private void repeat(Call<?, ?> call) {
		boolean sent = false;
		boolean entered = false;
		try {
			enter();
			entered = true;
			begin(call);
			sent = true;
		}
		catch (Throwable ex) {
			call.result().completeExceptionally(ex);
		}
		finally {
			if (entered && !sent) {
				leave();
			}
			if (!sent) {
				release(call.bounded());
			}
		}
	}

	private void execute(Runnable task) {
		try {
			this.threads.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// closed: there is no other thread any more
			task.run();
		}
	}

	private void release(boolean bounded) {
		if (bounded) {
			this.uncompleted.release();
		}
	}

	private boolean isCompleting() {
		return Thread.currentThread() instanceof ForkJoinWorkerThread worker && worker.getPool() == this.threads;
	}

	// lets another thread take the place of this one, where it is one of the pool's
	private static void acquire(Semaphore semaphore) throws InterruptedException {
		if (!semaphore.tryAcquire(0, TimeUnit.NANOSECONDS)) {
			ForkJoinPool.managedBlock(new Acquisition(semaphore));
		}
	}

	/** End the threads. Futures that are not completed yet will be, by other threads. */
	@Override
	public void close() {
		this.threads.shutdown();
	}

	private record Call<T, R extends @Nullable Object>(Supplier<T> request, Function<T, JetStreamReply> replyTo,
			Function<T, R> reader, boolean bounded, CompletableFuture<R> result) {

	}

	/**
	 * Thrown by a reader to have the request sent once more.
	 */
	public static final class AgainException extends RuntimeException {

		private final long pause;

		/**
		 * Have a request sent once more.
		 * @param pause after how many milliseconds
		 */
		public AgainException(long pause) {
			super(null, null, false, false);
			this.pause = pause;
		}

		long pause() {
			return this.pause;
		}

	}

	private static final class Acquisition implements ForkJoinPool.ManagedBlocker {

		private final Semaphore semaphore;

		private boolean acquired;

		private Acquisition(Semaphore semaphore) {
			this.semaphore = semaphore;
		}

		@Override
		public boolean block() throws InterruptedException {
			if (!this.acquired) {
				this.semaphore.acquire();
				this.acquired = true;
			}
			return true;
		}

		@Override
		public boolean isReleasable() {
			this.acquired = this.acquired || this.semaphore.tryAcquire();
			return this.acquired;
		}

	}

}
