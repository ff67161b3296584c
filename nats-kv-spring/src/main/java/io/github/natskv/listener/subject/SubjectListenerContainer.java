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

package io.github.natskv.listener.subject;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.github.natskv.core.NatsNotConnectedException;
import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.listener.ListenerContainer;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.listener.invocation.ListenerState;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs a listener on subjects. Each start or resume makes a new subscription, once the
 * one there was before has finished what it received and there is a connection.
 */
public final class SubjectListenerContainer implements ListenerContainer, ConnectionListener {

	private static final Log logger = LogFactory.getLog(SubjectListenerContainer.class);

	private final ListenerEndpoint endpoint;

	private final Object monitor = new Object();

	private boolean running;

	// For the connection or the end of the draining, to subscribe.
	private boolean waiting;

	private @Nullable SubjectSubscription subscription;

	private @Nullable SubjectSubscription draining;

	private CompletableFuture<Boolean> drained = CompletableFuture.completedFuture(true);

	// By subscriptions there were before.
	private long dropped;

	public SubjectListenerContainer(ListenerEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	@Override
	public String id() {
		return this.endpoint.id();
	}

	@Override
	public String description() {
		return this.endpoint.description();
	}

	@Override
	public Connection connection() {
		return this.endpoint.connection();
	}

	@Override
	public void start() {
		synchronized (this.monitor) {
			if (!this.running) {
				this.endpoint.listener().allowRetries(true);
				subscribe();
				this.running = true;
			}
		}
	}

	private void subscribe() {
		if (MockedConnection.is(connection())) {
			logger.debug("Listener '%s' receives nothing, as its connection is a mock".formatted(id()));
			return;
		}
		if (!this.drained.isDone()) {
			this.waiting = true;
			this.drained.thenRun(this::proceed);
			return;
		}
		if (this.draining != null) {
			this.dropped += this.draining.droppedMessages();
			this.draining = null;
		}
		try {
			this.subscription = SubjectSubscription.open(this.endpoint);
		}
		catch (NatsNotConnectedException ex) {
			awaitConnection();
		}
	}

	private void awaitConnection() {
		this.waiting = true;
		connection().addConnectionListener(this);
		if (connection().getStatus() == Connection.Status.CONNECTED) {
			proceed();
		}
	}

	@Override
	@SuppressWarnings("deprecation")
	public void connectionEvent(Connection source, Events event) {
		if (event == Events.CONNECTED) {
			proceed();
		}
	}

	private void proceed() {
		synchronized (this.monitor) {
			if (this.waiting) {
				stopWaiting();
				try {
					subscribe();
				}
				catch (IllegalStateException ex) {
					logger.warn("Listener '" + id() + "' receives nothing, as its connection was closed", ex);
				}
			}
		}
	}

	private void stopWaiting() {
		this.waiting = false;
		connection().removeConnectionListener(this);
	}

	@Override
	public CompletableFuture<Boolean> stop(Duration timeout) {
		synchronized (this.monitor) {
			this.running = false;
			this.endpoint.listener().allowRetries(false);
			return drain(timeout);
		}
	}

	@Override
	public CompletableFuture<Boolean> pause(Duration timeout) {
		synchronized (this.monitor) {
			return drain(timeout);
		}
	}

	private CompletableFuture<Boolean> drain(Duration timeout) {
		if (this.waiting) {
			stopWaiting();
		}
		SubjectSubscription subscription = this.subscription;
		if (subscription != null) {
			this.subscription = null;
			this.draining = subscription;
			this.drained = subscription.drain(timeout);
		}
		return this.drained;
	}

	@Override
	public void resume() {
		synchronized (this.monitor) {
			if (this.running && this.subscription == null && !this.waiting) {
				subscribe();
			}
		}
	}

	@Override
	public ListenerStatus status() {
		ListenerEndpoint endpoint = this.endpoint;
		List<String> subjects = endpoint.subjects().stream().map(SubjectPattern::subject).toList();
		synchronized (this.monitor) {
			return new ListenerState(endpoint.id(), endpoint.description(), subjects, endpoint.queue(),
					endpoint.concurrency(), isRunning(), isPaused(),
					current().mapToInt(SubjectSubscription::inFlight).sum(), pendingMessages(), droppedMessages(),
					endpoint.listener().lastError(), null,
					(this.subscription != null) ? this.subscription.deniedSubjects() : List.of());
		}
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
			return this.running && this.subscription == null && !this.waiting;
		}
	}

	@Override
	public boolean isHandlerThread() {
		synchronized (this.monitor) {
			return (this.subscription != null && this.subscription.isHandlerThread())
					|| (this.draining != null && this.draining.isHandlerThread());
		}
	}

	@Override
	public long pendingMessages() {
		synchronized (this.monitor) {
			return current().mapToLong(SubjectSubscription::pendingMessages).sum();
		}
	}

	@Override
	public long droppedMessages() {
		synchronized (this.monitor) {
			return this.dropped + current().mapToLong(SubjectSubscription::droppedMessages).sum();
		}
	}

	@Override
	public boolean receivesBy(Consumer consumer) {
		synchronized (this.monitor) {
			return current().anyMatch((subscription) -> subscription.receivesBy(consumer));
		}
	}

	private Stream<SubjectSubscription> current() {
		return Stream.of(Optional.ofNullable(this.subscription), Optional.ofNullable(this.draining))
			.flatMap(Optional::stream);
	}

}
