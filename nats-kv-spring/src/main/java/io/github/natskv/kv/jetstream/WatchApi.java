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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamReply;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.jetstream.PullConsumer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.ApiConstants;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import io.nats.client.support.JsonValueUtils;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

/**
 * The JetStream requests watches need. Waiting for an answer ends when there is no point
 * in it any more, because the connection was lost or the watch stopped.
 */
public final class WatchApi {

	private static final Duration PROBE_INTERVAL = Duration.ofMillis(400);

	private final JetStreamClient client;

	private final Duration createTimeout;

	private final String stream;

	private final BooleanSupplier cancelled;

	/**
	 * Create an instance.
	 * @param options the prefix, and how long to wait for an answer
	 * @param createTimeout how long to wait until a consumer was created
	 * @param bucket the server's name of the bucket
	 * @param cancelled whether to wait for no answer any more
	 */
	public WatchApi(Connection connection, JetStreamOptions options, Duration createTimeout, String bucket,
			BooleanSupplier cancelled) {
		this.client = new JetStreamClient(connection, options, (ex) -> ex);
		this.createTimeout = createTimeout;
		this.stream = NatsKeyValueUtil.toStreamName(bucket);
		this.cancelled = cancelled;
	}

	public JetStreamClient client() {
		return this.client;
	}

	/**
	 * Look up the stream. A server that starts or elects a leader may swallow requests,
	 * so this one is repeated until any is answered.
	 */
	public StreamInfo info() throws IOException, JetStreamApiException, InterruptedException {
		long end = System.nanoTime() + this.client.timeout().toNanos();
		JetStreamReply reply = send("STREAM.INFO." + this.stream, "", this.client.timeout());
		while (!isDoneWithin(reply, PROBE_INTERVAL) && System.nanoTime() - end < 0) {
			reply = reply.or(send("STREAM.INFO." + this.stream, "", this.client.timeout()));
		}
		return new StreamInfo(end(reply)).throwOnHasError();
	}

	/**
	 * List the keys there are, those with a deletion marker included.
	 * @param subjects how many keys the bucket has, as far as this is known
	 */
	public Keys keys(String keyPrefix, List<String> filters, long subjects)
			throws IOException, JetStreamApiException, InterruptedException {
		Set<String> keys = new HashSet<>();
		StreamInfo first = null;
		boolean atomic = true;
		for (String filter : filters) {
			long offset = 0;
			long total;
			do {
				StreamInfo page = new StreamInfo(call("STREAM.INFO." + this.stream,
						ApiRequest.of(ApiConstants.SUBJECTS_FILTER, keyPrefix + filter)
							.with(ApiConstants.OFFSET, offset)
							.toJson(),
						this.client.timeout(subjects)))
					.throwOnHasError();
				first = (first != null) ? first : page;
				Set<String> found = page.getStreamState().getSubjectMap().keySet();
				found.forEach((subject) -> keys.add(subject.substring(keyPrefix.length())));
				total = JsonValueUtils.readLong(page.getJv(), "total", 0);
				atomic = atomic && offset + found.size() >= total && offset == 0;
				offset = found.isEmpty() ? total : offset + found.size();
			}
			while (offset < total);
		}
		if (first == null) {
			throw new IllegalStateException("No filters");
		}
		return new Keys(first, keys, atomic);
	}

	/**
	 * Look up revisions, all at once.
	 * @return those that are still there, and when they were written
	 */
	public List<Mark> revisions(List<Long> sequences) throws IOException, JetStreamApiException, InterruptedException {
		return marks(sequences.stream().map((sequence) -> ApiRequest.of(ApiConstants.SEQ, sequence)).toList()).stream()
			.filter(Objects::nonNull)
			.toList();
	}

	/**
	 * Look up the last revisions of keys, which may be deletion markers, all at once.
	 * @return the revisions and when they were written, {@code null} for a key of which
	 * there is none
	 */
	public List<@Nullable Mark> lastRevisions(List<String> subjects)
			throws IOException, JetStreamApiException, InterruptedException {
		return marks(subjects.stream().map((subject) -> ApiRequest.of(ApiConstants.LAST_BY_SUBJECT, subject)).toList());
	}

	/**
	 * Look up the next revisions on subjects, all at once.
	 * @param subjects the subjects, which may have wildcards
	 * @param from the first revision of interest
	 * @return the revisions, {@code null} for a subject of which there is none
	 */
	public List<@Nullable Mark> nextRevisions(List<String> subjects, long from)
			throws IOException, JetStreamApiException, InterruptedException {
		return marks(subjects.stream()
			.map((subject) -> ApiRequest.of(ApiConstants.NEXT_BY_SUBJECT, subject).with(ApiConstants.SEQ, from))
			.toList());
	}

	/**
	 * Look up the last message on a subject.
	 * @param subject the subject, which may have wildcards
	 * @return the message, if there is one
	 */
	public List<MessageInfo> last(String subject) throws IOException, JetStreamApiException, InterruptedException {
		return messages(List.of(ApiRequest.of(ApiConstants.LAST_BY_SUBJECT, subject)));
	}

	/**
	 * Look up the next messages on subjects, all at once.
	 * @param subjects the subjects, which may have wildcards
	 * @param from the first revision of interest
	 * @return the messages there are
	 */
	public List<MessageInfo> next(List<String> subjects, long from)
			throws IOException, JetStreamApiException, InterruptedException {
		return messages(subjects.stream()
			.map((subject) -> ApiRequest.of(ApiConstants.NEXT_BY_SUBJECT, subject).with(ApiConstants.SEQ, from))
			.toList());
	}

	private List<MessageInfo> messages(List<ApiRequest> requests)
			throws IOException, JetStreamApiException, InterruptedException {
		List<JetStreamReply> replies = new ArrayList<>();
		for (ApiRequest request : requests) {
			replies.add(send("STREAM.MSG.GET." + this.stream, request.toJson(), this.client.timeout()));
		}
		List<MessageInfo> messages = new ArrayList<>();
		for (JetStreamReply reply : replies) {
			Message answer = end(reply);
			try {
				messages.add(BucketReads.read(answer, this.stream).throwOnHasError());
			}
			catch (JetStreamApiException ex) {
				if (!JetStreamError.isMessageNotFound(ex)) {
					throw ex;
				}
			}
		}
		return messages;
	}

	private List<@Nullable Mark> marks(List<ApiRequest> requests)
			throws IOException, JetStreamApiException, InterruptedException {
		List<JetStreamReply> replies = new ArrayList<>();
		for (ApiRequest request : requests) {
			replies.add(send("STREAM.MSG.GET." + this.stream, request.toJson(), this.client.timeout()));
		}
		List<@Nullable Mark> marks = new ArrayList<>();
		for (JetStreamReply reply : replies) {
			marks.add(mark(end(reply)));
		}
		return marks;
	}

	// does not look at the message's headers, which may be such that jnats refuses them
	private @Nullable Mark mark(Message answer) throws IOException, JetStreamApiException {
		JsonValue message = JsonValueUtils.readValue(JsonParser.parse(answer.getData()), "message");
		try {
			if (message == null) {
				new MessageInfo(answer, this.stream, false).throwOnHasError();
				throw new IOException("The server's answer contains no message");
			}
			return new Mark(JsonValueUtils.readLong(message, "seq", 0),
					JsonValueUtils.readDate(message, "time").toInstant());
		}
		catch (JetStreamApiException ex) {
			if (JetStreamError.isMessageNotFound(ex)) {
				return null;
			}
			throw ex;
		}
	}

	/** Ask how the stream is, without waiting for the answer. */
	public CompletableFuture<StreamInfo> glance() throws IOException {
		return send("STREAM.INFO." + this.stream, "", this.client.timeout()).message().thenApply(StreamInfo::new);
	}

	/**
	 * Begin with a consumer.
	 * @return the consumer, on this side
	 */
	public PullConsumer consumer() throws IOException {
		try {
			return new PullConsumer(this.client, this.stream, "kvwatch-");
		}
		catch (JetStreamRequestException ex) {
			throw translate(ex);
		}
	}

	/**
	 * Create a consumer on the server.
	 * @param configuration what it is like
	 * @return the consumer as it is at first
	 */
	public ConsumerInfo create(PullConsumer consumer, ConsumerConfiguration configuration)
			throws IOException, JetStreamApiException, InterruptedException {
		return new ConsumerInfo(
				call(consumer.createSubject(configuration), consumer.createRequest(configuration), this.createTimeout))
			.throwOnHasError();
	}

	/**
	 * Ask the server to remove a consumer.
	 * @return completes when the server has answered
	 */
	public CompletableFuture<Message> deleteConsumer(String name) throws IOException {
		return send("CONSUMER.DELETE." + this.stream + "." + name, "", this.client.timeout()).message();
	}

	private Message call(String subject, String json, Duration timeout) throws IOException, InterruptedException {
		return end(send(subject, json, timeout));
	}

	private JetStreamReply send(String subject, String json, Duration timeout) throws IOException {
		try {
			return this.client.send(subject, json.getBytes(StandardCharsets.UTF_8), timeout);
		}
		catch (JetStreamRequestException ex) {
			throw translate(ex);
		}
	}

	private Message end(JetStreamReply reply) throws IOException, InterruptedException {
		try {
			return reply.await(this.cancelled);
		}
		catch (JetStreamRequestException ex) {
			throw translate(ex);
		}
	}

	private boolean isDoneWithin(JetStreamReply reply, Duration patience) throws IOException, InterruptedException {
		try {
			return reply.isDoneWithin(patience, this.cancelled);
		}
		catch (JetStreamRequestException ex) {
			throw translate(ex);
		}
	}

	private static IOException translate(JetStreamRequestException ex) {
		return switch (ex.reason()) {
			case DENIED -> throw BucketErrors.translate(ex);
			case NO_RESPONDERS -> new NoRespondersException(ex);
			case NOT_CONNECTED, UNANSWERED, CANCELLED -> new IOException(ex.getMessage(), ex);
		};
	}

	/**
	 * The server knows nobody who answers a request: JetStream is not ready, the stream
	 * has no leader, or the account does not import the subject.
	 */
	public static final class NoRespondersException extends IOException {

		NoRespondersException(Exception cause) {
			super("Nobody answers for the bucket's stream: JetStream is not ready, or the stream has no leader", cause);
		}

	}

	/**
	 * The keys a bucket had at one moment.
	 *
	 * @param info the stream just before
	 * @param keys the keys
	 * @param atomic whether the keys were listed in one go: otherwise one may be missing
	 * that was there all the time
	 */
	public record Keys(StreamInfo info, Set<String> keys, boolean atomic) {

		public ZonedDateTime life() {
			return this.info.getCreateTime();
		}

		public long lastSequence() {
			return this.info.getStreamState().getLastSequence();
		}

		public @Nullable ZonedDateTime serverTime() {
			return this.info.getTimestamp();
		}

	}

	/**
	 * A revision and when it was written.
	 *
	 * @param sequence the revision
	 * @param created when the server stored it
	 */
	public record Mark(long sequence, Instant created) {

	}

}
