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
 */
public record Delivery(long revision, long number, long pending, long nanos) {

	private static final long NANOS_PER_SECOND = 1_000_000_000L;

	/** The least number of tokens with a domain and an account. */
	private static final int LONG = 11;

	/** The number of tokens of servers that do not say what is pending. */
	private static final int SHORT = 8;

	/**
	 * Return the numbers of a message.
	 * @param message a message a consumer has delivered
	 * @return the numbers
	 * @throws IllegalArgumentException if it is no such message
	 */
	public static Delivery of(Message message) {
		String subject = message.getReplyTo();
		int tokens = (subject != null) ? count(subject) : 0;
		if (subject == null || tokens < SHORT || tokens == LONG - 1) {
			throw new IllegalArgumentException("Not a message of a consumer: its reply subject is " + subject);
		}
		// … stream, consumer, deliveries, revision, number, time, pending
		int first = (tokens < LONG) ? 5 : 7;
		int start = 0;
		for (int i = 0; i < first; i++) {
			start = subject.indexOf('.', start) + 1;
		}
		int number = subject.indexOf('.', start);
		int time = subject.indexOf('.', number + 1);
		int pending = subject.indexOf('.', time + 1);
		int end = (pending < 0) ? -1 : subject.indexOf('.', pending + 1);
		int length = subject.length();
		return new Delivery(Long.parseLong(subject, start, number, 10), Long.parseLong(subject, number + 1, time, 10),
				(pending < 0) ? -1 : Long.parseLong(subject, pending + 1, (end < 0) ? length : end, 10),
				Long.parseLong(subject, time + 1, (pending < 0) ? length : pending, 10));
	}

	private static int count(String subject) {
		int tokens = 1;
		for (int dot = subject.indexOf('.'); dot >= 0; dot = subject.indexOf('.', dot + 1)) {
			tokens++;
		}
		return tokens;
	}

	/**
	 * Return when the server stored the message.
	 * @return the time
	 */
	public Instant created() {
		return Instant.ofEpochSecond(Math.floorDiv(this.nanos, NANOS_PER_SECOND),
				Math.floorMod(this.nanos, NANOS_PER_SECOND));
	}

}
