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

package io.github.natskv.kv;

import io.github.natskv.core.NatsEvent;
import io.nats.client.Connection;

/**
 * Something that happened to a bucket, or to a watch of one.
 *
 * @since 0.1.0
 */
public abstract class BucketEvent extends NatsEvent {

	private final String bucketKey;

	private final String bucketName;

	/**
	 * Create an event.
	 * @param connection the connection the bucket is reached over
	 * @param connectionName the name of the connection
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 */
	protected BucketEvent(Connection connection, String connectionName, String bucketKey, String bucketName) {
		super(connection, connectionName);
		this.bucketKey = bucketKey;
		this.bucketName = bucketName;
	}

	/**
	 * Return the bucket key.
	 * @return the bucket key, the server's name for a bucket that is not configured
	 */
	public String getBucketKey() {
		return this.bucketKey;
	}

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	public String getBucketName() {
		return this.bucketName;
	}

}
