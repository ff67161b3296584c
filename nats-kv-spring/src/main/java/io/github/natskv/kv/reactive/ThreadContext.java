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

import java.util.function.Supplier;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import reactor.util.context.ContextView;

import org.springframework.util.ClassUtils;

/**
 * Makes the context of a subscriber that of the thread which calls an operation, where
 * Micrometer's context propagation is there.
 */
final class ThreadContext {

	private static final boolean AVAILABLE = ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory",
			ThreadContext.class.getClassLoader());

	private ThreadContext() {
	}

	static <R> R call(ContextView context, Supplier<R> operation) {
		return (AVAILABLE && !context.isEmpty()) ? Propagation.call(context, operation) : operation.get();
	}

	// the task may run on another thread, so what this thread has is taken there, too
	static Runnable wrap(ContextView context, Runnable task) {
		return AVAILABLE ? Propagation.wrap(context, task) : task;
	}

	private static final class Propagation {

		private static final ContextSnapshotFactory FACTORY = ContextSnapshotFactory.builder().build();

		static <R> R call(ContextView context, Supplier<R> operation) {
			try (ContextSnapshot.Scope scope = FACTORY.setThreadLocalsFrom(context)) {
				return operation.get();
			}
		}

		static Runnable wrap(ContextView context, Runnable task) {
			return FACTORY.captureAll(context).wrap(task);
		}

	}

}
