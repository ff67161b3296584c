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
 * A message about to be published.
 *
 * @param subject the subject
 * @param headers the headers
 * @param payload the payload
 * @param replyTimeout how long a reply is waited for, if any
 */
record UnsentMessage(String subject, Headers headers, byte[] payload,
		@Nullable Duration replyTimeout) implements OutgoingMessage {

	@Override
	public OutgoingMessage withSubject(String subject) {
		return new UnsentMessage(subject, this.headers, this.payload, this.replyTimeout);
	}

	@Override
	public OutgoingMessage withPayload(byte[] payload) {
		return new UnsentMessage(this.subject, this.headers, payload, this.replyTimeout);
	}

	// headers may be secret
	@Override
	public String toString() {
		return "message for subject '%s', %d bytes".formatted(this.subject, this.payload.length);
	}

}
