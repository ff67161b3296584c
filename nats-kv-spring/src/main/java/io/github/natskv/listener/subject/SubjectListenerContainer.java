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
import java.util.concurrent.CompletableFuture;

import io.github.natskv.core.NatsNotConnectedException;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.listener.invocation.DrainingListenerContainer;
import io.github.natskv.listener.invocation.ListenerState;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;

/**
 * Runs a listener on subjects. Each start or resume makes a new subscription, once there
 * is a connection.
 */
public final class SubjectListenerContainer extends DrainingListenerContainer<SubjectSubscription>
		implements ConnectionListener {

	private final ListenerEndpoint endpoint;

	// By subscriptions there were before.
	private long dropped;

	public SubjectListenerContainer(ListenerEndpoint endpoint) {
		super(endpoint.id(), endpoint.description(), endpoint.connection());
		this.endpoint = endpoint;
	}

	@Override
	protected void starting() {
		this.endpoint.listener().allowRetries(true);
	}

	@Override
	protected void stopping() {
		this.endpoint.listener().allowRetries(false);
	}

	@Override
	protected void begin() {
		connection().removeConnectionListener(this);
		try {
			super.begin();
		}
		catch (NatsNotConnectedException ex) {
			proceedLater();
			connection().addConnectionListener(this);
			if (connection().getStatus() == Connection.Status.CONNECTED) {
				proceed();
			}
		}
	}

	@Override
	protected SubjectSubscription open() {
		return SubjectSubscription.open(this.endpoint);
	}

	@Override
	protected void ended(SubjectSubscription subscription) {
		this.dropped += subscription.droppedMessages();
	}

	@Override
	protected CompletableFuture<Boolean> drain(Duration timeout) {
		connection().removeConnectionListener(this);
		return super.drain(timeout);
	}

	@Override
	@SuppressWarnings("deprecation")
	public void connectionEvent(Connection source, Events event) {
		if (event == Events.CONNECTED) {
			proceed();
		}
	}

	@Override
	public ListenerStatus status() {
		ListenerEndpoint endpoint = this.endpoint;
		List<String> subjects = endpoint.subjects().stream().map(SubjectPattern::subject).toList();
		synchronized (monitor()) {
			SubjectSubscription subscription = activity();
			return new ListenerState(id(), description(), subjects, endpoint.queue(), endpoint.concurrency(),
					isRunning(), isPaused(), activities().mapToInt(SubjectSubscription::inFlight).sum(),
					activities().mapToLong(SubjectSubscription::pendingMessages).sum(), droppedMessages(),
					endpoint.listener().lastError(), null,
					(subscription != null) ? subscription.deniedSubjects() : List.of());
		}
	}

	@Override
	public long droppedMessages() {
		synchronized (monitor()) {
			return this.dropped + activities().mapToLong(SubjectSubscription::droppedMessages).sum();
		}
	}

	@Override
	public boolean receivesBy(Consumer consumer) {
		synchronized (monitor()) {
			return activities().anyMatch((subscription) -> subscription.receivesBy(consumer));
		}
	}

}
