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

import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * The status of a bucket as the server reports it. Where the server does not, there is a
 * {@linkplain #problem() problem} and the numbers are 0. Implemented by this library
 * only; methods may be added.
 *
 * @since 0.1.0
 */
public sealed interface BucketStatus permits ReportedBucketStatus {

	/**
	 * Read the status of a bucket that can be used.
	 * @param bucket the bucket
	 * @param stream the report of its stream
	 * @return the status
	 */
	static BucketStatus of(BucketSettings bucket, StreamInfo stream) {
		return ReportedBucketStatus.of(bucket, stream);
	}

	/**
	 * Create the status of a bucket that cannot be used.
	 * @param bucket the bucket
	 * @param problem why it cannot be used
	 * @return the status
	 */
	static BucketStatus unusable(BucketSettings bucket, String problem) {
		return ReportedBucketStatus.unusable(bucket, problem);
	}

	/**
	 * Return the bucket key.
	 * @return the bucket key
	 */
	String bucketKey();

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	String bucketName();

	/**
	 * Return how many revisions it holds of all its keys.
	 * @return the number, deletion markers included
	 */
	long entries();

	/**
	 * Return how many bytes they take.
	 * @return the bytes
	 */
	long bytes();

	/**
	 * Return how many bytes they may take.
	 * @return the bytes, -1 for no limit
	 */
	long maxBytes();

	/**
	 * Return how many copies there should be.
	 * @return the number of replicas
	 */
	int replicas();

	/**
	 * Return how many copies are there and up to date.
	 * @return the number of current replicas
	 */
	int currentReplicas();

	/**
	 * Return the configuration on the server.
	 * @return the configuration, {@code null} if there is a problem
	 */
	@Nullable KeyValueConfiguration configuration();

	/**
	 * Return why the bucket cannot be used.
	 * @return the problem, {@code null} if it can be used
	 */
	@Nullable String problem();

	/**
	 * Return this status with a problem.
	 * @param problem why the bucket cannot be used
	 * @return the status
	 */
	BucketStatus withProblem(String problem);

}
