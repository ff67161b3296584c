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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natskv.core.StreamSender.Acknowledged;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to streams through interceptors, for which the reply to a message is its
 * acknowledgement.
 */
final class StreamPublisher {

	private final StreamSender sender;

	private final List<PublishInterceptor> interceptors;

	StreamPublisher(StreamSender sender, List<PublishInterceptor> interceptors) {
		this.sender = sender;
		this.interceptors = interceptors;
	}

	PublishAck publish(OutgoingMessage message, SendOptions options) {
		Duration timeout = options.timeoutOr(this.sender.timeout());
		if (this.interceptors.isEmpty()) {
			return this.sender.send(message, timeout).ack();
		}
		// complete on return, unless an interceptor makes it wait
		return await(message.subject(), intercepted(message, (outgoing) -> {
			try {
				return CompletableFuture.completedFuture(this.sender.send(outgoing, timeout));
			}
			catch (NatsException ex) {
				return CompletableFuture.failedFuture(ex);
			}
		}), timeout);
	}

	private static PublishAck await(String subject, CompletableFuture<PublishAck> ack, Duration timeout) {
		try {
			return ack.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NatsException("Interrupted while sending a message for subject '" + subject + "'", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure : new NatsException(
					"Message for subject '" + subject + "' failed in a publish interceptor", ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new NatsTimeoutException(("The acknowledgement of a message for subject '%s' was not passed on by a"
					+ " publish interceptor within %d ms")
				.formatted(subject, timeout.toMillis()), ex);
		}
	}

	CompletableFuture<PublishAck> publishAsync(OutgoingMessage message, SendOptions options) {
		Duration timeout = options.timeoutOr(this.sender.timeout());
		if (this.interceptors.isEmpty()) {
			return this.sender.sendAsync(message, timeout, Acknowledged::ack);
		}
		return intercepted(message, (outgoing) -> this.sender.sendAsync(outgoing, timeout));
	}

	private CompletableFuture<PublishAck> intercepted(OutgoingMessage message,
			Function<OutgoingMessage, CompletableFuture<Acknowledged>> transmission) {
		AtomicReference<@Nullable CompletableFuture<Acknowledged>> sent = new AtomicReference<>();
		CompletableFuture<Message> reply = PublishInterceptor.publish(this.interceptors, message, (outgoing) -> {
			CompletableFuture<Acknowledged> acknowledged = transmission.apply(outgoing);
			sent.set(acknowledged);
			return then(acknowledged, Acknowledged::message);
		});
		if (reply != null) {
			return then(reply, (result) -> Acknowledged.of(message.subject(), result).ack());
		}
		// the result used to be of no interest but for requests
		CompletableFuture<Acknowledged> acknowledged = sent.get();
		if (acknowledged == null) {
			throw new NatsException(("Message for subject '%s' was not sent, because a publish interceptor did not call"
					+ " proceed(message)")
				.formatted(message.subject()));
		}
		return then(acknowledged, Acknowledged::ack);
	}

	// As thenApply, but the failure stays what it is.
	private static <T, R> CompletableFuture<R> then(CompletableFuture<T> stage, Function<T, R> mapper) {
		CompletableFuture<R> result = new CompletableFuture<>();
		stage.whenComplete((value, failure) -> {
			if (failure != null) {
				result.completeExceptionally(cause(failure));
			}
			else {
				complete(result, () -> mapper.apply(value));
			}
		});
		return result;
	}

	private static <R> void complete(CompletableFuture<R> result, Supplier<R> value) {
		try {
			result.complete(value.get());
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ex);
		}
	}

	private static Throwable cause(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

}
