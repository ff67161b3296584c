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
import java.util.concurrent.atomic.AtomicReference;

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
	 * Publish a message. It may be given other headers or be replaced by another. An
	 * exception is the caller's; without a call of the publication nothing is sent, which
	 * for a request is a {@link NatsException}.
	 * @param message the message
	 * @param publication what publishes it
	 */
	void publish(OutgoingMessage message, Publication publication);

	/**
	 * Put interceptors around a publication.
	 * @param interceptors the interceptors, the outermost first
	 * @param publication what publishes in the end
	 * @return the publication with the interceptors around it
	 */
	static Publication chain(List<PublishInterceptor> interceptors, Publication publication) {
		Publication result = publication;
		for (int i = interceptors.size() - 1; i >= 0; i--) {
			PublishInterceptor interceptor = interceptors.get(i);
			Publication next = result;
			result = (message) -> {
				AtomicReference<@Nullable CompletableFuture<Message>> reply = new AtomicReference<>();
				interceptor.publish(message, (outgoing) -> {
					reply.set(next.publish(outgoing));
					return reply.get();
				});
				return reply.get();
			};
		}
		return result;
	}

	/**
	 * Publishes a message, by the interceptors that are left.
	 */
	@FunctionalInterface
	interface Publication {

		/**
		 * Publish a message.
		 * @param message the message
		 * @return the reply to a request, {@code null} for anything else
		 */
		@Nullable CompletableFuture<Message> publish(OutgoingMessage message);

	}

}
