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

package io.github.natskv.test;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Subscription;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * A dispatcher of an {@link InMemoryConnection}: hands messages to its handlers one at a
 * time, in a thread of its own.
 */
final class InMemoryDispatcher implements InvocationHandler {

	private static final Log logger = LogFactory.getLog(InMemoryDispatcher.class);

	private final List<InMemorySubscription> all;

	private final @Nullable MessageHandler defaultHandler;

	private final ThreadPoolExecutor executor;

	/**
	 * Create a dispatcher.
	 * @param all the subscriptions of the connection, to which this one's are added
	 * @param defaultHandler the handler of subscriptions that have none of their own
	 */
	InMemoryDispatcher(List<InMemorySubscription> all, @Nullable MessageHandler defaultHandler) {
		this.all = all;
		this.defaultHandler = defaultHandler;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("nats-in-memory-");
		threads.setDaemon(true);
		this.executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
	}

	static InMemoryDispatcher of(@Nullable Object dispatcher) {
		return (InMemoryDispatcher) Proxy.getInvocationHandler(Objects.requireNonNull(dispatcher));
	}

	Dispatcher asDispatcher() {
		return InMemoryProxies.proxy(Dispatcher.class, this);
	}

	// Take no more messages. Those that wait are handled.
	void close() {
		this.all.removeIf((subscription) -> subscription.owner() == this);
		this.executor.shutdown();
	}

	private CompletableFuture<Boolean> drain() {
		CompletableFuture<Boolean> drained = new CompletableFuture<>();
		try {
			this.executor.execute(() -> drained.complete(true));
		}
		catch (RejectedExecutionException ex) {
			drained.complete(true);
		}
		close();
		return drained;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Object[] args = (arguments != null) ? arguments : new Object[0];
		switch (method.getName()) {
			case "subscribe":
				Subscription subscription = subscribe((Dispatcher) proxy, args);
				return (method.getReturnType() == Dispatcher.class) ? proxy : subscription;
			case "unsubscribe":
				String subject = (args[0] instanceof Subscription known) ? known.getSubject() : (String) args[0];
				this.all.removeIf((candidate) -> candidate.owner() == this && candidate.subject().equals(subject));
				return proxy;
			case "drain":
				return drain();
			case "isActive":
				return !this.executor.isShutdown();
			case "getPendingMessageCount":
				return (long) this.executor.getQueue().size();
			case "getPendingByteCount", "getDroppedCount":
				return 0L;
			case "setPendingLimits", "clearDroppedCount":
				return null;
			default:
				return InMemoryProxies.invoke("In-memory dispatcher", proxy, method, args);
		}
	}

	private Subscription subscribe(Dispatcher dispatcher, @Nullable Object[] arguments) {
		String subject = (String) Objects.requireNonNull(arguments[0]);
		String queue = null;
		MessageHandler given = this.defaultHandler;
		for (int i = 1; i < arguments.length; i++) {
			if (arguments[i] instanceof String name) {
				queue = name;
			}
			else if (arguments[i] instanceof MessageHandler own) {
				given = own;
			}
		}
		if (given == null) {
			throw new IllegalStateException("Dispatcher was made without a default handler.");
		}
		MessageHandler handler = given;
		InMemorySubscription subscribed = new InMemorySubscription(this, subject, queue,
				(message, delivery) -> receive(handler, message, delivery));
		this.all.add(subscribed);
		return InMemoryProxies.proxy(Subscription.class, (proxy, method, args) -> switch (method.getName()) {
			case "getSubject" -> subject;
			case "getQueueName" -> subscribed.queue();
			case "getDispatcher" -> dispatcher;
			case "isActive" -> this.all.contains(subscribed);
			case "unsubscribe" -> {
				this.all.remove(subscribed);
				yield (method.getReturnType() == void.class) ? null : proxy;
			}
			default -> InMemoryProxies.invoke("In-memory subscription", proxy, method, args);
		});
	}

	private boolean receive(MessageHandler handler, Message message, InMemoryDelivery delivery) {
		delivery.begin();
		try {
			this.executor.execute(() -> delivery.handle(() -> handle(handler, message)));
			return true;
		}
		catch (RejectedExecutionException ex) {
			delivery.end();
			return false;
		}
	}

	private static void handle(MessageHandler handler, Message message) {
		try {
			handler.onMessage(message);
		}
		catch (Throwable ex) {
			logger.error("A handler failed on subject '" + message.getSubject() + "'", ex);
		}
	}

}
