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

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketListing;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.BucketWrites;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.MessageTtl;
import io.nats.client.Options;
import io.nats.client.api.KeyResult;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.KeyValuePurgeOptions;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.MessageInfo;
import io.nats.client.support.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * An in-memory bucket as jnats sees it: keys and values are those on a server.
 */
final class InMemoryKeyValue implements InvocationHandler {

	private static final KeyValuePurgeOptions DEFAULT_PURGE = KeyValuePurgeOptions.builder().build();

	private final InMemoryStream stream;

	private final BucketWrites writes;

	private final BucketListing listing;

	private InMemoryKeyValue(InMemoryStream stream) {
		BucketKeys keys = new BucketKeys(BucketSettings.of(stream.bucket()), Options.DEFAULT_MAX_CONTROL_LINE);
		this.stream = stream;
		this.writes = new BucketWrites(stream, keys);
		this.listing = new BucketListing(stream, keys);
	}

	static KeyValue create(InMemoryStream stream) {
		return InMemoryProxies.proxy(KeyValue.class, new InMemoryKeyValue(stream));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws IOException, JetStreamApiException {
		try {
			return call(proxy, method, (arguments != null) ? arguments : new Object[0]);
		}
		catch (DataAccessException ex) {
			if (ex.getMostSpecificCause() instanceof JetStreamApiException cause) {
				throw cause;
			}
			throw new IOException(ex.getMessage(), ex);
		}
	}

	private @Nullable Object call(Object proxy, Method method, @Nullable Object[] args) {
		return switch (method.getName()) {
			case "getBucketName" -> this.stream.bucket();
			case "getStatus" -> new KeyValueStatus(this.stream.info());
			case "get" -> get(key(args), expectedRevision(args));
			case "history" -> this.listing.history(key(args));
			case "keys" -> List.copyOf(keys(args));
			case "consumeKeys" -> new LinkedBlockingQueue<>(
					Stream.concat(keys(args).stream().map(KeyResult::new), Stream.of(new KeyResult())).toList());
			case "put" -> this.writes.put(key(args), bytes(args[1]));
			case "create" -> this.writes.create(key(args), bytes(args[1]), ttl(args));
			case "update" -> this.writes.update(key(args), bytes(args[1]), (long) args[2]);
			case "delete" -> done(this.writes.delete(key(args), expectedRevision(args)));
			case "purge" -> done(this.writes.purge(key(args), expectedRevision(args), ttl(args)));
			case "purgeDeletes" ->
				done(purgeDeletes((args.length > 0) ? (KeyValuePurgeOptions) args[0] : DEFAULT_PURGE));
			case "watch", "watchAll" ->
				throw new UnsupportedOperationException("The jnats handle of an in-memory bucket has no watches: use"
						+ " KeyValueBucket.watch, or a test with a server");
			default -> InMemoryProxies.invoke("In-memory KeyValue", proxy, method, args);
		};
	}

	private static @Nullable Object done(long result) {
		return null;
	}

	private @Nullable KeyValueEntry get(String key, @Nullable Long revision) {
		MessageInfo message = (revision != null) ? this.stream.revision(revision) : this.stream.last(key);
		KeyValueEntry entry = (message != null && BucketValues.isPut(message)) ? new KeyValueEntry(message) : null;
		return (entry != null && entry.getKey().equals(key)) ? entry : null;
	}

	private Collection<String> keys(@Nullable Object[] args) {
		if (args.length == 0) {
			return this.listing.keys();
		}
		return this.listing.keys((args[0] instanceof List<?> filters) ? filters.toArray(String[]::new)
				: new String[] { (String) args[0] });
	}

	private long purgeDeletes(KeyValuePurgeOptions options) {
		Duration threshold = Duration.ofMillis(options.getDeleteMarkersThresholdMillis());
		for (KeyValueEntry entry : this.stream.scan(">", true)) {
			if (entry.getOperation() != KeyValueOperation.PUT) {
				boolean old = threshold.isNegative()
						|| !entry.getCreated().toInstant().isAfter(this.stream.now().minus(threshold));
				this.stream.removeUpTo(entry.getKey(), old ? entry.getRevision() : entry.getRevision() - 1);
			}
		}
		return 0;
	}

	private static String key(@Nullable Object[] args) {
		return Validator.validateNonWildcardKvKeyRequired((String) args[0]);
	}

	private static byte[] bytes(@Nullable Object value) {
		if (value instanceof byte[] bytes) {
			return bytes;
		}
		return (value != null) ? value.toString().getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	private static @Nullable Long expectedRevision(@Nullable Object[] args) {
		return (args.length > 1 && args[1] instanceof Long revision) ? revision : null;
	}

	private static @Nullable Duration ttl(@Nullable Object[] args) {
		if (!(args[args.length - 1] instanceof MessageTtl ttl)) {
			return null;
		}
		if (ttl.getTtlString().equals(MessageTtl.never().getTtlString())) {
			throw new UnsupportedOperationException(
					"An in-memory bucket knows no values that outlive the time to live of their bucket:"
							+ " use a test with a server");
		}
		return Duration.parse("PT" + ttl.getTtlString());
	}

}
