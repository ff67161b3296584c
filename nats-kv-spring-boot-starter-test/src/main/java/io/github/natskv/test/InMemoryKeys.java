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

import java.util.List;
import java.util.function.Predicate;

import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.watch.WatchFilters;
import io.nats.client.Options;

/**
 * The keys of a bucket, and how they are written on a server.
 *
 * @param bucket the name of the bucket
 * @param codec which characters keys may have
 */
record InMemoryKeys(String bucket, KeyCodec codec) {

	/** Room in a protocol line for what is around the key, but for the bucket's name. */
	private static final int LINE_OVERHEAD = 256;

	String encode(String key) {
		return requireLength(key, this.codec.encode(key));
	}

	String encodeExisting(String key) {
		return requireLength(key, this.codec.encodeExisting(key));
	}

	boolean isShown(String encoded) {
		return this.codec.isEncoded(encoded);
	}

	String encodeFilter(String filter) {
		return requireLength(filter, this.codec.encodeFilter(filter));
	}

	String decode(String encoded) {
		return this.codec.decode(encoded);
	}

	Predicate<StoredMessage> matching(String... filters) {
		Predicate<StoredMessage> none = (message) -> filters.length == 0;
		return List.of(filters)
			.stream()
			.map((filter) -> new WatchFilters(List.of(encodeFilter(filter))))
			.<Predicate<StoredMessage>>map((filter) -> (message) -> filter.matches(message.key()))
			.reduce(none, Predicate::or);
	}

	private String requireLength(String key, String encoded) {
		int limit = Options.DEFAULT_MAX_CONTROL_LINE - LINE_OVERHEAD - 2 * this.bucket.length();
		if (encoded.length() > limit) {
			throw new InvalidBucketKeyException(key,
					"A key of bucket '%s' must not be longer than %d characters on the server, this one has %d: '%s…'"
						.formatted(this.bucket, limit, encoded.length(), key.substring(0, 20)));
		}
		return encoded;
	}

}
