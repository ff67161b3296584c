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

import org.jspecify.annotations.Nullable;

/**
 * Lets one of the watches whose consumers are on the same server hear its heartbeats
 * often, for all of them. The others hear each consumer now and then only, and learn from
 * that one that their server is gone. A watch whose handler is at work does not listen,
 * so that another takes its place.
 */
final class BucketPulse {

	private static final Duration ABSENCE = Duration.ofSeconds(1);

	private @Nullable WatchSession listening;

	private long since;

	private volatile int alarms;

	/**
	 * Return whether a session is the one that listens, which it becomes where there is
	 * none.
	 * @param session a session that waits for messages
	 * @return whether it is
	 */
	synchronized boolean isListening(WatchSession session) {
		long now = System.nanoTime();
		if (this.listening != session && this.listening != null && now - this.since < ABSENCE.toNanos()) {
			return false;
		}
		this.listening = session;
		this.since = now;
		return true;
	}

	/**
	 * A session ends.
	 * @param session the session
	 */
	synchronized void leave(WatchSession session) {
		if (this.listening == session) {
			this.listening = null;
		}
	}

	/**
	 * A session heard nothing for too long.
	 * @param session the session
	 */
	synchronized void silent(WatchSession session) {
		if (this.listening == session) {
			this.alarms++;
		}
	}

	synchronized @Nullable WatchSession listening() {
		return this.listening;
	}

	/**
	 * Return how often there was silence.
	 * @return the number
	 */
	int alarms() {
		return this.alarms;
	}

}
