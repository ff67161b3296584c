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

package io.github.natskv.lock;

import java.time.Duration;

/**
 * Told of what becomes of locks. Must not block.
 *
 * @since 0.1.0
 */
public interface LockListener {

	/**
	 * A lock was asked for.
	 * @param outcome what came of it
	 * @param time how long that took
	 */
	void attempted(Outcome outcome, Duration time);

	/**
	 * A lock was lost, rather than given up.
	 * @param lease the lease that was lost
	 */
	void lost(BucketLease lease);

	/**
	 * The outcomes.
	 */
	enum Outcome {

		/** It was acquired. */
		OK,

		/** Others held it, and nobody waited. */
		HELD,

		/** The time to wait was over, or the wait was interrupted. */
		TIMEOUT,

		/** It failed. */
		ERROR

	}

}
