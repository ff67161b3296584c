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

package io.github.natskv.listener.keyvalue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.github.natskv.listener.BucketSnapshotCompletedEvent;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.listener.invocation.AbstractListenerContainer;
import io.github.natskv.listener.invocation.ListenerState;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.backoff.BackOff;

/**
 * Runs a listener on the changes of a bucket. Stopping and pausing are the same to the
 * watch, which goes on where it was when started or resumed.
 */
public final class KeyValueListenerContainer extends AbstractListenerContainer {

	private static final Log logger = LogFactory.getLog(KeyValueListenerContainer.class);

	private final List<String> keys;

	private final ChangeAdapter<?> listener;

	private final ApplicationEventPublisher events;

	private final Function<String, BucketSnapshotCompletedEvent> snapshotEvent;

	private final @Nullable String mistaken;

	private final RestartableWatch watch;

	private boolean snapshotCompleted;

	private CompletableFuture<@Nullable Void> caughtUp = CompletableFuture.completedFuture(null);

	private volatile boolean missing;

	// The watch's thread while it handles a change.
	private volatile @Nullable Thread worker;

	public KeyValueListenerContainer(String id, String description, Connection connection, List<String> keys,
			ChangeAdapter<?> listener, ApplicationEventPublisher events,
			Function<String, BucketSnapshotCompletedEvent> snapshotEvent, @Nullable String mistaken,
			Function<BucketWatchHandler<Object>, RestartableWatch> watches) {
		super(id, description, connection);
		this.keys = keys;
		this.listener = listener;
		this.events = events;
		this.snapshotEvent = snapshotEvent;
		this.mistaken = mistaken;
		this.watch = watches.apply(new Handler());
	}

	@Override
	protected void starting() {
		this.caughtUp = new CompletableFuture<>();
	}

	@Override
	protected void begin() {
		this.watch.start();
	}

	@Override
	protected CompletableFuture<Boolean> drain(Duration timeout) {
		return this.watch.drain(timeout);
	}

	@Override
	public CompletableFuture<Boolean> stop(Duration timeout) {
		CompletableFuture<@Nullable Void> waiting;
		CompletableFuture<Boolean> draining;
		synchronized (monitor()) {
			draining = super.stop(timeout);
			waiting = this.caughtUp;
		}
		waiting.complete(null);
		return draining;
	}

	@Override
	public ListenerStatus status() {
		WatchStatus status = this.watch.status();
		int inFlight = (this.worker != null) ? 1 : 0;
		synchronized (monitor()) {
			return new ListenerState(id(), description(), this.keys, null, 1, isRunning(), isPaused(), inFlight,
					Math.max(0, status.lag() - inFlight), 0, this.listener.lastError(), status, List.of());
		}
	}

	@Override
	public boolean isHandlerThread() {
		return this.worker == Thread.currentThread();
	}

	@Override
	public CompletableFuture<@Nullable Void> caughtUp() {
		synchronized (monitor()) {
			return this.caughtUp;
		}
	}

	@Override
	public String progress() {
		Throwable error = this.watch.lastError();
		return "bucket '" + this.watch.bucket() + "'" + ((error != null) ? ": " + error.getMessage() : "");
	}

	private void onFailure(Throwable cause) {
		if (this.mistaken != null && !this.missing && cause instanceof JetStreamApiException ex
				&& JetStreamError.isStreamNotFound(ex)) {
			this.missing = true;
			logger.warn("Listener '%s' waits for bucket '%s', which the server does not have. %s".formatted(id(),
					this.watch.bucket(), this.mistaken));
		}
	}

	private void onCaughtUp() {
		this.missing = false;
		boolean first;
		CompletableFuture<@Nullable Void> waiting;
		synchronized (monitor()) {
			first = !this.snapshotCompleted;
			this.snapshotCompleted = true;
			waiting = this.caughtUp;
		}
		if (first) {
			try {
				this.events.publishEvent(this.snapshotEvent.apply(this.watch.bucket()));
			}
			catch (Throwable ex) {
				logger.error("The completed snapshot of listener '" + id() + "' could not be published", ex);
			}
		}
		waiting.complete(null);
	}

	/**
	 * Called by the watch.
	 */
	private final class Handler implements BucketWatchHandler<Object> {

		@Override
		public String listenerId() {
			return id();
		}

		@Override
		public boolean isForTransactions() {
			return KeyValueListenerContainer.this.listener.isForTransactions();
		}

		@Override
		public void handle(BucketChange<Object> change) throws Exception {
			handle(List.of(change));
		}

		@Override
		public void handle(List<BucketChange<Object>> changes) throws Exception {
			enter();
			try {
				KeyValueListenerContainer.this.listener.handle(changes);
			}
			finally {
				leave();
			}
		}

		@Override
		public boolean isRetryable(Throwable failure) {
			return KeyValueListenerContainer.this.listener.isRetryable(failure);
		}

		@Override
		public @Nullable BackOff backOff() {
			return KeyValueListenerContainer.this.listener.backOff();
		}

		@Override
		public void failed(List<BucketChange<Object>> changes, Throwable failure) {
			enter();
			try {
				KeyValueListenerContainer.this.listener.failed(changes, failure);
			}
			finally {
				leave();
			}
		}

		@Override
		public void recovering(Throwable cause) {
			onFailure(cause);
		}

		@Override
		public void caughtUp() {
			enter();
			try {
				onCaughtUp();
			}
			finally {
				leave();
			}
		}

		private void enter() {
			KeyValueListenerContainer.this.worker = Thread.currentThread();
		}

		private void leave() {
			KeyValueListenerContainer.this.worker = null;
		}

	}

}
