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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Tells the server every third of the ack wait of messages that are still at work. All
 * listeners have one thread for it.
 */
final class KeepAlive {

	private static final Duration MIN_PERIOD = Duration.ofMillis(20);

	private static final ScheduledThreadPoolExecutor EXECUTOR = executor();

	private final Runnable progress;

	private @Nullable Future<?> future;

	private @Nullable Duration period;

	KeepAlive(Runnable progress) {
		this.progress = progress;
	}

	private static ScheduledThreadPoolExecutor executor() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("nats-progress-");
		threads.setDaemon(true);
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, threads);
		executor.setKeepAliveTime(10, TimeUnit.SECONDS);
		executor.allowCoreThreadTimeOut(true);
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

	synchronized void start(Duration ackWait) {
		Duration wanted = ackWait.dividedBy(3);
		wanted = (wanted.compareTo(MIN_PERIOD) > 0) ? wanted : MIN_PERIOD;
		if (!wanted.equals(this.period)) {
			stop();
			this.period = wanted;
			this.future = EXECUTOR.scheduleWithFixedDelay(this.progress, wanted.toNanos(), wanted.toNanos(),
					TimeUnit.NANOSECONDS);
		}
	}

	synchronized void stop() {
		if (this.future != null) {
			this.future.cancel(false);
		}
		this.period = null;
	}

}
