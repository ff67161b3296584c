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
import java.time.Instant;
import java.util.List;

import io.github.natskv.kv.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * The status of a watch at one time.
 *
 * @param bucketKey the bucket key, else the server's name
 * @param bucketName the server's name of the bucket
 * @param filters the watched keys
 * @param listener whether it is the watch of a listener
 * @param state what it does
 * @param lag how many changes have not been handled
 * @param recoveries how often it had to get back
 * @param stalled for how long it has made no progress
 * @param handling whether its handler is at work
 * @param last why it lost touch the last time, if it did
 */
record WatchState(String bucketKey, String bucketName, List<String> filters, boolean listener, State state, long lag,
		int recoveries, Duration stalled, boolean handling, @Nullable LastError last) implements WatchStatus {

	@Override
	public @Nullable Throwable lastError() {
		return LastError.error(this.last);
	}

	@Override
	public @Nullable Instant lastErrorAt() {
		return LastError.at(this.last);
	}

}
