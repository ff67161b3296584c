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
import java.util.Collections;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.nats.client.api.CompressionOption;
import io.nats.client.api.PersistMode;
import io.nats.client.api.Placement;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamConfiguration.Builder;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;

/**
 * Options of a stream as the server keeps them. Options may be added.
 *
 * @since 0.1.0
 */
public enum StreamOption implements ServerOption<StreamConfiguration, Builder> {

	/** Subjects whose messages it stores. */
	SUBJECTS("subjects", (stream) -> new TreeSet<>(stream.getSubjects()),
			(builder, wanted) -> builder.subjects(wanted.getSubjects())),

	/** Description. */
	DESCRIPTION("description", (stream) -> OptionValues.text(stream.getDescription()),
			(builder, wanted) -> builder.description(wanted.getDescription())),

	/** The retention of messages. */
	RETENTION("retention", StreamConfiguration::getRetentionPolicy,
			(builder, wanted) -> builder.retentionPolicy(wanted.getRetentionPolicy())),

	/** Largest number of consumers. */
	MAX_CONSUMERS("max-consumers", (stream) -> OptionValues.limit(stream.getMaxConsumers()), null),

	/** Largest number of messages. */
	MAX_MESSAGES("max-messages", (stream) -> OptionValues.limit(stream.getMaxMsgs()),
			(builder, wanted) -> builder.maxMessages(wanted.getMaxMsgs())),

	/** Largest number of messages of a subject. */
	MAX_MESSAGES_PER_SUBJECT("max-messages-per-subject", (stream) -> OptionValues.limit(stream.getMaxMsgsPerSubject()),
			(builder, wanted) -> builder.maxMessagesPerSubject(wanted.getMaxMsgsPerSubject())),

	/** Largest size. */
	MAX_BYTES("max-bytes", (stream) -> OptionValues.limit(stream.getMaxBytes()),
			(builder, wanted) -> builder.maxBytes(wanted.getMaxBytes())),

	/** The time for which a message is kept. */
	MAX_AGE("max-age", (stream) -> OptionValues.duration(stream.getMaxAge()), StreamOption::applyMaxAge),

	/** Largest message. */
	MAX_MESSAGE_SIZE("max-message-size", (stream) -> OptionValues.limit(stream.getMaximumMessageSize()),
			(builder, wanted) -> builder.maximumMessageSize(wanted.getMaximumMessageSize())),

	/** The storage of messages. */
	STORAGE("storage", StreamConfiguration::getStorageType, null),

	/** The number of servers that keep it. */
	REPLICAS("replicas", StreamConfiguration::getReplicas, (builder, wanted) -> builder.replicas(wanted.getReplicas())),

	/** Whether publishers get no acknowledgement. */
	NO_ACK("no-ack", StreamConfiguration::getNoAck, (builder, wanted) -> builder.noAck(wanted.getNoAck())),

	/** The treatment of new messages by a full stream. */
	DISCARD("discard", StreamConfiguration::getDiscardPolicy,
			(builder, wanted) -> builder.discardPolicy(wanted.getDiscardPolicy())),

	/** Whether new messages are refused by the limit of their subject, too. */
	DISCARD_NEW_PER_SUBJECT("discard-new-per-subject", StreamConfiguration::isDiscardNewPerSubject,
			(builder, wanted) -> builder.discardNewPerSubject(wanted.isDiscardNewPerSubject())),

	/** The time for which message ids are remembered. */
	DUPLICATE_WINDOW("duplicate-window", (stream) -> OptionValues.duration(stream.getDuplicateWindow()),
			(builder, wanted) -> builder.duplicateWindow(wanted.getDuplicateWindow())),

	/** Whether the store is compressed. */
	COMPRESSION("compression", (stream) -> stream.getCompressionOption() == CompressionOption.S2,
			(builder, wanted) -> builder.compressionOption(wanted.getCompressionOption())),

	/** The servers that keep it. */
	PLACEMENT("placement", (stream, wanted) -> OptionValues.placement(stream.getPlacement(), wanted.getPlacement()),
			StreamOption::applyPlacement),

	/** Republishing of messages to another subject. */
	REPUBLISH("republish", (stream) -> OptionValues.republish(stream.getRepublish()),
			(builder, wanted) -> builder.republish(wanted.getRepublish())),

	/** Subjects that are stored as other ones. */
	SUBJECT_TRANSFORM("subject-transform", (stream) -> OptionValues.transform(stream.getSubjectTransform()),
			(builder, wanted) -> builder.subjectTransform(wanted.getSubjectTransform())),

	/** The limits of consumers. */
	CONSUMER_LIMITS("consumer-limits", (stream, wanted) -> OptionValues.limits(stream.getConsumerLimits(), wanted),
			(builder, wanted) -> builder.consumerLimits(wanted.getConsumerLimits())),

	/** Stream this one is a copy of. */
	MIRROR("mirror",
			(stream, wanted) -> StreamOrigins.describe(Collections.singletonList(stream.getMirror()),
					Collections.singletonList(wanted.getMirror()), UnaryOperator.identity()),
			null),

	/** Streams whose messages are copied. */
	SOURCES("sources",
			(stream, wanted) -> StreamOrigins.describe(stream.getSources(), wanted.getSources(),
					UnaryOperator.identity()),
			(builder, wanted) -> builder.sources(wanted.getSources())),

	/** Whether a message may replace those before it. */
	ALLOW_ROLLUP("allow-rollup", StreamConfiguration::getAllowRollup,
			(builder, wanted) -> builder.allowRollup(wanted.getAllowRollup())),

	/** Whether any server that keeps it answers reads. */
	ALLOW_DIRECT("allow-direct", StreamConfiguration::getAllowDirect,
			(builder, wanted) -> builder.allowDirect(wanted.getAllowDirect())),

	/** Whether a mirror answers reads of its origin. */
	MIRROR_DIRECT("mirror-direct", StreamConfiguration::getMirrorDirect,
			(builder, wanted) -> builder.mirrorDirect(wanted.getMirrorDirect())),

	/** Whether messages cannot be deleted. */
	DENY_DELETE("deny-delete", StreamConfiguration::getDenyDelete,
			(builder, wanted) -> builder.denyDelete(wanted.getDenyDelete())),

	/** Whether messages cannot be purged. */
	DENY_PURGE("deny-purge", StreamConfiguration::getDenyPurge,
			(builder, wanted) -> builder.denyPurge(wanted.getDenyPurge())),

	/** Whether nothing can be changed any more. */
	SEALED("sealed", StreamConfiguration::getSealed, (builder, wanted) -> {
		if (wanted.getSealed()) {
			builder.seal();
		}
	}),

	/** Free-form metadata. */
	METADATA("metadata", (stream, wanted) -> OptionValues.metadata(stream.getMetadata(), wanted.getMetadata()),
			(builder, wanted) -> builder
				.metadata(OptionValues.merged(builder.build().getMetadata(), wanted.getMetadata()))),

	/** Sequence of the first message. */
	FIRST_SEQUENCE("first-sequence", StreamConfiguration::getFirstSequence, null),

	/** The time to live of the markers of expired messages. */
	SUBJECT_DELETE_MARKER_TTL("subject-delete-marker-ttl",
			(stream) -> OptionValues.duration(stream.getSubjectDeleteMarkerTtl()),
			(builder, wanted) -> builder.subjectDeleteMarkerTtl(wanted.getSubjectDeleteMarkerTtl()).allowMessageTtl()),

	/** Whether messages may have a time to live of their own. */
	ALLOW_MESSAGE_TTL("allow-message-ttl", StreamConfiguration::getAllowMessageTtl,
			(builder, wanted) -> builder.allowMessageTtl(wanted.getAllowMessageTtl())),

	/** Whether messages may be scheduled. */
	ALLOW_MESSAGE_SCHEDULES("allow-message-schedules", StreamConfiguration::getAllowMsgSchedules,
			(builder, wanted) -> builder.allowMessageSchedules(wanted.getAllowMsgSchedules())),

	/** Whether messages are counters. */
	ALLOW_MESSAGE_COUNTER("allow-message-counter", StreamConfiguration::getAllowMessageCounter, null),

	/** Whether several messages may be stored together or not at all. */
	ALLOW_ATOMIC_PUBLISH("allow-atomic-publish", StreamConfiguration::getAllowAtomicPublish,
			(builder, wanted) -> builder.allowAtomicPublish(wanted.getAllowAtomicPublish())),

	/** Whether many messages may be stored in one go. */
	ALLOW_BATCHED("allow-batched", StreamConfiguration::getAllowBatched,
			(builder, wanted) -> builder.allowBatched(wanted.getAllowBatched())),

	/** The mode in which the store is written. */
	PERSIST_MODE("persist-mode",
			(stream) -> (stream.getPersistMode() != null) ? stream.getPersistMode() : PersistMode.Default, null);

	private final OptionAccess<StreamConfiguration, Builder> access;

	StreamOption(String property, Function<StreamConfiguration, @Nullable Object> reader,
			@Nullable BiConsumer<Builder, StreamConfiguration> writer) {
		this(property, (stream, wanted) -> reader.apply(stream), writer);
	}

	StreamOption(String property, BiFunction<StreamConfiguration, StreamConfiguration, @Nullable Object> reader,
			@Nullable BiConsumer<Builder, StreamConfiguration> writer) {
		this.access = new OptionAccess<>(property, reader, writer);
	}

	@Override
	public OptionAccess<StreamConfiguration, Builder> access() {
		return this.access;
	}

	@Override
	public @Nullable String getServerVersion(StreamConfiguration wanted) {
		return switch (this) {
			case COMPRESSION -> (wanted.getCompressionOption() == CompressionOption.S2) ? "2.10.0" : null;
			case METADATA, SUBJECT_TRANSFORM, CONSUMER_LIMITS, FIRST_SEQUENCE -> "2.10.0";
			case MIRROR, SOURCES -> StreamOrigins.renames(wanted) ? "2.10.0" : null;
			case SUBJECT_DELETE_MARKER_TTL -> "2.11.0";
			case ALLOW_MESSAGE_TTL -> wanted.getAllowMessageTtl() ? "2.11.0" : null;
			case ALLOW_MESSAGE_SCHEDULES -> wanted.getAllowMsgSchedules() ? "2.12.0" : null;
			case ALLOW_MESSAGE_COUNTER -> wanted.getAllowMessageCounter() ? "2.12.0" : null;
			case ALLOW_ATOMIC_PUBLISH -> wanted.getAllowAtomicPublish() ? "2.12.0" : null;
			case PERSIST_MODE -> (wanted.getPersistMode() == PersistMode.Async) ? "2.12.0" : null;
			case ALLOW_BATCHED -> wanted.getAllowBatched() ? "2.14.0" : null;
			default -> null;
		};
	}

	@Override
	public boolean isChangeable(StreamConfiguration wanted, StreamConfiguration found) {
		return switch (this) {
			case SUBJECT_DELETE_MARKER_TTL -> wanted.getSubjectDeleteMarkerTtl() != null;
			case ALLOW_MESSAGE_TTL -> wanted.getAllowMessageTtl();
			case DENY_DELETE -> wanted.getDenyDelete();
			case DENY_PURGE -> wanted.getDenyPurge();
			case SEALED -> wanted.getSealed();
			default -> this.access.isWritable();
		};
	}

	private static void applyMaxAge(Builder builder, StreamConfiguration wanted) {
		Duration age = OptionValues.duration(wanted.getMaxAge());
		Duration window = OptionValues.duration(builder.build().getDuplicateWindow());
		builder.maxAge(wanted.getMaxAge());
		if (age != null && window != null && window.compareTo(age) > 0) {
			// the server refuses a duplicates window longer than messages live
			builder.duplicateWindow(age);
		}
	}

	private static void applyPlacement(Builder builder, StreamConfiguration wanted) {
		Placement placement = wanted.getPlacement();
		Placement existing = builder.build().getPlacement();
		if (placement == null || existing == null) {
			builder.placement(placement);
			return;
		}
		builder.placement(Placement.builder()
			.cluster(StringUtils.hasText(placement.getCluster()) ? placement.getCluster() : existing.getCluster())
			.tags(CollectionUtils.isEmpty(placement.getTags()) ? existing.getTags() : placement.getTags())
			.build());
	}

}
