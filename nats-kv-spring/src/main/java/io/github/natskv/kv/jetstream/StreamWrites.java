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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.ValueTooLargeException;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.api.PurgeResponse;
import io.nats.client.impl.Headers;
import io.nats.client.support.ApiConstants;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Writes to the stream that takes those of a bucket, which is that of another bucket
 * where this one is its mirror. Keys are as they are on the server.
 */
final class StreamWrites {

	private final BucketStream stream;

	StreamWrites(BucketStream stream) {
		this.stream = stream;
	}

	/** Publish a revision of a key. */
	long publish(String key, @Nullable Headers headers, byte @Nullable [] value) {
		requireFits(headers, value);
		Supplier<String> action = () -> writing(key);
		Message response = this.stream.atOrigin(action, () -> {
			String subject = this.stream.requireWritable().writePrefix() + key;
			MirrorOrigin origin = this.stream.origin();
			return this.stream.api()
				.request(subject, headers, value, this.stream.api().timeout(), (origin != null) ? origin::doubt : null);
		});
		return revision(action, response);
	}

	/**
	 * Begin to publish a revision of a key.
	 * @return the reply to be {@linkplain #published given back}
	 */
	BucketStream.Begun beginPublish(String key, @Nullable Headers headers, byte @Nullable [] value) {
		requireFits(headers, value);
		BucketLayout current = this.stream.requireWritable();
		long now = System.nanoTime();
		return new BucketStream.Begun(current, now,
				this.stream.api().begin(current.writePrefix() + key, headers, value));
	}

	/**
	 * Finish to publish a revision of a key. May wait for the server where a first
	 * attempt failed.
	 * @param begun the first attempt, the reply to which is awaited as long as it may
	 * take
	 * @param patience how long to wait for the reply
	 */
	long published(BucketStream.Begun begun, Duration patience, String key, @Nullable Headers headers,
			byte @Nullable [] value) {
		try {
			return revision(() -> writing(key), this.stream.api().await(begun.reply(), patience));
		}
		catch (JetStreamRequestException.NoResponders ex) {
			if (!this.stream.refreshLayout(begun.time()).equals(begun.layout())) {
				return publish(key, headers, value);
			}
			throw this.stream.originUnavailable(writing(key), ex);
		}
		catch (KeyValueTimeoutException ex) {
			throw this.stream.silent(ex);
		}
	}

	private static String writing(String key) {
		return "write key '" + key + "'";
	}

	private long revision(Supplier<String> action, Message response) {
		try {
			long revision = new PublishAck(response).getSeqno();
			this.stream.taken();
			return revision;
		}
		catch (JetStreamApiException ex) {
			throw this.stream.translateAtOrigin(action.get(), ex);
		}
		catch (IOException ex) {
			throw notUnderstood(ex);
		}
	}

	/** Publish revisions of several keys that are written together, or not at all. */
	long publishTogether(WriteBatch batch) {
		Supplier<String> action = () -> "write %d keys together".formatted(batch.writes().size());
		Message response = this.stream.atOrigin(action, () -> {
			BucketLayout current = this.stream.requireWritable();
			List<Message> messages = batch.messages(current);
			messages.forEach((message) -> requireFits(message, current));
			return this.stream.api().requestTogether(messages);
		});
		try {
			long revision = new PublishAck(response).getSeqno();
			this.stream.taken();
			return revision;
		}
		catch (JetStreamApiException ex) {
			throw refused(action, ex);
		}
		catch (IOException ex) {
			throw notUnderstood(ex);
		}
	}

	private DataAccessException refused(Supplier<String> action, JetStreamApiException ex) {
		int code = ex.getApiErrorCode();
		if (code == JetStreamError.INCOMPLETE_BATCH || code == JetStreamError.ATOMIC_PUBLISH_DISABLED) {
			// options have changed, the largest size for example
			this.stream.forgetLayout();
		}
		return (code != JetStreamError.ATOMIC_PUBLISH_DISABLED) ? this.stream.translateAtOrigin(action.get(), ex)
				: new BucketOptionRequiredException("A transaction", this.stream.bucket(), "transactions",
						JetStreamStore.TRANSACTIONS_SINCE, this.stream.api().connection().getServerInfo().getVersion());
	}

	// of a message that is too large, only the last one of a batch would be told
	private void requireFits(Message message, BucketLayout current) {
		requireFits(message.getHeaders(), message.getData());
		long size = Objects.requireNonNull(message.getHeaders()).serializedLength() + message.getData().length;
		if (current.maxValueSize() > 0 && size > current.maxValueSize()) {
			throw new ValueTooLargeException(
					"A value with headers of %d bytes for bucket '%s' is larger than its max-value-size of %d bytes"
						.formatted(size, this.stream.bucket(), current.maxValueSize()),
					null);
		}
	}

	private DataAccessResourceFailureException notUnderstood(IOException ex) {
		return new DataAccessResourceFailureException(
				"Could not understand the server's answer to a write to bucket '%s': %s".formatted(this.stream.bucket(),
						ex.getMessage()),
				ex);
	}

	private void requireFits(@Nullable Headers headers, byte @Nullable [] value) {
		long size = ((headers != null) ? headers.serializedLength() : 0) + ((value != null) ? value.length : 0);
		long maximum = this.stream.api().connection().getMaxPayload();
		if (maximum > 0 && size > maximum) {
			throw new ValueTooLargeException(
					"A value of %d bytes for bucket '%s' is larger than the server takes (max_payload is %d)"
						.formatted(size, this.stream.bucket(), maximum),
					null);
		}
	}

	/**
	 * Remove the messages of a key up to a revision.
	 * @param revision the last revision to remove
	 */
	long removeUpTo(String key, long revision) {
		Supplier<String> action = () -> removing(key);
		return removed(action, this.stream.atOrigin(action, () -> {
			BucketLayout current = this.stream.layout();
			return this.stream.api().request(removal(current), null, removal(current, key, revision));
		}));
	}

	/**
	 * Begin to remove the messages of a key up to a revision.
	 * @return the reply to be {@linkplain #removed given back}
	 */
	BucketStream.Begun beginRemoval(String key, long revision) {
		BucketLayout current = this.stream.layout();
		long now = System.nanoTime();
		return new BucketStream.Begun(current, now,
				this.stream.api().begin(removal(current), null, removal(current, key, revision)));
	}

	/**
	 * Finish to remove the messages of a key, where the reply has been awaited. May wait
	 * for the server where a first attempt failed.
	 */
	long removed(BucketStream.Begun begun, String key, long revision) {
		try {
			return removed(() -> removing(key), this.stream.api().await(begun.reply(), Duration.ZERO));
		}
		catch (JetStreamRequestException.NoResponders ex) {
			if (!this.stream.refreshLayout(begun.time()).equals(begun.layout())) {
				return removeUpTo(key, revision);
			}
			throw this.stream.originUnavailable(removing(key), ex);
		}
		catch (KeyValueTimeoutException ex) {
			throw this.stream.silent(ex);
		}
	}

	private static String removal(BucketLayout layout) {
		return layout.originApi() + "STREAM.PURGE." + layout.origin();
	}

	private static byte[] removal(BucketLayout layout, String key, long revision) {
		ApiRequest request = ApiRequest.of(ApiConstants.FILTER, layout.originPrefix() + key);
		// a server counts up to a number that is too large
		return ((revision != Long.MAX_VALUE) ? request.with(ApiConstants.SEQ, revision + 1) : request).toBytes();
	}

	private static String removing(String key) {
		return "purge key '" + key + "'";
	}

	private long removed(Supplier<String> action, Message response) {
		try {
			return new PurgeResponse(response).throwOnHasError().getPurged();
		}
		catch (JetStreamApiException ex) {
			throw this.stream.translateAtOrigin(action.get(), ex);
		}
	}

}
