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
import java.util.function.Supplier;

import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.InvalidListenerException;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.listener.backlog.Backlog;
import io.github.natskv.listener.invocation.DrainingListenerContainer;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.ListenerState;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs a listener on a stream.
 */
public final class StreamListenerContainer extends DrainingListenerContainer<StreamActivity> {

	private static final Log logger = LogFactory.getLog(StreamListenerContainer.class);

	private final List<String> subjects;

	private final int concurrency;

	private final StartCheck check;

	private final Supplier<StreamActivity> activities;

	private final Supplier<@Nullable LastError> lastError;

	private final @Nullable Settlement settlement;

	private final Backlog backlog;

	private StreamListenerContainer(String id, ListenerMethod method, JetStreamClient client,
			List<SubjectPattern> subjects, int concurrency, StartCheck check, Supplier<StreamActivity> activities,
			Supplier<@Nullable LastError> lastError, @Nullable Settlement settlement, Backlog backlog) {
		super(id, method.description(), client.connection());
		this.subjects = subjects.stream().map(SubjectPattern::subject).toList();
		this.concurrency = concurrency;
		this.check = check;
		this.activities = activities;
		this.lastError = lastError;
		this.settlement = settlement;
		this.backlog = backlog;
	}

	// of a listener on a durable consumer
	public static StreamListenerContainer ofConsumer(StreamEndpoint endpoint, StreamHandler handler) {
		ExhaustedDeliveries exhausted = new ExhaustedDeliveries(endpoint, handler.settlement().deadLetters());
		ConsumerBinding binding = new ConsumerBinding(endpoint, exhausted);
		return new StreamListenerContainer(endpoint.id(), endpoint.method(), endpoint.client(), endpoint.subjects(),
				endpoint.concurrency(), binding::bind,
				() -> new StreamWorkers(endpoint, new StreamRun(endpoint, binding), handler, exhausted),
				handler::lastError, handler.settlement(), endpoint.backlog());
	}

	// of a listener that reads a stream in order
	public static StreamListenerContainer ofReader(OrderedEndpoint endpoint) {
		return new StreamListenerContainer(endpoint.id(), endpoint.method(), endpoint.client(), endpoint.subjects(), 1,
				() -> OrderedSession.check(endpoint), () -> new OrderedReader(endpoint), endpoint::lastError, null,
				endpoint.backlog());
	}

	// what cannot work is refused; what may come to work is waited for
	@Override
	protected void starting() {
		if (connection().getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			this.check.run();
		}
		catch (InvalidListenerException ex) {
			throw ex;
		}
		catch (JetStreamApiException | RuntimeException ex) {
			logger.warn("Listener '%s' waits for its stream: %s".formatted(id(), ex.getMessage()));
		}
	}

	@Override
	protected StreamActivity open() {
		StreamActivity started = this.activities.get();
		started.start();
		return started;
	}

	@Override
	public ListenerStatus status() {
		synchronized (monitor()) {
			StreamActivity current = activities().findFirst().orElse(null);
			LastError last = (current != null) ? current.trouble() : null;
			return new ListenerState(id(), description(), this.subjects, null, this.concurrency, isRunning(),
					isPaused(), (current != null) ? current.busy() : 0, (current != null) ? current.waiting() : 0, 0,
					(last != null) ? last : this.lastError.get(), null, List.of(),
					(this.settlement != null) ? this.settlement.deadLetters().sent() : 0,
					(this.settlement != null) ? this.settlement.deadLetters().leftBehind() : 0, problem(last),
					(current != null) ? current.stalled() : Duration.ZERO, this.backlog::latest);
		}
	}

	private @Nullable String problem(@Nullable LastError trouble) {
		if (!isRunning() || isPaused()) {
			return null;
		}
		if (trouble != null && connection().getStatus() == Connection.Status.CONNECTED) {
			return "it receives nothing: " + trouble.error().getMessage();
		}
		return (this.settlement != null) ? this.settlement.problem() : null;
	}

	private interface StartCheck {

		void run() throws JetStreamApiException;

	}

}
