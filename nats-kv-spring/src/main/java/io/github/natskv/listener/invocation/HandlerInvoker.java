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

package io.github.natskv.listener.invocation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;

import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.ListenerDelivery;
import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerExecutionFailedException;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerInterceptor;
import org.jspecify.annotations.Nullable;

/**
 * Calls a handler method: with its arguments, inside interceptors and retries, and the
 * error handler where that failed. Containers of all kinds call methods by it alone.
 *
 * @param <D> what is delivered
 */
public final class HandlerInvoker<D> {

	private final String id;

	private final DeliveryType<D> type;

	private final ListenerMethod method;

	private final List<ArgumentResolver<D>> arguments;

	private final @Nullable HandlerRetry retry;

	private final List<ListenerInterceptor> interceptors;

	private final @Nullable ListenerErrorHandler errorHandler;

	private final ListenerInstrumentation.@Nullable Recorder recorder;

	private volatile @Nullable LastError lastError;

	public HandlerInvoker(String id, DeliveryType<D> type, ListenerMethod method, List<ArgumentResolver<D>> arguments,
			@Nullable HandlerRetry retry, List<ListenerInterceptor> interceptors,
			@Nullable ListenerErrorHandler errorHandler, ListenerInstrumentation.@Nullable Recorder recorder) {
		this.id = id;
		this.type = type;
		this.method = method;
		this.arguments = arguments;
		this.retry = retry;
		this.interceptors = interceptors;
		this.errorHandler = errorHandler;
		this.recorder = recorder;
	}

	public String id() {
		return this.id;
	}

	public ListenerInstrumentation.@Nullable Recorder recorder() {
		return this.recorder;
	}

	// What the handling failed with the last time, after all retries.
	public @Nullable LastError lastError() {
		return this.lastError;
	}

	// While they are not allowed, a handler that fails is not called again.
	public void allowRetries(boolean allowed) {
		if (this.retry != null) {
			this.retry.allow(allowed);
		}
	}

	public @Nullable Object[] arguments(D delivery, SubjectPattern pattern) throws Exception {
		@Nullable Object[] values = new Object[this.arguments.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.arguments.get(i).resolve(delivery, pattern);
		}
		return values;
	}

	// Returns what the handler does, which may be a future.
	public @Nullable Object invoke(D delivery, @Nullable Object[] arguments) throws Exception {
		try {
			if (this.retry == null && this.interceptors.isEmpty()) {
				return call(arguments);
			}
			HandlerRetry retry = this.retry;
			ListenerInterceptor.Invocation call = (retry != null) ? () -> retry.invoke(() -> call(arguments))
					: () -> call(arguments);
			return (this.interceptors.isEmpty()) ? call.proceed()
					: intercept(0, this.type.describe(this.id, delivery), call);
		}
		finally {
			// left set by a handler, it would keep its thread from going on
			Thread.interrupted();
		}
	}

	private @Nullable Object intercept(int next, ListenerDelivery delivery, ListenerInterceptor.Invocation call)
			throws Exception {
		return (next < this.interceptors.size())
				? this.interceptors.get(next).intercept(delivery, () -> intercept(next + 1, delivery, call))
				: call.proceed();
	}

	private @Nullable Object call(@Nullable Object[] arguments) throws Exception {
		try {
			return this.method.invoke(arguments);
		}
		catch (InvocationTargetException ex) {
			throw exception(ArgumentViolations.translate(this.method.invocable(), ex.getTargetException()));
		}
	}

	static Exception exception(Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		return (failure instanceof Exception exception) ? exception : new UndeclaredThrowableException(failure);
	}

	/**
	 * Take note of a failure and offer it to the error handler.
	 * @param delivery what could not be handled
	 * @return what the error handler made of it
	 */
	public Outcome failed(D delivery, Throwable failure) {
		this.lastError = LastError.now(failure);
		if (this.errorHandler == null) {
			return new Outcome(failure, false, null);
		}
		try {
			return new Outcome(failure, true,
					this.errorHandler.handleError(this.type.failure(this.id, delivery, failure)));
		}
		catch (Throwable ex) {
			return new Outcome(
					(ex instanceof ListenerExecutionFailedException && ex.getCause() != null) ? ex.getCause() : ex,
					false, null);
		}
		finally {
			Thread.interrupted();
		}
	}

	/**
	 * The outcome of a failure.
	 *
	 * @param failure the failure, or what the error handler threw in its place
	 * @param handled whether an error handler took it
	 * @param substitute what the error handler returned
	 */
	public record Outcome(Throwable failure, boolean handled, @Nullable Object substitute) {

	}

}
