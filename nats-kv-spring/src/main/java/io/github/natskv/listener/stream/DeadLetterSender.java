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

package io.github.natskv.listener.stream;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.SendOptions;
import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.Delivery;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.listener.invocation.AsyncResults;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages that cannot be handled to the subject for dead letters, and terminates
 * them when a stream has them there.
 */
public final class DeadLetterSender {

	static final String ORIGINAL = "Original-";

	static final String STREAM = "Dead-Letter-Stream";

	static final String CONSUMER = "Dead-Letter-Consumer";

	static final String SUBJECT = "Dead-Letter-Subject";

	static final String SEQUENCE = "Dead-Letter-Sequence";

	static final String TIME = "Dead-Letter-Time";

	static final String DELIVERIES = "Dead-Letter-Deliveries";

	static final String REASON = "Dead-Letter-Reason";

	private static final Log logger = LogFactory.getLog(DeadLetterSender.class);

	private static final String RESERVED = "nats-";

	private static final int MAX_REASON = 512;

	private final String listenerId;

	private final DeclaredConsumer consumer;

	private final @Nullable String subject;

	private final JetStreamClient client;

	private final NatsOperations operations;

	private final AtomicLong sent = new AtomicLong();

	private final AtomicLong leftBehind = new AtomicLong();

	private volatile @Nullable String problem;

	public DeadLetterSender(String listenerId, DeclaredConsumer consumer, @Nullable String subject,
			JetStreamClient client, NatsOperations operations) {
		this.listenerId = listenerId;
		this.consumer = consumer;
		this.subject = subject;
		this.client = client;
		this.operations = operations;
	}

	boolean takesLetters() {
		return this.subject != null;
	}

	// return why dead letters are not stored at present
	@Nullable String problem() {
		return this.problem;
	}

	long sent() {
		return this.sent.get();
	}

	// return how many messages stay that are not delivered any more
	long leftBehind() {
		return this.leftBehind.get();
	}

	void leftBehind(long sequence, @Nullable Exception cause) {
		this.leftBehind.incrementAndGet();
		logger.error("Listener '%s': message %d of stream '%s' is not delivered any more, and stays there: %s"
			.formatted(this.listenerId, sequence, this.consumer.stream(), (cause != null)
					? "it cannot be made a dead letter, " + cause.getMessage() : "the listener has no deadLetter"));
	}

	// store a message that is not delivered any more
	void send(MessageInfo message, long deliveries) {
		String subject = this.subject;
		if (subject == null) {
			leftBehind(message.getSeq(), null);
			return;
		}
		String reason = "delivered %d times without an acknowledgement, and not any more".formatted(deliveries);
		if (store(subject, Letter.of(message, deliveries), reason)) {
			this.sent.incrementAndGet();
			logger.warn("Listener '%s' has sent message %d of stream '%s' to the dead letters at '%s': %s"
				.formatted(this.listenerId, message.getSeq(), this.consumer.stream(), subject, reason));
		}
	}

	// get rid of a message, which stays in the stream if that is not possible
	boolean send(HeldMessage message, String reason, @Nullable Throwable cause, Duration retry) {
		String subject = this.subject;
		if (subject == null) {
			logger.error("Listener '%s' gives up message %d of stream '%s' on subject '%s': %s. It has no deadLetter"
				.formatted(this.listenerId, message.sequence(), this.consumer.stream(), message.message().getSubject(),
						reason),
					cause);
			message.term(reason);
			return true;
		}
		try {
			store(subject, Letter.of(message), reason);
		}
		catch (RuntimeException ex) {
			failed(subject, message, ex);
			message.nak(retry);
			return false;
		}
		this.problem = null;
		this.sent.incrementAndGet();
		logger.warn("Listener '%s' has sent message %d of stream '%s' to the dead letters at '%s': %s"
			.formatted(this.listenerId, message.sequence(), this.consumer.stream(), subject, reason));
		message.term("dead letter: " + text(reason));
		return true;
	}

	// return whether it was not there before
	private boolean store(String subject, Letter message, String reason) {
		String id = this.consumer.stream() + "/" + message.sequence() + "/" + this.consumer.name();
		SendOptions options = SendOptions.of().headers(headers(message, reason));
		byte[] data = message.data();
		PublishAck ack = this.operations.send(subject, data, options.messageId(id));
		if (ack.isDuplicate() && !isStored(ack, message)) {
			// the stream was recreated meanwhile, and counts from the beginning
			ack = this.operations.send(subject, data, options.messageId(id + "/" + message.time()));
		}
		if (ack.isDuplicate()) {
			logger.debug("Dead letter %s was stored before, as %d of stream '%s'".formatted(id, ack.getSeqno(),
					ack.getStream()));
		}
		return !ack.isDuplicate();
	}

	private boolean isStored(PublishAck ack, Letter message) {
		try {
			Headers headers = new MessageInfo(this.client.call("STREAM.MSG.GET." + ack.getStream(),
					ApiRequest.of("seq", ack.getSeqno()).toJson()), ack.getStream(), false)
				.throwOnHasError()
				.getHeaders();
			return headers != null && message.time().equals(headers.getFirst(TIME));
		}
		catch (JetStreamApiException | RuntimeException ex) {
			logger.debug("Message %d of stream '%s' cannot be read".formatted(ack.getSeqno(), ack.getStream()), ex);
			return false;
		}
	}

	private Map<String, Object> headers(Letter message, String reason) {
		Map<String, Object> headers = new LinkedHashMap<>();
		Headers original = message.headers();
		if (original != null) {
			original.forEach((name, values) -> headers
				.put(name.toLowerCase(Locale.ROOT).startsWith(RESERVED) ? ORIGINAL + name : name, values));
		}
		headers.put(STREAM, this.consumer.stream());
		headers.put(CONSUMER, this.consumer.name());
		headers.put(SUBJECT, message.subject());
		headers.put(SEQUENCE, message.sequence());
		headers.put(TIME, message.time());
		headers.put(DELIVERIES, message.deliveries());
		headers.put(REASON, text(reason));
		return headers;
	}

	private static String text(String reason) {
		String line = reason.replaceAll("\\s+", " ").replaceAll("[^ -~]", "?").trim();
		return (line.length() <= MAX_REASON) ? line : line.substring(0, MAX_REASON);
	}

	private void failed(String subject, HeldMessage message, RuntimeException cause) {
		String text = "dead letters cannot be stored at '%s': %s".formatted(subject, cause.getMessage());
		if (!text.equals(this.problem)) {
			logger.error("Listener '%s': %s. Message %d stays in stream '%s'".formatted(this.listenerId, text,
					message.sequence(), this.consumer.stream()));
		}
		this.problem = text;
	}

	static String reason(Throwable failure) {
		Throwable cause = AsyncResults.cause(failure);
		return cause.getClass().getName() + ((cause.getMessage() != null) ? ": " + cause.getMessage() : "");
	}

	/**
	 * A message to be stored elsewhere.
	 *
	 * @param subject its subject
	 * @param sequence its sequence in its stream
	 * @param headers its headers, if any
	 * @param data its payload
	 * @param time when it was stored
	 * @param deliveries how often it was delivered
	 */
	private record Letter(String subject, long sequence, @Nullable Headers headers, byte[] data, String time,
			long deliveries) {

		static Letter of(HeldMessage held) {
			Message message = held.message();
			return new Letter(message.getSubject(), held.sequence(), message.getHeaders(), message.getData(),
					Delivery.of(message).created().toString(), held.attempt());
		}

		static Letter of(MessageInfo message, long deliveries) {
			return new Letter(message.getSubject(), message.getSeq(), message.getHeaders(),
					(message.getData() != null) ? message.getData() : new byte[0],
					message.getTime().toInstant().toString(), deliveries);
		}

	}

}
