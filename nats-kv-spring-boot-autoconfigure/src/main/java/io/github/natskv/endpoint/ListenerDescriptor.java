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

package io.github.natskv.endpoint;

import java.util.List;

import io.github.natskv.listener.ListenerBacklog;
import io.github.natskv.listener.ListenerStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A listener.
 *
 * @param method where it is declared
 * @param state {@code running}, {@code paused}, {@code stopped}, or
 * {@code not-subscribed} while the server does not allow the user to subscribe to a
 * subject
 * @param subjects the subjects it subscribes, or the keys it watches
 * @param queue the queue group, if any
 * @param concurrency how many messages it handles at a time
 * @param inFlight how many messages are being handled
 * @param pending how many wait to be handled
 * @param dropped how many were dropped because too many were waiting
 * @param lastError what the handling of a message failed with, the last time it did: the
 * class of the exception, since the message may quote a value
 * @param lastErrorAt when it did
 * @param watch the watch of a listener on a bucket
 * @param notSubscribed the subjects that the server does not allow the user to subscribe
 * to at present
 * @param deadLetters how many messages of a stream went to its dead letters
 * @param leftBehind how many messages of a stream are not delivered any more and stay
 * @param problem what keeps a listener on a stream from its work
 * @param backlog what waits on the server for a listener on a stream; what is unknown is
 * absent
 * @since 0.1.0
 */
public record ListenerDescriptor(String method, String state, List<String> subjects, @Nullable String queue,
		int concurrency, int inFlight, long pending, long dropped, @Nullable String lastError,
		@Nullable String lastErrorAt, NatsEndpoint.@Nullable WatchDescriptor watch, List<String> notSubscribed,
		long deadLetters, long leftBehind, @Nullable String problem,
		@Nullable ListenerBacklog backlog) implements OperationResponseBody {

	static ListenerDescriptor of(ListenerStatus listener) {
		return new ListenerDescriptor(listener.description(), listener.state(), listener.subjects(), listener.queue(),
				listener.concurrency(), listener.inFlight(), listener.pending(), listener.dropped(),
				(listener.lastError() != null) ? listener.lastError().getClass().getName() : null,
				Texts.describe(listener.lastErrorAt()),
				(listener.watch() != null) ? NatsEndpoint.WatchDescriptor.of(listener.watch()) : null,
				listener.notSubscribed(), listener.deadLetters(), listener.leftBehind(), listener.problem(),
				listener.backlog());
	}

}
