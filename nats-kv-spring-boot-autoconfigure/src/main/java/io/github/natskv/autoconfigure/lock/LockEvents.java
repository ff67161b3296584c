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

package io.github.natskv.autoconfigure.lock;

import java.time.Duration;

import io.github.natskv.autoconfigure.connection.NatsEventPublisher;
import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.LockListener;
import io.github.natskv.lock.LockLostEvent;
import io.nats.client.Connection;

/**
 * Publishes that locks were lost.
 *
 * @param connection the connection
 * @param connectionName its name
 * @param bucketKey the bucket key, else the server's name
 * @param bucketName the server's name of the bucket
 * @param events publishes them
 */
record LockEvents(Connection connection, String connectionName, String bucketKey, String bucketName,
		NatsEventPublisher events) implements LockListener {

	@Override
	public void attempted(Outcome outcome, Duration time) {
		// no event
	}

	@Override
	public void lost(BucketLease lease) {
		this.events
			.publish(new LockLostEvent(this.connection, this.connectionName, this.bucketKey, this.bucketName, lease));
	}

}
