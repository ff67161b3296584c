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

import java.time.Duration;

import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.kv.ValueTooLargeException;
import io.github.natskv.kv.jetstream.BucketErrors;
import io.nats.client.JetStreamApiException;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.util.Assert;

/**
 * The kinds of writes, with keys and values as they are on a server.
 */
final class InMemoryWrites {

	private static final int MAX_PAYLOAD = 1024 * 1024;

	private static final String TTL_SINCE = "2.11.0";

	private final InMemoryStream stream;

	private final InMemoryKeys keys;

	InMemoryWrites(InMemoryStream stream, InMemoryKeys keys) {
		this.stream = stream;
		this.keys = keys;
	}

	long put(String key, byte[] value) {
		return append(key, new Headers(), value);
	}

	long update(String key, byte[] value, long expectedRevision) {
		return append(key, expecting(new Headers(), expectedRevision), value);
	}

	long create(String key, byte[] value, @Nullable Duration ttl) {
		Headers headers = (ttl != null) ? expiring(new Headers(), ttl, "A value that expires") : new Headers();
		synchronized (this.stream) {
			StoredMessage last = this.stream.last(key);
			try {
				return append(key, expecting(headers, (last != null && !last.isPut()) ? last.sequence() : 0), value);
			}
			catch (RevisionConflictException ex) {
				throw new DuplicateKeyException("Key '%s' already has a value in bucket '%s'"
					.formatted(this.keys.decode(key), this.keys.bucket()), ex);
			}
		}
	}

	long delete(String key, @Nullable Long expectedRevision) {
		return remove(key, NatsKeyValueUtil.getDeleteHeaders(), expectedRevision);
	}

	long purge(String key, @Nullable Long expectedRevision, @Nullable Duration markerTtl) {
		Headers headers = NatsKeyValueUtil.getPurgeHeaders();
		return remove(key,
				(markerTtl != null) ? expiring(headers, markerTtl, "A deletion marker that expires") : headers,
				expectedRevision);
	}

	private long remove(String key, Headers headers, @Nullable Long expectedRevision) {
		return append(key, (expectedRevision != null) ? expecting(headers, expectedRevision) : headers, new byte[0]);
	}

	private long append(String key, Headers headers, byte[] value) {
		int size = StoredMessage.contentSize(headers, value);
		if (size > MAX_PAYLOAD) {
			throw new ValueTooLargeException(
					"A value of %d bytes for bucket '%s' is larger than the server takes (max_payload is %d)"
						.formatted(size, this.keys.bucket(), MAX_PAYLOAD),
					null);
		}
		try {
			return this.stream.append(key, headers, value);
		}
		catch (JetStreamApiException ex) {
			throw BucketErrors.translate(this.keys.bucket(), "write key '" + key + "'", ex);
		}
	}

	private static Headers expecting(Headers headers, long revision) {
		Assert.isTrue(revision >= 0, () -> "'expectedRevision' must not be negative, but is " + revision);
		return headers.put(NatsJetStreamConstants.EXPECTED_LAST_SUB_SEQ_HDR, Long.toString(revision));
	}

	private Headers expiring(Headers headers, Duration ttl, String feature) {
		Assert.isTrue(ttl.compareTo(Duration.ofSeconds(1)) >= 0 && ttl.getNano() == 0,
				() -> "A time to live must be whole seconds, at least one, but is " + ttl);
		if (this.stream.limitMarkerTtl() == null) {
			throw new UnsupportedServerFeatureException(feature, TTL_SINCE, "in memory",
					"%s is not allowed by bucket '%s': set its option limit-marker-ttl".formatted(feature,
							this.keys.bucket()));
		}
		return headers.put(NatsJetStreamConstants.MSG_TTL_HDR, ttl.toSeconds() + "s");
	}

}
