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

import io.github.natskv.lock.DefaultBucketLocks;
import org.jspecify.annotations.Nullable;

/**
 * Locks of this application. Their names may be secrets, so they are counted only.
 *
 * @param bucketName the server's name of the bucket
 * @param lease how long a lock outlives a holder that has gone
 * @param held how many are held
 * @param waiting how many threads wait for one
 * @param lost how many were lost so far
 * @since 0.1.0
 */
public record LocksDescriptor(String bucketName, Duration lease, int held, int waiting, long lost) {

	static @Nullable LocksDescriptor of(@Nullable DefaultBucketLocks locks) {
		return (locks != null)
				? new LocksDescriptor(locks.bucket(), locks.lease(), locks.held(), locks.waiting(), locks.lost())
				: null;
	}

}
