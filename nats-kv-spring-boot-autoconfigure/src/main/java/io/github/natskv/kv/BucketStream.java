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

package io.github.natskv.kv;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.ApiResponse;
import io.nats.client.api.Error;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.PurgeResponse;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.ApiConstants;
import io.nats.client.support.JsonValueUtils;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * The stream behind a bucket: writes and reads with keys as they are on the server. Keeps
 * the {@linkplain BucketLayout layout} of the stream from the first use on, and looks
 * again when an answer says that it has changed.
 */
final class BucketStream {

	/** Room in a protocol line for what is around the key, but for the bucket's name. */
	private static final int LINE_OVERHEAD = 256;

	private final JetStreamApi api;

	private final BucketSettings settings;

	private final String streamName;

	private final int maxKeyLength;

	private volatile @Nullable BucketLayout layout;

	BucketStream(JetStreamApi api, BucketSettings settings) {
		this.api = api;
		this.settings = settings;
		this.streamName = NatsKeyValueUtil.toStreamName(settings.name());
		this.maxKeyLength = api.connection().getOptions().getMaxControlLine() - LINE_OVERHEAD
				- 2 * settings.name().length();
	}

	JetStreamApi api() {
		return this.api;
	}

	BucketSettings settings() {
		return this.settings;
	}

	String bucket() {
		return this.settings.name();
	}

	String streamName() {
		return this.streamName;
	}

	/**
	 * Return how a key is written on the server.
	 * @param key the key
	 * @return the key on the server
	 * @throws InvalidBucketKeyException if the bucket cannot have such a key
	 */
	String encode(String key) {
		return requireLength(key, this.settings.keyCodec().encode(key));
	}

	/**
	 * Return how a filter is written on the server.
	 * @param filter the filter
	 * @return the filter on the server
	 * @throws InvalidBucketKeyException if the bucket cannot have such a filter
	 */
	String encodeFilter(String filter) {
		return requireLength(filter, this.settings.keyCodec().encodeFilter(filter));
	}

	private String requireLength(String key, String encoded) {
		if (encoded.length() > this.maxKeyLength) {
			throw new InvalidBucketKeyException(key,
					"A key of bucket '%s' must not be longer than %d characters on the server, this one has %d: '%s…'"
						.formatted(bucket(), this.maxKeyLength, encoded.length(), key.substring(0, 20)));
		}
		return encoded;
	}

	/**
	 * Return the key in a subject of the bucket's stream.
	 * @param subject the subject
	 * @return the decoded key
	 */
	String keyOf(String subject) {
		return this.settings.keyCodec().decode(rawKeyOf(subject));
	}

	/**
	 * Return the key in a subject of the bucket's stream as it is on the server.
	 * @param subject the subject, {@code $KV.<bucket>.<key>}
	 * @return the key on the server
	 */
	String rawKeyOf(String subject) {
		return new NatsKeyValueUtil.BucketAndKey(subject).key;
	}

	BucketLayout layout() {
		BucketLayout current = this.layout;
		return (current != null) ? current : refreshLayout();
	}

	BucketLayout refreshLayout() {
		BucketLayout current = BucketLayout.of(bucket(), info().getConfiguration(), this.api);
		this.layout = current;
		return current;
	}

	/**
	 * Refuse to write to a bucket that only copies others.
	 * @return the layout
	 * @throws ReadOnlyBucketException if it does
	 */
	BucketLayout requireWritable() {
		BucketLayout current = layout();
		if (!current.sources().isEmpty()) {
			current = refreshLayout();
			if (!current.sources().isEmpty()) {
				throw new ReadOnlyBucketException(bucket(), current.sources());
			}
		}
		return current;
	}

	StreamInfo info() {
		return call("STREAM.INFO." + this.streamName, null, "look up the stream", StreamInfo::new);
	}

	/**
	 * Call the API about the bucket's stream.
	 * @param subject the subject after the prefix
	 * @param json the request
	 * @param action what is done, to follow "Could not"
	 * @param reader reads the response
	 * @param <R> the type of the response
	 * @return the response
	 */
	<R extends ApiResponse<R>> R call(String subject, @Nullable String json, String action,
			Function<Message, R> reader) {
		try {
			return reader.apply(this.api.call(subject, json)).throwOnHasError();
		}
		catch (JetStreamApi.NobodyThereException ex) {
			throw noJetStream(ex);
		}
		catch (JetStreamApiException ex) {
			throw translate(action, ex);
		}
	}

	/**
	 * Publish a revision of a key.
	 * @param key the key on the server
	 * @param headers the headers
	 * @param value the value
	 * @return the revision
	 */
	long publish(String key, @Nullable Headers headers, byte @Nullable [] value) {
		requireFits(headers, value);
		String action = "write key '" + key + "'";
		Message response = retried(action,
				() -> this.api.request(requireWritable().writePrefix() + key, headers, value));
		try {
			return new PublishAck(response).getSeqno();
		}
		catch (JetStreamApiException ex) {
			throw translate(action, ex);
		}
		catch (IOException ex) {
			throw new DataAccessResourceFailureException(
					"Could not understand the server's answer to a write to bucket '%s': %s".formatted(bucket(),
							ex.getMessage()),
					ex);
		}
	}

	private void requireFits(@Nullable Headers headers, byte @Nullable [] value) {
		long size = ((headers != null) ? headers.serializedLength() : 0) + ((value != null) ? value.length : 0);
		long maximum = this.api.connection().getMaxPayload();
		if (maximum > 0 && size > maximum) {
			throw new ValueTooLargeException(
					"A value of %d bytes for bucket '%s' is larger than the server takes (max_payload is %d)"
						.formatted(size, bucket(), maximum),
					null);
		}
	}

	/**
	 * Return the last message of a key, from where the settings of the bucket say.
	 * @param key the key on the server
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo last(String key) {
		return this.settings.consistentReads() ? lastFromLeader(key) : retried("read key '" + key + "'", () -> {
			BucketLayout current = layout();
			String subject = current.readPrefix() + key;
			return current.direct() ? direct("DIRECT.GET." + this.streamName + "." + subject, null)
					: stored(this.api.prefix(), this.streamName, lastBySubject(subject));
		});
	}

	/**
	 * Return the last message of a key from the leader of the stream that writes go to.
	 * @param key the key on the server
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo lastFromLeader(String key) {
		return retried("read key '" + key + "'", () -> {
			BucketLayout current = layout();
			return stored(current.originApi(), current.origin(), lastBySubject(current.originPrefix() + key));
		});
	}

	/**
	 * Return one message.
	 * @param revision its revision
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo revision(long revision) {
		String request = "{\"seq\":" + revision + "}";
		return retried("read revision " + revision, () -> {
			BucketLayout current = layout();
			if (this.settings.consistentReads()) {
				return stored(current.originApi(), current.origin(), request);
			}
			return current.direct() ? direct("DIRECT.GET." + this.streamName, request)
					: stored(this.api.prefix(), this.streamName, request);
		});
	}

	/**
	 * Return the first revision of the keys that match a filter, from a revision on.
	 * @param subject the filter as a subject of the bucket's stream
	 * @param from the first revision to look at
	 * @return the revision, {@code null} if there is none
	 */
	@Nullable Long nextRevision(String subject, long from) {
		return retried("list keys", () -> {
			MessageInfo message = stored(this.api.prefix(), this.streamName,
					"{\"seq\":%d,\"next_by_subj\":%s}".formatted(from, quoted(subject)));
			return (message != null) ? message.getSeq() : null;
		});
	}

	/**
	 * Return the subjects of all keys that match a filter, deleted ones included.
	 * @param filter the filter as a subject of the bucket's stream
	 * @return how many messages there are, by subject
	 */
	Map<String, Long> subjects(String filter) {
		Map<String, Long> subjects = new HashMap<>();
		long offset = 0;
		long total;
		do {
			StreamInfo page = call("STREAM.INFO." + this.streamName,
					"{\"subjects_filter\":%s,\"offset\":%d}".formatted(quoted(filter), offset), "list keys",
					StreamInfo::new);
			Map<String, Long> found = page.getStreamState().getSubjectMap();
			subjects.putAll(found);
			offset += found.size();
			total = found.isEmpty() ? 0 : JsonValueUtils.readLong(page.getJv(), ApiConstants.TOTAL, 0);
		}
		while (offset < total);
		return subjects;
	}

	/**
	 * Remove the messages of a key up to a revision.
	 * @param key the key on the server
	 * @param revision the last revision to remove
	 * @return how many were removed
	 */
	long removeUpTo(String key, long revision) {
		BucketLayout current = layout();
		String request = "{\"filter\":%s,\"seq\":%d}".formatted(quoted(current.originPrefix() + key), revision + 1);
		String action = "purge key '" + key + "'";
		Message response = retried(action, () -> this.api
			.request(current.originApi() + "STREAM.PURGE." + current.origin(), null, request.getBytes()));
		try {
			return new PurgeResponse(response).throwOnHasError().getPurged();
		}
		catch (JetStreamApiException ex) {
			throw translate(action, ex);
		}
	}

	private static String lastBySubject(String subject) {
		return "{\"last_by_subj\":" + quoted(subject) + "}";
	}

	private static String quoted(String text) {
		return "\"" + text + "\"";
	}

	private @Nullable MessageInfo direct(String subject, @Nullable String request) {
		Message response = callDirect(subject, request);
		if (!response.isStatusMessage()) {
			return new MessageInfo(response, this.streamName, true);
		}
		Error error = Error.convert(response.getStatus());
		if (error.getApiErrorCode() == BucketErrors.NO_MESSAGE_FOUND) {
			return null;
		}
		throw translate("read", new JetStreamApiException(error));
	}

	/**
	 * Call the API for a direct get. Before 2.10 nobody answers, and nobody says so, when
	 * the bucket was deleted.
	 * @param subject the subject after the prefix
	 * @param request the request
	 * @return the response
	 */
	private Message callDirect(String subject, @Nullable String request) {
		try {
			return this.api.call(subject, request);
		}
		catch (KeyValueTimeoutException ex) {
			if (this.api.connection().getServerInfo().isOlderThanVersion("2.10.0")) {
				info();
			}
			throw ex;
		}
	}

	private @Nullable MessageInfo stored(String apiPrefix, String stream, String request) {
		Message response = this.api.request(apiPrefix + "STREAM.MSG.GET." + stream, null, request.getBytes());
		try {
			return new MessageInfo(response, stream, false).throwOnHasError();
		}
		catch (JetStreamApiException ex) {
			if (ex.getApiErrorCode() == BucketErrors.NO_MESSAGE_FOUND) {
				return null;
			}
			throw translate("read", ex);
		}
	}

	/**
	 * Do something that depends on the layout, once more if nobody answers and the layout
	 * turns out to have changed.
	 * @param action what is done, to follow "Could not"
	 * @param operation does it
	 * @param <R> the type of the result
	 * @return the result
	 */
	private <R extends @Nullable Object> R retried(String action, Supplier<R> operation) {
		BucketLayout before = layout();
		try {
			return operation.get();
		}
		catch (JetStreamApi.NobodyThereException ex) {
			if (refreshLayout().equals(before)) {
				throw leaderless(action, ex);
			}
		}
		try {
			return operation.get();
		}
		catch (JetStreamApi.NobodyThereException ex) {
			throw leaderless(action, ex);
		}
	}

	private TransientDataAccessResourceException leaderless(String action, JetStreamApi.NobodyThereException ex) {
		return new TransientDataAccessResourceException(
				("Could not %s in bucket '%s': its stream exists, but does not take the request at the moment, so nothing"
						+ " was done. It may have no leader")
					.formatted(action, bucket()),
				ex);
	}

	private static DataAccessResourceFailureException noJetStream(JetStreamApi.NobodyThereException ex) {
		return new DataAccessResourceFailureException(
				"No JetStream answers: it is not enabled on the server or for the account, has no leader at the"
						+ " moment, or the configured domain or prefix is wrong. Nothing was done",
				ex);
	}

	DataAccessException translate(String action, JetStreamApiException ex) {
		DataAccessException translated = BucketErrors.translate(bucket(), action, ex);
		if (translated instanceof BucketNotFoundException) {
			this.layout = null;
		}
		return translated;
	}

}
