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

package io.github.natskv.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natskv.autoconfigure.NatsKeyValueProperties.SubjectMapping;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.PersistMode;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.ReplayPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for JetStream streams and their consumers.
 *
 * @param provisioning What to do about streams and consumers the server does not have, or
 * has otherwise.
 * @param definitions Streams by key, which is also the server's name of the stream unless
 * the stream says otherwise.
 * @since 0.1.0
 */
@ConfigurationProperties("nats.streams")
public record NatsStreamsProperties(@DefaultValue("create") ProvisioningPolicy provisioning,
		@DefaultValue Map<String, Stream> definitions) {

	/**
	 * The properties as bound where none is set.
	 */
	public static final NatsStreamsProperties DEFAULTS = new NatsStreamsProperties(ProvisioningPolicy.CREATE, Map.of());

	/**
	 * A stream. What is not set is left to the server, and not compared with what it has.
	 *
	 * @param name Server's name of the stream. Default is the stream key.
	 * @param provisioning What to do if the server does not have the stream or a consumer
	 * of it, or has it otherwise. Default is nats.streams.provisioning.
	 * @param subjects Subjects whose messages the stream stores, wildcards included.
	 * Default is its name, and none for a mirror.
	 * @param description Description of the stream.
	 * @param retention When messages are removed: by limits only, as soon as one consumer
	 * has acknowledged them, or as soon as all have. Default is limits.
	 * @param maxConsumers How many consumers the stream may have. Default is unlimited.
	 * Cannot be changed later.
	 * @param maxMessages How many messages the stream may have. Default is unlimited.
	 * @param maxMessagesPerSubject How many messages of a subject the stream may have.
	 * Default is unlimited.
	 * @param maxBytes Largest size of the stream. Default is unlimited.
	 * @param maxAge How long a message is kept. A number without unit is milliseconds.
	 * Default is for ever.
	 * @param maxMessageSize Largest message, headers included. Default is the server's
	 * largest message.
	 * @param storage Where the stream is kept. Default is file. Cannot be changed later.
	 * @param replicas How many servers of the cluster keep the stream, 1 to 5. Default is
	 * 1.
	 * @param noAck Whether publishers get no acknowledgement.
	 * @param discard Which messages a full stream does without: old ones, or new ones,
	 * which it then refuses. Default is old.
	 * @param discardNewPerSubject Whether new messages are also refused where those of
	 * their subject reach max-messages-per-subject. Needs discard to be new.
	 * @param duplicateWindow How long message ids are remembered, to find duplicates. A
	 * number without unit is milliseconds. Default is 2 minutes, or max-age where that is
	 * shorter.
	 * @param compression Whether the store is compressed. Needs nats-server 2.10.
	 * @param placement Which servers keep the stream.
	 * @param republish Subject to publish stored messages on.
	 * @param subjectTransform Subject transform of messages before they are stored. Needs
	 * nats-server 2.10.
	 * @param consumerLimits What consumers of the stream may have at most. Needs
	 * nats-server 2.10.
	 * @param mirror Stream this one is a copy of.
	 * @param sources Streams whose messages are copied into this one.
	 * @param allowRollup Whether a message may replace all those before it, of its
	 * subject or of the stream.
	 * @param allowDirect Whether any server that keeps the stream answers reads of single
	 * messages, not the leader only.
	 * @param mirrorDirect Whether a mirror answers reads of single messages of its
	 * origin.
	 * @param denyDelete Whether messages cannot be deleted. Cannot be taken back later.
	 * @param denyPurge Whether messages cannot be purged. Cannot be taken back later.
	 * @param sealed Whether the stream takes no messages and no changes any more, for one
	 * that exists already. Cannot be taken back later.
	 * @param metadata Free-form metadata. Needs nats-server 2.10.
	 * @param firstSequence Sequence of the first message. Needs nats-server 2.10. Cannot
	 * be changed later.
	 * @param subjectDeleteMarkerTtl How long the markers live that tell of the last
	 * message of a subject that expired; also allows messages with a time to live of
	 * their own. A number without unit is milliseconds, and it is at least 1 second.
	 * Needs nats-server 2.11.
	 * @param allowMessageTtl Whether messages may have a time to live of their own. Needs
	 * nats-server 2.11. Cannot be taken back later.
	 * @param allowMessageSchedules Whether messages may be delivered at a time of their
	 * own. Needs nats-server 2.12.
	 * @param allowMessageCounter Whether messages are counters. Needs nats-server 2.12.
	 * Cannot be changed later.
	 * @param allowAtomicPublish Whether several messages may be stored together, all or
	 * none. Needs nats-server 2.12.
	 * @param allowBatched Whether many messages may be stored in one go, with flow
	 * control. Needs nats-server 2.14.
	 * @param persistMode Whether messages are acknowledged before they are written. Needs
	 * nats-server 2.12. Cannot be changed later.
	 * @param consumers Durable consumers by key, which is also their name unless the
	 * consumer says otherwise.
	 */
	@ConfigurationPropertiesSource
	public record Stream(@Nullable String name, @Nullable ProvisioningPolicy provisioning,
			@Nullable List<String> subjects, @Nullable String description, @Nullable RetentionPolicy retention,
			@Nullable Long maxConsumers, @Nullable Long maxMessages, @Nullable Long maxMessagesPerSubject,
			@Nullable DataSize maxBytes, @Nullable Duration maxAge, @Nullable DataSize maxMessageSize,
			@Nullable StorageType storage, @Nullable Integer replicas, @Nullable Boolean noAck,
			@Nullable DiscardPolicy discard, @Nullable Boolean discardNewPerSubject, @Nullable Duration duplicateWindow,
			@Nullable Boolean compression, @Nullable Placement placement, @Nullable Republish republish,
			@Nullable SubjectTransform subjectTransform, @Nullable ConsumerLimits consumerLimits,
			@Nullable Origin mirror, @Nullable List<Origin> sources, @Nullable Boolean allowRollup,
			@Nullable Boolean allowDirect, @Nullable Boolean mirrorDirect, @Nullable Boolean denyDelete,
			@Nullable Boolean denyPurge, @Nullable Boolean sealed, @Nullable Map<String, String> metadata,
			@Nullable Long firstSequence, @Nullable Duration subjectDeleteMarkerTtl, @Nullable Boolean allowMessageTtl,
			@Nullable Boolean allowMessageSchedules, @Nullable Boolean allowMessageCounter,
			@Nullable Boolean allowAtomicPublish, @Nullable Boolean allowBatched, @Nullable PersistMode persistMode,
			@DefaultValue Map<String, Consumer> consumers) {

		public Stream {
			// bound one by one
			consumers = new LinkedHashMap<>(consumers);
		}

	}

	/**
	 * A durable consumer. What is not set is left to the server, and not compared with
	 * what it has.
	 *
	 * @param name Name of the consumer. Default is its key.
	 * @param provisioning What to do if the server does not have the consumer, or has it
	 * otherwise. Default is that of its stream.
	 * @param description Description of the consumer.
	 * @param filterSubjects Subjects whose messages are delivered, wildcards included.
	 * Default is all of the stream. More than one needs nats-server 2.10.
	 * @param deliverPolicy Which message is the first. Default is all, or what
	 * start-sequence and start-time say. Cannot be changed later.
	 * @param startSequence Sequence of the first message. Cannot be changed later.
	 * @param startTime Time of the first message. Cannot be changed later.
	 * @param ackPolicy Which messages have to be acknowledged. Default is explicit: each.
	 * Cannot be changed later.
	 * @param ackWait How long a message may be at work before it is delivered again. A
	 * number without unit is milliseconds. Default is 30 seconds.
	 * @param maxDeliver How often a message is delivered before it is a dead letter, -1
	 * for no limit. Kept by the listener, not by the server. Default is no limit.
	 * @param backoff How long to wait before a message that failed is delivered again:
	 * the first time, the second time, and so on, the last one for all others. Kept by
	 * the listener, not by the server. Default is nats.jetstream.listener.backoff.
	 * @param maxAckPending How many messages may be at work at the same time. Default is
	 * 1000.
	 * @param replayPolicy Whether messages are delivered as fast as possible or as fast
	 * as they came. Default is instant. Cannot be changed later.
	 * @param sampleFrequency Of how many acknowledgements the server tells, as a
	 * percentage.
	 * @param headersOnly Whether messages are delivered without their payload.
	 * @param maxPullWaiting How many pull requests may wait. Default is 512. Cannot be
	 * changed later.
	 * @param maxBatch How many messages a pull request may ask for. Default is unlimited.
	 * @param maxBytes How many bytes a pull request may ask for. Default is unlimited.
	 * @param maxExpires How long a pull request may wait. A number without unit is
	 * milliseconds. Default is unlimited.
	 * @param inactiveThreshold How long the consumer stays without anybody using it. A
	 * number without unit is milliseconds. Default is for ever.
	 * @param replicas How many servers keep the state of the consumer. Default is as many
	 * as keep the stream.
	 * @param memoryStorage Whether the state of the consumer is kept in memory.
	 * @param metadata Free-form metadata. Needs nats-server 2.10.
	 * @param pauseUntil Time until which nothing is delivered. Needs nats-server 2.11.
	 * @param priorityGroups Group of clients with priorities. Needs nats-server 2.11.
	 * @param priorityPolicy How clients of the priority group share the messages. Needs
	 * nats-server 2.11.
	 * @param priorityTimeout How long a pinned client may be silent before another one is
	 * pinned. A number without unit is milliseconds. Needs nats-server 2.11.
	 * @param deliverSubject Subject to push messages to. Listeners read consumers without
	 * it.
	 * @param deliverGroup Queue group of the clients messages are pushed to.
	 * @param rateLimit How many bits a second are pushed. Default is unlimited.
	 * @param idleHeartbeat How often a consumer that pushes tells that it is there while
	 * there are no messages. A number without unit is milliseconds. Cannot be changed
	 * later.
	 * @param flowControl Whether a slow client slows down what is pushed. Needs
	 * idle-heartbeat. Cannot be changed later.
	 */
	@ConfigurationPropertiesSource
	public record Consumer(@Nullable String name, @Nullable ProvisioningPolicy provisioning,
			@Nullable String description, @Nullable List<String> filterSubjects, @Nullable DeliverPolicy deliverPolicy,
			@Nullable Long startSequence, @Nullable Instant startTime, @Nullable AckPolicy ackPolicy,
			@Nullable Duration ackWait, @Nullable Long maxDeliver, @Nullable List<Duration> backoff,
			@Nullable Long maxAckPending, @Nullable ReplayPolicy replayPolicy, @Nullable String sampleFrequency,
			@Nullable Boolean headersOnly, @Nullable Long maxPullWaiting, @Nullable Long maxBatch,
			@Nullable DataSize maxBytes, @Nullable Duration maxExpires, @Nullable Duration inactiveThreshold,
			@Nullable Integer replicas, @Nullable Boolean memoryStorage, @Nullable Map<String, String> metadata,
			@Nullable Instant pauseUntil, @Nullable List<String> priorityGroups,
			@Nullable PriorityPolicy priorityPolicy, @Nullable Duration priorityTimeout,
			@Nullable String deliverSubject, @Nullable String deliverGroup, @Nullable Long rateLimit,
			@Nullable Duration idleHeartbeat, @Nullable Boolean flowControl) {

	}

	/**
	 * The servers that keep a stream.
	 *
	 * @param cluster Name of the cluster.
	 * @param tags Tags the servers must have.
	 */
	public record Placement(@Nullable String cluster, @DefaultValue List<String> tags) {

	}

	/**
	 * Republishing of messages to another subject.
	 *
	 * @param source Subject filter of the messages. Default is all.
	 * @param destination Subject to publish on, with {{wildcard(n)}} for tokens of the
	 * source.
	 * @param headersOnly Whether to publish the headers only.
	 */
	public record Republish(@DefaultValue(">") String source, @Nullable String destination, boolean headersOnly) {

	}

	/**
	 * Subjects that become other subjects.
	 *
	 * @param source Subject filter. Default is all.
	 * @param destination Subject it becomes, with {{wildcard(n)}} for tokens of the
	 * source.
	 */
	public record SubjectTransform(@DefaultValue(">") String source, @Nullable String destination) {

	}

	/**
	 * Limits of consumers.
	 *
	 * @param inactiveThreshold How long a consumer may stay without anybody using it. A
	 * number without unit is milliseconds.
	 * @param maxAckPending How many messages of a consumer may be at work at the same
	 * time.
	 */
	public record ConsumerLimits(@Nullable Duration inactiveThreshold, @Nullable Long maxAckPending) {

	}

	/**
	 * Stream whose messages are copied.
	 *
	 * @param stream Server's name of the stream.
	 * @param domain JetStream domain of the stream.
	 * @param apiPrefix Prefix of the JetStream API subjects where the stream is, instead
	 * of a domain.
	 * @param deliverPrefix Prefix of the subjects the copies are delivered on, together
	 * with an API prefix.
	 * @param filterSubject Subject filter of the messages. Default is all.
	 * @param startSequence Sequence of the first message to copy. Default is the first
	 * there is.
	 * @param startTime Time of the first message to copy. Default is the first there is.
	 * @param subjectTransforms Subject transforms, as source and destination, instead of
	 * a filter. Needs nats-server 2.10.
	 */
	@ConfigurationPropertiesSource
	public record Origin(@Nullable String stream, @Nullable String domain, @Nullable String apiPrefix,
			@Nullable String deliverPrefix, @Nullable String filterSubject, @Nullable Long startSequence,
			@Nullable Instant startTime,
			@DefaultValue List<SubjectMapping> subjectTransforms) implements NatsOriginProperties {

		@Override
		public @Nullable String origin() {
			return this.stream;
		}

		@Override
		public @Nullable Long start() {
			return this.startSequence;
		}

	}

}
