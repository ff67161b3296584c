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

import java.time.Instant;

import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * One revision of a key.
 *
 * @param bucket the server's name of the bucket
 * @param key the key
 * @param value the value, {@code null} for a deletion
 * @param revision the revision, 0 for an {@linkplain #inferred() inferred} deletion
 * @param operation what happened to the key
 * @param created when the server stored the revision, where that is known
 * @param <V> the type of the value
 * @since 0.1.0
 */
public record BucketEntry<V>(String bucket, String key, @Nullable V value, long revision, KeyValueOperation operation,
		@Nullable Instant created) {

	/**
	 * Whether this is a deletion the server kept no trace of, found out by comparing what
	 * was seen before with what there is now.
	 * @return {@code true} for an inferred deletion
	 */
	public boolean inferred() {
		return this.operation == KeyValueOperation.DELETE && this.revision == 0;
	}

}
