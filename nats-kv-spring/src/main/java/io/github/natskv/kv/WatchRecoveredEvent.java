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

import java.util.List;

import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Published when a watch that had lost touch with its bucket is back, and what it missed
 * has been handled. On a thread of its own, once the application context has started, and
 * no more when it closes.
 *
 * @since 0.1.0
 */
public class WatchRecoveredEvent extends BucketEvent {

	private final transient List<String> filters;

	private final @Nullable String listenerId;

	private final int recoveries;

	/**
	 * Create an event.
	 * @param connection the connection
	 * @param connectionName the name of the connection
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 * @param filters the watched keys
	 * @param listenerId the id of the {@code @KeyValueListener}, {@code null} for a watch
	 * that was opened in code
	 * @param recoveries how often this watch has recovered so far
	 */
	public WatchRecoveredEvent(Connection connection, String connectionName, String bucketKey, String bucketName,
			List<String> filters, @Nullable String listenerId, int recoveries) {
		super(connection, connectionName, bucketKey, bucketName);
		this.filters = List.copyOf(filters);
		this.listenerId = listenerId;
		this.recoveries = recoveries;
	}

	/**
	 * Return the watched keys.
	 * @return the filters of the watch
	 */
	public List<String> getFilters() {
		return this.filters;
	}

	/**
	 * Return the id of the {@code @KeyValueListener}.
	 * @return the id, {@code null} for a watch that was opened in code
	 */
	public @Nullable String getListenerId() {
		return this.listenerId;
	}

	/**
	 * Return how often this watch has recovered so far.
	 * @return the number
	 */
	public int getRecoveries() {
		return this.recoveries;
	}

}
