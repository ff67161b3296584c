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

package io.github.natskv.provisioning;

import java.util.List;

/**
 * Published when a bucket was made or changed on the server by its declaration, not for
 * one that was as declared. On a thread of its own, once the application context has
 * started, and no more when it closes.
 *
 * @param bucket the server's name of the bucket
 * @param origin where the bucket is declared, such as {@code nats.kv.buckets.profiles}
 * @param action what was done
 * @param changes what was otherwise before, for an update
 * @since 0.1.0
 */
public record BucketProvisionedEvent(String bucket, String origin, Action action, List<BucketDifference> changes) {

	public BucketProvisionedEvent {
		changes = List.copyOf(changes);
	}

	/**
	 * A change of a bucket by provisioning.
	 */
	public enum Action {

		/** It was not there and has been made. */
		CREATED,

		/** It was there, and options of it have been changed. */
		UPDATED,

		/** It was gone while the application ran and has been recreated, empty. */
		RESTORED

	}

}
