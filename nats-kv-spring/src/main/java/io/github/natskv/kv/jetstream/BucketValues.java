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

import java.lang.reflect.Type;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.ValueDecodingException;
import io.nats.client.Message;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Turns the values of a bucket into what is stored, and what is stored into entries.
 *
 * @param <V> the type of the values
 */
public final class BucketValues<V> {

	private static final byte[] EMPTY = {};

	private final BucketKeys keys;

	private final Type type;

	private final KeyValueCodec codec;

	private final Function<byte[], Object> decoder;

	public BucketValues(BucketKeys keys, Type type, KeyValueCodec codec) {
		this.keys = keys;
		this.type = type;
		this.codec = codec;
		this.decoder = codec.decoder(type);
	}

	public BucketKeys keys() {
		return this.keys;
	}

	public byte[] encode(@Nullable V value) {
		Assert.notNull(value, "'value' must not be null: use delete to remove a key");
		return this.codec.encode(value, this.type);
	}

	public static boolean isPut(@Nullable MessageInfo message) {
		return message != null && NatsKeyValueUtil.getOperation(message.getHeaders()) == KeyValueOperation.PUT;
	}

	/**
	 * Return the value in a message.
	 * @param message a message that is not a deletion
	 */
	@SuppressWarnings("unchecked")
	public V value(MessageInfo message) {
		return (message instanceof KeptMessage kept) ? (V) kept.decoded(this, () -> decoded(message))
				: decoded(message);
	}

	private V decoded(MessageInfo message) {
		return decode(message.getData(), message.getSeq(), () -> new KeyValueEntry(message));
	}

	public BucketEntry<V> entry(String key, MessageInfo message) {
		KeyValueOperation operation = NatsKeyValueUtil.getOperation(message.getHeaders());
		return new BucketEntry<>(this.keys.bucket(), key, (operation == KeyValueOperation.PUT) ? value(message) : null,
				message.getSeq(), operation, instant(message.getTime()));
	}

	/**
	 * Return the entry with the key and the value decoded.
	 * @param entry an entry with the key of the server
	 */
	public BucketEntry<V> entry(KeyValueEntry entry) {
		V value = (entry.getOperation() == KeyValueOperation.PUT)
				? decode(entry.getValue(), entry.getRevision(), () -> entry) : null;
		return new BucketEntry<>(this.keys.bucket(), this.keys.decode(entry.getKey()), value, entry.getRevision(),
				entry.getOperation(), instant(entry.getCreated()));
	}

	/** Return the entry in a change that a watch of the bucket delivered. */
	public BucketEntry<V> decode(WatchEntry change) {
		Message message = change.message();
		V value = (message != null && !change.isDeletion())
				? decode(change.value(), change.revision(), () -> new KeyValueEntry(message)) : null;
		return new BucketEntry<>(this.keys.bucket(), key(change), value, change.revision(), change.operation(),
				change.created());
	}

	// Whether the key is one that can be read, and not another application's own.
	public boolean isShown(WatchEntry change) {
		return this.keys.isShown(change.key());
	}

	public String key(WatchEntry change) {
		return this.keys.decode(change.key());
	}

	@SuppressWarnings("unchecked")
	private V decode(byte @Nullable [] bytes, long revision, Supplier<KeyValueEntry> raw) {
		Object value;
		try {
			value = this.decoder.apply((bytes != null) ? bytes : EMPTY);
		}
		catch (RuntimeException ex) {
			throw undecodable(raw.get(), revision, ex);
		}
		if (value == null) {
			throw undecodable(raw.get(), revision, null);
		}
		return (V) value;
	}

	private ValueDecodingException undecodable(KeyValueEntry raw, long revision, @Nullable Exception cause) {
		return new ValueDecodingException(
				"Revision %d of key '%s' in bucket '%s' (%d bytes) is not a value of type '%s'".formatted(revision,
						this.keys.decode(raw.getKey()), this.keys.bucket(), raw.getDataLen(), this.type.getTypeName()),
				raw, cause);
	}

	private static @Nullable Instant instant(@Nullable ZonedDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

}
