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

package io.github.natskv.listener.invocation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.ListenerBacklog;
import io.github.natskv.listener.ListenerStatus;
import org.jspecify.annotations.Nullable;

/**
 * The status of a listener at one time.
 *
 * @param id the id
 * @param description where the listener is declared
 * @param subjects the subjects it subscribes, or the keys it watches
 * @param queue the queue group, if any
 * @param concurrency how many messages it handles at a time
 * @param running whether it is started
 * @param paused whether it is paused
 * @param inFlight how many messages are being handled
 * @param pending how many messages wait
 * @param dropped how many messages were dropped
 * @param last what the handler threw the last time, if it did
 * @param watch the watch of a listener on a bucket
 * @param notSubscribed the subjects that are not allowed at present
 * @param deadLetters how many messages went to the dead letters
 * @param leftBehind how many messages are not delivered any more
 * @param problem what keeps it from its work
 * @param stalled for how long it has made no progress
 * @param backlogs asks what waits on the server
 */
public record ListenerState(String id, String description, List<String> subjects, @Nullable String queue,
		int concurrency, boolean running, boolean paused, int inFlight, long pending, long dropped,
		@Nullable LastError last, @Nullable WatchStatus watch, List<String> notSubscribed, long deadLetters,
		long leftBehind, @Nullable String problem, Duration stalled,
		Supplier<@Nullable ListenerBacklog> backlogs) implements ListenerStatus {

	public ListenerState(String id, String description, List<String> subjects, @Nullable String queue, int concurrency,
			boolean running, boolean paused, int inFlight, long pending, long dropped, @Nullable LastError last,
			@Nullable WatchStatus watch, List<String> notSubscribed) {
		this(id, description, subjects, queue, concurrency, running, paused, inFlight, pending, dropped, last, watch,
				notSubscribed, 0, 0, null, Duration.ZERO, () -> null);
	}

	@Override
	public @Nullable Throwable lastError() {
		return LastError.error(this.last);
	}

	@Override
	public @Nullable ListenerBacklog backlog() {
		return this.backlogs.get();
	}

	@Override
	public @Nullable Instant lastErrorAt() {
		return LastError.at(this.last);
	}

}
