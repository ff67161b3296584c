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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.InvalidMessageException;
import io.github.natskv.listener.invocation.AsyncResults;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.ResultType;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.observation.ListenerObservations;
import io.micrometer.observation.Observation;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Adapts messages on subjects to a handler method: calls it and sends its result or the
 * error as the reply. Nothing the handler throws leaves it.
 */
public final class MessageAdapter {

	private static final Log logger = LogFactory.getLog(MessageAdapter.class);

	private static final CompletableFuture<Boolean> HANDLED = CompletableFuture.completedFuture(true);

	private static final CompletableFuture<Boolean> FAILED = CompletableFuture.completedFuture(false);

	private static final int BAD_REQUEST = 400;

	private static final int SERVER_ERROR = 500;

	private final HandlerInvoker<Message> invoker;

	private final String connectionName;

	private final boolean replying;

	private final ReplySender replies;

	private final @Nullable ListenerObservations observations;

	public MessageAdapter(HandlerInvoker<Message> invoker, String connectionName, boolean replying, ReplySender replies,
			@Nullable ListenerObservations observations) {
		this.invoker = invoker;
		this.connectionName = connectionName;
		this.replying = replying;
		this.replies = replies;
		this.observations = observations;
	}

	// What the handling failed with the last time.
	@Nullable LastError lastError() {
		return this.invoker.lastError();
	}

	void allowRetries(boolean allowed) {
		this.invoker.allowRetries(allowed);
	}

	// returns what completes when the message has been handled, with whether that worked
	CompletableFuture<Boolean> handle(Message message, SubjectPattern pattern) {
		return (this.observations == null) ? handle(message, pattern, null)
				: observe(this.observations.start(message, this.connectionName, this.invoker.id(), pattern.subject()),
						message, pattern);
	}

	private CompletableFuture<Boolean> observe(Observation observation, Message message, SubjectPattern pattern) {
		CompletableFuture<Boolean> handling;
		try (Observation.Scope scope = observation.openScope()) {
			handling = handle(message, pattern, observation);
		}
		return handling.whenComplete((successful, failure) -> observation.stop());
	}

	private CompletableFuture<Boolean> handle(Message message, SubjectPattern pattern,
			@Nullable Observation observation) {
		@Nullable Object[] arguments;
		try {
			arguments = this.invoker.arguments(message, pattern);
		}
		catch (Throwable ex) {
			fail(message, (ex instanceof PayloadConversionException) ? BAD_REQUEST : SERVER_ERROR, ex, observation);
			return FAILED;
		}
		try {
			Object result = this.invoker.invoke(message, arguments);
			CompletionStage<?> stage = AsyncResults.stage(result);
			if (stage != null) {
				return stage.handle((value, failure) -> finishLater(message, value, failure, observation))
					.toCompletableFuture();
			}
			return finish(message, result, null, observation) ? HANDLED : FAILED;
		}
		catch (Throwable ex) {
			fail(message, SERVER_ERROR, ex, observation);
			return FAILED;
		}
	}

	private boolean finishLater(Message message, @Nullable Object result, @Nullable Throwable failure,
			@Nullable Observation observation) {
		if (observation == null) {
			return finish(message, result, failure, null);
		}
		try (Observation.Scope scope = observation.openScope()) {
			return finish(message, result, failure, observation);
		}
	}

	private boolean finish(Message message, @Nullable Object result, @Nullable Throwable failure,
			@Nullable Observation observation) {
		if (failure != null) {
			fail(message, SERVER_ERROR, AsyncResults.cause(failure), observation);
			return false;
		}
		if (this.replying) {
			try {
				this.replies.sendResult(message, ResultType.isUnit(result) ? null : result);
			}
			catch (Throwable ex) {
				fail(message, SERVER_ERROR, ex, observation);
				return false;
			}
		}
		return true;
	}

	private void fail(Message message, int defaultCode, Throwable cause, @Nullable Observation observation) {
		if (observation != null) {
			observation.error(cause);
		}
		HandlerInvoker.Outcome outcome = this.invoker.failed(message, cause);
		Throwable failure = outcome.failure();
		int code = (cause instanceof InvalidMessageException) ? BAD_REQUEST : defaultCode;
		if (!outcome.handled()) {
			log(message, code, failure);
		}
		else if (outcome.substitute() != null) {
			try {
				this.replies.sendSubstitute(message, outcome.substitute());
				return;
			}
			catch (Throwable ex) {
				failure = ex;
				log(message, code, failure);
			}
		}
		sendError(message, code, failure);
	}

	private void log(Message message, int code, Throwable cause) {
		Throwable origin = AsyncResults.cause(cause);
		String text = "Listener '" + this.invoker.id() + "' failed on subject '" + message.getSubject() + "': "
				+ origin;
		if (code == BAD_REQUEST || NatsReplyException.chosen(origin) != null) {
			logger.warn(text);
		}
		else {
			logger.error(text, cause);
		}
	}

	private void sendError(Message message, int code, Throwable cause) {
		try {
			this.replies.sendError(message, code, cause);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Listener '" + this.invoker.id() + "' could not send the error reply for subject '"
					+ message.getSubject() + "': " + ex.getMessage());
		}
	}

}
