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

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a stream is not as a message expects it: another stream, another last
 * sequence, or another last message id. Nothing was stored.
 *
 * @since 0.1.0
 * @see SendOptions#expectedLastSequence(long)
 */
public class SendConflictException extends NatsException {

	private final String subject;

	private final int errorCode;

	/**
	 * Create an exception.
	 * @param subject the subject of the message
	 * @param errorCode the error code of JetStream (NATS ADR-7): 10060 for another
	 * stream, 10070 for another last message id, 10071 and 10164 for another last
	 * sequence
	 * @param message what was expected, and what was found
	 * @param cause the cause, if any
	 */
	public SendConflictException(String subject, int errorCode, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.subject = subject;
		this.errorCode = errorCode;
	}

	/**
	 * Return the subject of the message.
	 * @return the subject
	 */
	public String getSubject() {
		return this.subject;
	}

	/**
	 * Return the error code of JetStream.
	 * @return the code
	 */
	public int getErrorCode() {
		return this.errorCode;
	}

}
