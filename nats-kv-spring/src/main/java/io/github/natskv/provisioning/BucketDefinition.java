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

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;

import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StreamConfiguration;

/**
 * A declared bucket.
 *
 * @param prefix what the properties of its connection begin with: {@code nats}, or
 * {@code nats.connections.archive}
 * @param key the bucket key, else the server's name
 * @param declaredBy where the bucket is declared, such as
 * {@code nats.kv.buckets.profiles}
 * @param policy what to do if the server does not have it like this
 * @param configuration the configuration the bucket is made with
 * @param declared the options that are declared; others are neither compared nor changed,
 * but for what any bucket needs
 * @param growing whether revisions go on growing where the bucket is made again: the
 * first is the time in microseconds
 * @since 0.1.0
 */
public record BucketDefinition(String prefix, String key, String declaredBy, ProvisioningPolicy policy,
		KeyValueConfiguration configuration, Set<BucketOption> declared, boolean growing) implements Definition {

	public BucketDefinition {
		declared = Set.copyOf(declared);
	}

	/**
	 * Create the definition of a bucket whose revisions begin with 1.
	 * @param prefix what the properties of its connection begin with
	 * @param key the bucket key, else the server's name
	 * @param declaredBy where the bucket is declared
	 * @param policy what to do if the server does not have it like this
	 * @param configuration the configuration the bucket is made with
	 * @param declared the options that are declared
	 */
	public BucketDefinition(String prefix, String key, String declaredBy, ProvisioningPolicy policy,
			KeyValueConfiguration configuration, Set<BucketOption> declared) {
		this(prefix, key, declaredBy, policy, configuration, declared, false);
	}

	/**
	 * Return this with revisions that go on growing where the bucket is made again.
	 * @return the definition
	 */
	public BucketDefinition withGrowingRevisions() {
		return new BucketDefinition(this.prefix, this.key, this.declaredBy, this.policy, this.configuration,
				this.declared, true);
	}

	/**
	 * Return the definition of a bucket that is declared in code.
	 * @param prefix what the properties of its connection begin with
	 * @param declaredBy where the bucket is declared
	 * @param policy what to do if the server does not have it like this
	 * @param configuration the configuration; what is at its default does not count as
	 * declared
	 * @return the definition
	 */
	public static BucketDefinition of(String prefix, String declaredBy, ProvisioningPolicy policy,
			KeyValueConfiguration configuration) {
		StreamConfiguration defaults = KeyValueConfiguration.builder(configuration.getBucketName())
			.build()
			.getBackingConfig();
		Set<BucketOption> declared = EnumSet.allOf(BucketOption.class);
		declared.removeIf((option) -> option.compare(configuration.getBackingConfig(), defaults) == null);
		return new BucketDefinition(prefix, configuration.getBucketName(), declaredBy, policy, configuration, declared);
	}

	@Override
	public String name() {
		return this.configuration.getBucketName();
	}

	@Override
	public String label() {
		return label(name());
	}

	/**
	 * Return what messages call a bucket.
	 * @param name the server's name
	 * @return {@code bucket 'profiles'}
	 */
	public static String label(String name) {
		return "bucket '%s'".formatted(name);
	}

	@Override
	public String defaultPolicyProperty() {
		return this.prefix + ".kv.provisioning";
	}

	// the stream to be made, which beside the declared has what makes it work
	StreamConfiguration stream() {
		StreamConfiguration stream = BucketOrigins.stream(this.configuration);
		return this.growing ? StreamConfiguration.builder(stream)
			.firstSequence(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()))
			.build() : stream;
	}

}
