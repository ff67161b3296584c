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

package io.github.natskv.endpoint;

import java.util.List;

import io.github.natskv.listener.DeadLetter;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Dead letters of a listener.
 *
 * @param deadLetters the dead letters, the oldest first
 * @since 0.1.0
 */
public record DeadLettersDescriptor(List<DeadLetterDescriptor> deadLetters) implements OperationResponseBody {

	static DeadLettersDescriptor of(List<DeadLetter> letters) {
		return new DeadLettersDescriptor(letters.stream()
			.map((letter) -> new DeadLetterDescriptor(letter.sequence(), Texts.describe(letter.created()),
					letter.stream(), letter.originalSequence(), letter.subject(), letter.deliveries(),
					failure(letter.reason())))
			.toList());
	}

	// the message of an exception may quote a value
	private static String failure(String reason) {
		int colon = reason.indexOf(": ");
		return (colon > 0) ? reason.substring(0, colon) : reason;
	}

	/**
	 * A dead letter.
	 *
	 * @param sequence the sequence in the stream of the dead letters
	 * @param created when it became one
	 * @param stream the stream it comes from
	 * @param originalSequence its sequence there
	 * @param subject its subject there
	 * @param deliveries how often it had been delivered
	 * @param reason why it is one, without what an exception says of values
	 */
	public record DeadLetterDescriptor(long sequence, @Nullable String created, String stream, long originalSequence,
			String subject, long deliveries, String reason) {

	}

}
