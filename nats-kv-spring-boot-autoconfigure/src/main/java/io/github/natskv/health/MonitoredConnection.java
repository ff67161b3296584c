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

package io.github.natskv.health;

import java.util.List;

import io.github.natskv.core.NatsConnections;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.provisioning.Provisioner;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A connection that health, metrics and endpoints tell about. What is reached over it is
 * looked up when it is asked for, so that it is not made before it is used.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public interface MonitoredConnection {

	/**
	 * Return the name of the connection.
	 * @return the name, {@code null} for the default one
	 */
	@Nullable String name();

	/**
	 * Return the connection.
	 * @return the connection, whether or not it is connected
	 */
	Connection connection();

	/**
	 * Return whether buckets, streams or locks are declared for it.
	 * @return {@code false} if all of them are made by code, if at all
	 */
	boolean declares();

	/**
	 * Return the buckets reached over it.
	 * @return the buckets, {@code null} if there are none
	 */
	@Nullable KeyValueBuckets buckets();

	/**
	 * Return what provisions buckets, streams and consumers.
	 * @return the provisioner, {@code null} where buckets are in memory
	 */
	@Nullable Provisioner provisioner();

	/**
	 * Return what asks about the declared streams.
	 * @return the monitor, {@code null} if no stream is declared
	 */
	@Nullable StreamMonitor streams();

	/**
	 * Return the problems of what is configured to use it.
	 * @return the problems, each a sentence
	 */
	List<String> problems();

	/**
	 * Return the locks on one of its buckets.
	 * @return the locks, {@code null} if there are none
	 */
	@Nullable DefaultBucketLocks locks();

	// What metrics call it.
	default String label() {
		String name = name();
		return (name != null) ? name : NatsConnections.DEFAULT;
	}

	default @Nullable BucketMonitor monitor() {
		return (buckets() instanceof BucketMonitor monitor) ? monitor : null;
	}

}
