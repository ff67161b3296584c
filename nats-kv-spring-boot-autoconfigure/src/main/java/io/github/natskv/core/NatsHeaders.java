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

/**
 * Names of message headers.
 *
 * @since 0.1.0
 */
public final class NatsHeaders {

	/**
	 * Header of a Spring {@code Message} that carries the subject it was received on. It
	 * does not travel over the wire.
	 */
	public static final String SUBJECT = "nats_subject";

	/**
	 * Header of a Spring {@code Message} that carries the subject a reply is expected on.
	 * It does not travel over the wire.
	 */
	public static final String REPLY_TO = "nats_replyTo";

	/**
	 * Media type of the payload, as {@code application/json} or
	 * {@code text/plain;charset=ISO-8859-1}.
	 */
	public static final String CONTENT_TYPE = "Content-Type";

	/**
	 * Description of the error in an error reply.
	 */
	public static final String SERVICE_ERROR = "Nats-Service-Error";

	/**
	 * Code of the error in an error reply.
	 */
	public static final String SERVICE_ERROR_CODE = "Nats-Service-Error-Code";

	private NatsHeaders() {
	}

}
