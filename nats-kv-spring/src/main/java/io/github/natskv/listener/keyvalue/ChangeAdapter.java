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

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.InvalidMessageException;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerInstrumentation.HandlingOutcome;
import io.github.natskv.listener.invocation.AsyncResults;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.SubjectPattern;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.backoff.BackOff;

/**
 * Adapts changes of a bucket to a handler method: calls it and waits for its result. The
 * watch calls again after a failure, by the retry policy of listeners where there is one.
 *
 * @param <D> what the method is given: a change, or a list of those written together
 */
public final class ChangeAdapter<D> {

	private static final Log logger = LogFactory.getLog(ChangeAdapter.class);

	private final HandlerInvoker<D> invoker;

	private final boolean together;

	private final Function<List<BucketChange<Object>>, D> delivery;

	private final List<SubjectPattern> keys;

	private final @Nullable RetryPolicy retryPolicy;

	// How long the last attempt took, of which it is not known yet whether it is the
	// last.
	private long failedNanos;

	private ChangeAdapter(HandlerInvoker<D> invoker, boolean together, Function<List<BucketChange<Object>>, D> delivery,
			List<SubjectPattern> keys, @Nullable RetryPolicy retryPolicy) {
		this.invoker = invoker;
		this.together = together;
		this.delivery = delivery;
		this.keys = keys;
		this.retryPolicy = retryPolicy;
	}

	public static ChangeAdapter<?> ofChanges(HandlerInvoker<BucketChange<Object>> invoker, List<SubjectPattern> keys,
			@Nullable RetryPolicy retryPolicy) {
		return new ChangeAdapter<>(invoker, false, (changes) -> changes.get(0), keys, retryPolicy);
	}

	public static ChangeAdapter<?> ofTransactions(HandlerInvoker<List<BucketChange<Object>>> invoker,
			List<SubjectPattern> keys, @Nullable RetryPolicy retryPolicy) {
		return new ChangeAdapter<>(invoker, true, Function.identity(), keys, retryPolicy);
	}

	boolean isForTransactions() {
		return this.together;
	}

	// What the handling failed with the last time, after all retries.
	@Nullable LastError lastError() {
		return this.invoker.lastError();
	}

	void handle(List<BucketChange<Object>> changes) throws Exception {
		if (this.failedNanos > 0) {
			record(HandlingOutcome.RETRIED, this.failedNanos);
			this.failedNanos = 0;
		}
		long start = System.nanoTime();
		try {
			invoke(changes);
		}
		catch (Exception | Error ex) {
			this.failedNanos = Math.max(1, System.nanoTime() - start);
			throw ex;
		}
		record(HandlingOutcome.OK, System.nanoTime() - start);
	}

	private void record(HandlingOutcome outcome, long nanos) {
		ListenerInstrumentation.Recorder recorder = this.invoker.recorder();
		if (recorder != null) {
			recorder.handled(outcome, 1, nanos);
		}
	}

	private void invoke(List<BucketChange<Object>> changes) throws Exception {
		try {
			D delivery = this.delivery.apply(changes);
			@Nullable Object[] arguments = this.invoker.arguments(delivery, this.keys.get(changes.get(0).filter()));
			CompletionStage<?> pending = AsyncResults.stage(this.invoker.invoke(delivery, arguments));
			if (pending != null) {
				pending.toCompletableFuture().get();
			}
		}
		catch (ExecutionException ex) {
			ReflectionUtils.rethrowException(AsyncResults.cause(ex));
		}
		catch (Throwable ex) {
			ReflectionUtils.rethrowException(ex);
		}
	}

	boolean isRetryable(Throwable failure) {
		return !(failure instanceof InvalidMessageException)
				&& (this.retryPolicy == null || this.retryPolicy.shouldRetry(AsyncResults.cause(failure)));
	}

	@Nullable BackOff backOff() {
		return (this.retryPolicy != null) ? this.retryPolicy.getBackOff() : null;
	}

	void failed(List<BucketChange<Object>> changes, Throwable failure) {
		record(HandlingOutcome.ERROR, this.failedNanos);
		this.failedNanos = 0;
		HandlerInvoker.Outcome outcome = this.invoker.failed(this.delivery.apply(changes), failure);
		if (!outcome.handled()) {
			BucketChange<Object> first = changes.get(0);
			logger.error(
					"Listener '%s' could not handle revision %d of key '%s'%s, which is passed over".formatted(
							this.invoker.id(), first.revision(), first.key(),
							(changes.size() > 1) ? " and " + (changes.size() - 1) + " written with it" : ""),
					outcome.failure());
		}
	}

}
