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

package io.github.natskv.core.connection;

import java.time.Duration;

/**
 * The point in time by which work must finish.
 *
 * @param nanos the time, as that of {@link System#nanoTime()}
 */
public record Deadline(long nanos) {

	private static final Duration MINIMUM = Duration.ofMillis(1);

	public static Deadline after(Duration timeout) {
		return new Deadline(System.nanoTime() + timeout.toNanos());
	}

	public boolean isOver() {
		return this.nanos - System.nanoTime() <= 0;
	}

	// Never zero, which jnats takes for no limit.
	public Duration remaining() {
		Duration remaining = Duration.ofNanos(this.nanos - System.nanoTime());
		return (remaining.compareTo(MINIMUM) > 0) ? remaining : MINIMUM;
	}

	public Duration remaining(Duration maximum) {
		Duration remaining = remaining();
		return (remaining.compareTo(maximum) < 0) ? remaining : maximum;
	}

}
