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

package io.github.natskv.kv.jetstream;

import java.time.Duration;
import java.time.Instant;

import io.github.natskv.jetstream.Delivery;
import io.nats.client.Message;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

/**
 * One change of a bucket, not decoded.
 *
 * @param key the key as it is on the server
 * @param value the bytes, empty for an empty value, {@code null} for a deletion
 * @param revision the revision, 0 for an inferred deletion
 * @param operation what happened to the key
 * @param created when the server stored the revision, {@code null} for an inferred
 * deletion
 * @param message what the server sent, {@code null} for an inferred deletion
 */
public record WatchEntry(String key, byte @Nullable [] value, long revision, KeyValueOperation operation,
		@Nullable Instant created, @Nullable Message message) {

	public static WatchEntry of(String key, Message message, Delivery delivery) {
		KeyValueOperation operation = NatsKeyValueUtil.getOperation(message.getHeaders());
		byte[] data = message.getData();
		byte[] value = (operation != KeyValueOperation.PUT) ? null : (data != null) ? data : new byte[0];
		return new WatchEntry(key, value, delivery.revision(), operation, delivery.created(), message);
	}

	public static WatchEntry inferredDeletion(String key) {
		return new WatchEntry(key, null, 0, KeyValueOperation.DELETE, null, null);
	}

	/**
	 * Return when the server removes this value by itself.
	 * @return the time, {@code null} if the value has no time to live of its own
	 */
	public @Nullable Instant expires() {
		String ttl = (this.message != null && this.message.getHeaders() != null)
				? this.message.getHeaders().getFirst(NatsJetStreamConstants.MSG_TTL_HDR) : null;
		Duration duration = (ttl != null && !isDeletion()) ? TimeToLive.parse(ttl) : null;
		return (duration != null && this.created != null) ? this.created.plus(duration) : null;
	}

	/** Return what a header says of the time to live, {@code null} for "never". */
	public static @Nullable Duration timeToLive(String header) {
		return TimeToLive.parse(header);
	}

	public boolean isDeletion() {
		return this.operation != KeyValueOperation.PUT;
	}

	/**
	 * Return the entry as jnats has it.
	 * @return the entry, {@code null} for an inferred deletion
	 */
	public @Nullable KeyValueEntry toKeyValueEntry() {
		return (this.message != null) ? new KeyValueEntry(this.message) : null;
	}

}
