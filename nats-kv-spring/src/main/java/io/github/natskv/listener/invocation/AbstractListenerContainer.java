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
import java.util.concurrent.CompletableFuture;

import io.github.natskv.listener.ListenerContainer;
import io.nats.client.Connection;

/**
 * The life cycle of listeners of all kinds.
 */
public abstract class AbstractListenerContainer implements ListenerContainer {

	private final String id;

	private final String description;

	private final Connection connection;

	private final Object monitor = new Object();

	private boolean running;

	private boolean paused;

	private CompletableFuture<Boolean> drained = CompletableFuture.completedFuture(true);

	protected AbstractListenerContainer(String id, String description, Connection connection) {
		this.id = id;
		this.description = description;
		this.connection = connection;
	}

	@Override
	public final String id() {
		return this.id;
	}

	@Override
	public final String description() {
		return this.description;
	}

	@Override
	public final Connection connection() {
		return this.connection;
	}

	// held while the state changes, and by those who need it to stay
	protected final Object monitor() {
		return this.monitor;
	}

	// what was begun before is finished, or was not in time
	protected final CompletableFuture<Boolean> drained() {
		return this.drained;
	}

	protected void starting() {
	}

	protected void stopping() {
	}

	// take what comes
	protected abstract void begin();

	// take nothing new, and finish what was taken
	protected abstract CompletableFuture<Boolean> drain(Duration timeout);

	@Override
	public final void start() {
		synchronized (this.monitor) {
			if (!this.running) {
				starting();
				begin();
				this.running = true;
			}
		}
	}

	@Override
	public CompletableFuture<Boolean> stop(Duration timeout) {
		synchronized (this.monitor) {
			stopping();
			end(timeout);
			this.running = false;
			this.paused = false;
			return this.drained;
		}
	}

	@Override
	public final CompletableFuture<Boolean> pause(Duration timeout) {
		synchronized (this.monitor) {
			end(timeout);
			this.paused = this.running;
			return this.drained;
		}
	}

	private void end(Duration timeout) {
		if (this.running && !this.paused) {
			this.drained = drain(timeout);
		}
	}

	@Override
	public final void resume() {
		synchronized (this.monitor) {
			if (this.paused) {
				begin();
				this.paused = false;
			}
		}
	}

	@Override
	public final boolean isRunning() {
		synchronized (this.monitor) {
			return this.running;
		}
	}

	@Override
	public final boolean isPaused() {
		synchronized (this.monitor) {
			return this.paused;
		}
	}

}
