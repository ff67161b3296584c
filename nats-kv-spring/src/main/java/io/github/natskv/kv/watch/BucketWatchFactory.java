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

package io.github.natskv.kv.watch;

import java.lang.reflect.Type;

import io.github.natskv.kv.WatchOptions;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Creates the watches of listeners.
 *
 * @since 0.1.0
 */
public interface BucketWatchFactory {

	/**
	 * Create a watch that is not started. Does not talk to the server.
	 * @param connection the connection to watch over
	 * @param name the bucket key, or the server's name
	 * @param valueType the type of the values, {@code null} for that of the bucket's
	 * configuration, else {@code byte[]}
	 * @throws IllegalArgumentException if there can be no bucket of that name, a filter
	 * is invalid or two overlap
	 */
	<V> RestartableWatch createWatch(Connection connection, String name, @Nullable Type valueType, WatchOptions options,
			BucketWatchHandler<V> handler);

	/**
	 * Whether this knows the configured buckets of a connection.
	 * @return whether it is meant for that connection
	 */
	default boolean isOf(Connection connection) {
		return false;
	}

}
