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

package io.github.natskv.jetstream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.natskv.jetstream.JetStreamProbe.Question;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Asks one question. The time for the answer begins when this is created.
 *
 * @param <T> the type of the status
 */
final class Inquiry<T> {

	private final JetStreamClient api;

	private final Question<T> question;

	private final Duration timeout;

	private final CompletableFuture<T> answer = new CompletableFuture<>();

	private final CompletableFuture<T> status;

	private volatile @Nullable JetStreamReply reply;

	Inquiry(JetStreamClient api, Question<T> question, Duration timeout) {
		this.api = api;
		this.question = question;
		this.timeout = timeout;
		this.status = this.answer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
			.exceptionally((late) -> unanswered());
	}

	// Completes within the timeout, and never with a failure.
	CompletableFuture<T> status() {
		return this.status;
	}

	// Ask, unless it is too late. Takes as long as messages wait to be sent.
	void send() {
		if (this.answer.isDone()) {
			return;
		}
		if (this.api.connection().getStatus() != Connection.Status.CONNECTED) {
			this.answer.complete(this.question.unusable("there is no connection"));
			return;
		}
		try {
			JetStreamReply sent = this.api.send(this.question.subject(), this.question.body(), this.timeout);
			this.reply = sent;
			sent.message()
				.whenComplete((message, failure) -> this.answer
					.complete((message != null) ? read(message) : unusable(sent.failure(failure))));
		}
		catch (RuntimeException ex) {
			this.answer.complete(this.question.unusable("nothing was sent: " + ex.getMessage()));
		}
	}

	private T unusable(JetStreamRequestException failure) {
		if (failure instanceof JetStreamRequestException.Denied denied) {
			return this.question.denied(denied.violation().describe());
		}
		String problem = switch (failure.reason()) {
			case NO_RESPONDERS -> "no JetStream answers: it is not enabled on the server or for the account, has no"
					+ " leader at the moment, or the configured domain or prefix is wrong";
			default -> (this.api.connection().getStatus() != Connection.Status.CONNECTED) ? "the connection was lost"
					: "the server did not answer within %d ms".formatted(this.timeout.toMillis());
		};
		return this.question.unusable(problem);
	}

	private T read(Message message) {
		try {
			return this.question.read(message);
		}
		catch (JetStreamApiException ex) {
			JetStreamError.Kind kind = JetStreamError.of(ex).kind();
			boolean missing = kind == JetStreamError.Kind.STREAM_NOT_FOUND
					|| kind == JetStreamError.Kind.CONSUMER_NOT_FOUND;
			return this.question.unusable(missing ? "it is not on the server" : String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			return this.question.unusable("the server's answer cannot be understood: " + ex);
		}
	}

	private T unanswered() {
		JetStreamReply sent = this.reply;
		if (sent != null) {
			return unusable(sent.failure(null));
		}
		return this.question.unusable((this.api.connection().getStatus() != Connection.Status.CONNECTED)
				? "there is no connection" : "too many messages wait to be sent");
	}

}
