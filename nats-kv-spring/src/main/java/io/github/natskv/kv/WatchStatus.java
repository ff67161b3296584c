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
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The status of a watch. Implemented by this library only; methods may be added.
 *
 * @since 0.1.0
 */
public interface WatchStatus {

	/**
	 * Return the bucket key.
	 * @return the bucket key, the server's name for a bucket that is not configured
	 */
	String bucketKey();

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	String bucketName();

	/**
	 * Return the watched keys, as on the server.
	 * @return the filters
	 */
	List<String> filters();

	/**
	 * Whether it is the watch of a listener, not one opened in code.
	 * @return whether a listener has it
	 */
	boolean listener();

	/**
	 * Return what it does.
	 * @return the state
	 */
	State state();

	/**
	 * Return how many changes have not been handled, as far as is known.
	 * @return the number of those on their way when the last one came and of those
	 * received since, 0 when all have been handled
	 */
	long lag();

	/**
	 * Return how often it lost touch with the bucket and had to get back.
	 * @return the number of recoveries
	 */
	int recoveries();

	/**
	 * Return for how long it has made no progress.
	 * @return the time at the same change, or out of touch; zero while there is nothing
	 * to do
	 */
	Duration stalled();

	/**
	 * Whether its handler is at work.
	 * @return whether a change is being handled
	 */
	boolean handling();

	/**
	 * Return why it could not be opened, or lost touch, the last time.
	 * @return the error, if any
	 */
	@Nullable Throwable lastError();

	/**
	 * Return when the last error occurred.
	 * @return the time, {@code null} if there was no error
	 */
	@Nullable Instant lastErrorAt();

	/**
	 * The states of a watch. More may be added.
	 */
	enum State {

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
