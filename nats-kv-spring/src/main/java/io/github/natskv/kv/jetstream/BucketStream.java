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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamReply;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.ReadOnlyBucketException;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.api.ApiResponse;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.ApiConstants;
import io.nats.client.support.JsonValueUtils;
import io.nats.client.support.NatsKeyValueUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * The stream behind a bucket, with keys as they are on the server. Keeps the
 * {@linkplain BucketLayout layout} of the stream from the first use on, and looks again
 * when an answer says that it has changed. Its messages are read by {@link BucketReads}
 * and written by {@link StreamWrites}.
 */
public final class BucketStream {

	private static final Log logger = LogFactory.getLog(BucketStream.class);

	private static final Duration FULL_STORE_SHOWN = Duration.ofMinutes(1);

	private static final String FULL_STORE = "the server refused the last write because its store is full (max_file_store or max_memory_store, or its disk)";

	private static final Comparator<String> BYTE_ORDER = Comparator
		.comparing((text) -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

	private final JetStreamClient api;

	private final BucketSettings settings;

	private final @Nullable String missing;

	private final String streamName;

	private final BucketKeys keys;

	private final AtomicBoolean warned = new AtomicBoolean();

	private volatile @Nullable Long fullSince;

	private volatile @Nullable BucketLayout layout;

	private @Nullable Look lastLook;

	public BucketStream(JetStreamClient api, BucketSettings settings) {
		this(api, settings, null);
	}

	/**
	 * Create access to the stream of a bucket.
	 * @param api the JetStream API
	 * @param missing what to do where the server does not have it
	 */
	public BucketStream(JetStreamClient api, BucketSettings settings, @Nullable String missing) {
		this.api = api;
		this.settings = settings;
		this.missing = missing;
		this.streamName = NatsKeyValueUtil.toStreamName(settings.name());
		this.keys = new BucketKeys(settings, MockedConnection.is(api.connection()) ? Options.DEFAULT_MAX_CONTROL_LINE
				: api.connection().getOptions().getMaxControlLine());
	}

	public JetStreamClient api() {
		return this.api;
	}

	public BucketSettings settings() {
		return this.settings;
	}

	public String bucket() {
		return this.settings.name();
	}

	@Nullable String missing() {
		return this.missing;
	}

	String streamName() {
		return this.streamName;
	}

	public BucketKeys keys() {
		return this.keys;
	}

	BucketLayout layout() {
		BucketLayout current = this.layout;
		return (current != null) ? current : refreshLayout();
	}

	BucketLayout refreshLayout() {
		StreamConfiguration stream = info().getConfiguration();
		BucketLayout current = BucketLayout.of(bucket(), stream, this.api);
		warnOnce(StreamNeeds.missing(stream));
		this.layout = current;
		return current;
	}

	/**
	 * Look at the layout again, unless somebody did since a point in time. Of many
	 * requests that fail together, one looks for all.
	 * @param since the time, by {@link System#nanoTime()}
	 */
	synchronized BucketLayout refreshLayout(long since) {
		Look last = this.lastLook;
		if (last == null || last.begun() - since < 0) {
			last = Look.at(this);
			this.lastLook = last;
		}
		return last.result();
	}

	// also of a bucket that is bound only, about which provisioning asks nothing
	private void warnOnce(List<String> missing) {
		if (!missing.isEmpty() && this.warned.compareAndSet(false, true)) {
			logger.warn("The stream of bucket '%s' lacks what a bucket needs: %s".formatted(bucket(),
					String.join("; ", missing)));
		}
	}

	/**
	 * Refuse to write to a bucket that only copies others.
	 * @throws ReadOnlyBucketException if it does
	 */
	public BucketLayout requireWritable() {
		BucketLayout current = layout();
		if (!current.sources().isEmpty()) {
			current = refreshLayout();
			if (!current.sources().isEmpty()) {
				throw new ReadOnlyBucketException(bucket(), current.sources());
			}
		}
		return current;
	}

	/**
	 * Refuse to clear a bucket that copies others, or does not allow that a message
	 * replaces others.
	 * @throws InvalidDataAccessResourceUsageException if it is such a bucket
	 */
	void requireClearable() {
		StreamConfiguration configuration = info().getConfiguration();
		List<String> copies = new ArrayList<>();
		if (configuration.getMirror() != null) {
			copies.add(NatsKeyValueUtil.trimPrefix(configuration.getMirror().getName()));
		}
		if (configuration.getSources() != null) {
			configuration.getSources().forEach((source) -> copies.add(NatsKeyValueUtil.trimPrefix(source.getName())));
		}
		if (!copies.isEmpty()) {
			throw new InvalidDataAccessResourceUsageException(
					"Bucket '%s' cannot be cleared, because it copies '%s'. Nothing was sent: clear that, or delete the keys"
						.formatted(bucket(), String.join("', '", copies)));
		}
		if (!configuration.getAllowRollup()) {
			throw new InvalidDataAccessResourceUsageException(
					"Bucket '%s' cannot be cleared, because its stream does not allow roll-ups (allow_rollup_hdrs). Nothing was sent: allow them, or delete the keys"
						.formatted(bucket()));
		}
	}

	public StreamInfo info() {
		return call("STREAM.INFO." + this.streamName, null, "look up the stream", StreamInfo::new);
	}

	/**
	 * Call the API about the bucket's stream.
	 * @param subject the subject after the prefix
	 * @param json the request
	 * @param action what is done, to follow "Could not"
	 * @param reader reads the response
	 */
	<R extends ApiResponse<R>> R call(String subject, @Nullable String json, String action,
			Function<Message, R> reader) {
		return call(subject, json, this.api.timeout(), action, reader);
	}

	private <R extends ApiResponse<R>> R call(String subject, @Nullable String json, Duration timeout, String action,
			Function<Message, R> reader) {
		try {
			return reader.apply(this.api.call(subject, json, timeout)).throwOnHasError();
		}
		catch (JetStreamRequestException.NoResponders ex) {
			throw noJetStream(ex);
		}
		catch (JetStreamApiException ex) {
			throw translate(action, ex);
		}
	}

	/** Look into why the stream that takes the writes has not answered. */
	DataAccessException silent(KeyValueTimeoutException ex) {
		MirrorOrigin origin = origin();
		if (origin == null) {
			return ex;
		}
		origin.doubt(this.api.timeout());
		return origin.silent(ex);
	}

	/**
	 * Find out why nobody took a request.
	 * @param action what was to be done, to follow "Could not"
	 * @param atOrigin whether the request went to the stream that takes the writes
	 */
	DataAccessException unavailable(String action, JetStreamRequestException.NoResponders ex, boolean atOrigin) {
		return atOrigin ? originUnavailable(action, ex) : leaderless(action, ex);
	}

	/**
	 * Return the subjects of all keys that match a filter, deleted ones included. The
	 * server sends them in pages, in order: each begins with the end of the one before.
	 * @param filter the filter as a subject of the bucket's stream
	 * @param before the stream as it was before
	 * @return how many messages there are, by subject, or {@code null} if it is another
	 * stream or keys vanished between two pages
	 */
	@Nullable Map<String, Long> subjects(String filter, StreamInfo before) {
		Duration timeout = this.api.timeout(before.getStreamState().getSubjectCount());
		Map<String, Long> subjects = new HashMap<>();
		String last = null;
		while (true) {
			StreamInfo page = call("STREAM.INFO." + this.streamName,
					ApiRequest.of(ApiConstants.SUBJECTS_FILTER, filter)
						.with(ApiConstants.OFFSET, Math.max(0, subjects.size() - 1))
						.toJson(),
					timeout, "list keys", StreamInfo::new);
			Map<String, Long> found = page.getStreamState().getSubjectMap();
			if (!page.getCreateTime().equals(before.getCreateTime()) || (last != null && !found.containsKey(last))) {
				return null;
			}
			int known = subjects.size();
			subjects.putAll(found);
			if (subjects.size() == known
					|| subjects.size() >= JsonValueUtils.readLong(page.getJv(), ApiConstants.TOTAL, 0)) {
				return subjects;
			}
			last = Collections.max(found.keySet(), BYTE_ORDER);
		}
	}

	/**
	 * Do something that depends on the layout, once more if nobody answers and the layout
	 * turns out to have changed.
	 * @param action what is done, to follow "Could not"
	 */
	<R extends @Nullable Object> R retried(Supplier<String> action, Supplier<R> operation) {
		return retried(action, operation, this::leaderless);
	}

	/**
	 * Do something at the stream that takes the writes, which is that of another bucket
	 * where this one is its mirror. Failures say so.
	 * @param action what is done, to follow "Could not"
	 */
	<R extends @Nullable Object> R atOrigin(Supplier<String> action, Supplier<R> operation) {
		try {
			return retried(action, operation, this::originUnavailable);
		}
		catch (KeyValueTimeoutException ex) {
			MirrorOrigin origin = origin();
			throw (origin != null) ? origin.silent(ex) : ex;
		}
	}

	DataAccessException originUnavailable(String action, JetStreamRequestException.NoResponders ex) {
		MirrorOrigin origin = origin();
		return (origin != null) ? origin.unavailable(action, ex) : leaderless(action, ex);
	}

	@Nullable MirrorOrigin origin() {
		BucketLayout current = this.layout;
		return (current != null) ? MirrorOrigin.of(this.api, bucket(), this.streamName, current) : null;
	}

	DataAccessException translateAtOrigin(String action, JetStreamApiException ex) {
		MirrorOrigin origin = origin();
		return (origin != null && JetStreamError.isStreamNotFound(ex)) ? origin.notFound(ex) : translate(action, ex);
	}

	private <R extends @Nullable Object> R retried(Supplier<String> action, Supplier<R> operation,
			BiFunction<String, JetStreamRequestException.NoResponders, DataAccessException> failure) {
		BucketLayout before = layout();
		try {
			return operation.get();
		}
		catch (JetStreamRequestException.NoResponders ex) {
			if (refreshLayout().equals(before)) {
				throw failure.apply(action.get(), ex);
			}
		}
		try {
			return operation.get();
		}
		catch (JetStreamRequestException.NoResponders ex) {
			throw failure.apply(action.get(), ex);
		}
	}

	private DataAccessException leaderless(String action, JetStreamRequestException.NoResponders ex) {
		return new TransientDataAccessResourceException(
				("Could not %s in bucket '%s': its stream exists, but does not take the request at the moment, so nothing"
						+ " was done. It may have no leader")
					.formatted(action, bucket()),
				ex);
	}

	private static DataAccessResourceFailureException noJetStream(JetStreamRequestException.NoResponders ex) {
		return new DataAccessResourceFailureException(
				"No JetStream answers: it is not enabled on the server or for the account, has no leader at the"
						+ " moment, or the configured domain or prefix is wrong. Nothing was done",
				ex);
	}

	/**
	 * Return why the last write was refused, if that was because the store of the server
	 * is full and not long ago.
	 */
	public @Nullable String fullStore() {
		Long since = this.fullSince;
		return (since != null && System.nanoTime() - since < FULL_STORE_SHOWN.toNanos()) ? FULL_STORE : null;
	}

	/** Note that the store of the server took a write. */
	void taken() {
		this.fullSince = null;
	}

	/** Look at the layout again before it is used the next time. */
	void forgetLayout() {
		this.layout = null;
	}

	public DataAccessException translate(String action, JetStreamApiException ex) {
		if (JetStreamError.of(ex).code() == JetStreamError.INSUFFICIENT_RESOURCES) {
			this.fullSince = System.nanoTime();
		}
		DataAccessException translated = BucketErrors.translate(bucket(), action, ex);
		if (translated instanceof BucketNotFoundException) {
			this.layout = null;
			if (this.missing != null) {
				return new BucketNotFoundException(bucket(),
						"The server has no bucket '" + bucket() + "'. " + this.missing, ex);
			}
		}
		return translated;
	}

	/**
	 * A request that was sent.
	 *
	 * @param layout what the bucket was like
	 * @param time when it was sent, by {@link System#nanoTime()}
	 * @param reply the reply
	 */
	record Begun(BucketLayout layout, long time, JetStreamReply reply) {

	}

	/**
	 * A look at the layout.
	 *
	 * @param begun when it was begun, by {@link System#nanoTime()}
	 * @param layout what was seen
	 * @param failure why nothing was seen
	 */
	private record Look(long begun, @Nullable BucketLayout layout, @Nullable RuntimeException failure) {

		private static Look at(BucketStream stream) {
			long now = System.nanoTime();
			try {
				return new Look(now, stream.refreshLayout(), null);
			}
			catch (RuntimeException ex) {
				return new Look(now, null, ex);
			}
		}

		private BucketLayout result() {
			if (this.layout == null) {
				throw Objects.requireNonNull(this.failure);
			}
			return this.layout;
		}

	}

}
