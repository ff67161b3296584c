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

import io.github.natskv.kv.BucketEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * A change that a watch hands to its handler. Implemented by this library only; methods
 * may be added.
 *
 * @since 0.1.0
 */
public sealed interface BucketDelivery permits DescribedChange {

	/**
	 * Describe a change.
	 * @param connectionName the name of the connection
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 * @param configured whether the bucket is a configured one
	 * @param listenerId the id of the listener, {@code null} for a watch opened in code
	 * @param key the key
	 * @param revision the revision, 0 for an inferred deletion
	 * @param operation what happened to the key
	 * @return the delivery
	 */
	static BucketDelivery of(String connectionName, String bucketKey, String bucketName, boolean configured,
			@Nullable String listenerId, String key, long revision, KeyValueOperation operation) {
		return new DescribedChange(connectionName, bucketKey, bucketName, configured, listenerId, key, revision,
				operation);
	}

	/**
	 * Return the name of the connection.
	 * @return the name, {@code default} for the default connection
	 */
	String connectionName();

	/**
	 * Return the bucket key.
	 * @return the bucket key, the server's name for a bucket that is not configured
	 */
	String bucketKey();

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	String bucketName();

	/**
	 * Whether the bucket is a configured one.
	 * @return whether it is configured
	 */
	boolean configured();

	/**
	 * Return the id of the {@code @KeyValueListener}.
	 * @return the listener id, {@code null} for a watch that was opened in code
	 */
	@Nullable String listenerId();

	/**
	 * Return the key.
	 * @return the key
	 */
	String key();

	/**
	 * Return the revision.
	 * @return the revision, 0 for an {@linkplain BucketEntry#inferred() inferred}
	 * deletion
	 */
	long revision();

	/**
	 * Return what happened to the key.
	 * @return the operation
	 */
	KeyValueOperation operation();

}
