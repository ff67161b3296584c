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

package io.github.natskv.listener.invocation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.github.natskv.core.connection.MockedConnection;
import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs a listener by one activity after the other. Each start or resume begins a new one
 * when what was begun before has been finished.
 *
 * @param <A> the type of the activities
 */
public abstract class DrainingListenerContainer<A extends DrainingListenerContainer.Activity>
		extends AbstractListenerContainer {

	private static final Log logger = LogFactory.getLog(DrainingListenerContainer.class);

	private boolean waiting;

	private @Nullable A activity;

	private @Nullable A draining;

	protected DrainingListenerContainer(String id, String description, Connection connection) {
		super(id, description, connection);
	}

	// begins an activity
	protected abstract A open();

	// nothing more is heard of the activity
	protected void ended(A activity) {
	}

	@Override
	protected void begin() {
		if (MockedConnection.is(connection())) {
			logger.debug("Listener '%s' receives nothing, as its connection is a mock".formatted(id()));
			return;
		}
		if (!drained().isDone()) {
			proceedLater();
			drained().thenRun(this::proceed);
			return;
		}
		if (this.draining != null) {
			ended(this.draining);
			this.draining = null;
		}
		this.activity = open();
	}

	// begin as soon as proceed() is called, unless that is stopped before
	protected final void proceedLater() {
		this.waiting = true;
	}

	protected final void proceed() {
		synchronized (monitor()) {
			if (this.waiting) {
				this.waiting = false;
				try {
					begin();
				}
				catch (IllegalStateException ex) {
					logger.warn("Listener '" + id() + "' receives nothing, as its connection was closed", ex);
				}
			}
		}
	}

	@Override
	protected CompletableFuture<Boolean> drain(Duration timeout) {
		this.waiting = false;
		A ending = this.activity;
		if (ending == null) {
			return drained();
		}
		this.activity = null;
		this.draining = ending;
		return ending.drain(timeout);
	}

	// to be called with the monitor
	protected final @Nullable A activity() {
		return this.activity;
	}

	// the one that is drained, too; to be called with the monitor
	protected final Stream<A> activities() {
		return Stream.of(Optional.ofNullable(this.activity), Optional.ofNullable(this.draining))
			.flatMap(Optional::stream);
	}

	@Override
	public final boolean isHandlerThread() {
		synchronized (monitor()) {
			return activities().anyMatch(Activity::isHandlerThread);
		}
	}

	/**
	 * The work of a listener from one start to the next stop.
	 */
	public interface Activity {

		// takes nothing new, and completes with whether what was begun was finished in
		// time
		CompletableFuture<Boolean> drain(Duration timeout);

		boolean isHandlerThread();

	}

}
