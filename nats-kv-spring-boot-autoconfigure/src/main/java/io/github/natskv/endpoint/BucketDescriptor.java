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

package io.github.natskv.endpoint;

import java.time.Duration;

import io.github.natskv.kv.BucketStatus;
import io.github.natskv.kv.LocalCopyStatus;
import io.nats.client.api.KeyValueConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A configured bucket.
 *
 * @param bucketName the server's name of the bucket
 * @param problem why it cannot be used, if it cannot
 * @param entries how many revisions it holds, deletion markers included
 * @param bytes how many bytes they take
 * @param currentReplicas how many copies are there and up to date
 * @param configuration how it is configured on the server
 * @param localCopy the copy that answers reads, if there is one
 * @since 0.1.0
 */
public record BucketDescriptor(String bucketName, @Nullable String problem, long entries, long bytes,
		int currentReplicas, @Nullable Configuration configuration, @Nullable LocalCopy localCopy) {

	static BucketDescriptor of(BucketStatus bucket, @Nullable LocalCopyStatus localCopy) {
		KeyValueConfiguration configuration = bucket.configuration();
		return new BucketDescriptor(bucket.bucketName(), bucket.problem(), bucket.entries(), bucket.bytes(),
				bucket.currentReplicas(), (configuration != null) ? Configuration.of(configuration) : null,
				(localCopy != null) ? LocalCopy.of(localCopy) : null);
	}

	/**
	 * The local copy of a bucket.
	 *
	 * @param entries how many keys are held
	 * @param bytes how many bytes their keys and values have
	 * @param age for how long it has been out of touch
	 * @param complete whether a key that is not held does not exist
	 * @param hits how many reads were answered from memory
	 * @param misses how many reads asked the server
	 * @param evictions how many entries were not held because of {@code max-entries}
	 */
	public record LocalCopy(long entries, long bytes, Duration age, boolean complete, long hits, long misses,
			long evictions) {

		static LocalCopy of(LocalCopyStatus status) {
			return new LocalCopy(status.entries(), status.bytes(), status.age(), status.complete(), status.hits(),
					status.misses(), status.evictions());
		}

	}

	/**
	 * The configuration of a bucket.
	 *
	 * @param description what it is for
	 * @param history how many revisions of a key are kept
	 * @param ttl how long they are kept, {@code null} for ever
	 * @param limitMarkerTtl how long there is a marker of what expired, if any
	 * @param maxBytes how many bytes there may be, -1 for any
	 * @param maxValueSize how many bytes a value may have, -1 for any
	 * @param storage where values are kept
	 * @param replicas how many copies there are
	 * @param compression whether values are compressed
	 * @param mirror the server's name of the bucket it mirrors, if any
	 */
	public record Configuration(@Nullable String description, long history, @Nullable Duration ttl,
			@Nullable Duration limitMarkerTtl, long maxBytes, long maxValueSize, String storage, int replicas,
			boolean compression, @Nullable String mirror) {

		static Configuration of(KeyValueConfiguration configuration) {
			return new Configuration(configuration.getDescription(), configuration.getMaxHistoryPerKey(),
					positive(configuration.getTtl()), positive(configuration.getLimitMarkerTtl()),
					configuration.getMaxBucketSize(), configuration.getMaximumValueSize(),
					Texts.lowerCase(configuration.getStorageType()), configuration.getReplicas(),
					configuration.isCompressed(), (configuration.getBackingConfig().getMirror() != null)
							? configuration.getBackingConfig().getMirror().getName() : null);
		}

		private static @Nullable Duration positive(@Nullable Duration duration) {
			return (duration != null && !duration.isZero() && !duration.isNegative()) ? duration : null;
		}

	}

}
