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

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message or a change of a bucket on its way to a handler method.
 *
 * @since 0.1.0
 */
public interface ListenerDelivery {

	/**
	 * Return the id of the listener.
	 * @return the listener id
	 */
	String getListenerId();

	/**
	 * Return the subject of the message, for a change of a bucket
	 * {@code $KV.<bucket>.<key>}, of the first one for a listener that takes lists.
	 * @return the subject
	 */
	String getSubject();

	/**
	 * Return what is delivered: the {@link io.nats.client.Message}, or the
	 * {@link io.nats.client.api.KeyValueEntry} of a change of a bucket, but the
	 * {@link io.github.natskv.kv.BucketEntry} of an inferred deletion; for a listener
	 * that takes lists, the {@link java.util.List} of these.
	 * @return the source
	 */
	Object getSource();

	/**
	 * Return the message.
	 * @return the message, {@code null} for a change of a bucket
	 */
	default @Nullable Message getMessage() {
		return (getSource() instanceof Message message) ? message : null;
	}

}
