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

package io.github.natskv.kv.support;

import java.util.function.IntSupplier;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.interceptor.BucketDelivery;
import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.interceptor.BucketOperation;
import io.github.natskv.kv.interceptor.WatchInterceptor;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.nats.client.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * The interceptors of a bucket.
 *
 * @param bucketKey the bucket key, else the server's name
 * @param bucketName the server's name of the bucket
 * @param configured whether the bucket is a configured one
 * @param all the interceptors of all buckets
 * @since 0.1.0
 */
public record BucketInterceptors(String bucketKey, String bucketName, boolean configured, KeyValueInterceptors all) {

	/**
	 * Put the interceptors around the operations of a bucket, but not around what its
	 * watches deliver.
	 * @return the bucket itself if there are no interceptors
	 */
	public <V> KeyValueBucket<V> around(KeyValueBucket<V> bucket) {
		return this.all.operations().isEmpty() ? bucket : new InterceptedKeyValueBucket<>(bucket, this);
	}

	/**
	 * Put the interceptors around the operations of a handle.
	 * @return the handle itself if there are no interceptors
	 */
	public KeyValue around(KeyValue keyValue) {
		return this.all.operations().isEmpty() ? keyValue : InterceptedKeyValue.of(keyValue, this);
	}

	/**
	 * Put the interceptors around what a watch delivers.
	 * @return the handler itself if there are no interceptors
	 */
	public <V> BucketWatchHandler<V> around(BucketWatchHandler<V> handler) {
		return this.all.deliveries().isEmpty() ? handler : new InterceptedWatchHandler<>(handler, this);
	}

	@Nullable Object call(BucketOperation.Kind kind, @Nullable String key, BucketInterceptor.Invocation action) throws Exception {
		return proceed(BucketOperation.of(this.all.connectionName(), this.bucketKey, this.bucketName, this.configured,
				kind, key), 0, action);
	}

	@Nullable Object callTransaction(IntSupplier retries, BucketInterceptor.Invocation action) throws Exception {
		return proceed(BucketOperation.of(this.all.connectionName(), this.bucketKey, this.bucketName, this.configured,
				BucketOperation.Kind.TRANSACTION, null, retries), 0, action);
	}

	private @Nullable Object proceed(BucketOperation operation, int next, BucketInterceptor.Invocation action)
			throws Exception {
		return (next == this.all.operations().size()) ? action.proceed()
				: this.all.operations().get(next).intercept(operation, () -> proceed(operation, next + 1, action));
	}

	void deliver(BucketDelivery delivery, WatchInterceptor.Invocation action) throws Exception {
		deliver(delivery, 0, action);
	}

	private void deliver(BucketDelivery delivery, int next, WatchInterceptor.Invocation action) throws Exception {
		if (next == this.all.deliveries().size()) {
			action.proceed();
		}
		else {
			this.all.deliveries().get(next).intercept(delivery, () -> deliver(delivery, next + 1, action));
		}
	}

}
