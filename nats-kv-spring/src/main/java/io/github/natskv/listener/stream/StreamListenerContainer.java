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
import java.util.concurrent.CompletableFuture;

import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.InvalidListenerException;
import io.github.natskv.listener.ListenerContainer;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.listener.invocation.ListenerState;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs a listener on a durable consumer. Each start or resume is a run of its own, which
 * begins when the one before has finished what it had begun.
 */
public final class StreamListenerContainer implements ListenerContainer {

	private static final Log logger = LogFactory.getLog(StreamListenerContainer.class);

	private final StreamEndpoint endpoint;

	private final StreamHandler handler;

	private final ConsumerBinding binding;

	private final Object monitor = new Object();

	private boolean running;

	private boolean paused;

	private @Nullable StreamWorkers workers;

	private @Nullable StreamWorkers draining;

	private CompletableFuture<Boolean> drained = CompletableFuture.completedFuture(true);

	public StreamListenerContainer(StreamEndpoint endpoint, StreamHandler handler) {
		this.endpoint = endpoint;
		this.handler = handler;
		this.binding = new ConsumerBinding(endpoint);
	}

	@Override
	public String id() {
		return this.endpoint.id();
	}

	@Override
	public String description() {
		return this.endpoint.method().description();
	}

	@Override
	public Connection connection() {
		return this.endpoint.client().connection();
	}

	@Override
	public void start() {
		synchronized (this.monitor) {
			if (!this.running) {
				check();
				this.running = true;
				this.paused = false;
				begin();
			}
		}
	}

	// what cannot work is refused; what may come to work is waited for
	private void check() {
		if (connection().getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			this.binding.bind();
		}
		catch (InvalidListenerException ex) {
			throw ex;
		}
		catch (Exception ex) {
			logger.warn("Listener '%s' waits for %s: %s".formatted(id(), this.endpoint.consumer().label(),
					ex.getMessage()));
		}
	}

	private void begin() {
		if (MockedConnection.is(connection())) {
			logger.debug("Listener '%s' receives nothing, as its connection is a mock".formatted(id()));
			return;
		}
		if (!this.drained.isDone()) {
			this.drained.thenRun(this::proceed);
			return;
		}
		this.draining = null;
		StreamWorkers started = new StreamWorkers(this.endpoint, new StreamRun(this.endpoint, this.binding),
				this.handler);
		this.workers = started;
		started.start();
	}

	private void proceed() {
		synchronized (this.monitor) {
			if (this.running && !this.paused && this.workers == null) {
				begin();
			}
		}
	}

	@Override
	public CompletableFuture<Boolean> stop(Duration timeout) {
		synchronized (this.monitor) {
			this.running = false;
			this.paused = false;
			return drain(timeout);
		}
	}

	@Override
	public CompletableFuture<Boolean> pause(Duration timeout) {
		synchronized (this.monitor) {
			this.paused = this.running;
			return drain(timeout);
		}
	}

	private CompletableFuture<Boolean> drain(Duration timeout) {
		StreamWorkers ending = this.workers;
		if (ending != null) {
			this.workers = null;
			this.draining = ending;
			this.drained = ending.drain(timeout);
		}
		return this.drained;
	}

	@Override
	public void resume() {
		synchronized (this.monitor) {
			if (this.paused) {
				this.paused = false;
				begin();
			}
		}
	}

	@Override
	public ListenerStatus status() {
		List<String> subjects = this.endpoint.subjects().stream().map(SubjectPattern::subject).toList();
		synchronized (this.monitor) {
			StreamWorkers current = current();
			int inFlight = (current != null) ? current.busy() : 0;
			long pending = (current != null) ? Math.max(0, current.run().held() - inFlight) + current.run().received()
					: 0;
			LastError last = this.handler.lastError();
			if (last == null && current != null && !current.run().isOpen()) {
				last = current.run().lastError();
			}
			return new ListenerState(id(), description(), subjects, null, this.endpoint.concurrency(), this.running,
					this.paused, inFlight, pending, 0, last, null, List.of());
		}
	}

	private @Nullable StreamWorkers current() {
		return (this.workers != null) ? this.workers : this.draining;
	}

	@Override
	public long pendingMessages() {
		return status().pending();
	}

	@Override
	public boolean isRunning() {
		synchronized (this.monitor) {
			return this.running;
		}
	}

	@Override
	public boolean isPaused() {
		synchronized (this.monitor) {
			return this.paused;
		}
	}

	@Override
	public boolean isHandlerThread() {
		synchronized (this.monitor) {
			return (this.workers != null && this.workers.isHandlerThread())
					|| (this.draining != null && this.draining.isHandlerThread());
		}
	}

}
