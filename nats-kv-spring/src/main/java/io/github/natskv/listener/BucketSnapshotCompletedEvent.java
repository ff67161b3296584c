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

import io.github.natskv.kv.BucketEvent;
import io.nats.client.Connection;

/**
 * Published when a {@code @KeyValueListener} has handled the values its bucket had: once
 * per listener, in the listener's thread, before it goes on with changes.
 *
 * @since 0.1.0
 */
public class BucketSnapshotCompletedEvent extends BucketEvent {

	private final String listenerId;

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param connectionName the name of the connection
	 * @param bucketKey the bucket as the listener names it
	 * @param bucketName the server's name of the bucket
	 * @param listenerId the id of the listener
	 */
	public BucketSnapshotCompletedEvent(Connection connection, String connectionName, String bucketKey,
			String bucketName, String listenerId) {
		super(connection, connectionName, bucketKey, bucketName);
		this.listenerId = listenerId;
	}

	/**
	 * Return the id of the listener.
	 * @return the id
	 */
	public String getListenerId() {
		return this.listenerId;
	}

}
