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
 * The server does not allow the user to send a request, or to receive its reply.
 *
 * @since 0.1.0
 */
public class NatsPermissionException extends NatsException {

	private final String operation;

	private final String subject;

	/**
	 * Create an exception.
	 * @param message what was wanted, what the server does not allow and what to do
	 * @param operation what is not allowed, {@code publish} or {@code subscribe}
	 * @param subject the subject it is not allowed for
	 * @param cause the cause
	 */
	public NatsPermissionException(String message, String operation, String subject, @Nullable Throwable cause) {
		super(message, cause);
		this.operation = operation;
		this.subject = subject;
	}

	/**
	 * Return what is not allowed.
	 * @return {@code publish}, or {@code subscribe} where replies cannot be received
	 */
	public String getOperation() {
		return this.operation;
	}

	/**
	 * Return the subject that is not allowed.
	 * @return the subject; of an inbox, what all inboxes of the connection match
	 */
	public String getSubject() {
		return this.subject;
	}

}
