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

package io.github.natskv.endpoint;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Calls that are interrupted after a timeout, so that requests for large buckets, or to a
 * server that is slow, give their thread back. They stay in the thread of the request,
 * where interceptors find what is bound to it.
 */
final class TimedCalls implements AutoCloseable {

	private static final Duration REPETITION = Duration.ofMillis(100);

	private final Duration timeout;

	private final ScheduledThreadPoolExecutor alarms;

	TimedCalls(Duration timeout) {
		this.timeout = timeout;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("nats-kv-endpoint-");
		threads.setDaemon(true);
		this.alarms = new ScheduledThreadPoolExecutor(1, threads);
		this.alarms.setKeepAliveTime(10, TimeUnit.SECONDS);
		this.alarms.allowCoreThreadTimeOut(true);
		this.alarms.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Make a call.
	 * @param action what to call
	 * @param <T> the type of the result
	 * @return the result
	 * @throws QueryTimeoutException if it failed after the timeout
	 */
	<T> T call(Supplier<T> action) {
		Alarm alarm = new Alarm(Thread.currentThread());
		Future<?> scheduled = this.alarms.scheduleAtFixedRate(alarm, this.timeout.toNanos(), REPETITION.toNanos(),
				TimeUnit.NANOSECONDS);
		try {
			return action.get();
		}
		catch (RuntimeException ex) {
			if (alarm.isRaised()) {
				throw new QueryTimeoutException(
						"Given up after %d ms: ask for less by a filter, or raise 'management.endpoint.natskv.timeout'"
							.formatted(this.timeout.toMillis()),
						ex);
			}
			throw ex;
		}
		finally {
			scheduled.cancel(false);
			alarm.end();
		}
	}

	@Override
	public void close() {
		this.alarms.shutdownNow();
	}

	/**
	 * Interrupts a thread, but not after the call has ended.
	 */
	private static final class Alarm implements Runnable {

		private final Thread thread;

		private boolean raised;

		private boolean ended;

		private Alarm(Thread thread) {
			this.thread = thread;
		}

		@Override
		public synchronized void run() {
			if (!this.ended) {
				this.raised = true;
				this.thread.interrupt();
			}
		}

		private synchronized boolean isRaised() {
			return this.raised;
		}

		private synchronized void end() {
			this.ended = true;
			if (this.raised) {
				Thread.interrupted();
			}
		}

	}

}
