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

package io.github.natskv.endpoint;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import io.github.natskv.health.MonitoredConnection;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketFullException;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.ReadOnlyBucketException;
import io.github.natskv.kv.ValueTooLargeException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.dao.PermissionDeniedDataAccessException;

/**
 * {@link Endpoint @Endpoint} to look into buckets: their keys, and the revisions of a
 * key. A bucket is named by its bucket key, or by the server's name; others than the
 * configured ones have to be allowed. Writing and deleting has to be allowed by
 * {@code management.endpoint.natskv.access}.
 *
 * @since 0.1.0
 */
@Endpoint(id = "natskv", defaultAccess = Access.READ_ONLY)
public class NatsKvEndpoint implements AutoCloseable {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 10_000;

	private final EndpointBuckets buckets;

	private final TimedCalls calls;

	private final Sanitizer sanitizer;

	private final Show showValues;

	/**
	 * Create the endpoint.
	 * @param connections the connections, the default one first
	 * @param sanitizing what hides values, by bucket and key: {@code bucket/key}
	 * @param showValues when values are shown
	 * @param allBuckets whether buckets can be named that are not configured
	 * @param timeout how long a request may take
	 */
	public NatsKvEndpoint(List<MonitoredConnection> connections, Iterable<SanitizingFunction> sanitizing,
			Show showValues, boolean allBuckets, Duration timeout) {
		this.buckets = new EndpointBuckets(connections, allBuckets);
		this.calls = new TimedCalls(timeout);
		this.sanitizer = new Sanitizer(sanitizing);
		this.showValues = showValues;
	}

	/**
	 * List the configured buckets.
	 * @param connection the name of the connection, the default one if there is none
	 * @return the bucket keys
	 */
	@ReadOperation
	public BucketsDescriptor buckets(@Nullable String connection) {
		return new BucketsDescriptor(new TreeSet<>(this.buckets.of(connection).names()));
	}

	/**
	 * List keys of a bucket, in the order in which they were last written.
	 * @param bucket the bucket key, or the server's name
	 * @param filter a filter such as {@code users.*} or {@code users.>}, all by default
	 * @param after where to go on: {@code next} of the page before; the first page by
	 * default
	 * @param limit how many keys to show at most, 100 by default
	 * @param connection the name of the connection, the default one if there is none
	 * @return the keys
	 */
	@ReadOperation
	public KeysDescriptor keys(@Selector String bucket, @Nullable String filter, @Nullable Long after,
			@Nullable Integer limit, @Nullable String connection) {
		long position = range("after", (after != null) ? after : 0, 0, Long.MAX_VALUE - 1);
		int shown = (int) range("limit", (limit != null) ? limit : DEFAULT_LIMIT, 1, MAX_LIMIT);
		return call(bucket, () -> {
			KeyValueBucket<byte[]> values = this.buckets.bucket(connection, bucket);
			KeyValueBucket.KeyPage page = values.keys((filter != null) ? filter : ">", position, shown);
			return new KeysDescriptor(this.buckets.keyOf(connection, bucket), values.getName(), page.keys(),
					page.next());
		});
	}

	/**
	 * Show a key and its history.
	 * @param bucket the bucket key, or the server's name
	 * @param key the key
	 * @param connection the name of the connection, the default one if there is none
	 * @return the entry
	 */
	@ReadOperation
	public EntryDescriptor entry(@Selector String bucket, @Selector(match = Match.ALL_REMAINING) String[] key,
			@Nullable String connection) {
		return entry(bucket, key, connection, this.showValues.isShown(true));
	}

	EntryDescriptor entry(String bucket, String[] key, @Nullable String connection, boolean showValues) {
		return call(bucket, () -> {
			List<BucketEntry<byte[]>> history = this.buckets.bucket(connection, bucket).history(join(key));
			if (history.isEmpty()) {
				throw new NoSuchNameException("There is no key '%s' in bucket '%s'".formatted(join(key), bucket));
			}
			String bucketKey = this.buckets.keyOf(connection, bucket);
			List<RevisionDescriptor> revisions = history.stream()
				.map((entry) -> describe(bucketKey, entry, showValues))
				.toList();
			return new EntryDescriptor(bucketKey, history.get(0).bucket(), join(key),
					revisions.get(revisions.size() - 1), revisions.subList(0, revisions.size() - 1));
		});
	}

	private RevisionDescriptor describe(String bucket, BucketEntry<byte[]> entry, boolean showValues) {
		Object value = null;
		if (entry.value() != null) {
			String text = ValueText.of(entry.value());
			value = this.sanitizer.sanitize(new SanitizableData(null, bucket + "/" + entry.key(), text), showValues);
		}
		return new RevisionDescriptor(entry.revision(), Texts.lowerCase(entry.operation()),
				(entry.created() != null) ? entry.created().toString() : null, value);
	}

	/**
	 * Write a value.
	 * @param bucket the bucket key, or the server's name
	 * @param key the key
	 * @param value the value, as it is to be stored
	 * @param connection the name of the connection, the default one if there is none
	 * @return the revision
	 */
	@WriteOperation
	public WrittenDescriptor put(@Selector String bucket, @Selector(match = Match.ALL_REMAINING) String[] key,
			String value, @Nullable String connection) {
		return call(bucket, () -> new WrittenDescriptor(
				this.buckets.bucket(connection, bucket).put(join(key), value.getBytes(StandardCharsets.UTF_8))));
	}

	/**
	 * Delete a key.
	 * @param bucket the bucket key, or the server's name
	 * @param key the key
	 * @param connection the name of the connection, the default one if there is none
	 * @return the revision of the deletion marker
	 */
	@DeleteOperation
	public WrittenDescriptor delete(@Selector String bucket, @Selector(match = Match.ALL_REMAINING) String[] key,
			@Nullable String connection) {
		return call(bucket, () -> new WrittenDescriptor(this.buckets.bucket(connection, bucket).delete(join(key))));
	}

	private static String join(String[] key) {
		return String.join("/", key);
	}

	private static long range(String name, long value, long min, long max) {
		if (value < min || value > max) {
			throw new InvalidEndpointRequestException(name + " " + value + " is not allowed",
					"'%s' must be between %d and %d".formatted(name, min, max));
		}
		return value;
	}

	private <T> T call(String bucket, Supplier<T> action) {
		try {
			return this.calls.call(action);
		}
		catch (BucketNotFoundException ex) {
			throw new NoSuchNameException("There is no bucket '" + bucket + "'");
		}
		catch (InvalidBucketKeyException | ReadOnlyBucketException | ValueTooLargeException | BucketFullException
				| PermissionDeniedDataAccessException | IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException("Invalid request", String.valueOf(ex.getMessage()), ex);
		}
	}

	/**
	 * End what is under way.
	 */
	@Override
	public void close() {
		this.calls.close();
	}

	/**
	 * The configured buckets.
	 *
	 * @param buckets the bucket keys
	 */
	public record BucketsDescriptor(Set<String> buckets) implements OperationResponseBody {

	}

	/**
	 * Keys of a bucket.
	 *
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 * @param keys the keys, in the order in which they were last written
	 * @param next where the next page goes on, as {@code after}; {@code null} if there
	 * are no more keys
	 */
	public record KeysDescriptor(String bucketKey, String bucketName, List<String> keys,
			@Nullable Long next) implements OperationResponseBody {

	}

	/**
	 * A key with its history.
	 *
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 * @param key the key
	 * @param latest the latest revision
	 * @param history the revisions before, oldest first
	 */
	public record EntryDescriptor(String bucketKey, String bucketName, String key, RevisionDescriptor latest,
			List<RevisionDescriptor> history) implements OperationResponseBody {

	}

	/**
	 * A revision of a key.
	 *
	 * @param revision the revision
	 * @param operation {@code put}, {@code delete} or {@code purge}
	 * @param created when it was written
	 * @param value the value: text, or {@code base64:…} for what is not
	 */
	public record RevisionDescriptor(long revision, String operation, @Nullable String created,
			@Nullable Object value) {

	}

	/**
	 * The result of a write.
	 *
	 * @param revision the revision
	 */
	public record WrittenDescriptor(long revision) implements OperationResponseBody {

	}

}
