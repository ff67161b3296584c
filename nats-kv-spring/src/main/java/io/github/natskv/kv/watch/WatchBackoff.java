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

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The pauses between attempts to open a watch: none after the first, then longer each
 * time.
 */
final class WatchBackoff {

	private static final Duration FIRST = Duration.ofMillis(25);

	private final Duration max;

	private Duration next = Duration.ZERO;

	WatchBackoff(Duration max) {
		this.max = max;
	}

	void reset() {
		this.next = Duration.ZERO;
	}

	/** Pause, unless the thread is woken up. */
	void pause(Object watch) {
		if (!this.next.isZero()) {
			LockSupport.parkNanos(watch, this.next.toNanos());
		}
		Duration doubled = this.next.isZero() ? FIRST : this.next.multipliedBy(2);
		this.next = (doubled.compareTo(this.max) < 0) ? doubled : this.max;
	}

}
