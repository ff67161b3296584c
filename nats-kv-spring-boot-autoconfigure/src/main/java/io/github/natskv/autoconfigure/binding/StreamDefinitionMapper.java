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

package io.github.natskv.autoconfigure.binding;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsStreamsProperties;
import io.github.natskv.autoconfigure.NatsStreamsProperties.Stream;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.github.natskv.provisioning.StreamDefinition;
import io.github.natskv.provisioning.StreamOption;
import io.nats.client.api.CompressionOption;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.Placement;
import io.nats.client.api.Republish;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;

import org.springframework.util.StringUtils;

/**
 * Maps the properties of a stream onto a {@link StreamDefinition}, refusing what the
 * server would refuse.
 */
class StreamDefinitionMapper {

	private static final Pattern NAME = Pattern.compile("[^\\s.*>/\\\\\\p{Cntrl}]+");

	private static final String BUCKET_PREFIX = "KV_";

	private static final int MAX_REPLICAS = 5;

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final ConnectionName connection;

	private final String key;

	private final Stream stream;

	private final OptionMapper<StreamOption> options;

	StreamDefinitionMapper(ConnectionName connection, String key, Stream stream) {
		this.connection = connection;
		this.key = key;
		this.stream = stream;
		this.options = new OptionMapper<>(connection.property("streams.definitions." + key), StreamOption.class,
				StreamOption::getProperty);
	}

	StreamDefinition map(ProvisioningPolicy defaultPolicy) {
		String name = StringUtils.hasText(this.stream.name()) ? this.stream.name() : this.key;
		checkName(this.options.property() + ".name", "stream", name);
		if (name.startsWith(BUCKET_PREFIX)) {
			throw new InvalidNatsPropertyException(this.options.property(),
					"'%s' is the stream of bucket '%s', which needs more than a stream to be one.".formatted(name,
							name.substring(BUCKET_PREFIX.length())),
					"Declare the bucket in '%s' instead, or choose another name."
						.formatted(this.connection.property("kv.buckets")));
		}
		ProvisioningPolicy policy = (this.stream.provisioning() != null) ? this.stream.provisioning() : defaultPolicy;
		return new StreamDefinition(this.connection.prefix(), this.key, this.options.property(), policy,
				configuration(name), this.options.declared());
	}

	List<ConsumerDefinition> consumers(StreamDefinition definition) {
		return this.stream.consumers()
			.entrySet()
			.stream()
			.map((consumer) -> new ConsumerDefinitionMapper(definition, consumer.getKey(), consumer.getValue()).map())
			.toList();
	}

	static void checkName(String property, String noun, String name) {
		if (!NAME.matcher(name).matches()) {
			throw new InvalidNatsPropertyException(property,
					"'%s' is not the name of a %s: it must not have white space, dots, slashes, '*' and '>'."
						.formatted(name, noun),
					"Choose another name.");
		}
	}

	private StreamConfiguration configuration(String name) {
		StreamConfiguration.Builder builder = StreamConfiguration.builder().name(name);
		applySubjectsAndLimits(builder);
		applyStore(builder);
		applyOrigins(builder);
		applyPermissions(builder);
		applyFeatures(builder);
		return builder.build();
	}

	private void applySubjectsAndLimits(StreamConfiguration.Builder builder) {
		this.options.setSubjects(StreamOption.SUBJECTS, this.stream.subjects(), builder::subjects);
		this.options.set(StreamOption.DESCRIPTION, this.stream.description(), builder::description);
		this.options.set(StreamOption.RETENTION, this.stream.retention(), builder::retentionPolicy);
		this.options.setLimit(StreamOption.MAX_CONSUMERS, this.stream.maxConsumers(), builder::maxConsumers);
		this.options.setLimit(StreamOption.MAX_MESSAGES, this.stream.maxMessages(), builder::maxMessages);
		this.options.setLimit(StreamOption.MAX_MESSAGES_PER_SUBJECT, this.stream.maxMessagesPerSubject(),
				builder::maxMessagesPerSubject);
		this.options.setSize(StreamOption.MAX_BYTES, this.stream.maxBytes(), Long.MAX_VALUE, builder::maxBytes);
		this.options.setDuration(StreamOption.MAX_AGE, this.stream.maxAge(), Duration.ZERO,
				(value) -> builder.maxAge(value));
		this.options.setSize(StreamOption.MAX_MESSAGE_SIZE, this.stream.maxMessageSize(), Integer.MAX_VALUE,
				(size) -> builder.maximumMessageSize(size.intValue()));
		this.options.set(StreamOption.DISCARD, this.stream.discard(), builder::discardPolicy);
		this.options.set(StreamOption.DISCARD_NEW_PER_SUBJECT, this.stream.discardNewPerSubject(),
				builder::discardNewPerSubject);
		this.options.setDuration(StreamOption.DUPLICATE_WINDOW, this.stream.duplicateWindow(), Duration.ZERO,
				(value) -> builder.duplicateWindow(value));
		this.options.set(StreamOption.CONSUMER_LIMITS, this.stream.consumerLimits(),
				(value) -> builder.consumerLimits(limits(value)));
	}

	private void applyStore(StreamConfiguration.Builder builder) {
		this.options.set(StreamOption.STORAGE, this.stream.storage(), builder::storageType);
		this.options.setRange(StreamOption.REPLICAS, this.stream.replicas(), 1, MAX_REPLICAS, builder::replicas);
		this.options.set(StreamOption.NO_ACK, this.stream.noAck(), builder::noAck);
		this.options.set(StreamOption.COMPRESSION, this.stream.compression(),
				(value) -> builder.compressionOption(value ? CompressionOption.S2 : CompressionOption.None));
		this.options.set(StreamOption.PLACEMENT, this.stream.placement(),
				(value) -> builder.placement(Placement.builder().cluster(value.cluster()).tags(value.tags()).build()));
		this.options.set(StreamOption.METADATA, this.stream.metadata(), builder::metadata);
		this.options.setPositive(StreamOption.FIRST_SEQUENCE, this.stream.firstSequence(), builder::firstSequence);
		this.options.set(StreamOption.PERSIST_MODE, this.stream.persistMode(), builder::persistMode);
	}

	private void applyOrigins(StreamConfiguration.Builder builder) {
		OriginMapper origins = new OriginMapper("stream");
		String property = this.options.property();
		this.options.set(StreamOption.MIRROR, this.stream.mirror(),
				(value) -> builder.mirror(origins.mirror(property + ".mirror", value)));
		this.options.set(StreamOption.SOURCES, this.stream.sources(),
				(value) -> builder.sources(origins.sources(property + ".sources", value)));
		this.options.check(StreamOption.MIRROR,
				this.stream.mirror() == null || (this.stream.sources() == null && this.stream.subjects() == null),
				"a mirror", "cannot be combined with 'sources' or 'subjects'");
		this.options.set(StreamOption.REPUBLISH, this.stream.republish(),
				(value) -> builder.republish(republish(value)));
		this.options.set(StreamOption.SUBJECT_TRANSFORM, this.stream.subjectTransform(),
				(value) -> builder.subjectTransform(transform(value)));
	}

	private void applyPermissions(StreamConfiguration.Builder builder) {
		this.options.set(StreamOption.ALLOW_ROLLUP, this.stream.allowRollup(), builder::allowRollup);
		this.options.set(StreamOption.ALLOW_DIRECT, this.stream.allowDirect(), builder::allowDirect);
		this.options.set(StreamOption.MIRROR_DIRECT, this.stream.mirrorDirect(), builder::mirrorDirect);
		this.options.set(StreamOption.DENY_DELETE, this.stream.denyDelete(), builder::denyDelete);
		this.options.set(StreamOption.DENY_PURGE, this.stream.denyPurge(), builder::denyPurge);
		this.options.set(StreamOption.SEALED, this.stream.sealed(), (value) -> {
			if (value) {
				builder.seal();
			}
		});
	}

	private void applyFeatures(StreamConfiguration.Builder builder) {
		this.options.setDuration(StreamOption.SUBJECT_DELETE_MARKER_TTL, this.stream.subjectDeleteMarkerTtl(), SECOND,
				(value) -> builder.subjectDeleteMarkerTtl(value).allowMessageTtl());
		this.options.check(StreamOption.DENY_PURGE,
				this.stream.subjectDeleteMarkerTtl() == null || !Boolean.TRUE.equals(this.stream.denyPurge()), "true",
				"'subject-delete-marker-ttl' needs purges");
		this.options.check(StreamOption.ALLOW_ROLLUP,
				this.stream.subjectDeleteMarkerTtl() == null || !Boolean.FALSE.equals(this.stream.allowRollup()),
				"false", "'subject-delete-marker-ttl' needs it");
		this.options.set(StreamOption.ALLOW_MESSAGE_TTL, this.stream.allowMessageTtl(), builder::allowMessageTtl);
		this.options.set(StreamOption.ALLOW_MESSAGE_SCHEDULES, this.stream.allowMessageSchedules(),
				builder::allowMessageSchedules);
		this.options.set(StreamOption.ALLOW_MESSAGE_COUNTER, this.stream.allowMessageCounter(),
				builder::allowMessageCounter);
		this.options.set(StreamOption.ALLOW_ATOMIC_PUBLISH, this.stream.allowAtomicPublish(),
				builder::allowAtomicPublish);
		this.options.set(StreamOption.ALLOW_BATCHED, this.stream.allowBatched(), builder::allowBatched);
	}

	private Republish republish(NatsStreamsProperties.Republish republish) {
		return Republish.builder()
			.source(republish.source())
			.destination(this.options.required("republish.destination", republish.destination(),
					"Name the subject to publish the messages on."))
			.headersOnly(republish.headersOnly())
			.build();
	}

	private SubjectTransform transform(NatsStreamsProperties.SubjectTransform transform) {
		return SubjectTransform.builder()
			.source(transform.source())
			.destination(this.options.required("subject-transform.destination", transform.destination(),
					"Name the subject to store messages by."))
			.build();
	}

	private static ConsumerLimits limits(NatsStreamsProperties.ConsumerLimits properties) {
		ConsumerLimits.Builder limits = ConsumerLimits.builder();
		if (properties.inactiveThreshold() != null) {
			limits.inactiveThreshold(properties.inactiveThreshold());
		}
		if (properties.maxAckPending() != null) {
			limits.maxAckPending(properties.maxAckPending());
		}
		return limits.build();
	}

}
