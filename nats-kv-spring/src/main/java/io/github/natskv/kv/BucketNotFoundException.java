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

import org.jspecify.annotations.Nullable;

import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * The server has no such bucket.
 *
 * @since 0.1.0
 */
public class BucketNotFoundException extends InvalidDataAccessResourceUsageException {

	private final String bucket;

	public BucketNotFoundException(String bucket, @Nullable Throwable cause) {
		this(bucket, "The server has no bucket '" + bucket + "'. Declare it below nats.kv.buckets to have it made, or"
				+ " create it on the server", cause);
	}

	public BucketNotFoundException(String bucket, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.bucket = bucket;
	}

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	public String getBucket() {
		return this.bucket;
	}

}
