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

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.ReadOnlyBucketException;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.MessageInfo;
import io.nats.client.support.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Reads of a bucket with the keys, entries and exceptions of jnats, where jnats would not
 * read from the right place.
 */
public final class RawReads {

	private final BucketStream stream;

	private final BucketReads reads;

	private final BucketListing listing;

	/**
	 * Create the reads of a bucket.
	 * @param requests the requests of the connection that nobody waits for
	 */
	public RawReads(BucketStream stream, AsyncRequests requests) {
		BucketSettings settings = stream.settings();
		this.stream = new BucketStream(stream.api(), new BucketSettings(settings.key(), settings.name(), null, null,
				KeyCodec.NONE, settings.consistentReads()), stream.missing());
		this.reads = new BucketReads(this.stream);
		this.listing = new BucketListing(new JetStreamStore(this.stream, requests), this.stream.keys());
	}

	public BucketLayout layout() throws IOException, JetStreamApiException {
		return call(this.stream::layout);
	}

	/**
	 * Return the layout of a bucket that takes writes.
	 * @throws ReadOnlyBucketException if it does not
	 */
	public BucketLayout writableLayout() throws IOException, JetStreamApiException {
		return call(this.stream::requireWritable);
	}

	public @Nullable KeyValueEntry get(String key) throws IOException, JetStreamApiException {
		Validator.validateNonWildcardKvKeyRequired(key);
		return value(() -> this.reads.last(key));
	}

	public @Nullable KeyValueEntry get(String key, long revision) throws IOException, JetStreamApiException {
		Validator.validateNonWildcardKvKeyRequired(key);
		KeyValueEntry entry = value(() -> this.reads.revision(revision));
		return (entry != null && entry.getKey().equals(key)) ? entry : null;
	}

	public List<String> keys(List<String> filters) throws IOException, JetStreamApiException {
		Validator.validateKvKeysWildcardAllowedRequired(filters);
		return call(() -> List.copyOf(this.listing.keys(filters.toArray(String[]::new))));
	}

	public List<KeyValueEntry> history(String key) throws IOException, JetStreamApiException {
		Validator.validateNonWildcardKvKeyRequired(key);
		return call(() -> List.copyOf(this.listing.history(key)));
	}

	private static @Nullable KeyValueEntry value(Supplier<@Nullable MessageInfo> read)
			throws IOException, JetStreamApiException {
		return call(() -> {
			MessageInfo message = read.get();
			return (message != null && BucketValues.isPut(message)) ? new KeyValueEntry(message) : null;
		});
	}

	private static <R extends @Nullable Object> R call(Supplier<R> operation)
			throws IOException, JetStreamApiException {
		try {
			return operation.get();
		}
		catch (ReadOnlyBucketException | KeyValueNotConnectedException ex) {
			throw ex;
		}
		catch (DataAccessException ex) {
			if (ex.getCause() instanceof JetStreamApiException cause) {
				throw cause;
			}
			throw new IOException(ex.getMessage(), ex);
		}
	}

}
