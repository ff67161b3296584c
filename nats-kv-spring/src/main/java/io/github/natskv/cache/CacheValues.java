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

package io.github.natskv.cache;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.kv.KeyValueCodec;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.cache.support.NullValue;
import org.springframework.core.ResolvableType;

/**
 * Values of a cache as they are stored: encoded by the codec of buckets, with the type in
 * a header.
 */
final class CacheValues {

	/** Header with the type of the value. */
	static final String TYPE = "Value-Type";

	private static final String NULL = "null";

	private static final byte[] EMPTY = {};

	private static final Log logger = LogFactory.getLog(NatsCache.class);

	private final String cache;

	private final KeyValueCodec codec;

	private final ValueTypes types;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	CacheValues(String cache, KeyValueCodec codec, ValueTypes types) {
		this.cache = cache;
		this.codec = codec;
		this.types = types;
	}

	Encoded encode(Object storeValue, @Nullable ResolvableType declared) {
		if (storeValue instanceof NullValue) {
			return new Encoded(NULL, EMPTY);
		}
		ResolvableType type = this.types.of(storeValue, declared);
		return new Encoded(ValueTypes.name(type), this.codec.encode(storeValue, type.getType()));
	}

	// null for what this application cannot read
	@Nullable Object decode(MessageInfo message, @Nullable ResolvableType declared) {
		Headers headers = message.getHeaders();
		String type = (headers != null) ? headers.getFirst(TYPE) : null;
		if (NULL.equals(type)) {
			return NullValue.INSTANCE;
		}
		byte[] data = message.getData();
		try {
			if (type == null) {
				throw new IllegalArgumentException("it has no header '%s'".formatted(TYPE));
			}
			return this.codec.decode((data != null) ? data : EMPTY, this.types.parse(type, declared));
		}
		catch (RuntimeException ex) {
			if (this.warned.size() < 100 && this.warned.add(String.valueOf(type))) {
				logger.warn(
						"A value of type '%s' in cache '%s' cannot be read and counts as a miss, like others of its kind"
							.formatted(type, this.cache) + ": " + ex.getMessage());
			}
			return null;
		}
	}

	record Encoded(String type, byte[] bytes) {

		Headers headers() {
			return new Headers().put(TYPE, this.type);
		}

	}

}
