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

import io.github.natskv.core.NatsConnections;

/**
 * Something the server is declared to have: a bucket, a stream or a consumer.
 *
 * @since 0.1.0
 */
public sealed interface Definition permits BucketDefinition, StreamDefinition, ConsumerDefinition {

	/**
	 * Return the beginning of the properties of its connection.
	 * @return {@code nats}, or {@code nats.connections.archive}
	 */
	String prefix();

	/**
	 * Return the key it is declared with.
	 * @return the key, else the server's name
	 */
	String key();

	/**
	 * Return the server's name.
	 * @return the name
	 */
	String name();

	/**
	 * Return where it is declared.
	 * @return the property, such as {@code nats.kv.buckets.profiles}, else a description
	 */
	String declaredBy();

	/**
	 * Return what to do if the server does not have it like this.
	 * @return the policy
	 */
	ProvisioningPolicy policy();

	/**
	 * Return what messages call it.
	 * @return kind and server's name, such as {@code bucket 'profiles'}, which no other
	 * definition of the connection has
	 */
	String label();

	/**
	 * Return the property with the policy of all that do not have one of their own.
	 * @return the name of the property
	 */
	String defaultPolicyProperty();

	/**
	 * Return the name of the connection.
	 * @return the name, {@link NatsConnections#DEFAULT} for the default one
	 */
	default String connectionName() {
		String named = "nats.connections.";
		return prefix().startsWith(named) ? prefix().substring(named.length()) : NatsConnections.DEFAULT;
	}

	/**
	 * Describe where an option is declared.
	 * @param option the name of the option
	 * @return the property in quotes, or the option and where it is declared
	 */
	default String property(String option) {
		return isProperty() ? "'%s.%s'".formatted(declaredBy(), option) : "%s of %s".formatted(option, declaredBy());
	}

	/**
	 * Return the property that sets the policy.
	 * @return the name of the property
	 */
	default String policyProperty() {
		return isProperty() ? declaredBy() + ".provisioning" : defaultPolicyProperty();
	}

	private boolean isProperty() {
		return declaredBy().startsWith(prefix() + ".");
	}

}
