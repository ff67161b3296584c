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

package io.github.natskv.kv.support;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketStore;
import org.jspecify.annotations.Nullable;

/**
 * Gives features that need more than typed buckets the raw entries of a bucket, on a
 * server or in memory.
 */
public final class BucketStores {

	private BucketStores() {
	}

	/**
	 * Return the store of a bucket. Does not talk to the server.
	 * @param buckets the buckets of a connection
	 * @param name the bucket key, or the server's name
	 * @throws IllegalArgumentException if the buckets are not those of this library
	 */
	public static BucketStore of(KeyValueBuckets buckets, String name) {
		return known(buckets, name).store();
	}

	/**
	 * Return the store of a bucket that is read from its copy in memory.
	 * @param buckets the buckets of a connection
	 * @param name the bucket key
	 * @return the store, {@code null} if the bucket has no copy of all keys
	 * @throws IllegalArgumentException if the buckets are not those of this library
	 */
	public static @Nullable BucketStore localOf(KeyValueBuckets buckets, String name) {
		return known(buckets, name).localStore();
	}

	/**
	 * Return how the keys of a bucket are written on the server. Does not talk to the
	 * server.
	 * @param buckets the buckets of a connection
	 * @param name the bucket key, or the server's name
	 * @throws IllegalArgumentException if the buckets are not those of this library
	 */
	public static BucketKeys keys(KeyValueBuckets buckets, String name) {
		return known(buckets, name).keyNames();
	}

	private static DefaultKeyValueBucket<?> known(KeyValueBuckets buckets, String name) {
		KeyValueBucket<?> bucket = buckets.bucket(name, byte[].class);
		while (bucket instanceof InterceptedKeyValueBucket<?> intercepted) {
			bucket = intercepted.delegate();
		}
		if (bucket instanceof DefaultKeyValueBucket<?> known) {
			return known;
		}
		throw new IllegalArgumentException("Bucket '%s' is a '%s', but one of this library is needed".formatted(name,
				bucket.getClass().getName()));
	}

}
