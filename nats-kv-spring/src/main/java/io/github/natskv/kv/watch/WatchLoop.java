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

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

import io.github.natskv.core.connection.ConnectionFlush;
import io.github.natskv.core.connection.ServerSilence;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchApi;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A watch of a bucket on a server, which survives everything.
 */
public final class WatchLoop extends WatchThread {

	private static final Log logger = LogFactory.getLog(WatchLoop.class);

	private static final Duration DISCONNECTED_PAUSE = Duration.ofSeconds(1);

	/**
	 * A cluster without a leader swallows requests, so most attempts do not wait long.
	 */
	private static final Duration IMPATIENT = Duration.ofMillis(500);

	private static final int PATIENT_ATTEMPT = 4;

	/**
	 * The time for which a bucket that was deleted while there was a connection is left
	 * to whoever deleted it to make it again. Servers before 2.10 need some of that time,
	 * too: they damage a bucket that is recreated while they still remove its files.
	 */
	private static final Duration SILENT_TIMEOUT = Duration.ofMillis(50);

	private static final Duration RECREATE_DELAY = Duration.ofSeconds(1);

	private final BucketWatches watches;

	private final WatchReader reader;

	private final Set<String> abandoned = ConcurrentHashMap.newKeySet();

	private volatile @Nullable WatchSession session;

	/** Set when the session is opened. */
	private @Nullable WatchApi sessionApi;

	private long sessionEpoch;

	/** The epoch of the last session that was opened. */
	private long endedEpoch = -1;

	private long endedAt;

	private int attempts;

	<V> WatchLoop(BucketWatches watches, BucketValues<V> values, WatchOptions options, BucketWatchHandler<V> handler,
			IntConsumer recovered) {
		super(watches, values, options, handler, recovered);
		this.watches = watches;
		this.reader = new WatchReader(watches.connection(), watches.settings(), bucket(), options, delivery(),
				progress(), watches.glances());
	}

	/**
	 * Have the thread end, without waiting for it. Its consumer goes at once, as the
	 * connection may be closed before a handler at work is done.
	 */
	@Override
	protected void requestStop() {
		WatchSession ending = this.session;
		super.requestStop();
		if (ending != null && this.watches.connection().getStatus() == Connection.Status.CONNECTED) {
			try {
				api().deleteConsumer(ending.consumer());
			}
			catch (IOException | RuntimeException ex) {
				logger.trace("Consumer '%s' of bucket '%s' was not removed".formatted(ending.consumer(), bucket()), ex);
			}
		}
	}

	@Override
	protected void wake(boolean lost) {
		WatchSession current = this.session;
		if (lost && current != null) {
			current.abandon();
		}
		super.wake(lost);
	}

	@Override
	protected void released() {
		removeConsumers(true);
	}

	@Override
	protected boolean isCurrent() {
		return super.isCurrent() && this.watches.connection().getStatus() != Connection.Status.CLOSED;
	}

	@Override
	protected void awaitReady() {
		while (isCurrent() && this.watches.connection().getStatus() != Connection.Status.CONNECTED) {
			LockSupport.parkNanos(this, DISCONNECTED_PAUSE.toNanos());
		}
	}

	@Override
	protected boolean isOpen() {
		return this.session != null;
	}

	@Override
	protected long received() {
		WatchSession current = this.session;
		return (current != null) ? current.received() : 0;
	}

	@Override
	protected void open() throws IOException, JetStreamApiException, InterruptedException {
		this.sessionEpoch = this.watches.epoch();
		WatchSession opened = this.reader.open(api(), this.abandoned::add);
		this.attempts = 0;
		this.sessionApi = api();
		this.session = opened;
		if (isLost()) {
			throw new IOException("The connection was lost, or the watch stopped, while the watch was opened");
		}
		removeConsumers(false);
	}

	private boolean isLost() {
		return !super.isCurrent() || this.sessionEpoch != this.watches.epoch();
	}

	private WatchApi api() {
		Duration timeout = this.watches.settings().requestTimeout();
		boolean patient = this.attempts % PATIENT_ATTEMPT == 0 || timeout.compareTo(IMPATIENT) < 0;
		return this.watches.api(bucket(), patient ? timeout : IMPATIENT, this::isLost);
	}

	@Override
	protected boolean step() throws IOException, JetStreamApiException, InterruptedException {
		WatchSession current = this.session;
		WatchApi api = this.sessionApi;
		if (current == null || api == null) {
			throw new IOException("The watch was stopped");
		}
		boolean caughtUp = this.reader.step(current, api);
		if (current.isProven()) {
			proven();
		}
		return caughtUp;
	}

	@Override
	protected void failed(Throwable cause) {
		this.attempts++;
		restore(cause);
	}

	private void restore(Throwable cause) {
		boolean missing = cause instanceof JetStreamApiException api && JetStreamError.isStreamNotFound(api);
		if (missing && isCurrent() && !isLeftToOthers()) {
			try {
				this.watches.restorer().restore(bucket());
			}
			catch (Exception ex) {
				ex.addSuppressed(cause);
				lastError(ex);
				logger.debug("Bucket '%s' could not be recreated".formatted(bucket()), ex);
			}
		}
	}

	private boolean isLeftToOthers() {
		return this.endedEpoch == this.watches.epoch() && System.nanoTime() - this.endedAt < RECREATE_DELAY.toNanos();
	}

	@Override
	protected void endSession() {
		WatchSession ended = this.session;
		if (ended != null) {
			this.endedEpoch = this.sessionEpoch;
			this.endedAt = System.nanoTime();
			ended.abandon();
			this.abandoned.add(ended.consumer());
			this.session = null;
		}
	}

	// what cannot be removed now, the server removes after the inactive threshold
	private void removeConsumers(boolean wait) {
		Connection connection = this.watches.connection();
		Duration timeout = ServerSilence.isKnown(connection) ? SILENT_TIMEOUT
				: this.watches.settings().requestTimeout();
		WatchApi api = this.watches.api(bucket(), timeout, () -> false);
		Map<String, CompletableFuture<Message>> removals = new LinkedHashMap<>();
		try {
			for (String consumer : this.abandoned) {
				removals.put(consumer, api.deleteConsumer(consumer));
			}
			for (Map.Entry<String, CompletableFuture<Message>> removal : removals.entrySet()) {
				if (wait) {
					removal.getValue().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
				}
				this.abandoned.remove(removal.getKey());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (TimeoutException ex) {
			askForSilence(connection);
			logger.trace("Consumers %s of bucket '%s' were not removed in time".formatted(this.abandoned, bucket()),
					ex);
		}
		catch (Exception ex) {
			logger.trace("Consumers %s of bucket '%s' were not removed".formatted(this.abandoned, bucket()), ex);
		}
	}

	// who closes after this does not wait for a server that is away. A live one may only
	// not answer the one request
	private static void askForSilence(Connection connection) {
		try {
			ConnectionFlush.flush(connection);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
