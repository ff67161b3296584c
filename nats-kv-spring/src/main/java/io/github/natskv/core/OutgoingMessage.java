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

package io.github.natskv.core;

import java.time.Duration;

import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message about to be published, as {@link PublishInterceptor interceptors} see it.
 * Implemented by this library only; methods may be added.
 *
 * @since 0.1.0
 */
public sealed interface OutgoingMessage permits UnsentMessage {

	/**
	 * Create a message.
	 * @param subject the subject
	 * @param headers the headers, which interceptors may change
	 * @param payload the payload
	 * @param replyTimeout how long a reply is waited for, {@code null} if this is not a
	 * request
	 * @return the message
	 */
	static OutgoingMessage of(String subject, Headers headers, byte[] payload, @Nullable Duration replyTimeout) {
		return new UnsentMessage(subject, headers, payload, replyTimeout);
	}

	/**
	 * Return the subject.
	 * @return the subject
	 */
	String subject();

	/**
	 * Return the headers, which may be changed.
	 * @return the headers
	 */
	Headers headers();

	/**
	 * Return the payload.
	 * @return the payload
	 */
	byte[] payload();

	/**
	 * Return how long a reply is waited for.
	 * @return the timeout, {@code null} if this is not a request
	 */
	@Nullable Duration replyTimeout();

	/**
	 * Return this message with another subject.
	 * @param subject the subject
	 * @return the message, which shares the headers
	 */
	OutgoingMessage withSubject(String subject);

	/**
	 * Return this message with another payload.
	 * @param payload the payload
	 * @return the message, which shares the headers
	 */
	OutgoingMessage withPayload(byte[] payload);

}
