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

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.natskv.listener.InvalidMessageException;
import io.github.natskv.listener.ListenerInterceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Calls a handler method again when it failed. A result that comes later is waited for,
 * its failure being one, too.
 */
public final class HandlerRetry {

	private final RetryTemplate template;

	private volatile CountDownLatch stopped = new CountDownLatch(1);

	public HandlerRetry(RetryPolicy policy) {
		this.template = new RetryTemplate(new RetryPolicy() {

			@Override
			public boolean shouldRetry(Throwable failure) {
				return !(failure instanceof InvalidMessageException) && policy.shouldRetry(AsyncResults.cause(failure));
			}

			@Override
			public BackOff getBackOff() {
				return () -> new Pauses(policy);
			}

			@Override
			public Duration getTimeout() {
				return policy.getTimeout();
			}

		});
	}

	// While it is not allowed, a handler that fails is not called again. Pauses end.
	void allow(boolean allowed) {
		if (!allowed) {
			this.stopped.countDown();
		}
		else if (this.stopped.getCount() == 0) {
			this.stopped = new CountDownLatch(1);
		}
	}

	public @Nullable Object invoke(ListenerInterceptor.Invocation call) throws Exception {
		try {
			return this.template.execute(() -> Optional.ofNullable(await(call.proceed()))).orElse(null);
		}
		catch (RetryException ex) {
			throw HandlerInvoker.exception(ex.getCause());
		}
	}

	private static @Nullable Object await(@Nullable Object result) throws Throwable {
		CompletionStage<?> stage = AsyncResults.stage(result);
		if (stage == null) {
			return result;
		}
		try {
			stage.toCompletableFuture().get();
			return stage;
		}
		catch (ExecutionException ex) {
			throw AsyncResults.cause(ex);
		}
	}

	/**
	 * Waits itself instead of having the template sleep, which nothing but an interrupt
	 * ends.
	 */
	private final class Pauses implements BackOffExecution {

		private final BackOffExecution pauses;

		private final Duration timeout;

		private final long start = System.nanoTime();

		Pauses(RetryPolicy policy) {
			this.pauses = policy.getBackOff().start();
			this.timeout = policy.getTimeout();
		}

		@Override
		public long nextBackOff() {
			long pause = this.pauses.nextBackOff();
			if (pause == STOP || isBeyondTimeout(pause)) {
				return pause;
			}
			try {
				return HandlerRetry.this.stopped.await(pause, TimeUnit.MILLISECONDS) ? STOP : 0;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return STOP;
			}
		}

		private boolean isBeyondTimeout(long pause) {
			return !this.timeout.isZero()
					&& this.timeout.compareTo(Duration.ofNanos(System.nanoTime() - this.start).plusMillis(pause)) <= 0;
		}

	}

}
