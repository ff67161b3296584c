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

/**
 * What a {@link ListenerErrorHandler} is called with: which listener failed, on what and
 * why. The cause is the exception as the handler threw it.
 *
 * @since 0.1.0
 */
public class ListenerExecutionFailedException extends NatsException {

	private final String listenerId;

	private final String subject;

	private final transient Object source;

	public ListenerExecutionFailedException(String listenerId, String subject, Object source, Throwable cause) {
		super("Listener '" + listenerId + "' failed on subject '" + subject + "'", cause);
		this.listenerId = listenerId;
		this.subject = subject;
		this.source = source;
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
	 * {@code $KV.<bucket>.<key>}.
	 * @return the subject
	 */
	public String getSubject() {
		return this.subject;
	}

	/**
	 * Return what was being handled: the {@link io.nats.client.Message}, or the
	 * {@link io.nats.client.api.KeyValueEntry} of a change of a bucket, but the
	 * {@link io.github.natskv.kv.BucketEntry} of an inferred deletion.
	 * @return the source
	 */
	public Object getSource() {
		return this.source;
	}

}
