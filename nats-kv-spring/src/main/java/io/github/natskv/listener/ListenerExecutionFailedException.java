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

import io.github.natskv.core.NatsException;
import io.github.natskv.kv.BucketEntry;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a listener, as a {@link ListenerErrorHandler} gets it: which listener
 * failed, on what and why. The cause is the exception as the handler threw it.
 *
 * @since 0.1.0
 */
public class ListenerExecutionFailedException extends NatsException {

	private final String listenerId;

	private final String subject;

	private final transient @Nullable Message failedMessage;

	private final transient @Nullable BucketEntry<byte[]> failedEntry;

	/**
	 * Create the failure of a listener on a message.
	 * @param listenerId the listener id
	 * @param message the message
	 * @param cause what the handler threw
	 */
	public ListenerExecutionFailedException(String listenerId, Message message, Throwable cause) {
		this(listenerId, message.getSubject(), message, null, cause);
	}

	/**
	 * Create the failure of a listener on a change of a bucket.
	 * @param listenerId the listener id
	 * @param subject the subject of the change, {@code $KV.<bucket>.<key>}
	 * @param entry the change, with its value as it is stored
	 * @param cause what the handler threw
	 */
	public ListenerExecutionFailedException(String listenerId, String subject, BucketEntry<byte[]> entry,
			Throwable cause) {
		this(listenerId, subject, null, entry, cause);
	}

	private ListenerExecutionFailedException(String listenerId, String subject, @Nullable Message failedMessage,
			@Nullable BucketEntry<byte[]> failedEntry, Throwable cause) {
		super("Listener '" + listenerId + "' failed on subject '" + subject + "'", cause);
		this.listenerId = listenerId;
		this.subject = subject;
		this.failedMessage = failedMessage;
		this.failedEntry = failedEntry;
	}

	/**
	 * Return the id of the listener.
	 * @return the listener id
	 */
	public String getListenerId() {
		return this.listenerId;
	}

	/**
	 * Return the subject the message was received on, for a change of a bucket
	 * {@code $KV.<bucket>.<key>}, with the key as it is written on the server.
	 * @return the subject
	 */
	public String getSubject() {
		return this.subject;
	}

	/**
	 * Return the message that could not be handled.
	 * @return the message, {@code null} for a change of a bucket
	 */
	public @Nullable Message getFailedMessage() {
		return this.failedMessage;
	}

	/**
	 * Return the change of a bucket that could not be handled, with its value as it is
	 * stored, which may be what does not decode.
	 * @return the entry, {@code null} for a message
	 */
	public @Nullable BucketEntry<byte[]> getFailedEntry() {
		return this.failedEntry;
	}

}
