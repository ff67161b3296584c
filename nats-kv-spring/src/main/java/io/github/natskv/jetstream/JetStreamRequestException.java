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

package io.github.natskv.jetstream;

import io.github.natskv.core.connection.PermissionViolation;
import org.jspecify.annotations.Nullable;

/**
 * A request to JetStream that was not answered.
 */
public class JetStreamRequestException extends RuntimeException {

	private final Reason reason;

	JetStreamRequestException(Reason reason, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	public Reason reason() {
		return this.reason;
	}

	/**
	 * The reasons why a request was not answered.
	 */
	public enum Reason {

		/** There is no connection, nothing was sent. */
		NOT_CONNECTED,

		/** The server knows nobody who answers: nothing was done. */
		NO_RESPONDERS,

		/** The user lacks a permission: nothing was done. */
		DENIED,

		/** Nothing came in time, or the connection was lost: the outcome is unknown. */
		UNANSWERED,

		/** Nobody waits for the answer any more: the outcome is unknown. */
		CANCELLED

	}

	/**
	 * The user lacks a permission.
	 */
	public static final class Denied extends JetStreamRequestException {

		private final transient PermissionViolation violation;

		Denied(String subject, PermissionViolation violation, @Nullable Throwable cause) {
			super(Reason.DENIED,
					"The server did not answer a request to '%s': %s".formatted(subject, violation.describe()), cause);
			this.violation = violation;
		}

		public PermissionViolation violation() {
			return this.violation;
		}

	}

	/**
	 * The server knows nobody who answers a request.
	 */
	public static final class NoResponders extends JetStreamRequestException {

		private final @Nullable String explanation;

		NoResponders(@Nullable String explanation) {
			super(Reason.NO_RESPONDERS, "No responders (503)", null);
			this.explanation = explanation;
		}

		/**
		 * Return why there never will be any.
		 * @return the reason, {@code null} if there may be some later
		 */
		public @Nullable String explanation() {
			return this.explanation;
		}

	}

}
