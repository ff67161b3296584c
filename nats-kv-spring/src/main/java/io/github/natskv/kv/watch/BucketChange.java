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

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.ValueDecodingException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * A change of a key as a {@link BucketWatchHandler} is given it: its value is decoded
 * when it is asked for.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @param <V> the type of the value
 * @since 0.1.0
 */
public interface BucketChange<V> {

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

	/**
	 * Return the entry with its value.
	 * @return the entry
	 * @throws ValueDecodingException if the value is not one of the wanted type
	 */
	BucketEntry<V> entry();

	/**
	 * Return the entry as it is on the server.
	 * @return the entry, {@code null} for an inferred deletion, which the server does not
	 * have
	 */
	@Nullable KeyValueEntry raw();

	/**
	 * Return which of the watch's filters the key matches.
	 * @return the index of the filter in the options of the watch
	 */
	int filter();

}
