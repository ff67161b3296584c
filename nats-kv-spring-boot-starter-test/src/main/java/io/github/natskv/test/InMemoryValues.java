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

package io.github.natskv.test;

import java.lang.reflect.Type;
import java.util.function.Function;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.ValueDecodingException;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Turns the values of a bucket into what is stored, and what is stored into entries.
 *
 * @param <V> the type of the values
 */
final class InMemoryValues<V> {

	private final InMemoryKeys keys;

	private final Type type;

	private final KeyValueCodec codec;

	private final Function<byte[], Object> decoder;

	InMemoryValues(InMemoryKeys keys, Type type, KeyValueCodec codec) {
		this.keys = keys;
		this.type = type;
		this.codec = codec;
		this.decoder = codec.decoder(type);
	}

	InMemoryKeys keys() {
		return this.keys;
	}

	byte[] encode(@Nullable V value) {
		Assert.notNull(value, "'value' must not be null: use delete to remove a key");
		return this.codec.encode(value, this.type).clone();
	}

	BucketEntry<V> entry(StoredMessage message) {
		return new BucketEntry<>(this.keys.bucket(), this.keys.decode(message.key()),
				message.isPut() ? value(message) : null, message.sequence(), message.operation(), message.time());
	}

	BucketEntry<V> inferredDeletion(String key) {
		return new BucketEntry<>(this.keys.bucket(), this.keys.decode(key), null, 0, KeyValueOperation.DELETE, null);
	}

	@SuppressWarnings("unchecked")
	V value(StoredMessage message) {
		Object value;
		try {
			value = this.decoder.apply(message.data().clone());
		}
		catch (RuntimeException ex) {
			throw undecodable(message, ex);
		}
		if (value == null) {
			throw undecodable(message, null);
		}
		return (V) value;
	}

	private ValueDecodingException undecodable(StoredMessage message, @Nullable Exception cause) {
		return new ValueDecodingException(
				"Revision %d of key '%s' in bucket '%s' (%d bytes) is not a value of type '%s'".formatted(
						message.sequence(), this.keys.decode(message.key()), this.keys.bucket(), message.data().length,
						this.type.getTypeName()),
				message.toKeyValueEntry(this.keys.bucket()), cause);
	}

}
