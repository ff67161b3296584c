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
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.natskv.core.Subjects;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.NUID;
import io.nats.client.Options;
import io.nats.client.Statistics;
import io.nats.client.api.ServerInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.nats.client.impl.NatsStatistics;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a server: hands messages to the subscriptions of its dispatchers.
 * Publishing waits until they have been handled, and what their handlers published then,
 * but a handler does not wait for others.
 */
final class InMemoryConnection implements InvocationHandler {

	private final Options options = Options.builder().build();

	private final Statistics statistics = new NatsStatistics();

	private final List<InMemorySubscription> subscriptions = new CopyOnWriteArrayList<>();

	private static final String NO_STREAMS = "@InMemoryNats has no streams. Test what sends to them with @EmbeddedNats";

	private final List<InMemoryDispatcher> dispatchers = new CopyOnWriteArrayList<>();

	private volatile Connection.Status status = Connection.Status.CONNECTED;

	private final Connection proxy = InMemoryProxies.proxy(Connection.class, this);

	private InMemoryConnection() {
	}

	static Connection create() {
		return new InMemoryConnection().proxy;
	}

	static boolean isInMemory(Connection connection) {
		return Proxy.isProxyClass(connection.getClass())
				&& Proxy.getInvocationHandler(connection) instanceof InMemoryConnection;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Object[] args = (arguments != null) ? arguments : new Object[0];
		return switch (method.getName()) {
			case "publish" -> {
				publish(message(args));
				yield null;
			}
			case "request", "requestWithTimeout" -> request(method, args);
			case "createDispatcher" -> createDispatcher((args.length > 0) ? (MessageHandler) args[0] : null);
			case "closeDispatcher" -> {
				InMemoryDispatcher.of(args[0]).close();
				yield null;
			}
			case "createInbox" -> inbox();
			case "getStatus" -> this.status;
			case "getOptions" -> this.options;
			case "getServerInfo" -> ServerInfo.EMPTY_INFO;
			case "getStatistics" -> this.statistics;
			case "getMaxPayload" -> -1L;
			case "outgoingPendingMessageCount", "outgoingPendingBytes" -> 0L;
			case "getServers" -> List.of();
			case "getConnectedUrl", "getLastError", "addConnectionListener", "removeConnectionListener", "flush",
					"flushBuffer", "clearLastError" ->
				null;
			case "drain", "close" -> {
				this.status = Connection.Status.CLOSED;
				this.dispatchers.forEach(InMemoryDispatcher::close);
				yield (method.getReturnType() != void.class) ? CompletableFuture.completedFuture(true) : null;
			}
			case "jetStream", "jetStreamManagement", "keyValueManagement" ->
				InMemoryProxies.proxy(method.getReturnType());
			default -> InMemoryProxies.invoke("In-memory connection", proxy, method, args);
		};
	}

	private static String inbox() {
		return "_INBOX." + NUID.nextGlobal();
	}

	// from the arguments of any variant of publish and request
	private static Message message(@Nullable Object[] arguments) {
		if (arguments[0] instanceof Message message) {
			return message;
		}
		NatsMessage.Builder builder = NatsMessage.builder().subject((String) arguments[0]);
		for (int i = 1; i < arguments.length; i++) {
			if (arguments[i] instanceof String replyTo) {
				builder.replyTo(replyTo);
			}
			else if (arguments[i] instanceof Headers headers) {
				builder.headers(headers);
			}
			else if (arguments[i] instanceof byte[] data) {
				builder.data(data.clone());
			}
		}
		return builder.build();
	}

	private Dispatcher createDispatcher(@Nullable MessageHandler defaultHandler) {
		InMemoryDispatcher dispatcher = new InMemoryDispatcher(this.subscriptions, defaultHandler);
		this.dispatchers.add(dispatcher);
		return dispatcher.asDispatcher();
	}

	private @Nullable Object request(Method method, @Nullable Object[] arguments)
			throws ExecutionException, InterruptedException {
		CompletableFuture<Message> reply = request(message(arguments));
		if (arguments[arguments.length - 1] instanceof Duration timeout) {
			reply.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		if (method.getReturnType() != Message.class) {
			return reply;
		}
		try {
			return reply.get();
		}
		catch (CancellationException ex) {
			// as jnats does
			return null;
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof TimeoutException) {
				return null;
			}
			throw ex;
		}
	}

	private CompletableFuture<Message> request(Message request) {
		CompletableFuture<Message> reply = new CompletableFuture<>();
		String inbox = inbox();
		InMemorySubscription subscription = new InMemorySubscription(this, inbox, null, (message, delivery) -> {
			reply.complete(message);
			return true;
		});
		this.subscriptions.add(subscription);
		reply.whenComplete((message, failure) -> this.subscriptions.remove(subscription));
		InMemoryMessage message = new InMemoryMessage(request, inbox, this.proxy);
		if (!deliver(message, InMemoryDelivery.currentOrNew())) {
			// there are no responders, and no streams, whoever wants to know why
			reply.completeExceptionally(new CancellationException(NO_STREAMS));
		}
		return reply;
	}

	private void publish(Message message) {
		InMemoryDelivery delivery = InMemoryDelivery.currentOrNew();
		deliver(new InMemoryMessage(message, message.getReplyTo(), this.proxy), delivery);
		delivery.await();
	}

	// The result is whether anyone gets the message.
	private boolean deliver(Message message, InMemoryDelivery delivery) {
		if (this.status != Connection.Status.CONNECTED) {
			throw new IllegalStateException("Connection is Closed");
		}
		Subjects.checkPublishable(message.getSubject());
		Set<String> queues = new HashSet<>();
		boolean delivered = false;
		for (InMemorySubscription subscription : this.subscriptions) {
			if (Subjects.matches(subscription.subject(), message.getSubject())
					&& (subscription.queue() == null || queues.add(subscription.queue()))) {
				delivered |= subscription.receiver().receive(message, delivery);
			}
		}
		return delivered;
	}

}
