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

import io.github.natskv.kv.KeyValueBucket;
import org.jspecify.annotations.Nullable;

/**
 * Called around what the application does with buckets, by {@link KeyValueBucket} or by
 * the {@code KeyValue} beans, and around what watches deliver. Beans of this type are
 * called in their order: the first is the outermost. Where there are none, an operation
 * costs nothing more.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BucketInterceptor {

	/**
	 * Do something with a bucket, normally by {@link Invocation#proceed()}. Called in the
	 * thread of the application.
	 * @param operation what is done
	 * @param invocation does it
	 * @return the result of the operation: what the method that was called returns
	 * @throws Exception what the operation throws, or another exception in its place that
	 * the method may throw
	 */
	@Nullable Object intercept(BucketOperation operation, Invocation invocation) throws Exception;

	/**
	 * Deliver a change to the handler of a watch, of a {@code @KeyValueListener} too,
	 * normally by {@link Invocation#proceed()}. Called in the thread of the watch, again
	 * for each retry of a handler that threw.
	 * @param delivery what is delivered
	 * @param invocation calls the handler, and returns nothing
	 * @throws Exception what the handler throws, or another exception in its place
	 */
	default void deliver(BucketDelivery delivery, Invocation invocation) throws Exception {
		invocation.proceed();
	}

	/**
	 * An operation on its way to the bucket, or a change on its way to a handler.
	 */
	@FunctionalInterface
	interface Invocation {

		/**
		 * Call the next interceptor, the bucket in the end.
		 * @return what it returns
		 * @throws Exception what it throws
		 */
		@Nullable Object proceed() throws Exception;

	}

}
