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

package io.github.natskv.provisioning;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerConfiguration.Builder;
import io.nats.client.api.PriorityPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Options of a consumer as the server keeps them. Options may be added.
 *
 * @since 0.1.0
 */
public enum ConsumerOption implements ServerOption<ConsumerConfiguration, Builder> {

	/** Description. */
	DESCRIPTION("description", (consumer) -> OptionValues.text(consumer.getDescription()),
			(builder, wanted) -> builder.description(wanted.getDescription())),

	/** Subjects whose messages are delivered. */
	FILTER_SUBJECTS("filter-subjects", (consumer) -> new TreeSet<>(subjects(consumer)),
			(builder, wanted) -> builder.filterSubjects(subjects(wanted))),

	/** The position at which deliveries begin. */
	DELIVER_POLICY("deliver-policy", ConsumerConfiguration::getDeliverPolicy, null),

	/** Sequence to begin with. */
	START_SEQUENCE("start-sequence", (consumer) -> OptionValues.limit(consumer.getStartSequence()), null),

	/** Time to begin with. */
	START_TIME("start-time", (consumer) -> instant(consumer.getStartTime()), null),

	/** The messages that have to be acknowledged. */
	ACK_POLICY("ack-policy", ConsumerConfiguration::getAckPolicy, null),

	/** The time that a message may be at work before it is delivered again. */
	ACK_WAIT("ack-wait", (consumer) -> OptionValues.duration(consumer.getAckWait()),
			(builder, wanted) -> builder.ackWait(wanted.getAckWait())),

	/** The number of times that a message is delivered, kept by the listener. */
	MAX_DELIVER("max-deliver", ConsumerOption::maxDeliver, ConsumerOption::applyMaxDeliver),

	/** Waits before deliveries after the first, kept by the listener. */
	BACKOFF("backoff", ConsumerOption::backoff, ConsumerOption::applyBackoff),

	/** The number of messages that may be unacknowledged. */
	MAX_ACK_PENDING("max-ack-pending", (consumer) -> OptionValues.limit(consumer.getMaxAckPending()),
			(builder, wanted) -> builder.maxAckPending(wanted.getMaxAckPending())),

	/** The speed of delivery. */
	REPLAY_POLICY("replay-policy", ConsumerConfiguration::getReplayPolicy, null),

	/** The share of acknowledgements that are observed. */
	SAMPLE_FREQUENCY("sample-frequency",
			(consumer) -> (OptionValues.text(consumer.getSampleFrequency()) != null)
					? consumer.getSampleFrequency().replace("%", "") : null,
			(builder, wanted) -> builder.sampleFrequency(wanted.getSampleFrequency())),

	/** Whether messages are delivered without their payload. */
	HEADERS_ONLY("headers-only", ConsumerConfiguration::isHeadersOnly,
			(builder, wanted) -> builder.headersOnly(wanted.isHeadersOnly())),

	/** The number of pull requests that may wait. */
	MAX_PULL_WAITING("max-pull-waiting", (consumer) -> OptionValues.limit(consumer.getMaxPullWaiting()), null),

	/** The number of messages that a pull request may ask for. */
	MAX_BATCH("max-batch", (consumer) -> OptionValues.limit(consumer.getMaxBatch()),
			(builder, wanted) -> builder.maxBatch(wanted.getMaxBatch())),

	/** The number of bytes that a pull request may ask for. */
	MAX_BYTES("max-bytes", (consumer) -> OptionValues.limit(consumer.getMaxBytes()),
			(builder, wanted) -> builder.maxBytes(wanted.getMaxBytes())),

	/** The time that a pull request may wait. */
	MAX_EXPIRES("max-expires", (consumer) -> OptionValues.duration(consumer.getMaxExpires()),
			(builder, wanted) -> builder.maxExpires(wanted.getMaxExpires())),

	/** The time that the consumer stays without anybody using it. */
	INACTIVE_THRESHOLD("inactive-threshold", (consumer) -> OptionValues.duration(consumer.getInactiveThreshold()),
			(builder, wanted) -> builder.inactiveThreshold(wanted.getInactiveThreshold())),

	/** The number of servers that keep its state. */
	REPLICAS("replicas", (consumer) -> Math.max(consumer.getNumReplicas(), 0),
			(builder, wanted) -> builder.numReplicas(wanted.getNumReplicas())),

	/** Whether its state is kept in memory. */
	MEMORY_STORAGE("memory-storage", ConsumerConfiguration::isMemStorage,
			(builder, wanted) -> builder.memStorage(wanted.isMemStorage())),

	/** Free-form metadata. */
	METADATA("metadata",
			(consumer, wanted) -> withoutNotes(OptionValues.metadata(consumer.getMetadata(), wanted.getMetadata())),
			(builder, wanted) -> addMetadata(builder, withoutNotes(wanted.getMetadata()))),

	/** The time until which nothing is delivered. */
	PAUSE_UNTIL("pause-until", ConsumerOption::pause, (builder, wanted) -> builder.pauseUntil(wanted.getPauseUntil())),

	/** Groups of clients with priorities. */
	PRIORITY_GROUPS("priority-groups", (consumer) -> List.copyOf(groups(consumer)),
			(builder, wanted) -> builder.priorityGroups(groups(wanted))),

	/** The meaning of priorities. */
	PRIORITY_POLICY("priority-policy", ConsumerConfiguration::getPriorityPolicy,
			(builder, wanted) -> builder.priorityPolicy(wanted.getPriorityPolicy())),

	/** The time that a pinned client may be silent. */
	PRIORITY_TIMEOUT("priority-timeout", (consumer) -> OptionValues.duration(consumer.getPriorityTimeout()),
			(builder, wanted) -> builder.priorityTimeout(wanted.getPriorityTimeout())),

	/** Subject to push messages to. */
	DELIVER_SUBJECT("deliver-subject", (consumer) -> OptionValues.text(consumer.getDeliverSubject()),
			(builder, wanted) -> builder.deliverSubject(wanted.getDeliverSubject())),

	/** Queue group of those messages are pushed to. */
	DELIVER_GROUP("deliver-group", (consumer) -> OptionValues.text(consumer.getDeliverGroup()),
			(builder, wanted) -> builder.deliverGroup(wanted.getDeliverGroup())),

	/** Bits a second that are pushed. */
	RATE_LIMIT("rate-limit", (consumer) -> OptionValues.limit(consumer.getRateLimit()),
			(builder, wanted) -> builder.rateLimit(wanted.getRateLimit())),

	/** The interval of heartbeats of an idle consumer that pushes. */
	IDLE_HEARTBEAT("idle-heartbeat", (consumer) -> OptionValues.duration(consumer.getIdleHeartbeat()), null),

	/** Whether a slow client slows down what is pushed. */
	FLOW_CONTROL("flow-control", ConsumerConfiguration::isFlowControl, null);

	private final OptionAccess<ConsumerConfiguration, Builder> access;

	ConsumerOption(String property, Function<ConsumerConfiguration, @Nullable Object> reader,
			@Nullable BiConsumer<Builder, ConsumerConfiguration> writer) {
		this(property, (consumer, wanted) -> reader.apply(consumer), writer);
	}

	ConsumerOption(String property, BiFunction<ConsumerConfiguration, ConsumerConfiguration, @Nullable Object> reader,
			@Nullable BiConsumer<Builder, ConsumerConfiguration> writer) {
		this.access = new OptionAccess<>(property, reader, writer);
	}

	@Override
	public OptionAccess<ConsumerConfiguration, Builder> access() {
		return this.access;
	}

	@Override
	public @Nullable String getServerVersion(ConsumerConfiguration wanted) {
		return switch (this) {
			case FILTER_SUBJECTS -> (subjects(wanted).size() > 1) ? "2.10.0" : null;
			case METADATA -> "2.10.0";
			case PAUSE_UNTIL, PRIORITY_GROUPS, PRIORITY_TIMEOUT -> "2.11.0";
			case PRIORITY_POLICY -> (wanted.getPriorityPolicy() == PriorityPolicy.Prioritized) ? "2.12.0" : "2.11.0";
			default -> null;
		};
	}

	@Override
	public boolean isChangeable(ConsumerConfiguration wanted, ConsumerConfiguration found) {
		return this.access.isWritable() && !(this == DELIVER_SUBJECT
				&& (wanted.getDeliverSubject() == null) != (found.getDeliverSubject() == null));
	}

	private static List<String> subjects(ConsumerConfiguration consumer) {
		return (consumer.getFilterSubjects() != null) ? consumer.getFilterSubjects() : List.of();
	}

	private static List<String> groups(ConsumerConfiguration consumer) {
		return (consumer.getPriorityGroups() != null) ? consumer.getPriorityGroups() : List.of();
	}

	private static @Nullable Instant instant(@Nullable ZonedDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

	// one that is over does not matter
	private static @Nullable Instant pause(ConsumerConfiguration consumer, ConsumerConfiguration wanted) {
		Instant until = instant(wanted.getPauseUntil());
		return (until == null || until.isBefore(Instant.now())) ? null : instant(consumer.getPauseUntil());
	}

	private static @Nullable String note(ConsumerConfiguration consumer, String name) {
		return (consumer.getMetadata() != null) ? consumer.getMetadata().get(name) : null;
	}

	private static Object maxDeliver(ConsumerConfiguration consumer) {
		if (consumer.getMaxDeliver() > 0) {
			return consumer.getMaxDeliver() + " by the server";
		}
		String noted = note(consumer, ConsumerDefinition.MAX_DELIVER);
		return (noted == null || noted.startsWith("-") || noted.equals("0")) ? "unlimited" : noted;
	}

	private static @Nullable Object backoff(ConsumerConfiguration consumer) {
		if (!consumer.getBackoff().isEmpty()) {
			return consumer.getBackoff() + " by the server";
		}
		String noted = note(consumer, ConsumerDefinition.BACKOFF);
		return (noted != null) ? List.of(noted.split(",")) : null;
	}

	private static void applyMaxDeliver(Builder builder, ConsumerConfiguration wanted) {
		builder.maxDeliver(-1);
		copyNote(builder, wanted, ConsumerDefinition.MAX_DELIVER);
	}

	private static void applyBackoff(Builder builder, ConsumerConfiguration wanted) {
		builder.backoff((Duration[]) null);
		copyNote(builder, wanted, ConsumerDefinition.BACKOFF);
	}

	private static void copyNote(Builder builder, ConsumerConfiguration wanted, String name) {
		String note = note(wanted, name);
		if (note != null) {
			addMetadata(builder, Map.of(name, note));
		}
	}

	private static void addMetadata(Builder builder, Map<String, String> metadata) {
		builder.metadata(OptionValues.merged(builder.build().getMetadata(), metadata));
	}

	private static Map<String, String> withoutNotes(@Nullable Map<String, String> metadata) {
		Map<String, String> others = (metadata != null) ? new TreeMap<>(metadata) : new TreeMap<>();
		others.keySet().removeAll(List.of(ConsumerDefinition.MAX_DELIVER, ConsumerDefinition.BACKOFF));
		return others;
	}

}
