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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

import io.github.natskv.core.connection.HeaderBlock;
import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamReply;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.Error;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.NatsMessage;
import io.nats.client.support.ApiConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads of single messages of the stream behind a bucket, with keys as they are on the
 * server.
 */
final class BucketReads {

	private static final Pattern HEADERS = Pattern.compile("\"hdrs\":\"([A-Za-z0-9+/=]*)\"");

	private static final String MSG_GET = "STREAM.MSG.GET.";

	private static final String DIRECT_GET = "DIRECT.GET.";

	private static final int MAX_UNDERWAY = 256;

	private final BucketStream stream;

	BucketReads(BucketStream stream) {
		this.stream = stream;
	}

	/**
	 * Return the last message of a key, from where the settings of the bucket say.
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo last(String key) {
		if (this.stream.settings().consistentReads()) {
			return lastFromLeader(key);
		}
		return this.stream.retried(() -> reading(key), () -> {
			BucketLayout current = this.stream.layout();
			String subject = current.readPrefix() + key;
			return current.direct() ? direct(DIRECT_GET + this.stream.streamName() + "." + subject, null)
					: stored(this.stream.api().prefix(), this.stream.streamName(), lastBySubject(subject));
		});
	}

	/**
	 * Begin to read the last message of a key, from where the settings of the bucket say.
	 * @return the reply to be {@linkplain #answered given back}
	 */
	BucketStream.Begun begin(String key) {
		BucketLayout current = this.stream.layout();
		long now = System.nanoTime();
		JetStreamClient api = this.stream.api();
		if (this.stream.settings().consistentReads()) {
			return new BucketStream.Begun(current, now, api.begin(current.originApi() + MSG_GET + current.origin(),
					null, lastBySubject(current.originPrefix() + key).toBytes()));
		}
		String subject = current.readPrefix() + key;
		return new BucketStream.Begun(current, now, current.direct()
				? api.begin(api.prefix() + DIRECT_GET + this.stream.streamName() + "." + subject, null, null)
				: api.begin(api.prefix() + MSG_GET + this.stream.streamName(), null, lastBySubject(subject).toBytes()));
	}

	/**
	 * Finish to read the last message of a key. May wait for the server where a first
	 * attempt failed.
	 * @param begun the first attempt, the reply to which is awaited as long as it may
	 * take
	 * @param patience how long to wait for the reply
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo answered(BucketStream.Begun begun, Duration patience, String key) {
		BucketLayout layout = begun.layout();
		boolean consistent = this.stream.settings().consistentReads();
		try {
			Message response = this.stream.api().await(begun.reply(), patience);
			if (consistent) {
				return stored(layout.originApi(), layout.origin(), response);
			}
			return layout.direct() ? direct(response)
					: stored(this.stream.api().prefix(), this.stream.streamName(), response);
		}
		catch (JetStreamRequestException.NoResponders ex) {
			if (!this.stream.refreshLayout(begun.time()).equals(layout)) {
				return last(key);
			}
			throw this.stream.unavailable(reading(key), ex, consistent);
		}
		catch (KeyValueTimeoutException ex) {
			throw consistent ? this.stream.silent(ex) : (layout.direct() ? undirected(ex) : ex);
		}
	}

	/**
	 * Return the last message of a key from the leader of the stream that writes go to.
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo lastFromLeader(String key) {
		return this.stream.atOrigin(() -> reading(key), () -> {
			BucketLayout current = this.stream.layout();
			return stored(current.originApi(), current.origin(), lastBySubject(current.originPrefix() + key));
		});
	}

	/**
	 * Return one message.
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo revision(long revision) {
		ApiRequest request = ApiRequest.of(ApiConstants.SEQ, revision);
		return this.stream.retried(() -> "read revision " + revision, () -> {
			BucketLayout current = this.stream.layout();
			if (this.stream.settings().consistentReads()) {
				return stored(current.originApi(), current.origin(), request);
			}
			return current.direct() ? direct(DIRECT_GET + this.stream.streamName(), request)
					: stored(this.stream.api().prefix(), this.stream.streamName(), request);
		});
	}

	/**
	 * Return the first revision of the keys that match a filter, from a revision on.
	 * @param subject the filter as a subject of the bucket's stream
	 * @param from the first revision to look at
	 */
	@Nullable Long nextRevision(String subject, long from) {
		return this.stream.retried(() -> "list keys", () -> {
			MessageInfo message = stored(this.stream.api().prefix(), this.stream.streamName(),
					ApiRequest.of(ApiConstants.SEQ, from).with(ApiConstants.NEXT_BY_SUBJECT, subject));
			return (message != null) ? message.getSeq() : null;
		});
	}

	/**
	 * Return the last messages of subjects from the leader of the bucket's own stream,
	 * with many requests underway at a time.
	 * @return the messages of those that have one, deletion markers included
	 */
	List<MessageInfo> lastOf(Collection<String> subjects) {
		String request = MSG_GET + this.stream.streamName();
		Deque<String> left = new ArrayDeque<>(subjects);
		Map<String, JetStreamReply> underway = new LinkedHashMap<>();
		List<MessageInfo> messages = new ArrayList<>(subjects.size());
		while (!left.isEmpty()) {
			while (!left.isEmpty() && underway.size() < MAX_UNDERWAY) {
				String subject = left.remove();
				underway.put(subject,
						this.stream.api().send(request, lastBySubject(subject).toBytes(), this.stream.api().timeout()));
			}
			underway.forEach((subject, response) -> {
				MessageInfo message = lastOf(subject, response);
				// others may publish to a subject with wildcards
				if (message != null && subject.equals(message.getSubject())) {
					messages.add(message);
				}
			});
			underway.clear();
		}
		return messages;
	}

	private @Nullable MessageInfo lastOf(String subject, JetStreamReply reply) {
		try {
			return stored(this.stream.api().prefix(), this.stream.streamName(), reply.message().join());
		}
		catch (CompletionException | CancellationException ex) {
			// fails in the same way, but tells why
			return this.stream.retried(() -> "list keys",
					() -> stored(this.stream.api().prefix(), this.stream.streamName(), lastBySubject(subject)));
		}
	}

	private static String reading(String key) {
		return "read key '" + key + "'";
	}

	private static ApiRequest lastBySubject(String subject) {
		return ApiRequest.of(ApiConstants.LAST_BY_SUBJECT, subject);
	}

	private @Nullable MessageInfo direct(String subject, @Nullable ApiRequest request) {
		return direct(callDirect(subject, request));
	}

	private @Nullable MessageInfo direct(Message response) {
		if (!response.isStatusMessage()) {
			return new MessageInfo(response, this.stream.streamName(), true);
		}
		Error error = Error.convert(response.getStatus());
		if (error.getApiErrorCode() == JetStreamError.NO_MESSAGE_FOUND) {
			return null;
		}
		throw this.stream.translate("read", new JetStreamApiException(error));
	}

	/**
	 * Call the API for a direct get. Before 2.10 nobody answers, and nobody says so, when
	 * the bucket was deleted.
	 * @param subject the subject after the prefix
	 */
	private Message callDirect(String subject, @Nullable ApiRequest request) {
		try {
			return this.stream.api().call(subject, (request != null) ? request.toJson() : null);
		}
		catch (KeyValueTimeoutException ex) {
			throw undirected(ex);
		}
	}

	private KeyValueTimeoutException undirected(KeyValueTimeoutException ex) {
		if (this.stream.api().connection().getServerInfo().isOlderThanVersion("2.10.0")) {
			this.stream.info();
		}
		return ex;
	}

	private @Nullable MessageInfo stored(String apiPrefix, String stream, ApiRequest request) {
		Message response = this.stream.api().request(apiPrefix + MSG_GET + stream, null, request.toBytes());
		return stored(apiPrefix, stream, response);
	}

	private @Nullable MessageInfo stored(String apiPrefix, String stream, Message response) {
		try {
			return read(response, stream).throwOnHasError();
		}
		catch (JetStreamApiException ex) {
			if (JetStreamError.isMessageNotFound(ex)) {
				return null;
			}
			boolean own = stream.equals(this.stream.streamName()) && apiPrefix.equals(this.stream.api().prefix());
			throw own ? this.stream.translate("read", ex) : this.stream.translateAtOrigin("read", ex);
		}
	}

	static MessageInfo read(Message response, String stream) {
		try {
			return new MessageInfo(response, stream, false);
		}
		catch (IllegalArgumentException ex) {
			// headers another client wrote, which this one cannot read
			String json = new String(response.getData(), StandardCharsets.UTF_8);
			String mended = HEADERS.matcher(json).replaceFirst((headers) -> mend(headers.group(1)));
			return new MessageInfo(
					NatsMessage.builder().subject(response.getSubject()).data(mended, StandardCharsets.UTF_8).build(),
					stream, false);
		}
	}

	private static String mend(String headers) {
		byte[] mended = HeaderBlock.mend(Base64.getDecoder().decode(headers));
		return (mended.length > 0) ? "\"hdrs\":\"" + Base64.getEncoder().encodeToString(mended) + "\""
				: "\"hdrs\":null";
	}

}
