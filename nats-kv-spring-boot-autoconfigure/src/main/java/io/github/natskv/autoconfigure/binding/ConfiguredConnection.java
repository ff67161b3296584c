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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsStreamsProperties;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.provisioning.BucketDefinition;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.github.natskv.provisioning.StreamDefinition;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the configuration and the buckets reached over it.
 *
 * @param name which connection
 * @param properties its properties, {@code null} for the default connection, whose
 * properties are a bean
 * @param maxInFlight how many requests nobody waits for may be unanswered
 * @param policy what to do about its buckets, unless they say otherwise
 * @param buckets its buckets
 * @param streams its streams and their consumers
 * @param locks the bucket of locks, by its key or the server's name, {@code null} for
 * none
 */
public record ConfiguredConnection(ConnectionName name, @Nullable NatsConnectionProperties properties, int maxInFlight,
		ProvisioningPolicy policy, List<BucketDeclaration> buckets, DeclaredStreams streams, @Nullable String locks) {

	// of a bucket of locks that is not declared
	private static final Duration MARKER_TTL = Duration.ofSeconds(1);

	static ConfiguredConnection of(ConnectionName name, @Nullable NatsConnectionProperties properties,
			NatsKeyValueProperties kv, NatsStreamsProperties streams) {
		if (kv.maxInFlight() < 1) {
			throw new InvalidNatsPropertyException(name.prefix() + ".kv.max-in-flight",
					"%d requests cannot be unanswered.".formatted(kv.maxInFlight()), "Set it to 1 or more.");
		}
		List<BucketDeclaration> buckets = new ArrayList<>();
		kv.buckets()
			.forEach((key, bucket) -> buckets
				.add(new BucketDeclarationMapper(name, key, bucket).map(kv.provisioning())));
		return new ConfiguredConnection(name, properties, kv.maxInFlight(), kv.provisioning(), List.copyOf(buckets),
				streams(name, streams), null);
	}

	private static DeclaredStreams streams(ConnectionName connection, NatsStreamsProperties properties) {
		List<StreamDefinition> streams = new ArrayList<>();
		List<ConsumerDefinition> consumers = new ArrayList<>();
		properties.definitions().forEach((key, stream) -> {
			StreamDefinitionMapper mapper = new StreamDefinitionMapper(connection, key, stream);
			StreamDefinition definition = mapper.map(properties.provisioning());
			streams.add(definition);
			consumers.addAll(mapper.consumers(definition));
		});
		return new DeclaredStreams(properties.provisioning(), streams, consumers);
	}

	/**
	 * Return what the server is to keep.
	 * @param beans buckets that are declared as beans, by bean name
	 */
	public List<BucketDefinition> definitions(Map<String, KeyValueConfiguration> beans) {
		List<BucketDefinition> definitions = new ArrayList<>();
		this.buckets.forEach((bucket) -> definitions.add(bucket.definition()));
		beans.forEach((name, configuration) -> {
			checkKey(name, configuration.getBucketName());
			definitions.add(BucketDefinition.of(this.name.prefix(), "bean '" + name + "'", this.policy, configuration));
		});
		if (this.locks == null) {
			return definitions;
		}
		definitions.replaceAll((definition) -> isOfLocks(definition) ? definition.withGrowingRevisions() : definition);
		if (definitions.stream().noneMatch(this::isOfLocks)) {
			definitions.add(
					BucketDefinition
						.of(this.name.prefix(), "nats.locks.bucket", this.policy,
								KeyValueConfiguration.builder(this.locks)
									.storageType(StorageType.File)
									.maxHistoryPerKey(1)
									.limitMarker(MARKER_TTL)
									.build())
						.withGrowingRevisions());
		}
		return definitions;
	}

	/**
	 * Return the policy of the bucket of locks.
	 * @param beans buckets that are declared as beans, by bean name
	 */
	public ProvisioningPolicy locksPolicy(Map<String, KeyValueConfiguration> beans) {
		return definitions(beans).stream()
			.filter(this::isOfLocks)
			.map(BucketDefinition::policy)
			.findFirst()
			.orElse(this.policy);
	}

	private boolean isOfLocks(BucketDefinition definition) {
		return definition.key().equals(this.locks) || definition.name().equals(this.locks);
	}

	ConfiguredConnection withLocks(String bucket) {
		return new ConfiguredConnection(this.name, this.properties, this.maxInFlight, this.policy, this.buckets,
				this.streams, bucket);
	}

	// both would be asked for by this name
	private void checkKey(String bean, String name) {
		for (BucketDeclaration bucket : this.buckets) {
			if (bucket.key().equals(name) && !bucket.definition().name().equals(name)) {
				throw new InvalidNatsPropertyException(bucket.definition().declaredBy(),
						"the KeyValueConfiguration bean '%s' is a bucket '%s', too, but this one is called '%s' on the server."
							.formatted(bean, name, bucket.definition().name()),
						"Rename the bucket key or the bucket of the bean.");
			}
		}
	}

}
