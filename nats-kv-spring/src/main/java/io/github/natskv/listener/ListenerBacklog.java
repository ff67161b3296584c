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

import org.jspecify.annotations.Nullable;

/**
 * The messages that wait on the server for a listener on a stream, as known by its last
 * answer, which is up to 10 s old. What is unknown, as the server has not answered or the
 * user may not ask, is {@code null}.
 *
 * @param stream the server's name of the stream
 * @param consumer the name of the consumer on the server, {@code null} while a listener
 * that reads in order has none
 * @param pending how many messages have not been delivered
 * @param ackPending how many were delivered and not acknowledged
 * @param redelivered how many of these were delivered more than once
 * @param deadLetterSubject the subject of its dead letters, if it has one
 * @param deadLetters how many messages wait on that subject, whichever listener sent
 * them; {@code null} also where no stream has it
 * @since 0.1.0
 */
public record ListenerBacklog(String stream, @Nullable String consumer, @Nullable Long pending,
		@Nullable Long ackPending, @Nullable Long redelivered, @Nullable String deadLetterSubject,
		@Nullable Long deadLetters) {

	/**
	 * Return how many messages have not been handled.
	 * @return those that were not delivered, and those that were not acknowledged;
	 * {@code null} if that is unknown
	 */
	public @Nullable Long lag() {
		return (this.pending != null && this.ackPending != null) ? this.pending + this.ackPending : null;
	}

}
