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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.github.natskv.core.connection.ConnectionFlush;
import io.github.natskv.core.connection.Deadline;
import io.github.natskv.listener.invocation.DrainingListenerContainer;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Subscription;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a listener from one start to the next stop, on a dispatcher, and
 * so a thread, of their own.
 */
final class SubjectSubscription implements DrainingListenerContainer.Activity {

	private static final Log logger = LogFactory.getLog(SubjectSubscription.class);

	private static final long POLL_MILLIS = 10;

	private final ListenerEndpoint endpoint;

	private final Dispatcher dispatcher;

	private final Map<SubjectPattern, Subscription> subscriptions = new ConcurrentHashMap<>();

	// How many messages must have been delivered before a subject is subscribed again.
	private final Map<SubjectPattern, Long> backlogs = new ConcurrentHashMap<>();

	private final DeniedSubjects denied;

	private final OverdueResults overdue;

	private final @Nullable ConcurrentHandling concurrent;

	private final @Nullable HandlingTimer timer;

	// The dispatcher's thread while it handles a message.
	private final AtomicReference<@Nullable Thread> worker = new AtomicReference<>();

	private @Nullable ListenerThreadName threadName;

	private SubjectSubscription(ListenerEndpoint endpoint) {
		this.endpoint = endpoint;
		this.denied = new DeniedSubjects(endpoint, this::renew);
		this.overdue = new OverdueResults(endpoint);
		this.dispatcher = endpoint.connection().createDispatcher();
		this.concurrent = (endpoint.concurrency() > 1) ? new ConcurrentHandling(endpoint, this.overdue) : null;
		this.timer = (endpoint.recorder() != null && this.concurrent == null)
				? new HandlingTimer(endpoint.recorder(), this.dispatcher::getPendingMessageCount) : null;
	}

	static SubjectSubscription open(ListenerEndpoint endpoint) {
		SubjectSubscription subscription = new SubjectSubscription(endpoint);
		subscription.denied.open();
		endpoint.subjects().forEach(subscription::subscribe);
		return subscription;
	}

	private void subscribe(SubjectPattern subject) {
		MessageHandler handler = (message) -> onMessage(message, subject);
		String queue = this.endpoint.queue();
		this.subscriptions.put(subject, (queue != null) ? this.dispatcher.subscribe(subject.subject(), queue, handler)
				: this.dispatcher.subscribe(subject.subject(), handler));
	}

	// The one the server has dropped would come to life with the next connection. With
	// it goes what was received and is not handled yet, and that may not be lost.
	private boolean renew(SubjectPattern subject) {
		long pending = this.dispatcher.getPendingMessageCount();
		long delivered = this.dispatcher.getDeliveredCount();
		boolean idle = pending == 0 && this.worker.get() == null;
		long backlog = this.backlogs.computeIfAbsent(subject, (key) -> delivered + pending + 1);
		if (!idle && delivered < backlog) {
			return false;
		}
		this.backlogs.remove(subject);
		Subscription dropped = this.subscriptions.get(subject);
		if (dropped != null) {
			this.dispatcher.unsubscribe(dropped);
		}
		subscribe(subject);
		return true;
	}

	List<String> deniedSubjects() {
		return this.denied.subjects();
	}

	private void onMessage(Message message, SubjectPattern subject) {
		this.worker.lazySet(Thread.currentThread());
		if (this.threadName == null) {
			this.threadName = ListenerThreadName.give(this.endpoint.id());
		}
		if (this.timer != null) {
			this.timer.begin();
		}
		boolean successful = false;
		try {
			if (this.concurrent != null) {
				this.concurrent.handle(message, subject);
				return;
			}
			CompletableFuture<Boolean> handling = this.endpoint.listener().handle(message, subject);
			if (!handling.isDone()) {
				this.overdue.await(handling);
			}
			successful = handling.get();
		}
		catch (InterruptedException | ExecutionException ex) {
			logger.warn("Listener '" + this.endpoint.id() + "' was stopped while handling a message on subject '"
					+ message.getSubject() + "'");
		}
		finally {
			if (this.timer != null) {
				this.timer.end(successful);
			}
			this.worker.lazySet(null);
			// a handler that left it set would end the dispatcher
			Thread.interrupted();
		}
	}

	@Override
	public boolean isHandlerThread() {
		return this.worker.get() == Thread.currentThread()
				|| (this.concurrent != null && this.concurrent.isHandlerThread());
	}

	int inFlight() {
		return (this.concurrent != null) ? this.concurrent.inFlight() : ((this.worker.get() != null) ? 1 : 0);
	}

	long pendingMessages() {
		return this.dispatcher.getPendingMessageCount();
	}

	long droppedMessages() {
		return this.dispatcher.getDroppedCount();
	}

	boolean receivesBy(Consumer consumer) {
		return this.dispatcher == consumer;
	}

	// Take nothing new, finish what was received and send its replies. Not to be called
	// twice.
	@Override
	public CompletableFuture<Boolean> drain(Duration timeout) {
		this.denied.close();
		CompletableFuture<Boolean> future = new CompletableFuture<>();
		new Thread(() -> {
			try {
				future.complete(finish(Deadline.after(timeout)));
			}
			catch (Throwable ex) {
				logger.warn("Listener '" + this.endpoint.id() + "' could not be drained", ex);
				future.complete(false);
			}
		}, "nats-drain-" + this.endpoint.id()).start();
		return future;
	}

	private boolean finish(Deadline deadline) throws InterruptedException {
		try {
			return finishReceived(deadline);
		}
		finally {
			if (this.threadName != null) {
				this.threadName.takeBack();
			}
		}
	}

	private boolean finishReceived(Deadline deadline) throws InterruptedException {
		boolean finished = drainDispatcher(deadline);
		if (this.concurrent != null) {
			finished &= this.concurrent.close(deadline.remaining());
		}
		if (!finished) {
			logger.warn("Listener '" + this.endpoint.id() + "' did not finish what it had received in time; "
					+ this.dispatcher.getPendingMessageCount() + " messages were not handled");
		}
		if (!ConnectionFlush.flush(this.endpoint.connection())) {
			logger
				.warn("The last replies of listener '" + this.endpoint.id() + "' may not have reached the NATS server");
		}
		return finished;
	}

	private boolean drainDispatcher(Deadline deadline) throws InterruptedException {
		try {
			CompletableFuture<Boolean> drained = ConnectionFlush.drain(this.endpoint.connection(), this.dispatcher,
					deadline);
			return (drained != null) ? drained.get(deadline.remaining().toMillis() + POLL_MILLIS, TimeUnit.MILLISECONDS)
					: awaitIdle(deadline);
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
		catch (RuntimeException ex) {
			if (this.dispatcher.isActive()) {
				throw ex;
			}
			// the connection was closed meanwhile, and the dispatcher with it
			return this.dispatcher.getPendingMessageCount() == 0;
		}
	}

	// Nothing new arrives without a server, which jnats' own drain would wait for.
	private boolean awaitIdle(Deadline deadline) throws InterruptedException {
		int idle = 0;
		while (idle < 2 && this.dispatcher.isActive() && !deadline.isOver()) {
			idle = (this.dispatcher.getPendingMessageCount() == 0 && this.worker.get() == null) ? idle + 1 : 0;
			Thread.sleep(POLL_MILLIS);
		}
		boolean finished = this.dispatcher.getPendingMessageCount() == 0 && this.worker.get() == null;
		try {
			this.endpoint.connection().closeDispatcher(this.dispatcher);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Dispatcher was closed with its connection", ex);
		}
		return finished;
	}

}
