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

/**
 * A request for a feature that the server has, but the bucket was not configured for.
 * Nothing was sent.
 *
 * @since 0.1.0
 */
public class BucketOptionRequiredException extends UnsupportedServerFeatureException {

	private final String bucketName;

	private final String option;

	/**
	 * Create an exception.
	 * @param feature what was asked for
	 * @param bucketName the server's name of the bucket
	 * @param option the option the bucket lacks, as it is called below
	 * {@code nats.kv.buckets.<key>}
	 * @param requiredVersion the first version of nats-server that has the feature
	 * @param foundVersion the version of the connected server
	 */
	public BucketOptionRequiredException(String feature, String bucketName, String option, String requiredVersion,
			String foundVersion) {
		super(feature, requiredVersion, foundVersion,
				"%s is not allowed by bucket '%s': set its option %s".formatted(feature, bucketName, option));
		this.bucketName = bucketName;
		this.option = option;
	}

	/**
	 * Return the bucket.
	 * @return the server's name of the bucket
	 */
	public String getBucketName() {
		return this.bucketName;
	}

	/**
	 * Return the option the bucket lacks.
	 * @return the option, as it is called below {@code nats.kv.buckets.<key>}
	 */
	public String getOption() {
		return this.option;
	}

}
