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

import io.nats.client.Dispatcher;
import io.nats.client.MessageHandler;
import io.nats.client.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a dispatcher of an {@link InMemoryConnection}.
 */
final class InMemoryDispatcher implements InvocationHandler {

	private final List<Subscribed> all;

	private final @Nullable MessageHandler defaultHandler;

	private volatile boolean active = true;

	private InMemoryDispatcher(List<Subscribed> all, @Nullable MessageHandler defaultHandler) {
		this.all = all;
		this.defaultHandler = defaultHandler;
	}

	static Dispatcher create(List<Subscribed> all, @Nullable MessageHandler defaultHandler) {
		return Serverless.proxy(Dispatcher.class, new InMemoryDispatcher(all, defaultHandler));
	}

	static @Nullable Object close(@Nullable Object dispatcher) {
		if (dispatcher != null && Proxy.getInvocationHandler(dispatcher) instanceof InMemoryDispatcher own) {
			own.close();
		}
		return null;
	}

	private void close() {
		this.active = false;
		this.all.removeIf((subscription) -> subscription.owner() == this);
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
				close();
				return CompletableFuture.completedFuture(true);
			case "isActive":
				return this.active;
			case "getPendingMessageCount", "getPendingByteCount", "getDroppedCount":
				return 0L;
			case "setPendingLimits", "clearDroppedCount":
				return null;
			default:
				return Serverless.invoke("In-memory dispatcher", proxy, method, args);
		}
	}

	private Subscription subscribe(Dispatcher dispatcher, @Nullable Object[] arguments) {
		String subject = (String) Objects.requireNonNull(arguments[0]);
		String queue = null;
		MessageHandler handler = this.defaultHandler;
		for (int i = 1; i < arguments.length; i++) {
			if (arguments[i] instanceof String name) {
				queue = name;
			}
			else if (arguments[i] instanceof MessageHandler given) {
				handler = given;
			}
		}
		if (handler == null) {
			throw new IllegalStateException("Dispatcher was made without a default handler.");
		}
		Subscribed subscribed = new Subscribed(this, subject, queue, handler);
		this.all.add(subscribed);
		return Serverless.proxy(Subscription.class, (proxy, method, args) -> switch (method.getName()) {
			case "getSubject" -> subject;
			case "getQueueName" -> subscribed.queue();
			case "getDispatcher" -> dispatcher;
			case "isActive" -> this.all.contains(subscribed);
			case "unsubscribe" -> {
				this.all.remove(subscribed);
				yield (method.getReturnType() == void.class) ? null : proxy;
			}
			default -> Serverless.invoke("In-memory subscription", proxy, method, args);
		});
	}

	/**
	 * A subscription.
	 *
	 * @param owner whose it is
	 * @param subject the subject, which may have wildcards
	 * @param queue the queue group, if any
	 * @param handler given the messages
	 */
	record Subscribed(Object owner, String subject, @Nullable String queue, MessageHandler handler) {

	}

}
