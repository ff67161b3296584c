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
import java.util.function.BooleanSupplier;

import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchEntry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Hands changes to a handler, again if it throws, and at last to its
 * {@link BucketWatchHandler#failed failed} method.
 *
 * @param <V> the type of the values
 */
final class WatchDelivery<V> {

	private static final Log logger = LogFactory.getLog(WatchDelivery.class);

	private static final long PAUSE_SLICE = 50;

	private final BucketValues<V> values;

	private final WatchFilters filters;

	private final BucketWatchHandler<V> handler;

	private final BackOff backOff;

	private final BooleanSupplier running;

	private final WatchProgress progress;

	WatchDelivery(BucketValues<V> values, WatchFilters filters, BucketWatchHandler<V> handler, WatchSettings settings,
			BooleanSupplier running, WatchProgress progress) {
		this.values = values;
		this.filters = filters;
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

	boolean isForTransactions() {
		return this.handler.isForTransactions();
	}

	/** Deliver an entry, unless its key is not shown. */
	void deliver(WatchEntry entry) throws InterruptedException {
		if (this.values.isShown(entry)) {
			BucketChange<V> change = change(entry);
			deliver(List.of(change), change);
		}
		else if (BucketKeys.isCleared(entry)) {
			this.handler.cleared(entry.revision());
		}
		else {
			this.handler.passedOver(entry);
		}
	}

	void recreated() {
		this.handler.recreated();
	}

	/** Deliver entries together, but for those whose keys are not shown. */
	void deliver(List<WatchEntry> entries) throws InterruptedException {
		List<BucketChange<V>> changes = entries.stream().filter(this.values::isShown).map(this::change).toList();
		if (!changes.isEmpty()) {
			BucketChange<V> first = changes.get(0);
			deliver(changes,
					(changes.size() == 1) ? first : "%s and %d written with it".formatted(first, changes.size() - 1));
		}
	}

	private BucketChange<V> change(WatchEntry entry) {
		return new BucketChange<>(entry, this.values, this.filters);
	}

	private void deliver(List<BucketChange<V>> changes, Object work) throws InterruptedException {
		this.progress.enterHandler(work);
		try {
			Throwable failure = attempt(changes);
			if (failure != null) {
				retry(changes, failure);
			}
		}
		finally {
			this.progress.leaveHandler();
		}
	}

	private void retry(List<BucketChange<V>> changes, Throwable first) throws InterruptedException {
		BackOffExecution pauses = this.backOff.start();
		Throwable failure = first;
		while (failure != null) {
			requireRunning();
			long pause = isRetryable(failure) ? pauses.nextBackOff() : BackOffExecution.STOP;
			if (pause == BackOffExecution.STOP) {
				report(changes, failure);
				return;
			}
			sleep(pause);
			failure = attempt(changes);
		}
	}

	// Not all at once, as a watch that stops lets its handler finish for some time.
	private void sleep(long millis) throws InterruptedException {
		for (long left = millis; left > 0; left -= PAUSE_SLICE) {
			requireRunning();
			Thread.sleep(Math.min(left, PAUSE_SLICE));
		}
	}

	private void requireRunning() throws InterruptedException {
		if (!this.running.getAsBoolean()) {
			throw new InterruptedException("The watch was stopped");
		}
	}

	private boolean isRetryable(Throwable failure) {
		return !(failure instanceof ValueDecodingException) && this.handler.isRetryable(failure);
	}

	private @Nullable Throwable attempt(List<BucketChange<V>> changes) {
		try {
			this.handler.handle(changes);
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private void report(List<BucketChange<V>> changes, Throwable failure) {
		try {
			this.handler.failed(changes, failure);
		}
		catch (Throwable ex) {
			ex.addSuppressed(failure);
			BucketChange<V> first = changes.get(0);
			logger.error("The error handler of a watch failed on key '%s', revision %d".formatted(first.key(),
					first.revision()), ex);
		}
	}

}
