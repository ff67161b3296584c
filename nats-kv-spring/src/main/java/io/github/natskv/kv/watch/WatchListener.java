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
 * Callbacks for the state of a watch, in the watch's own thread.
 */
public interface WatchListener {

	/**
	 * Ignores everything.
	 */
	WatchListener NONE = new WatchListener() {
	};

	/**
	 * The watch lost touch with its bucket and tries to get back.
	 * @param cause why
	 */
	default void recovering(Throwable cause) {
	}

	/**
	 * Everything the bucket had has been handled: the initial values, or what happened
	 * while the watch was out of touch.
	 */
	default void caughtUp() {
	}

	/**
	 * The watch is back in touch, and has caught up.
	 * @param recoveries how often it was so far
	 */
	default void recovered(int recoveries) {
	}

}
