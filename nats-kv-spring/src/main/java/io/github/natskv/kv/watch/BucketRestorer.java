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

/**
 * Asked by watches whose bucket is gone to make it again, where the application's
 * provisioning policy says so.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BucketRestorer {

	/**
	 * Restores nothing: watches wait until somebody else makes the bucket again.
	 */
	BucketRestorer NONE = (bucketName) -> {
	};

	/**
	 * Make a bucket that is gone again, or do nothing. Called by the threads of the
	 * watches, possibly several at a time for the same bucket, and again after a while as
	 * long as the bucket is missing. What is thrown is reported as the reason why the
	 * watch does not run.
	 * @param bucketName the server's name of the bucket
	 * @throws Exception if the bucket could not be made
	 */
	void restore(String bucketName) throws Exception;

}
