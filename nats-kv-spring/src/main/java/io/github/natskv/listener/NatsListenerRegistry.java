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
import java.util.Set;

/**
 * All listeners, by id: to ask for their state, and to start, stop, pause and resume
 * them. An unknown id is an {@link IllegalArgumentException} that lists the known ones.
 *
 * @since 0.1.0
 */
public interface NatsListenerRegistry {

	/**
	 * Return the ids of all listeners, in the order they were found.
	 * @return the ids
	 */
	Set<String> ids();

	/**
	 * Whether a listener is started, paused or not.
	 * @param id the id of the listener
	 * @return whether it is started
	 */
	boolean isRunning(String id);

	/**
	 * Whether a listener is paused.
	 * @param id the id of the listener
	 * @return whether it is paused
	 */
	boolean isPaused(String id);

	/**
	 * Start a listener, which does nothing if it is running.
	 * @param id the id of the listener
	 */
	void start(String id);

	/**
	 * Stop a listener: it takes nothing new, finishes what it has received and sends the
	 * replies. Waits for that, but for no longer than the drain timeout, and not when
	 * called from the listener's own handler.
	 * @param id the id of the listener
	 */
	void stop(String id);

	/**
	 * Pause a listener. It takes no messages until it is {@linkplain #resume resumed};
	 * what is published meanwhile goes to other listeners of its queue group, if any, and
	 * is not kept for it. A listener on a bucket catches up, as also after a stop. The
	 * pause ends, too, when the listener is stopped and started again, alone or with its
	 * application context. Waits like {@link #stop}.
	 * @param id the id of the listener
	 */
	void pause(String id);

	/**
	 * Resume a paused listener. It goes on once it has finished what it had received
	 * before, which {@link #pause} waits for but where a handler pauses its own listener.
	 * @param id the id of the listener
	 */
	void resume(String id);

	/**
	 * The number of received messages that wait to be handled by a listener.
	 * @param id the id of the listener
	 * @return the number of messages
	 */
	long pendingMessages(String id);

	/**
	 * The number of messages for a listener that were dropped since the application
	 * started, because too many were waiting to be handled already.
	 * @param id the id of the listener
	 * @return the number of messages
	 */
	long droppedMessages(String id);

	/**
	 * Return the state of a listener.
	 * @param id the id of the listener
	 * @return the status
	 */
	ListenerStatus status(String id);

	/**
	 * Return the states of all listeners, in the order they were found.
	 * @return the status of each
	 */
	List<ListenerStatus> statuses();

}
