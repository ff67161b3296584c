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
import java.time.ZoneOffset;
import java.util.List;

import io.github.natskv.autoconfigure.NatsStreamsProperties.Consumer;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.github.natskv.provisioning.ConsumerOption;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.github.natskv.provisioning.StreamDefinition;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;

import org.springframework.util.StringUtils;

/**
 * Maps the properties of a consumer onto a {@link ConsumerDefinition}, refusing what the
 * server would refuse.
 */
class ConsumerDefinitionMapper {

	private static final Duration MILLISECOND = Duration.ofMillis(1);

	private static final int MAX_REPLICAS = 5;

	private final StreamDefinition stream;

	private final String key;

	private final Consumer consumer;

	private final OptionMapper<ConsumerOption> options;

	ConsumerDefinitionMapper(StreamDefinition stream, String key, Consumer consumer) {
		this.stream = stream;
		this.key = key;
		this.consumer = consumer;
		this.options = new OptionMapper<>(stream.declaredBy() + ".consumers." + key, ConsumerOption.class,
				ConsumerOption::getProperty);
	}

	ConsumerDefinition map() {
		String name = StringUtils.hasText(this.consumer.name()) ? this.consumer.name() : this.key;
		StreamDefinitionMapper.checkName(this.options.property() + ".name", "consumer", name);
		ProvisioningPolicy policy = (this.consumer.provisioning() != null) ? this.consumer.provisioning()
				: this.stream.policy();
		ConsumerConfiguration.Builder builder = ConsumerConfiguration.builder().durable(name);
		applyStart(builder);
		applyAcknowledgement(builder);
		applyPull(builder);
		applyPush(builder);
		this.options.set(ConsumerOption.BACKOFF, this.consumer.backoff(), this::checkBackoff);
		List<Duration> backoff = (this.consumer.backoff() != null) ? this.consumer.backoff() : List.of();
		return new ConsumerDefinition(this.stream.prefix(), this.stream.name(), this.key, this.options.property(),
				policy, builder.build(), this.options.declared(), this.consumer.maxDeliver(), backoff);
	}

	private void applyStart(ConsumerConfiguration.Builder builder) {
		this.options.set(ConsumerOption.DESCRIPTION, this.consumer.description(), builder::description);
		this.options.setSubjects(ConsumerOption.FILTER_SUBJECTS, this.consumer.filterSubjects(),
				(subjects) -> builder.filterSubjects(subjects));
		this.options.set(ConsumerOption.DELIVER_POLICY, this.consumer.deliverPolicy(), builder::deliverPolicy);
		this.options.setPositive(ConsumerOption.START_SEQUENCE, this.consumer.startSequence(), (value) -> {
			checkStart(ConsumerOption.START_SEQUENCE, DeliverPolicy.ByStartSequence, "by-start-sequence");
			builder.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(value);
		});
		this.options.set(ConsumerOption.START_TIME, this.consumer.startTime(), (value) -> {
			checkStart(ConsumerOption.START_TIME, DeliverPolicy.ByStartTime, "by-start-time");
			builder.deliverPolicy(DeliverPolicy.ByStartTime).startTime(value.atZone(ZoneOffset.UTC));
		});
		this.options.check(ConsumerOption.DELIVER_POLICY,
				this.consumer.deliverPolicy() != DeliverPolicy.ByStartSequence || this.consumer.startSequence() != null,
				"by-start-sequence", "'start-sequence' is not set");
		this.options.check(ConsumerOption.DELIVER_POLICY,
				this.consumer.deliverPolicy() != DeliverPolicy.ByStartTime || this.consumer.startTime() != null,
				"by-start-time", "'start-time' is not set");
		this.options.check(ConsumerOption.START_TIME,
				this.consumer.startTime() == null || this.consumer.startSequence() == null, "set",
				"'start-sequence' is, too");
	}

	private void checkStart(ConsumerOption option, DeliverPolicy policy, String name) {
		DeliverPolicy declared = this.consumer.deliverPolicy();
		this.options.check(option, declared == null || declared == policy, "set",
				"'deliver-policy' is not '%s'".formatted(name));
	}

	private void applyAcknowledgement(ConsumerConfiguration.Builder builder) {
		this.options.set(ConsumerOption.ACK_POLICY, this.consumer.ackPolicy(), builder::ackPolicy);
		this.options.setDuration(ConsumerOption.ACK_WAIT, this.consumer.ackWait(), MILLISECOND,
				(value) -> builder.ackWait(value));
		this.options.setLimit(ConsumerOption.MAX_DELIVER, this.consumer.maxDeliver(), (value) -> {
		});
		this.options.setLimit(ConsumerOption.MAX_ACK_PENDING, this.consumer.maxAckPending(),
				(value) -> builder.maxAckPending(value));
		this.options.set(ConsumerOption.REPLAY_POLICY, this.consumer.replayPolicy(), builder::replayPolicy);
		this.options.set(ConsumerOption.SAMPLE_FREQUENCY, this.consumer.sampleFrequency(), builder::sampleFrequency);
		this.options.set(ConsumerOption.HEADERS_ONLY, this.consumer.headersOnly(), builder::headersOnly);
		this.options.setRange(ConsumerOption.REPLICAS, this.consumer.replicas(), 0, MAX_REPLICAS, builder::numReplicas);
		this.options.set(ConsumerOption.MEMORY_STORAGE, this.consumer.memoryStorage(), builder::memStorage);
		this.options.set(ConsumerOption.METADATA, this.consumer.metadata(), builder::metadata);
	}

	private void applyPull(ConsumerConfiguration.Builder builder) {
		this.options.setPositive(ConsumerOption.MAX_PULL_WAITING, this.consumer.maxPullWaiting(),
				(value) -> builder.maxPullWaiting(value));
		this.options.setLimit(ConsumerOption.MAX_BATCH, this.consumer.maxBatch(), (value) -> builder.maxBatch(value));
		this.options.setSize(ConsumerOption.MAX_BYTES, this.consumer.maxBytes(), Integer.MAX_VALUE,
				(value) -> builder.maxBytes(value));
		this.options.setDuration(ConsumerOption.MAX_EXPIRES, this.consumer.maxExpires(), MILLISECOND,
				(value) -> builder.maxExpires(value));
		this.options.setDuration(ConsumerOption.INACTIVE_THRESHOLD, this.consumer.inactiveThreshold(), Duration.ZERO,
				(value) -> builder.inactiveThreshold(value));
		this.options.set(ConsumerOption.PAUSE_UNTIL, this.consumer.pauseUntil(),
				(value) -> builder.pauseUntil(value.atZone(ZoneOffset.UTC)));
		this.options.set(ConsumerOption.PRIORITY_GROUPS, this.consumer.priorityGroups(),
				(value) -> builder.priorityGroups(value));
		this.options.set(ConsumerOption.PRIORITY_POLICY, this.consumer.priorityPolicy(), builder::priorityPolicy);
		this.options.setDuration(ConsumerOption.PRIORITY_TIMEOUT, this.consumer.priorityTimeout(), MILLISECOND,
				(value) -> builder.priorityTimeout(value));
	}

	private void applyPush(ConsumerConfiguration.Builder builder) {
		this.options.set(ConsumerOption.DELIVER_SUBJECT, this.consumer.deliverSubject(), builder::deliverSubject);
		this.options.set(ConsumerOption.DELIVER_GROUP, this.consumer.deliverGroup(), builder::deliverGroup);
		this.options.setPositive(ConsumerOption.RATE_LIMIT, this.consumer.rateLimit(),
				(value) -> builder.rateLimit(value));
		this.options.setDuration(ConsumerOption.IDLE_HEARTBEAT, this.consumer.idleHeartbeat(),
				ConsumerConfiguration.MIN_IDLE_HEARTBEAT, (value) -> builder.idleHeartbeat(value));
		this.options.set(ConsumerOption.FLOW_CONTROL, this.consumer.flowControl(), (value) -> {
			Duration heartbeat = this.consumer.idleHeartbeat();
			this.options.check(ConsumerOption.FLOW_CONTROL, !value || heartbeat != null, "true",
					"'idle-heartbeat' is not set");
			if (value && heartbeat != null) {
				builder.flowControl(heartbeat);
			}
		});
	}

	private void checkBackoff(List<Duration> waits) {
		for (Duration wait : waits) {
			this.options.check(ConsumerOption.BACKOFF, !wait.isNegative(), wait, "must not be negative");
		}
	}

}
