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

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Measures listeners. They are measured where there is a bean of this type, and cost
 * nothing more where there is none.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ListenerInstrumentation {

	/**
	 * Called once for each listener, before it is started.
	 * @param id the id of the listener
	 * @param connection the name of its connection
	 * @param status the state of the listener; {@code null} before it is registered,
	 * which it never is if it turns out to be invalid
	 * @return what is told about its messages
	 */
	Recorder register(String id, String connection, Supplier<@Nullable ListenerStatus> status);

	/**
	 * Records the messages of a listener, called by all threads that handle them.
	 */
	interface Recorder {

		/**
		 * Messages or changes were handled, replies included.
		 * @param outcome how it ended
		 * @param messages how many
		 * @param nanos how long all of them took
		 */
		void handled(HandlingOutcome outcome, int messages, long nanos);

		/**
		 * Called once for a listener on a stream, before it is started.
		 * @param stream the key of the stream, its name on the server if it has none
		 * @param consumer the name of the consumer, the id of the listener if it reads in
		 * order, {@code null} for a declared consumer, which is measured anyway
		 * @param deadLetters whether it has a subject for dead letters
		 */
		default void readsStream(String stream, @Nullable String consumer, boolean deadLetters) {
		}

		/**
		 * A reply was not sent, because the sender may not choose where it was to go.
		 */
		default void replyRefused() {
		}

		/**
		 * A message of a stream was acknowledged.
		 * @param nanos how long after it had been received
		 */
		default void acknowledged(long nanos) {
		}

	}

	/**
	 * The outcome of handling messages or changes. Outcomes may be added.
	 */
	enum HandlingOutcome {

		/** Without a failure. */
		OK,

		/** It failed for good, whatever an error handler made of it. */
		ERROR,

		/** A change could not be handled and is offered again. */
		RETRIED

	}

}
