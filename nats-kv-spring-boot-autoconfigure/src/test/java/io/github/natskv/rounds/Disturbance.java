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

package io.github.natskv.rounds;

/**
 * A fault that was inflicted.
 *
 * @param fault the fault
 * @param damage what it may do to the bucket
 * @param started when it began, in terms of {@link System#nanoTime()}
 * @param ended when what it does had been done
 */
record Disturbance(BucketFault fault, BucketFault.Damage damage, long started, long ended) {

	boolean overlaps(long from, long to) {
		return this.ended > from && this.started < to;
	}

}
