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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natskv.health.ConsumerStatus;
import io.github.natskv.health.StreamStatus;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A declared stream.
 *
 * @param streamName the server's name of the stream
 * @param declaredBy where it is declared
 * @param problem why it cannot be used, if it cannot
 * @param messages how many messages it holds
 * @param bytes how many bytes they take
 * @param firstSequence the sequence of the first message
 * @param lastSequence the sequence of the last message
 * @param currentReplicas how many copies are there and up to date
 * @param configuration how it is configured on the server
 * @param consumers its declared consumers, by key
 * @since 0.1.0
 */
public record StreamDescriptor(String streamName, String declaredBy, @Nullable String problem, long messages,
		long bytes, long firstSequence, long lastSequence, int currentReplicas, @Nullable Configuration configuration,
		Map<String, ConsumerDescriptor> consumers) {

	static StreamDescriptor of(StreamStatus stream) {
		Map<String, ConsumerDescriptor> consumers = new LinkedHashMap<>();
		stream.consumers()
			.forEach((consumer) -> consumers.put(consumer.definition().key(), ConsumerDescriptor.of(consumer)));
		StreamConfiguration configuration = stream.configuration();
		return new StreamDescriptor(stream.definition().name(), stream.definition().declaredBy(), stream.problem(),
				stream.messages(), stream.bytes(), stream.firstSequence(), stream.lastSequence(),
				stream.currentReplicas(), (configuration != null) ? Configuration.of(configuration) : null, consumers);
	}

	private static @Nullable Duration positive(@Nullable Duration duration) {
		return (duration != null && !duration.isZero() && !duration.isNegative()) ? duration : null;
	}

	/**
	 * The configuration of a stream.
	 *
	 * @param description what it is for
	 * @param subjects the subjects whose messages it stores
	 * @param retention when messages are removed
	 * @param discard which messages it does without when it is full
	 * @param maxAge how long a message is kept, {@code null} for ever
	 * @param maxMessages how many messages there may be, -1 for any
	 * @param maxMessagesPerSubject how many of a subject, -1 for any
	 * @param maxBytes how many bytes there may be, -1 for any
	 * @param storage where messages are kept
	 * @param replicas how many copies there are
	 * @param mirror the server's name of the stream it mirrors, if any
	 */
	public record Configuration(@Nullable String description, List<String> subjects, String retention, String discard,
			@Nullable Duration maxAge, long maxMessages, long maxMessagesPerSubject, long maxBytes, String storage,
			int replicas, @Nullable String mirror) {

		static Configuration of(StreamConfiguration configuration) {
			return new Configuration(configuration.getDescription(), List.copyOf(configuration.getSubjects()),
					configuration.getRetentionPolicy().toString(), configuration.getDiscardPolicy().toString(),
					positive(configuration.getMaxAge()), configuration.getMaxMsgs(),
					configuration.getMaxMsgsPerSubject(), configuration.getMaxBytes(),
					Texts.lowerCase(configuration.getStorageType()), configuration.getReplicas(),
					(configuration.getMirror() != null) ? configuration.getMirror().getName() : null);
		}

	}

	/**
	 * A declared consumer.
	 *
	 * @param consumerName the name of the consumer
	 * @param problem why it cannot be used, if it cannot
	 * @param lag how many messages have not been handled
	 * @param pending how many of them have not been delivered
	 * @param ackPending how many were delivered and not acknowledged
	 * @param redelivered how many of these were delivered more than once
	 * @param waiting how many pull requests wait for messages
	 * @param paused whether nothing is delivered at present
	 * @param filterSubjects the subjects whose messages are delivered, all of the stream
	 * if there are none
	 * @param ackWait how long a message may be at work
	 * @param maxDeliver how often a message is delivered, as it is declared, {@code null}
	 * for no limit
	 * @param backoff the waits before it is delivered again, as they are declared
	 */
	public record ConsumerDescriptor(String consumerName, @Nullable String problem, long lag, long pending,
			long ackPending, long redelivered, long waiting, boolean paused, List<String> filterSubjects,
			@Nullable Duration ackWait, @Nullable Long maxDeliver, List<Duration> backoff) {

		static ConsumerDescriptor of(ConsumerStatus consumer) {
			ConsumerConfiguration configuration = consumer.configuration();
			return new ConsumerDescriptor(consumer.definition().name(), consumer.problem(), consumer.lag(),
					consumer.pending(), consumer.ackPending(), consumer.redelivered(), consumer.waiting(),
					consumer.paused(), subjects(configuration),
					(configuration != null) ? positive(configuration.getAckWait()) : null,
					consumer.definition().maxDeliver(), consumer.definition().backoff());
		}

		private static List<String> subjects(@Nullable ConsumerConfiguration configuration) {
			return (configuration != null && configuration.getFilterSubjects() != null)
					? configuration.getFilterSubjects() : List.of();
		}

	}

}
