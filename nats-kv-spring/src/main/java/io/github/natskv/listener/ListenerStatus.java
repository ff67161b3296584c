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

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.natskv.kv.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * The status of a listener. Implemented by this library only; methods may be added.
 *
 * @since 0.1.0
 */
public interface ListenerStatus {

	/**
	 * Return the id.
	 * @return the listener id
	 */
	String id();

	/**
	 * Return where the listener is declared.
	 * @return the method
	 */
	String description();

	/**
	 * Return the subjects it subscribes.
	 * @return the subjects, for a listener on a bucket the keys it watches
	 */
	List<String> subjects();

	/**
	 * Return the queue group.
	 * @return the queue group, if any
	 */
	@Nullable String queue();

	/**
	 * Return how many messages it handles at a time.
	 * @return the concurrency
	 */
	int concurrency();

	/**
	 * Whether it is started, paused or not.
	 * @return whether it runs
	 */
	boolean running();

	/**
	 * Whether it is paused.
	 * @return whether it is paused
	 */
	boolean paused();

	/**
	 * Return how many messages are being handled.
	 * @return the number of messages
	 */
	int inFlight();

	/**
	 * Return how many messages wait to be handled.
	 * @return the number of messages, for a listener on a bucket as far as is known
	 */
	long pending();

	/**
	 * Return how many messages were dropped since the application started.
	 * @return the number of messages, dropped because too many were waiting already
	 */
	long dropped();

	/**
	 * Return what the handler threw the last time it failed for good.
	 * @return the error, if any
	 */
	@Nullable Throwable lastError();

	/**
	 * Return when the last error occurred.
	 * @return the time, {@code null} if there was no error
	 */
	@Nullable Instant lastErrorAt();

	/**
	 * Return the watch of a listener on a bucket.
	 * @return the watch, {@code null} for other listeners
	 */
	@Nullable WatchStatus watch();

	/**
	 * Return the subjects that the server does not allow the user to subscribe to.
	 * @return the subjects on which nothing is received at present
	 */
	List<String> notSubscribed();

	/**
	 * Return how many messages a listener on a stream has sent to its dead letters since
	 * the application started.
	 * @return the number of messages, 0 for other listeners
	 */
	default long deadLetters() {
		return 0;
	}

	/**
	 * Return how many messages a listener on a stream has left behind since the
	 * application started: those that a consumer with a limit of its own, made by others,
	 * does not deliver any more and that could not be made dead letters. They stay in the
	 * stream.
	 * @return the number of messages, 0 for other listeners
	 */
	default long leftBehind() {
		return 0;
	}

	/**
	 * Return what waits on the server for a listener on a stream. The server is asked at
	 * most every 10 s, which is waited for at most 250 ms.
	 * @return what waits, {@code null} for other listeners and while nothing is known
	 */
	default @Nullable ListenerBacklog backlog() {
		return null;
	}

	/**
	 * Return what keeps a listener on a stream from its work, and is reported by health.
	 * @return the problem, {@code null} if there is none
	 */
	default @Nullable String problem() {
		return null;
	}

	/**
	 * Return for how long the handler of a listener on a stream has been at the same
	 * messages. With a durable consumer that counts from its ack wait on, as a handler
	 * may take so long.
	 * @return the duration, zero while it makes progress
	 */
	default Duration stalled() {
		return Duration.ZERO;
	}

	/**
	 * Return the state as health and the actuator endpoint show it.
	 * @return {@code running}, {@code paused}, {@code stopped} or {@code not-subscribed}
	 */
	default String state() {
		if (!running()) {
			return "stopped";
		}
		if (paused()) {
			return "paused";
		}
		return notSubscribed().isEmpty() ? "running" : "not-subscribed";
	}

}
