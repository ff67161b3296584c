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

package io.github.natskv.kv.reactive;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/**
 * Calls operations on threads that may block. A call that was made goes on when its
 * {@code Mono} is cancelled: an interrupt would leave its outcome unknown.
 */
final class ReactiveCalls {

	private ReactiveCalls() {
	}

	// the caller of an asynchronous operation may still have to wait for room in flight
	static <T> Mono<T> async(Supplier<CompletableFuture<@Nullable T>> operation) {
		return Mono.deferContextual((context) -> Mono.fromFuture(Schedulers.isInNonBlockingThread()
				? elsewhere(context, operation) : ThreadContext.call(context, operation)));
	}

	static <T> Mono<T> blocking(Supplier<@Nullable T> operation) {
		return Mono.deferContextual((context) -> Mono.fromFuture(elsewhere(context, () -> {
			T result = operation.get();
			return CompletableFuture.<@Nullable T>completedFuture(result);
		})));
	}

	static void execute(ContextView context, Runnable task) {
		Schedulers.boundedElastic().schedule(ThreadContext.wrap(context, task));
	}

	private static <T> CompletableFuture<@Nullable T> elsewhere(ContextView context,
			Supplier<CompletableFuture<@Nullable T>> operation) {
		CompletableFuture<@Nullable T> result = new CompletableFuture<>();
		BiConsumer<@Nullable T, @Nullable Throwable> completion = (value, failure) -> {
			if (failure != null) {
				result.completeExceptionally(failure);
			}
			else {
				result.complete(value);
			}
		};
		execute(context, () -> {
			if (result.isDone()) {
				return;
			}
			try {
				operation.get().whenComplete(completion);
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
		});
		return result;
	}

}
