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

import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * A write to a bucket that only copies other buckets, its sources. Nothing was sent.
 *
 * @since 0.1.0
 */
public class ReadOnlyBucketException extends InvalidDataAccessResourceUsageException {

	private final String bucket;

	/**
	 * Create an exception.
	 * @param bucket the server's name of the bucket
	 * @param sources the server's names of the buckets it copies
	 */
	public ReadOnlyBucketException(String bucket, List<String> sources) {
		super("Bucket '%s' takes no writes, because it only copies its sources: '%s'. Nothing was sent: write to a source"
			.formatted(bucket, String.join("', '", sources)));
		this.bucket = bucket;
	}

	/**
	 * Return the bucket.
	 * @return the server's name of the bucket
	 */
	public String getBucket() {
		return this.bucket;
	}

}
