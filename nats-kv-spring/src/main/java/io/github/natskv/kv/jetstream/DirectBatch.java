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

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.ApiConstants;
import io.nats.client.support.JsonValue;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.Status;
import org.jspecify.annotations.Nullable;

/**
 * Requests for the last messages of many subjects each (ADR-31, server 2.11). The server
 * answers a request as of one revision of the stream, message by message, and says at the
 * end that it has. What is not answered completely is for others to read.
 */
final class DirectBatch implements AutoCloseable {

	/** The number of subjects that the server takes in a request. */
	static final int MAX_SUBJECTS = 1024;

	private static final String UP_TO_SEQUENCE = "Nats-UpTo-Sequence";

	private static final int END = 204;

	private static final int NOT_FOUND = 404;

	private static final String NO_RESULTS = "No Results";

	private static final int MAX_BYTES = 8 * 1024 * 1024;

	private final JetStreamClient api;

	private final String subject;

	private final String streamName;

	private final String inbox;

	private final Subscription subscription;

	private final List<Request> requests = new ArrayList<>();

	DirectBatch(JetStreamClient api, String streamName) {
		this.api = api;
		this.streamName = streamName;
		this.subject = "DIRECT.GET." + streamName;
		this.inbox = api.connection().createInbox();
		this.subscription = api.subscribe(this.inbox + ".*");
	}

	/**
	 * Send a request.
	 * @param subjects the subjects, at most {@value #MAX_SUBJECTS}
	 */
	void send(Collection<String> subjects) {
		send(subjects, new Request(subjects, true));
	}

	/**
	 * Read the last messages of subjects as of one revision.
	 * @param subjects the subjects, which may have wildcards
	 * @return the messages, {@code null} if they do not come as the answer to one request
	 * @throws InterruptedException if interrupted
	 */
	@Nullable Together readTogether(Collection<String> subjects) throws InterruptedException {
		Request request = new Request(subjects, false);
		send(subjects, request);
		List<MessageInfo> messages = new ArrayList<>();
		Set<String> left = receive((subject, message) -> messages.add(message));
		return (left != null && left.isEmpty()) ? new Together(messages, request.upTo) : null;
	}

	private void send(Collection<String> subjects, Request request) {
		this.requests.add(request);
		ApiRequest json = ApiRequest.of(ApiConstants.MULTI_LAST, subjects.stream().map(JsonValue::new).toList())
			.with(ApiConstants.MAX_BYTES, MAX_BYTES);
		this.api.publish(this.subject, this.inbox + "." + (this.requests.size() - 1), json.toBytes());
	}

	/**
	 * Receive until a request has ended.
	 * @param visitor given each message and its subject
	 * @return the subjects of it that are to be read in another way, {@code null} if
	 * nothing comes any more
	 */
	@Nullable Set<String> receive(BiConsumer<String, MessageInfo> visitor) throws InterruptedException {
		while (true) {
			Message message = next();
			if (message == null) {
				return null;
			}
			Request request = request(message);
			if (request == null) {
				continue;
			}
			if (message.isStatusMessage()) {
				return request.end(message.getStatus(), message.getHeaders());
			}
			MessageInfo info = new MessageInfo(message, this.streamName, true);
			String of = Objects.requireNonNull(info.getSubject());
			if (request.received(of, info)) {
				visitor.accept(of, info);
			}
		}
	}

	private @Nullable Message next() throws InterruptedException {
		try {
			return this.subscription.nextMessage(this.api.timeout());
		}
		catch (IllegalStateException | NullPointerException ex) {
			// jnats may fail with either when the subscription ends meanwhile
			return null;
		}
	}

	private @Nullable Request request(Message message) {
		String number = message.getSubject().substring(this.inbox.length() + 1);
		try {
			return this.requests.get(Integer.parseInt(number));
		}
		catch (IndexOutOfBoundsException | NumberFormatException ex) {
			return null;
		}
	}

	@Override
	public void close() {
		try {
			this.subscription.unsubscribe();
		}
		catch (IllegalStateException ex) {
			// it has ended already
		}
	}

	/**
	 * A request and what came of it.
	 */
	private static final class Request {

		private final Set<String> left;

		private final boolean exact;

		private long last;

		private long upTo;

		private boolean gap;

		private Request(Collection<String> subjects, boolean exact) {
			this.exact = exact;
			this.left = new LinkedHashSet<>(subjects);
		}

		// each message names the one before it
		private boolean received(String subject, MessageInfo message) {
			this.gap = this.gap || message.getLastSeq() != this.last;
			this.last = message.getSeq();
			return !this.exact || this.left.remove(subject);
		}

		private Set<String> end(Status status, @Nullable Headers headers) {
			boolean empty = status.getCode() == NOT_FOUND && NO_RESULTS.equals(status.getMessage());
			String upTo = (headers != null) ? headers.getFirst(UP_TO_SEQUENCE) : null;
			this.upTo = (upTo != null) ? Long.parseLong(upTo) : 0;
			boolean complete = status.getCode() == END && headers != null
					&& is(headers, NatsJetStreamConstants.NATS_LAST_SEQUENCE, this.last)
					&& is(headers, NatsJetStreamConstants.NATS_NUM_PENDING, 0);
			return (empty || (complete && !this.gap)) ? Set.of() : this.left;
		}

		private static boolean is(Headers headers, String name, long number) {
			return Long.toString(number).equals(headers.getFirst(name));
		}

	}

	/**
	 * The last messages of subjects as of one revision.
	 *
	 * @param messages the messages
	 * @param upTo the last revision of the stream then, 0 if there are none and that is
	 * not told
	 */
	record Together(List<MessageInfo> messages, long upTo) {

	}

}
