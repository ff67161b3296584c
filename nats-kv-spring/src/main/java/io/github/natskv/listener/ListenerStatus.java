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

package io.github.natskv.listener;

import java.util.List;

import io.github.natskv.kv.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * The state of a listener.
 *
 * @param id the id
 * @param description where the listener is declared
 * @param subjects the subjects it subscribes, for a listener on a bucket the keys it
 * watches
 * @param queue the queue group, if any
 * @param concurrency how many messages it handles at a time
 * @param running whether it is started, paused or not
 * @param paused whether it is paused
 * @param inFlight how many messages are being handled
 * @param pending how many messages wait to be handled, for a listener on a bucket as far
 * as is known
 * @param dropped how many messages were dropped since the application started, because
 * too many were waiting already
 * @param lastError what the handler threw the last time it failed for good
 * @param watch the watch of a listener on a bucket, {@code null} for others
 * @param notSubscribed the subjects that the server does not allow the user to subscribe
 * to at present; nothing is received on them until it does
 * @since 0.1.0
 */
public record ListenerStatus(String id, String description, List<String> subjects, @Nullable String queue,
		int concurrency, boolean running, boolean paused, int inFlight, long pending, long dropped,
		@Nullable Throwable lastError, @Nullable WatchStatus watch, List<String> notSubscribed) {

	/**
	 * Return the state as health and the actuator endpoint show it.
	 * @return {@code running}, {@code paused}, {@code stopped} or {@code not-subscribed}
	 */
	public String state() {
		if (!this.running) {
			return "stopped";
		}
		if (this.paused) {
			return "paused";
		}
		return this.notSubscribed.isEmpty() ? "running" : "not-subscribed";
	}

}
