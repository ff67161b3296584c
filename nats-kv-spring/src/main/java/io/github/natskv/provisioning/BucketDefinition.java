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

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.github.natskv.core.NatsConnections;
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
 * @since 0.1.0
 */
public record BucketDefinition(String prefix, String key, String declaredBy, ProvisioningPolicy policy,
		KeyValueConfiguration configuration, Set<BucketOption> declared) {

	private static final String NAMED = "nats.connections.";

	public BucketDefinition {
		declared = Set.copyOf(declared);
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

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	public String name() {
		return this.configuration.getBucketName();
	}

	String connectionName() {
		return this.prefix.startsWith(NAMED) ? this.prefix.substring(NAMED.length()) : NatsConnections.DEFAULT;
	}

	// the stream to be made, which beside the declared has what makes it work
	StreamConfiguration stream() {
		return BucketOrigins.stream(this.configuration);
	}

	// how a user finds an option of this bucket
	String property(String option) {
		return isProperty() ? "'%s.%s'".formatted(this.declaredBy, option)
				: "%s of %s".formatted(option, this.declaredBy);
	}

	// how a user finds the policy of this bucket
	String policyProperty() {
		return (isProperty() ? this.declaredBy : this.prefix + ".kv") + ".provisioning";
	}

	private boolean isProperty() {
		return this.declaredBy.startsWith(this.prefix + ".");
	}

	List<BucketDifference> differences(StreamConfiguration found) {
		StreamConfiguration wanted = stream();
		List<BucketDifference> differences = new ArrayList<>();
		for (BucketOption option : BucketOption.values()) {
			if (this.declared.contains(option) || option.isNeeded(wanted)) {
				BucketDifference difference = option.compare(wanted, found);
				if (difference != null) {
					differences.add(difference);
				}
			}
		}
		return differences;
	}

}
