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

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.natskv.core.MessageContent;
import io.github.natskv.core.MessageWriter;
import io.github.natskv.core.NatsHeaders;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.OutgoingMessage;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.PublishInterceptor;
import io.github.natskv.listener.invocation.AsyncResults;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends what handlers return.
 */
public final class ReplySender {

	private static final Log logger = LogFactory.getLog(ReplySender.class);

	private static final byte[] EMPTY = {};

	private static final int MAX_DESCRIPTION = 512;

	private final Connection connection;

	private final PayloadConverter payloadConverter;

	private final MessageWriter writer;

	private final List<String> sendTo;

	private final ReplySubjects replySubjects;

	private final List<PublishInterceptor> interceptors;

	public ReplySender(Connection connection, PayloadConverter payloadConverter, MessageWriter writer,
			List<String> sendTo, ReplySubjects replySubjects, List<PublishInterceptor> interceptors) {
		this.connection = connection;
		this.payloadConverter = payloadConverter;
		this.writer = writer;
		this.sendTo = sendTo;
		this.replySubjects = replySubjects;
		this.interceptors = interceptors;
	}

	void sendResult(Message request, @Nullable Object result) {
		String replyTo = this.replySubjects.find(request);
		if (replyTo != null) {
			send(request, replyTo, result, this.writer);
		}
		else if (result != null && !(result instanceof Optional<?> optional && optional.isEmpty())) {
			for (String subject : this.sendTo) {
				send(request, subject, result, this.writer);
			}
		}
	}

	// Send what an error handler wants the requester to get.
	void sendSubstitute(Message request, Object result) {
		String replyTo = this.replySubjects.find(request);
		if (replyTo != null) {
			send(request, replyTo, result, this.payloadConverter::write);
		}
	}

	// The code is that of failures which do not bring one themselves.
	void sendError(Message request, int code, Throwable failure) {
		Throwable cause = AsyncResults.cause(failure);
		String replyTo = this.replySubjects.find(request);
		if (replyTo == null) {
			return;
		}
		NatsReplyException chosen = NatsReplyException.chosen(cause);
		Headers headers = new Headers();
		headers.put(NatsHeaders.SERVICE_ERROR, describe(cause, chosen));
		headers.put(NatsHeaders.SERVICE_ERROR_CODE, String.valueOf((chosen != null) ? chosen.getCode() : code));
		publishError(replyTo, headers);
	}

	// An interceptor that fails is not to keep the requester waiting.
	private void publishError(String subject, Headers headers) {
		AtomicBoolean published = new AtomicBoolean();
		try {
			OutgoingMessage reply = OutgoingMessage.of(subject, new Headers(headers), EMPTY, null);
			PublishInterceptor.publish(this.interceptors, reply, (message) -> {
				published.set(true);
				return transmit(message);
			});
		}
		catch (RuntimeException | Error ex) {
			if (published.get()) {
				throw ex;
			}
			logger.warn("Error reply sent without calling publish interceptors, as one of them failed: " + ex);
			this.connection.publish(subject, headers, EMPTY);
		}
	}

	private void send(Message request, String subject, @Nullable Object result, MessageWriter writer) {
		if (result == null) {
			publish(subject, null, EMPTY);
		}
		else {
			MessageContent content = writer.write(result, null);
			publish(subject, ReplySubjects.withoutCopied(request, content.headers()), content.payload());
		}
	}

	private void publish(String subject, @Nullable Headers headers, byte[] payload) {
		if (this.interceptors.isEmpty()) {
			this.connection.publish(subject, headers, payload);
		}
		else {
			PublishInterceptor.publish(this.interceptors,
					OutgoingMessage.of(subject, new Headers(headers), payload, null), this::transmit);
		}
	}

	private @Nullable CompletableFuture<Message> transmit(OutgoingMessage message) {
		this.connection.publish(message.subject(), (message.headers().isEmpty()) ? null : message.headers(),
				message.payload());
		return null;
	}

	// The exception's own message, as a header value: one line of ASCII.
	private static String describe(Throwable cause, @Nullable NatsReplyException chosen) {
		String message = (chosen != null) ? chosen.getDescription() : cause.getMessage();
		String text = (message != null && !message.isBlank()) ? message : cause.getClass().getSimpleName();
		String line = text.replaceAll("\\s+", " ").replaceAll("[^ -~]", "?").trim();
		return (line.length() <= MAX_DESCRIPTION) ? line : line.substring(0, MAX_DESCRIPTION);
	}

}
