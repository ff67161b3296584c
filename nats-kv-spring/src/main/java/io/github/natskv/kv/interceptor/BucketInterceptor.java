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

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import io.github.natskv.kv.KeyValueBucket;
import org.jspecify.annotations.Nullable;

/**
 * Called around each operation of the application on a bucket, by {@link KeyValueBucket}
 * or by the {@code KeyValue} beans; opening a watch is none. Beans of this type are
 * called in their order: the first is the outermost. Where there are none, an operation
 * costs nothing more. What watches deliver has {@linkplain WatchInterceptor interceptors
 * of its own}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BucketInterceptor {

	/**
	 * Do something with a bucket, normally by {@link Invocation#proceed()}. Called in the
	 * thread of the application.
	 * <p>
	 * The result is what the method that was called returns. An operation that goes on
	 * after its method has returned is over when that result is: a
	 * {@link CompletionStage} when it completes, a {@link Stream} when it is closed.
	 * {@link Invocation#proceed(BucketOperation, BiConsumer)} takes care of it.
	 * @param operation the operation
	 * @param invocation the rest of the way to the bucket
	 * @return the result of the operation
	 * @throws Exception what the operation throws, or another exception in its place that
	 * the method may throw
	 */
	@Nullable Object intercept(BucketOperation operation, Invocation invocation) throws Exception;

	/**
	 * The rest of the way of an operation to the bucket.
	 */
	@FunctionalInterface
	interface Invocation {

		/**
		 * Call the next interceptor, the bucket in the end.
		 * @return the result of the operation
		 * @throws Exception what the operation throws
		 */
		@Nullable Object proceed() throws Exception;

		/**
		 * Call the next interceptor and be told once when the operation is over, in the
		 * thread that ends it.
		 * @param operation the operation
		 * @param over told how the operation ended, and with which failure if any
		 * @return the result of the operation, which is for the caller of the interceptor
		 * @throws Exception what the operation throws
		 */
		default @Nullable Object proceed(BucketOperation operation,
				BiConsumer<OperationOutcome, @Nullable Throwable> over) throws Exception {
			Object result;
			try {
				result = proceed();
			}
			catch (Exception | Error ex) {
				over.accept(OperationOutcome.of(ex), ex);
				throw ex;
			}
			if (result instanceof CompletionStage<?> stage) {
				return stage.whenComplete((value, failure) -> over.accept(
						(failure != null) ? OperationOutcome.of(failure) : OperationOutcome.of(operation.kind(), value),
						failure));
			}
			if (result instanceof Stream<?> stream) {
				return ReportedElements.of(stream, (failure) -> over
					.accept((failure != null) ? OperationOutcome.of(failure) : OperationOutcome.OK, failure));
			}
			over.accept(OperationOutcome.of(operation.kind(), result), null);
			return result;
		}

	}

}
