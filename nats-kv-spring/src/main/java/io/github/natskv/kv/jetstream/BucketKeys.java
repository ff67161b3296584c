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

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.WatchOptions;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.support.NatsKeyValueUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Translates keys to the form they have on the server.
 */
public final class BucketKeys {

	/** The prefix of the keys of this library's own. */
	private static final String RESERVED = "_kv.";

	/** The key of the marker in a bucket that was cleared. */
	static final String CLEARED = RESERVED + "cleared";

	/** Room in a protocol line for what is around the key, but for the bucket's name. */
	private static final int LINE_OVERHEAD = 256;

	private static final Log logger = LogFactory.getLog(BucketKeys.class);

	private final AtomicBoolean warned = new AtomicBoolean();

	private final String bucketKey;

	private final String bucket;

	private final KeyCodec codec;

	private final int maxKeyLength;

	/**
	 * Create the keys of a bucket.
	 * @param maxControlLine the longest protocol line, in bytes
	 */
	public BucketKeys(BucketSettings settings, int maxControlLine) {
		this.bucketKey = settings.key();
		this.bucket = settings.name();
		this.codec = settings.keyCodec();
		this.maxKeyLength = maxControlLine - LINE_OVERHEAD - 2 * settings.name().length();
	}

	/** Return the bucket key, the server's name for a bucket that is not configured. */
	public String bucketKey() {
		return this.bucketKey;
	}

	/** Return the name of the bucket. */
	public String bucket() {
		return this.bucket;
	}

	/**
	 * Return how a key that is to be written is written on the server.
	 * @throws InvalidBucketKeyException if the bucket cannot have such a key
	 */
	public String encode(String key) {
		String encoded = requireLength(key, this.codec.encode(key));
		if (isReserved(encoded) || isReserved(key)) {
			throw new InvalidBucketKeyException(key,
					"Key '%s' cannot be written: keys that begin with '%s' are reserved".formatted(key, RESERVED));
		}
		return encoded;
	}

	/** Whether a key is one of this library's own, which typed buckets do not show. */
	public static boolean isReserved(String encoded) {
		return encoded.startsWith(RESERVED);
	}

	/**
	 * Return how a key that is to be read is written on the server.
	 * @throws InvalidBucketKeyException if the bucket cannot have such a key
	 */
	public String encodeExisting(String key) {
		return requireLength(key, this.codec.encodeExisting(key));
	}

	/** Whether a change is that the bucket was cleared. */
	public static boolean isCleared(WatchEntry change) {
		return change.operation() == KeyValueOperation.PURGE && change.key().equals(CLEARED);
	}

	/**
	 * Whether a key of the server is shown. One that is not is logged, the first time.
	 * @return whether it is one that can be read
	 */
	public boolean isShown(String encoded) {
		if (isReserved(encoded)) {
			return false;
		}
		boolean shown = this.codec.isEncoded(encoded);
		if (!shown && this.warned.compareAndSet(false, true)) {
			logger.warn(
					("Bucket '%s' has the key '%s', which key-codec '%s' does not write. Such keys of other applications"
							+ " are left out of listings and watches; the KeyValue handle can read them")
						.formatted(this.bucket, encoded, this.codec.name().toLowerCase(Locale.ROOT)));
		}
		return shown;
	}

	/**
	 * Return the keys that are shown, as applications have them.
	 * @param encoded keys on the server, from which others are removed
	 */
	Set<String> shown(Set<String> encoded) {
		encoded.removeIf((key) -> !isShown(key));
		return (this.codec != KeyCodec.NONE) ? encoded.stream().map(this.codec::decode).collect(Collectors.toSet())
				: encoded;
	}

	/**
	 * Return how a filter is written on the server.
	 * @throws InvalidBucketKeyException if the bucket cannot have such a filter
	 */
	public String encodeFilter(String filter) {
		return requireLength(filter, this.codec.encodeFilter(filter));
	}

	/** Return a key as applications have it. */
	public String decode(String encoded) {
		return this.codec.decode(encoded);
	}

	/**
	 * Return what to watch with the filters as they are on the server.
	 * @throws InvalidBucketKeyException if the bucket cannot have such a filter
	 */
	public WatchOptions encode(WatchOptions options) {
		return options.filters(options.filters().stream().map(this::encodeFilter).toList());
	}

	private String requireLength(String key, String encoded) {
		if (encoded.length() > this.maxKeyLength) {
			throw new InvalidBucketKeyException(key,
					"A key of bucket '%s' must not be longer than %d characters on the server, this one has %d: '%s…'"
						.formatted(this.bucket, this.maxKeyLength, encoded.length(),
								key.substring(0, Math.min(20, key.length()))));
		}
		return encoded;
	}

	/**
	 * Return the key in a subject of the bucket's stream as it is on the server.
	 * @param subject the subject, {@code $KV.<bucket>.<key>}
	 */
	public String rawKeyOf(String subject) {
		return new NatsKeyValueUtil.BucketAndKey(subject).key;
	}

}
