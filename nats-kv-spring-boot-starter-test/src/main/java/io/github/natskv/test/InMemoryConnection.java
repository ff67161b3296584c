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
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.NUID;
import io.nats.client.Options;
import io.nats.client.Statistics;
import io.nats.client.api.ServerInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.nats.client.impl.NatsStatistics;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a server: hands messages to the subscriptions of its dispatchers,
 * in the thread that publishes.
 */
final class InMemoryConnection implements InvocationHandler {

	private static final Log logger = LogFactory.getLog(InMemoryConnection.class);

	private final Options options = Options.builder().build();

	private final Statistics statistics = new NatsStatistics();

	private final List<InMemoryDispatcher.Subscribed> subscriptions = new CopyOnWriteArrayList<>();

	private volatile Connection.Status status = Connection.Status.CONNECTED;

	private InMemoryConnection() {
	}

	static Connection create() {
		return Serverless.proxy(Connection.class, new InMemoryConnection());
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
			case "createDispatcher" ->
				InMemoryDispatcher.create(this.subscriptions, (args.length > 0) ? (MessageHandler) args[0] : null);
			case "closeDispatcher" -> InMemoryDispatcher.close(args[0]);
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
				yield (method.getReturnType() != void.class) ? CompletableFuture.completedFuture(true) : null;
			}
			case "jetStream", "jetStreamManagement", "keyValueManagement" -> Serverless.proxy(method.getReturnType());
			default -> Serverless.invoke("In-memory connection", proxy, method, args);
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

	private @Nullable Object request(Method method, @Nullable Object[] arguments)
			throws ExecutionException, InterruptedException {
		CompletableFuture<Message> reply = request(message(arguments));
		if (method.getReturnType() != Message.class) {
			return reply;
		}
		Duration timeout = (Duration) arguments[arguments.length - 1];
		try {
			return (timeout != null) ? reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS) : reply.get();
		}
		catch (CancellationException | TimeoutException ex) {
			// as jnats does
			return null;
		}
	}

	private CompletableFuture<Message> request(Message request) {
		CompletableFuture<Message> reply = new CompletableFuture<>();
		String inbox = inbox();
		InMemoryDispatcher.Subscribed subscription = new InMemoryDispatcher.Subscribed(this, inbox, null,
				reply::complete);
		this.subscriptions.add(subscription);
		reply.whenComplete((message, failure) -> this.subscriptions.remove(subscription));
		if (!publish(NatsMessage.builder()
			.subject(request.getSubject())
			.replyTo(inbox)
			.headers(request.getHeaders())
			.data(request.getData())
			.build())) {
			// there are no responders
			reply.cancel(false);
		}
		return reply;
	}

	// The result is whether anyone got the message.
	private boolean publish(Message message) {
		if (this.status != Connection.Status.CONNECTED) {
			throw new IllegalStateException("Connection is Closed");
		}
		Subjects.checkPublishable(message.getSubject());
		Set<String> queues = new HashSet<>();
		boolean delivered = false;
		for (InMemoryDispatcher.Subscribed subscription : this.subscriptions) {
			if (SubjectMatcher.matches(subscription.subject(), message.getSubject())
					&& (subscription.queue() == null || queues.add(subscription.queue()))) {
				deliver(subscription, message);
				delivered = true;
			}
		}
		return delivered;
	}

	private static void deliver(InMemoryDispatcher.Subscribed subscription, Message message) {
		try {
			subscription.handler().onMessage(message);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A handler failed on subject '" + message.getSubject() + "'", ex);
		}
	}

}
