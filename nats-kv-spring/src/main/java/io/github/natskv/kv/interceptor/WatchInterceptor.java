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

package io.github.natskv.kv.interceptor;

/**
 * Called around each change that a watch delivers to its handler, of a
 * {@code @KeyValueListener} too. Beans of this type are called in their order: the first
 * is the outermost. Where there are none, a delivery costs nothing more.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface WatchInterceptor {

	/**
	 * Deliver a change, normally by {@link Invocation#proceed()}. Called in the thread of
	 * the watch, again for each retry of a handler that threw. A change that is not
	 * proceeded with counts as handled.
	 * @param delivery the change and where it goes
	 * @param invocation the rest of the way to the handler
	 * @throws Exception what the handler throws, or another exception in its place
	 */
	void intercept(BucketDelivery delivery, Invocation invocation) throws Exception;

	/**
	 * The rest of the way of a change to the handler of a watch.
	 */
	@FunctionalInterface
	interface Invocation {

		/**
		 * Call the next interceptor, the handler in the end. Returns when the change has
		 * been handled, the asynchronous result of a listener included.
		 * @throws Exception what it throws
		 */
		void proceed() throws Exception;

	}

}
