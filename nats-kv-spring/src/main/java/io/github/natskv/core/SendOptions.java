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

package io.github.natskv.core;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Options of a message that is sent to a stream. Immutable: each method that changes an
 * option returns other options. They become headers of the message (NATS ADR-22), which
 * win over those of a payload that brings headers.
 *
 * @since 0.1.0
 */
public final class SendOptions {

	private static final SendOptions NONE = new SendOptions(Map.of(), null);

	private final Map<String, Object> headers;

	private final @Nullable Duration timeout;

	private SendOptions(Map<String, Object> headers, @Nullable Duration timeout) {
		this.headers = headers;
		this.timeout = timeout;
	}

	/**
	 * Options that expect nothing.
	 * @return the options
	 */
	public static SendOptions of() {
		return NONE;
	}

	/**
	 * Give the message an id. A stream stores only the first one of the messages with an
	 * id that arrive within its duplicate window (2 minutes unless configured otherwise),
	 * and acknowledges the others as duplicates: so a message with an id may be sent
	 * again when the outcome is unknown.
	 * @param messageId the id
	 * @return the changed options
	 */
	public SendOptions messageId(String messageId) {
		Assert.hasText(messageId, "'messageId' must not be empty");
		return with(NatsJetStreamConstants.MSG_ID_HDR, messageId);
	}

	/**
	 * Have the message stored by no other stream.
	 * @param stream the server's name of the stream
	 * @return the changed options
	 */
	public SendOptions expectedStream(String stream) {
		Assert.hasText(stream, "'stream' must not be empty");
		return with(NatsJetStreamConstants.EXPECTED_STREAM_HDR, stream);
	}

	/**
	 * Have the message stored only if the stream ends with a sequence.
	 * @param sequence the sequence of the stream's last message, 0 if there was none
	 * @return the changed options
	 */
	public SendOptions expectedLastSequence(long sequence) {
		return with(NatsJetStreamConstants.EXPECTED_LAST_SEQ_HDR, checked(sequence));
	}

	/**
	 * Have the message stored only if the last message with its subject has a sequence.
	 * @param sequence the sequence of that message, 0 if there is none
	 * @return the changed options
	 */
	public SendOptions expectedLastSubjectSequence(long sequence) {
		return with(NatsJetStreamConstants.EXPECTED_LAST_SUB_SEQ_HDR, checked(sequence));
	}

	/**
	 * Have the message stored only if the stream's last message has an id.
	 * @param messageId the id of the last message
	 * @return the changed options
	 */
	public SendOptions expectedLastMessageId(String messageId) {
		Assert.hasText(messageId, "'messageId' must not be empty");
		return with(NatsJetStreamConstants.EXPECTED_LAST_MSG_ID_HDR, messageId);
	}

	/**
	 * Add a header.
	 * @param name the name
	 * @param value the value, written as
	 * {@link NatsOperations#publish(String, Object, Map)} does
	 * @return the changed options
	 */
	public SendOptions header(String name, Object value) {
		Assert.hasText(name, "'name' must not be empty");
		return with(name, value);
	}

	/**
	 * Add headers.
	 * @param headers the headers, written as
	 * {@link NatsOperations#publish(String, Object, Map)} does
	 * @return the changed options
	 */
	public SendOptions headers(Map<String, ?> headers) {
		Map<String, Object> all = new LinkedHashMap<>(this.headers);
		all.putAll(headers);
		return new SendOptions(Collections.unmodifiableMap(all), this.timeout);
	}

	/**
	 * Wait as long for the acknowledgement.
	 * @param timeout how long; by default {@code nats.jetstream.request-timeout} (2 s)
	 * @return the changed options
	 */
	public SendOptions timeout(Duration timeout) {
		Assert.isTrue(timeout.compareTo(Duration.ZERO) > 0, () -> "'timeout' must be positive, but is " + timeout);
		return new SendOptions(this.headers, timeout);
	}

	private static Long checked(long sequence) {
		Assert.isTrue(sequence >= 0, () -> "'sequence' must not be negative, but is " + sequence);
		return sequence;
	}

	private SendOptions with(String header, Object value) {
		return headers(Map.of(header, value));
	}

	@Nullable Headers toHeaders() {
		return this.headers.isEmpty() ? null : NatsHeaders.of(this.headers);
	}

	Duration timeoutOr(Duration defaultTimeout) {
		return (this.timeout != null) ? this.timeout : defaultTimeout;
	}

	// headers may be secret
	@Override
	public String toString() {
		return "SendOptions[headers=%s, timeout=%s]".formatted(this.headers.keySet(), this.timeout);
	}

}
