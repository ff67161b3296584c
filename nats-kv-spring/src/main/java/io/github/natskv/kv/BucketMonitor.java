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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Tells how the configured buckets and the watches fare, and what is stored.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public interface BucketMonitor {

	/**
	 * Return the configured buckets.
	 * @return the server's names, by bucket key
	 */
	Map<String, String> serverNames();

	/**
	 * Ask the server about all configured buckets, at the same time. Returns at once.
	 * @param timeout how long the server may take
	 * @return how the buckets are, in the order of the configuration. Completes within
	 * the timeout, and never with a failure
	 */
	CompletableFuture<List<BucketStatus>> statuses(Duration timeout);

	/**
	 * Return a bucket with values as they are stored, past the codec of the application.
	 * Keys are those of the application.
	 * @param name the bucket key, else the server's name
	 * @return the bucket
	 * @throws IllegalArgumentException if the name can be neither
	 */
	KeyValueBucket<byte[]> stored(String name);

	/**
	 * Return how the watches fare that have been started and not stopped. Does not talk
	 * to the server.
	 * @return the watches
	 */
	List<WatchStatus> watches();

	/**
	 * Return how often watches of a bucket lost touch with it and had to get back, since
	 * the application started.
	 * @param name the server's name of the bucket
	 * @return the number
	 */
	long recoveries(String name);

	/**
	 * Return the configured buckets that have a local copy.
	 * @return the bucket keys
	 */
	default Set<String> copied() {
		return Set.of();
	}

	/**
	 * Return the status of a local copy. Does not talk to the server.
	 * @param key the bucket key
	 * @return the status, {@code null} if there is no copy, or nobody has asked for the
	 * typed bucket yet
	 */
	default @Nullable LocalCopyStatus localCopy(String key) {
		return null;
	}

}
