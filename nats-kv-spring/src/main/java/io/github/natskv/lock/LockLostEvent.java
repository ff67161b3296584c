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

package io.github.natskv.lock;

import io.github.natskv.kv.BucketEvent;
import io.nats.client.Connection;

/**
 * A lock was lost: it was not renewed in time, or its key was removed by others.
 *
 * @since 0.1.0
 */
public class LockLostEvent extends BucketEvent {

	private final String lockName;

	private final long fencingToken;

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param connectionName the name of the connection
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 * @param lease the lease that was lost
	 */
	public LockLostEvent(Connection connection, String connectionName, String bucketKey, String bucketName,
			BucketLease lease) {
		super(connection, connectionName, bucketKey, bucketName);
		this.lockName = lease.name();
		this.fencingToken = lease.fencingToken();
	}

	/**
	 * Return the name of the lock, which may be a secret: it is not logged.
	 * @return the name
	 */
	public String getLockName() {
		return this.lockName;
	}

	/**
	 * Return the fencing token of the lease that was lost.
	 * @return the token
	 */
	public long getFencingToken() {
		return this.fencingToken;
	}

}
