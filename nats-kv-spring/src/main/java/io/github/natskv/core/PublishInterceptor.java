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

package io.github.natskv.core;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Called around the publishing of each message by {@link NatsTemplate}, requests
 * included, and of each reply of a listener. Beans of this type are called in their
 * order: the first is the outermost.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PublishInterceptor {

	/**
	 * Publish a message, normally by {@link Invocation#proceed}, with other headers or
	 * another message in its place. Without proceeding nothing is sent.
	 * <p>
	 * The result matters for requests (messages with a
	 * {@linkplain OutgoingMessage#replyTimeout() reply timeout}), and for what is
	 * {@linkplain NatsOperations#send sent} to a stream: the future of the reply or
	 * acknowledgement, which may be one that depends on the future that {@code proceed}
	 * returned, or is complete already. It fails with {@link NatsTimeoutException},
	 * {@link NoRespondersException} and the like; an error reply of a listener is still a
	 * message. Its dependents are run by threads of the connection and must not block.
	 * The caller waits for the result as long as for the reply.
	 * @param message the message
	 * @param invocation the rest of the way to the connection
	 * @return the future of the reply or acknowledgement, {@code null} for anything else
	 * @throws Exception an exception for the caller, a checked one as the cause of a
	 * {@link NatsException}
	 */
	@Nullable CompletableFuture<Message> intercept(OutgoingMessage message, Invocation invocation) throws Exception;

	/**
	 * Publish a message through interceptors.
	 * @param interceptors the interceptors, the outermost first
	 * @param message the message
	 * @param invocation publishes in the end
	 * @return the result of the outermost interceptor
	 * @throws NatsException if an interceptor threw a checked exception
	 */
	static @Nullable CompletableFuture<Message> publish(List<PublishInterceptor> interceptors, OutgoingMessage message,
			Invocation invocation) {
		try {
			return proceed(interceptors, 0, message, invocation);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw new NatsException("A publish interceptor failed at a message for subject '%s': %s"
				.formatted(message.subject(), ex.getMessage()), ex);
		}
	}

	private static @Nullable CompletableFuture<Message> proceed(List<PublishInterceptor> interceptors, int next,
			OutgoingMessage message, Invocation invocation) throws Exception {
		return (next == interceptors.size()) ? invocation.proceed(message) : interceptors.get(next)
			.intercept(message, (outgoing) -> proceed(interceptors, next + 1, outgoing, invocation));
	}

	/**
	 * The rest of the way of a message to the connection.
	 */
	@FunctionalInterface
	interface Invocation {

		/**
		 * Call the next interceptor, the connection in the end.
		 * @param message the message
		 * @return the future of the reply or acknowledgement, {@code null} for anything
		 * else
		 * @throws Exception what the next interceptor throws
		 */
		@Nullable CompletableFuture<Message> proceed(OutgoingMessage message) throws Exception;

	}

}
