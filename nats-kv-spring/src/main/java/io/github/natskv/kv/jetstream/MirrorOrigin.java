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

import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.NatsKeyValueUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * The bucket that takes the writes of a mirror. It may be in the JetStream of another
 * domain, which may be away, and it may be deleted while the mirror lives on. The server
 * then answers to a write in one of three ways, of which none says which is the case:
 * that nobody listens, not at all, or that there is no such stream.
 */
final class MirrorOrigin {

	private static final Log logger = LogFactory.getLog(MirrorOrigin.class);

	private final JetStreamClient api;

	private final String mirror;

	private final BucketLayout layout;

	MirrorOrigin(JetStreamClient api, String mirror, BucketLayout layout) {
		this.api = api;
		this.mirror = mirror;
		this.layout = layout;
	}

	private String bucket() {
		return NatsKeyValueUtil.trimPrefix(this.layout.origin());
	}

	/**
	 * Describe where the bucket is.
	 * @return its name, and the domain if it is not that of the mirror
	 */
	String describe() {
		String prefix = this.layout.originApi();
		String name = "bucket '%s'".formatted(bucket());
		if (prefix.equals(this.api.prefix())) {
			return name;
		}
		return name + ((prefix.startsWith("$JS.") && prefix.endsWith(".API."))
				? " of domain '%s'".formatted(prefix.substring("$JS.".length(), prefix.length() - ".API.".length()))
				: " behind the prefix '%s'".formatted(prefix));
	}

	/**
	 * Ask whether the bucket is there.
	 * @throws BucketNotFoundException if its server says that it is not
	 */
	void requireExisting(Duration timeout) {
		try {
			new StreamInfo(this.api.request(this.layout.originApi() + "STREAM.INFO." + this.layout.origin(), null, null,
					timeout, null))
				.throwOnHasError();
		}
		catch (JetStreamApiException ex) {
			if (JetStreamError.isStreamNotFound(ex)) {
				throw notFound(ex);
			}
		}
	}

	/**
	 * Look into why a request is not answered.
	 * @throws BucketNotFoundException if the bucket is not there
	 */
	void doubt(Duration timeout) {
		try {
			requireExisting(timeout);
		}
		catch (BucketNotFoundException ex) {
			throw ex;
		}
		catch (DataAccessException | JetStreamRequestException.NoResponders ex) {
			logger.debug("It is not known whether %s is there".formatted(describe()), ex);
		}
	}

	BucketNotFoundException notFound(JetStreamApiException ex) {
		return new BucketNotFoundException(bucket(),
				"The server has no %s, which bucket '%s' mirrors and which takes its writes. Create it, or make '%s' a bucket of its own by removing its mirror"
					.formatted(describe(), this.mirror, this.mirror),
				ex);
	}

	/**
	 * Find out why nobody takes a request.
	 * @param action what was to be done, to follow "Could not"
	 */
	DataAccessException unavailable(String action, JetStreamRequestException.NoResponders ex) {
		String reason = "its stream does not take requests at the moment, and may have no leader";
		try {
			requireExisting(this.api.timeout());
		}
		catch (BucketNotFoundException missing) {
			return missing;
		}
		catch (JetStreamRequestException.NoResponders away) {
			reason = "no JetStream answers there: the connection to it may be lost";
		}
		catch (DataAccessException silent) {
			reason = "it does not answer";
		}
		return new TransientDataAccessResourceException(
				"Could not %s in bucket '%s', which mirrors %s: %s. Nothing was done".formatted(action, this.mirror,
						describe(), reason),
				ex);
	}

	DataAccessException silent(KeyValueTimeoutException ex) {
		return new KeyValueTimeoutException("%s. The request went to %s, which bucket '%s' mirrors"
			.formatted(ex.getMessage(), describe(), this.mirror), ex);
	}

	/**
	 * Return the origin of a mirror.
	 * @param bucket the server's name of a bucket
	 * @return the origin, {@code null} if the bucket takes its writes itself
	 */
	static @Nullable MirrorOrigin of(JetStreamClient api, String bucket, String streamName, BucketLayout layout) {
		boolean own = layout.origin().equals(streamName) && layout.originApi().equals(api.prefix());
		return own ? null : new MirrorOrigin(api, bucket, layout);
	}

}
