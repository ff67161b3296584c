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

package io.github.natskv.jetstream;

import java.time.Instant;

import io.nats.client.Message;

/**
 * The numbers a consumer adds to a message. jnats' metadata have them too, at a multiple
 * of the cost.
 *
 * @param revision the number in the stream
 * @param number the number among the messages of the consumer
 * @param pending how many messages come after it, −1 if the server does not say
 * @param nanos when the server stored it, in nanoseconds since 1970
 * @param attempt how often the consumer has delivered it, this time included
 */
public record Delivery(long revision, long number, long pending, long nanos, long attempt) {

	private static final long NANOS_PER_SECOND = 1_000_000_000L;

	/**
	 * The number of tokens, by what of it there is: pending, or domain and account, too.
	 */
	private static final int SHORT = 8;

	private static final int MEDIUM = 9;

	private static final int LONG = 11;

	/**
	 * Return the numbers of a message.
	 * @param message a message a consumer has delivered
	 * @throws IllegalArgumentException if it is no such message
	 */
	public static Delivery of(Message message) {
		String subject = message.getReplyTo();
		int tokens = (subject != null) ? count(subject) : 0;
		if (subject == null || (tokens != SHORT && tokens != MEDIUM && tokens < LONG)) {
			throw new IllegalArgumentException("Not a message of a consumer: its reply subject is " + subject);
		}
		// after the stream and the consumer
		int first = (tokens < LONG) ? 4 : 6;
		int atAttempt = 0;
		for (int i = 0; i < first; i++) {
			atAttempt = after(subject, atAttempt);
		}
		int atRevision = after(subject, atAttempt);
		int atNumber = after(subject, atRevision);
		int atNanos = after(subject, atNumber);
		return new Delivery(parse(subject, atRevision), parse(subject, atNumber),
				(tokens != SHORT) ? parse(subject, after(subject, atNanos)) : -1, parse(subject, atNanos),
				parse(subject, atAttempt));
	}

	private static int after(String subject, int token) {
		return subject.indexOf('.', token) + 1;
	}

	private static long parse(String subject, int token) {
		long value = 0;
		for (int i = token; i < subject.length() && subject.charAt(i) != '.'; i++) {
			value = 10 * value + subject.charAt(i) - '0';
		}
		return value;
	}

	private static int count(String subject) {
		int tokens = 0;
		int token = 0;
		do {
			tokens++;
			token = after(subject, token);
		}
		while (token > 0);
		return tokens;
	}

	/** Return when the server stored the message. */
	public Instant created() {
		return Instant.ofEpochSecond(Math.floorDiv(this.nanos, NANOS_PER_SECOND),
				Math.floorMod(this.nanos, NANOS_PER_SECOND));
	}

}
