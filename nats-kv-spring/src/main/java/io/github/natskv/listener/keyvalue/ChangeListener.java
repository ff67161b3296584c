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

package io.github.natskv.listener.keyvalue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.listener.InvalidMessageException;
import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerExecutionException;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.invocation.AsyncResults;
import io.github.natskv.listener.invocation.ChangeArgument;
import io.github.natskv.listener.invocation.HandlerMethod;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.api.KeyValueEntry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Calls a handler method with changes of a bucket.
 */
public final class ChangeListener {

	private static final Log logger = LogFactory.getLog(ChangeListener.class);

	private final String id;

	private final Object bean;

	private final Method method;

	private final List<SubjectPattern> keys;

	private final List<ChangeArgument> arguments;

	private final @Nullable ListenerErrorHandler errorHandler;

	private final ListenerInstrumentation.@Nullable Recorder recorder;

	private volatile @Nullable Throwable lastError;

	public ChangeListener(String id, HandlerMethod method, List<SubjectPattern> keys, List<ChangeArgument> arguments,
			@Nullable ListenerErrorHandler errorHandler, ListenerInstrumentation.@Nullable Recorder recorder) {
		this.id = id;
		this.bean = method.bean();
		this.method = method.invocable();
		this.keys = keys;
		this.arguments = arguments;
		this.errorHandler = errorHandler;
		this.recorder = recorder;
	}

	// What the handling failed with the last time, after all retries.
	@Nullable Throwable lastError() {
		return this.lastError;
	}

	void handle(BucketChange<Object> change) throws Exception {
		if (this.recorder == null) {
			invoke(change);
			return;
		}
		long start = System.nanoTime();
		try {
			invoke(change);
		}
		finally {
			this.recorder.handled(1, System.nanoTime() - start);
		}
	}

	private void invoke(BucketChange<Object> change) throws Exception {
		SubjectPattern pattern = this.keys.get(change.filter());
		@Nullable Object[] values = new Object[this.arguments.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.arguments.get(i).resolve(change, pattern);
		}
		CompletionStage<?> pending = AsyncResults.stage(invoke(values));
		if (pending != null) {
			await(pending);
		}
	}

	private @Nullable Object invoke(@Nullable Object[] values) throws Exception {
		try {
			return this.method.invoke(this.bean, values);
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
			throw ex;
		}
		finally {
			// left set by a handler, it would disturb the watch
			Thread.interrupted();
		}
	}

	private static void await(CompletionStage<?> pending) throws Exception {
		try {
			pending.toCompletableFuture().get();
		}
		catch (ExecutionException ex) {
			ReflectionUtils.rethrowException(ex.getCause());
		}
	}

	boolean isRetryable(Throwable failure) {
		return !(failure instanceof InvalidMessageException);
	}

	void failed(BucketChange<Object> change, Throwable failure) {
		this.lastError = failure;
		if (this.recorder != null) {
			this.recorder.failed();
		}
		Throwable unhandled = failure;
		if (this.errorHandler != null) {
			try {
				this.errorHandler.handle(describe(change, failure));
				return;
			}
			catch (Throwable ex) {
				unhandled = (ex instanceof ListenerExecutionException && ex.getCause() != null) ? ex.getCause() : ex;
			}
		}
		logger.error("Listener '%s' could not handle revision %d of key '%s', which is passed over".formatted(this.id,
				change.revision(), change.key()), unhandled);
	}

	private ListenerExecutionException describe(BucketChange<Object> change, Throwable failure) {
		KeyValueEntry raw = change.raw();
		if (raw != null) {
			return new ListenerExecutionException(this.id, subject(raw.getBucket(), raw.getKey()), raw, failure);
		}
		BucketEntry<Object> inferred = change.entry();
		return new ListenerExecutionException(this.id, subject(inferred.bucket(), inferred.key()), inferred, failure);
	}

	private static String subject(String bucket, String key) {
		return "$KV." + bucket + "." + key;
	}

}
