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

import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message about to be published. It gets headers when somebody asks for them.
 */
final class UnsentMessage implements OutgoingMessage {

	private final String subject;

	private final byte[] payload;

	private final @Nullable Duration replyTimeout;

	private @Nullable Headers headers;

	UnsentMessage(String subject, @Nullable Headers headers, byte[] payload, @Nullable Duration replyTimeout) {
		this.subject = subject;
		this.headers = headers;
		this.payload = payload;
		this.replyTimeout = replyTimeout;
	}

	@Override
	public String subject() {
		return this.subject;
	}

	@Override
	public Headers headers() {
		Headers all = this.headers;
		if (all == null) {
			all = new Headers();
			this.headers = all;
		}
		return all;
	}

	// those to be sent, if any
	@Nullable Headers sentHeaders() {
		Headers all = this.headers;
		return (all == null || all.isEmpty()) ? null : all;
	}

	@Override
	public byte[] payload() {
		return this.payload;
	}

	@Override
	public @Nullable Duration replyTimeout() {
		return this.replyTimeout;
	}

	@Override
	public OutgoingMessage withSubject(String subject) {
		return new UnsentMessage(subject, headers(), this.payload, this.replyTimeout);
	}

	@Override
	public OutgoingMessage withPayload(byte[] payload) {
		return new UnsentMessage(this.subject, headers(), payload, this.replyTimeout);
	}

	// headers may be secret
	@Override
	public String toString() {
		return "message for subject '%s', %d bytes".formatted(this.subject, this.payload.length);
	}

}
