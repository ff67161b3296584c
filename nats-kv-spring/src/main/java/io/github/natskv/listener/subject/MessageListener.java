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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.listener.InvalidMessageException;
import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerExecutionException;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerInterceptor;
import io.github.natskv.listener.invocation.ArgumentResolver;
import io.github.natskv.listener.invocation.AsyncResults;
import io.github.natskv.listener.invocation.HandlerCall;
import io.github.natskv.listener.invocation.HandlerMethod;
import io.github.natskv.listener.invocation.HandlerRetry;
import io.github.natskv.listener.invocation.HandlingOptions;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.observation.ListenerObservations;
import io.micrometer.observation.Observation;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls a handler method with messages. Whatever the handler throws ends here.
 */
public final class MessageListener {

	private static final Log logger = LogFactory.getLog(MessageListener.class);

	private static final int BAD_REQUEST = 400;

	private static final int SERVER_ERROR = 500;

	private final String id;

	private final Object bean;

	private final Method method;

	private final ArgumentResolver[] arguments;

	private final boolean replying;

	private final ReplySender replies;

	private final @Nullable ListenerErrorHandler errorHandler;

	private final @Nullable HandlerRetry retry;

	private final List<ListenerInterceptor> interceptors;

	// Whether something goes on around the method.
	private final boolean surrounded;

	private final @Nullable ListenerObservations observations;

	private final ListenerInstrumentation.@Nullable Recorder recorder;

	private volatile @Nullable Throwable lastError;

	public MessageListener(String id, HandlerMethod method, ArgumentResolver[] arguments, boolean replying,
			ReplySender replies, @Nullable ListenerErrorHandler errorHandler, HandlingOptions options,
			ListenerInstrumentation.@Nullable Recorder recorder) {
		this.id = id;
		this.bean = method.bean();
		this.method = method.invocable();
		this.arguments = arguments;
		this.replying = replying;
		this.replies = replies;
		this.errorHandler = errorHandler;
		this.retry = options.retry();
		this.interceptors = options.interceptors();
		this.surrounded = this.retry != null || !this.interceptors.isEmpty();
		this.observations = options.observations();
		this.recorder = recorder;
	}

	// What the handling failed with the last time.
	@Nullable Throwable lastError() {
		return this.lastError;
	}

	// returns what completes when the message has been handled, null if it has been
	@Nullable CompletionStage<?> handle(Message message, SubjectPattern pattern) {
		return (this.observations == null) ? handle(message, pattern, null)
				: observe(this.observations.start(message, this.id, pattern.subject()), message, pattern);
	}

	private @Nullable CompletionStage<?> observe(Observation observation, Message message, SubjectPattern pattern) {
		CompletionStage<?> pending;
		try (Observation.Scope scope = observation.openScope()) {
			pending = handle(message, pattern, observation);
		}
		if (pending == null) {
			observation.stop();
			return null;
		}
		return pending.whenComplete((result, failure) -> observation.stop());
	}

	private @Nullable CompletionStage<?> handle(Message message, SubjectPattern pattern,
			@Nullable Observation observation) {
		@Nullable Object[] values;
		try {
			values = resolveArguments(message, pattern);
		}
		catch (Throwable ex) {
			boolean badRequest = ex instanceof PayloadConversionException || ex instanceof InvalidMessageException;
			fail(message, (badRequest) ? BAD_REQUEST : SERVER_ERROR, ex, observation);
			return null;
		}
		try {
			Object result = (this.surrounded) ? invokeSurrounded(message, values) : invoke(values);
			CompletionStage<?> stage = AsyncResults.stage(result);
			if (stage != null) {
				return stage.handle((value, failure) -> {
					finishLater(message, value, failure, observation);
					return null;
				});
			}
			finish(message, result, null, observation);
		}
		catch (InvocationTargetException ex) {
			fail(message, SERVER_ERROR, ex.getTargetException(), observation);
		}
		catch (Throwable ex) {
			fail(message, SERVER_ERROR, ex, observation);
		}
		return null;
	}

	private @Nullable Object[] resolveArguments(Message message, SubjectPattern pattern) {
		@Nullable Object[] values = new Object[this.arguments.length];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.arguments[i].resolve(message, pattern);
		}
		return values;
	}

	private @Nullable Object invoke(@Nullable Object[] values) throws ReflectiveOperationException {
		try {
			return this.method.invoke(this.bean, values);
		}
		finally {
			// left set by a handler, it would keep the reply from being sent
			Thread.interrupted();
		}
	}

	private @Nullable Object invokeSurrounded(Message message, @Nullable Object[] values) throws Throwable {
		HandlerCall once = () -> {
			try {
				return invoke(values);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		HandlerRetry retry = this.retry;
		HandlerCall call = (retry != null) ? () -> retry.invoke(once) : once;
		try {
			return new HandlerCall.Intercepted(this.id, message, this.interceptors, 0, call).proceed();
		}
		finally {
			Thread.interrupted();
		}
	}

	private void finishLater(Message message, @Nullable Object result, @Nullable Throwable failure,
			@Nullable Observation observation) {
		if (observation == null) {
			finish(message, result, failure, null);
			return;
		}
		try (Observation.Scope scope = observation.openScope()) {
			finish(message, result, failure, observation);
		}
	}

	private void finish(Message message, @Nullable Object result, @Nullable Throwable failure,
			@Nullable Observation observation) {
		if (failure != null) {
			Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : null;
			fail(message, SERVER_ERROR, (cause != null) ? cause : failure, observation);
		}
		else if (this.replying) {
			try {
				this.replies.sendResult(message, result);
			}
			catch (Throwable ex) {
				fail(message, SERVER_ERROR, ex, observation);
			}
		}
	}

	private void fail(Message message, int code, Throwable cause, @Nullable Observation observation) {
		if (observation != null) {
			observation.error(cause);
		}
		this.lastError = cause;
		if (this.recorder != null) {
			this.recorder.failed();
		}
		Throwable failure = cause;
		if (this.errorHandler != null) {
			try {
				Object substitute = this.errorHandler
					.handle(new ListenerExecutionException(this.id, message.getSubject(), message, cause));
				if (substitute != null) {
					this.replies.sendSubstitute(message, substitute);
				}
				else {
					sendError(message, code, cause);
				}
				return;
			}
			catch (Throwable ex) {
				failure = (ex instanceof ListenerExecutionException && ex.getCause() != null) ? ex.getCause() : ex;
			}
		}
		log(message, code, failure);
		sendError(message, code, failure);
	}

	private void log(Message message, int code, Throwable cause) {
		String text = "Listener '" + this.id + "' failed on subject '" + message.getSubject() + "': " + cause;
		if (code == BAD_REQUEST || cause instanceof NatsReplyException) {
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
			logger.warn("Listener '" + this.id + "' could not send the error reply for subject '" + message.getSubject()
					+ "': " + ex.getMessage());
		}
	}

}
