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

package io.github.natskv.listener;

import org.jspecify.annotations.Nullable;

/**
 * Called around the handler method of each {@code @NatsListener} and
 * {@code @KeyValueListener}, for a message or change that has been converted to its
 * arguments. Beans of this type are called in their order: the first is the outermost.
 * Retries of a message happen inside; of a change, each attempt is intercepted.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ListenerInterceptor {

	/**
	 * Handle a delivery, normally by {@link Invocation#proceed()}.
	 * <p>
	 * The result is what the handler method returns. Handling is over when a result that
	 * is a {@link java.util.concurrent.CompletionStage} or a {@code Mono} completes. An
	 * interceptor that has to do with the end returns a result that depends on the one it
	 * was given; it may also return a result of another of these kinds.
	 * @param delivery the message or change, and its listener
	 * @param invocation the rest of the way to the handler method
	 * @return the result of the handler method, or another in its place
	 * @throws Exception what the handler method throws, or another exception in its place
	 */
	@Nullable Object intercept(ListenerDelivery delivery, Invocation invocation) throws Exception;

	/**
	 * The rest of the way to a handler method.
	 */
	@FunctionalInterface
	interface Invocation {

		/**
		 * Call the next interceptor, the handler method in the end.
		 * @return what it returns
		 * @throws Exception what it throws
		 */
		@Nullable Object proceed() throws Exception;

	}

}
