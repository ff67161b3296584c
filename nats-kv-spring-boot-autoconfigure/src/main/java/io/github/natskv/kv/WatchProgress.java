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
 * What the thread of a watch is at, for others to see.
 */
final class WatchProgress {

	private volatile long since = System.nanoTime();

	private volatile boolean handling;

	/** How many changes there were after the last one when it was sent. */
	private volatile long pending;

	/**
	 * Something begins that ought to end soon.
	 */
	void touch() {
		this.since = System.nanoTime();
	}

	void enterHandler() {
		touch();
		this.handling = true;
	}

	void leaveHandler() {
		this.handling = false;
	}

	void pending(long pending) {
		this.pending = pending;
	}

	long since() {
		return this.since;
	}

	boolean isHandling() {
		return this.handling;
	}

	/**
	 * Return how many changes have not been handled.
	 * @param received how many of them wait here
	 * @return the number
	 */
	long lag(long received) {
		return Math.max(this.pending, received) + (this.handling ? 1 : 0);
	}

}
