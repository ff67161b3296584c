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
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.natskv.jetstream.SubjectFilters;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import org.jspecify.annotations.Nullable;

/**
 * The consumer of a listener as the server has it.
 *
 * @param created when it was made, which tells it from another one of that name
 * @param filters the subjects it delivers, none for all
 * @param ackWait how long a message may be at work without progress
 * @param maxDeliver how often a message is delivered before it is a dead letter, less
 * than 1 without limit
 * @param backoff how long to wait before deliveries after the first
 * @param maxBatch how many messages one request may ask for, less than 1 without limit
 * @param maxExpires how long a request may wait, {@code null} without limit
 * @param maxBytes how many bytes one request may ask for, less than 1 without limit
 */
record BoundConsumer(ZonedDateTime created, List<String> filters, Duration ackWait, long maxDeliver,
		List<Duration> backoff, long maxBatch, @Nullable Duration maxExpires, long maxBytes) {

	private static final Duration DEFAULT_ACK_WAIT = Duration.ofSeconds(30);

	private static final String NOTED_MAX_DELIVER = "natskv.max-deliver";

	private static final String NOTED_BACKOFF = "natskv.backoff";

	static BoundConsumer of(ConsumerInfo info, DeclaredConsumer declared) {
		ConsumerConfiguration found = info.getConsumerConfiguration();
		return new BoundConsumer(info.getCreationTime(), SubjectFilters.of(found), ackWait(found),
				maxDeliver(found, declared), backoff(found, declared), found.getMaxBatch(), found.getMaxExpires(),
				found.getMaxBytes());
	}

	// a consumer with a backoff ignores its ack wait
	private static Duration ackWait(ConsumerConfiguration found) {
		if (found.getBackoff() != null && !found.getBackoff().isEmpty()) {
			return found.getBackoff().stream().min(Duration::compareTo).orElse(DEFAULT_ACK_WAIT);
		}
		Duration wait = found.getAckWait();
		return (wait != null && !wait.isZero() && !wait.isNegative()) ? wait : DEFAULT_ACK_WAIT;
	}

	private static long maxDeliver(ConsumerConfiguration found, DeclaredConsumer declared) {
		long own = found.getMaxDeliver();
		Long wanted = (declared.maxDeliver() != null) ? declared.maxDeliver() : noted(found);
		if (wanted == null || wanted < 1) {
			return own;
		}
		return (own > 0) ? Math.min(own, wanted) : wanted;
	}

	private static @Nullable Long noted(ConsumerConfiguration found) {
		String noted = note(found, NOTED_MAX_DELIVER);
		return (noted != null && noted.matches("-?\\d{1,9}")) ? Long.valueOf(noted) : null;
	}

	private static List<Duration> backoff(ConsumerConfiguration found, DeclaredConsumer declared) {
		if (!declared.backoff().isEmpty()) {
			return declared.backoff();
		}
		String noted = note(found, NOTED_BACKOFF);
		if (noted != null) {
			try {
				return Arrays.stream(noted.split(",")).map(Duration::parse).toList();
			}
			catch (RuntimeException ex) {
				// not ours
			}
		}
		return (found.getBackoff() != null && !found.getBackoff().isEmpty()) ? found.getBackoff()
				: declared.defaultBackoff();
	}

	private static @Nullable String note(ConsumerConfiguration found, String name) {
		Map<String, String> metadata = found.getMetadata();
		return (metadata != null) ? metadata.get(name) : null;
	}

	boolean isLast(long attempt) {
		return this.maxDeliver > 0 && attempt >= this.maxDeliver;
	}

	boolean isBeyond(long attempt) {
		return this.maxDeliver > 0 && attempt > this.maxDeliver;
	}

	// before the delivery after this one
	Duration delay(long attempt) {
		return this.backoff.isEmpty() ? Duration.ZERO
				: this.backoff.get((int) Math.min(Math.max(attempt, 1), this.backoff.size()) - 1);
	}

	Duration longestDelay() {
		return delay(Integer.MAX_VALUE);
	}

	String describeLimit() {
		return (this.maxDeliver > 0) ? " of " + this.maxDeliver : "";
	}

}
