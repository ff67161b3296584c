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

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The position at which a listener begins to read a stream.
 *
 * @param policy the policy of the consumer
 * @param sequence the sequence, if that is it
 * @param time the time, if that is it
 */
public record OrderedStart(DeliverPolicy policy, long sequence, @Nullable ZonedDateTime time) {

	/**
	 * Read the attribute.
	 * @param text {@code first}, {@code new}, {@code last-per-subject}, a sequence or an
	 * ISO time
	 * @throws IllegalArgumentException if it is none of these
	 */
	public static OrderedStart of(String text) {
		return switch (text) {
			case "", "first" -> new OrderedStart(DeliverPolicy.All, 0, null);
			case "new" -> new OrderedStart(DeliverPolicy.New, 0, null);
			case "last-per-subject" -> new OrderedStart(DeliverPolicy.LastPerSubject, 0, null);
			default -> text.matches("\\d{1,18}")
					? new OrderedStart(DeliverPolicy.ByStartSequence, Math.max(1, Long.parseLong(text)), null)
					: new OrderedStart(DeliverPolicy.ByStartTime, 0, time(text));
		};
	}

	private static ZonedDateTime time(String text) {
		try {
			return (text.endsWith("Z") ? Instant.parse(text).atOffset(ZoneOffset.UTC) : OffsetDateTime.parse(text))
				.atZoneSameInstant(ZoneOffset.UTC);
		}
		catch (DateTimeParseException ex) {
			throw new IllegalArgumentException("'%s' is no place in a stream".formatted(text), ex);
		}
	}

	void apply(ConsumerConfiguration.Builder consumer, long lastOfStream) {
		switch (this.policy) {
			// what comes while the consumer is made is new, too
			case New -> from(consumer, lastOfStream + 1);
			case ByStartSequence -> from(consumer, this.sequence);
			case ByStartTime -> consumer.deliverPolicy(this.policy).startTime(this.time);
			default -> consumer.deliverPolicy(this.policy);
		}
	}

	static void from(ConsumerConfiguration.Builder consumer, long sequence) {
		consumer.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(sequence);
	}

}
