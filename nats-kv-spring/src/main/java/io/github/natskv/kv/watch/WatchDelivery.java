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

import java.util.function.BooleanSupplier;

import io.github.natskv.kv.jetstream.WatchEntry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Hands entries to a handler, again if it throws, and at last to its
 * {@link WatchHandler#failed failed} method.
 */
final class WatchDelivery {

	private static final Log logger = LogFactory.getLog(WatchDelivery.class);

	private final WatchHandler handler;

	private final BackOff backOff;

	private final BooleanSupplier running;

	private final WatchProgress progress;

	WatchDelivery(WatchHandler handler, WatchSettings settings, BooleanSupplier running, WatchProgress progress) {
		this.handler = handler;
		BackOff own = handler.backOff();
		this.backOff = (own != null) ? own : defaultBackOff(settings);
		this.running = running;
		this.progress = progress;
	}

	private static BackOff defaultBackOff(WatchSettings settings) {
		ExponentialBackOff backOff = new ExponentialBackOff(Math.max(1, settings.retryBackoff().toMillis()), 2);
		backOff.setMaxAttempts(settings.retries());
		return backOff;
	}

	/**
	 * Deliver an entry.
	 * @param entry the entry
	 * @throws InterruptedException if the watch was stopped before the entry was handled
	 */
	void deliver(WatchEntry entry) throws InterruptedException {
		this.progress.enterHandler("revision " + entry.revision() + " of key '" + entry.key() + "'");
		try {
			Throwable failure = attempt(entry);
			if (failure != null) {
				retry(entry, failure);
			}
		}
		finally {
			this.progress.leaveHandler();
		}
	}

	private void retry(WatchEntry entry, Throwable first) throws InterruptedException {
		BackOffExecution pauses = this.backOff.start();
		Throwable failure = first;
		while (failure != null) {
			if (!this.running.getAsBoolean()) {
				throw new InterruptedException("The watch was stopped");
			}
			long pause = this.handler.isRetryable(failure) ? pauses.nextBackOff() : BackOffExecution.STOP;
			if (pause == BackOffExecution.STOP) {
				report(entry, failure);
				return;
			}
			Thread.sleep(pause);
			failure = attempt(entry);
		}
	}

	private @Nullable Throwable attempt(WatchEntry entry) {
		try {
			this.handler.handle(entry);
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private void report(WatchEntry entry, Throwable failure) {
		try {
			this.handler.failed(entry, failure);
		}
		catch (Throwable ex) {
			ex.addSuppressed(failure);
			logger.error("The error handler of a watch failed on key '%s', revision %d".formatted(entry.key(),
					entry.revision()), ex);
		}
	}

}
