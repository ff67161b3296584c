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

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The responder answered with an error, in the headers {@code Nats-Service-Error} and
 * {@code Nats-Service-Error-Code} (NATS ADR-32).
 * <p>
 * A listener throws one of its own to choose the error its requester is answered with.
 * One it was itself answered with is a failure like any other there, unless it is
 * {@linkplain #passOn() passed on}.
 *
 * @since 0.1.0
 */
public class NatsReplyException extends NatsException {

	private final @Nullable String subject;

	private final int code;

	private final String description;

	/**
	 * Create an exception for an error a request was answered with.
	 * @param subject the subject of the request
	 * @param code the code
	 * @param description the description
	 */
	public NatsReplyException(String subject, int code, String description) {
		super("The responder on subject '" + subject + "' answered with error " + code + ": " + description);
		this.subject = subject;
		this.code = code;
		this.description = description;
	}

	/**
	 * Create an exception a listener throws to have its requester answered with an error
	 * of its choice.
	 * @param code the code
	 * @param description the description
	 */
	public NatsReplyException(int code, String description) {
		this(code, description, null);
	}

	private NatsReplyException(int code, String description, @Nullable Throwable cause) {
		super("Error " + code + ": " + description, cause);
		this.subject = null;
		this.code = code;
		this.description = description;
	}

	/**
	 * Return the error code of the reply, 500 where the responder sent none that is a
	 * number.
	 * @return the code
	 */
	public int getCode() {
		return this.code;
	}

	/**
	 * Return the error description of the reply.
	 * @return the description
	 */
	public String getDescription() {
		return this.description;
	}

	/**
	 * Return the subject of the request that was answered with the error.
	 * @return the subject, {@code null} for an error a listener chose
	 */
	public @Nullable String getSubject() {
		return this.subject;
	}

	/**
	 * Return what a listener throws to answer its requester with this error, which it was
	 * answered with by another.
	 * @return an error of its own with the same code and description, and this as its
	 * cause
	 */
	public NatsReplyException passOn() {
		return new NatsReplyException(this.code, this.description, this);
	}

	/**
	 * Return the error a listener chose for its requester.
	 * @param failure what it failed with
	 * @return the failure, {@code null} if it is of another type, or an error the
	 * listener was itself answered with
	 */
	public static @Nullable NatsReplyException chosen(Throwable failure) {
		return (failure instanceof NatsReplyException reply && reply.subject == null) ? reply : null;
	}

	/**
	 * Find out whether a reply is an error.
	 * @param subject the subject of the request
	 * @param reply the reply
	 * @return the exception for it, or {@code null} if it is no error
	 */
	public static @Nullable NatsReplyException of(String subject, Message reply) {
		Headers headers = reply.getHeaders();
		if (headers == null) {
			return null;
		}
		String code = headers.getFirst(NatsHeaders.SERVICE_ERROR_CODE);
		String description = headers.getFirst(NatsHeaders.SERVICE_ERROR);
		if (code == null && description == null) {
			return null;
		}
		return new NatsReplyException(subject, parseCode(code), (description != null) ? description : "no description");
	}

	private static int parseCode(@Nullable String code) {
		try {
			return (code != null) ? Integer.parseInt(code.trim()) : 500;
		}
		catch (NumberFormatException ex) {
			return 500;
		}
	}

}
