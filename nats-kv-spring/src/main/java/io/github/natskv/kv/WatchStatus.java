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

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The state of a watch.
 *
 * @param bucket the server's name of the bucket
 * @param filters the watched keys, as on the server
 * @param listener whether it is the watch of a listener, not one opened in code
 * @param state what it does
 * @param lag how many changes have not been handled, as far as is known: those on their
 * way when the last one came, and those received since. 0 when all have been
 * @param recoveries how often it lost touch with the bucket and had to get back
 * @param stalled for how long it has made no progress: it is at the same change, or out
 * of touch. Zero while there is nothing to do
 * @param handling whether its handler is at work
 * @param lastError why it could not be opened, or lost touch, the last time
 * @since 0.1.0
 */
public record WatchStatus(String bucket, List<String> filters, boolean listener, State state, long lag, int recoveries,
		Duration stalled, boolean handling, @Nullable Throwable lastError) {

	/**
	 * What a watch does.
	 */
	public enum State {

		/** Opening, or delivering the initial values. */
		STARTING,

		/** Up to date but for what is on the way. */
		RUNNING,

		/** Out of touch, trying to get back. */
		RECOVERING,

		/** Not started, or stopped. */
		STOPPED

	}

}
