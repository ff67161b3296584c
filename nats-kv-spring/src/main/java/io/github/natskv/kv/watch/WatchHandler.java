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

import io.github.natskv.kv.jetstream.WatchEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;

/**
 * The handler of a watch, called with one entry at a time, in the watch's own thread.
 */
@FunctionalInterface
public interface WatchHandler {

	/**
	 * Handle an entry.
	 * @param entry the entry
	 * @throws Exception if that failed
	 */
	void handle(WatchEntry entry) throws Exception;

	/**
	 * Whether it makes sense to offer an entry again.
	 * @param failure what {@link #handle} threw
	 * @return {@code false} for a failure that will not go away
	 */
	default boolean isRetryable(Throwable failure) {
		return true;
	}

	/**
	 * Return the pauses between attempts.
	 * @return the pauses, {@code null} for three with growing length
	 */
	default @Nullable BackOff backOff() {
		return null;
	}

	/**
	 * Told of an entry that could not be handled, after the last retry. The watch goes on
	 * with the next entry.
	 * @param entry the entry
	 * @param failure what {@link #handle} threw
	 */
	default void failed(WatchEntry entry, Throwable failure) {
	}

}
