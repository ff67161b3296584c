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
 * Thrown when no stream took a message: none has its subject, or none could answer for as
 * long as the message was to be sent. Nothing was stored.
 *
 * @since 0.1.0
 */
public class NoStreamException extends NatsException {

	private final String subject;

	/**
	 * Create an exception.
	 * @param subject the subject of the message
	 * @param message what was done, and what to do
	 * @param cause the cause, if any
	 */
	public NoStreamException(String subject, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.subject = subject;
	}

	/**
	 * Return the subject no stream listens on.
	 * @return the subject
	 */
	public String getSubject() {
		return this.subject;
	}

}
