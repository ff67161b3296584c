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

import org.jspecify.annotations.Nullable;

/**
 * The progress of a watch's thread, for others to see.
 */
final class WatchProgress {

	private volatile long since = System.nanoTime();

	/** The change that is handled, {@code null} if there is none. */
	private volatile @Nullable Object handling;

	/** The number of changes after the last one when it was sent. */
	private volatile long pending;

	/** Something begins that ought to end soon. */
	void touch() {
		this.since = System.nanoTime();
	}

	/**
	 * The handler begins to work.
	 * @param work what it is at, whose text is part of a sentence
	 */
	void enterHandler(Object work) {
		touch();
		this.handling = work;
	}

	void leaveHandler() {
		this.handling = null;
	}

	/**
	 * Return what the handler is at.
	 * @return part of a sentence, {@code null} while the handler is not at work
	 */
	@Nullable String handling() {
		Object work = this.handling;
		return (work != null) ? work.toString() : null;
	}

	void pending(long pending) {
		this.pending = pending;
	}

	long since() {
		return this.since;
	}

	boolean isHandling() {
		return this.handling != null;
	}

	/**
	 * Return how many changes have not been handled.
	 * @param received how many of them wait here
	 */
	long lag(long received) {
		return Math.max(this.pending, received) + (isHandling() ? 1 : 0);
	}

}
