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

import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

/**
 * An operation on a bucket.
 *
 * @param connectionName the name of the connection
 * @param bucketKey the bucket key, else the server's name
 * @param bucketName the server's name of the bucket
 * @param configured whether the bucket is a configured one
 * @param kind what is done
 * @param key the key, if there is a single one
 * @param retries tells how often it was repeated so far
 */
record DescribedOperation(String connectionName, String bucketKey, String bucketName, boolean configured,
		BucketOperation.Kind kind, @Nullable String key, IntSupplier retries) implements BucketOperation {

	static final IntSupplier NO_RETRIES = () -> 0;

	@Override
	public int retryCount() {
		return this.retries.getAsInt();
	}

}
