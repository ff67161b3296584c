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

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.ClassUtils;

/**
 * Adapts asynchronous results ({@code CompletionStage}, {@code Mono}).
 */
public final class AsyncResults {

	private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Mono",
			AsyncResults.class.getClassLoader());

	private AsyncResults() {
	}

	public static boolean isAsync(Class<?> type) {
		return CompletionStage.class.isAssignableFrom(type) || (REACTOR && MonoResults.isMono(type));
	}

	public static @Nullable CompletionStage<?> stage(@Nullable Object result) {
		if (result instanceof CompletionStage<?> stage) {
			return stage;
		}
		return (REACTOR && result != null) ? MonoResults.stage(result) : null;
	}

	/**
	 * Return what a failure is of, without the exceptions that waiting for a future wraps
	 * it in.
	 */
	public static Throwable cause(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	private static final class MonoResults {

		static boolean isMono(Class<?> type) {
			return Mono.class.isAssignableFrom(type);
		}

		static @Nullable CompletionStage<?> stage(Object result) {
			return (result instanceof Mono<?> mono) ? mono.toFuture() : null;
		}

	}

}
