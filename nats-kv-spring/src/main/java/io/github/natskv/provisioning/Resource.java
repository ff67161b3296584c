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

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.github.natskv.core.NatsEvent;
import io.nats.client.Connection;

/**
 * A bucket, stream or consumer of the server: compared with its definition, made and
 * changed there.
 *
 * @param <D> the type of the definition
 * @param <C> the type of the server's configuration
 * @param <B> the type of its builder
 * @param <O> the options
 */
abstract class Resource<D extends Definition, C, B, O extends Enum<O> & ServerOption<C, B>> {

	private final D definition;

	private final C wanted;

	private final Set<O> declared;

	private final ServerRequests requests;

	Resource(D definition, C wanted, Set<O> declared, ServerRequests requests) {
		this.definition = definition;
		this.wanted = wanted;
		this.declared = declared;
		this.requests = requests;
	}

	static Resource<?, ?, ?, ?> of(Definition definition, ServerRequests requests) {
		if (definition instanceof BucketDefinition bucket) {
			return new BucketResource(bucket, requests);
		}
		if (definition instanceof StreamDefinition stream) {
			return new StreamResource<>(stream, stream.configuration(), stream.declared(), requests);
		}
		return new ConsumerResource((ConsumerDefinition) definition, requests);
	}

	D definition() {
		return this.definition;
	}

	C wanted() {
		return this.wanted;
	}

	Set<O> declared() {
		return this.declared;
	}

	ServerRequests requests() {
		return this.requests;
	}

	// Refuses what the server would ignore silently.
	void checkServerVersion() {
		for (O option : this.declared) {
			String version = option.getServerVersion(this.wanted);
			if (version != null && !this.requests.level().has(version)) {
				String property = this.definition.property(option.getProperty());
				throw new ProvisioningException(
						this.definition, "%s needs nats-server %s or newer, but the server is %s.".formatted(property,
								version, this.requests.level()),
						"Upgrade the server, or remove %s.".formatted(property), null);
			}
		}
	}

	/**
	 * Ask the server.
	 * @return how it is there, none if it is missing
	 */
	abstract Optional<Comparison> find();

	/**
	 * Compare options with what was found.
	 * @param options the options that count
	 * @param found what the server has
	 * @param tolerated options that are left as they are
	 * @return what differs
	 */
	Comparison compare(Set<O> options, C found, Set<O> tolerated) {
		Map<O, OptionDifference> differences = new TreeMap<>();
		for (O option : options) {
			OptionDifference difference = option.compare(this.wanted, found);
			if (difference != null) {
				differences.put(option, difference);
			}
		}
		Map<O, OptionDifference> changeable = new TreeMap<>(differences);
		changeable.keySet().removeAll(tolerated);
		Map<O, OptionDifference> unchangeable = new TreeMap<>(changeable);
		unchangeable.keySet().removeIf((option) -> option.isChangeable(this.wanted, found));
		return new Comparison(List.copyOf(differences.values()), List.copyOf(changeable.values()),
				List.copyOf(unchangeable.values()), () -> update(changeable.keySet(), found));
	}

	/**
	 * Change it on the server.
	 * @param options the options to change
	 * @param found what the server has
	 * @return what may be lost by that, a sentence each
	 */
	abstract List<String> update(Set<O> options, C found);

	void checkCreation() {
	}

	/**
	 * Make it on the server.
	 * @return whether it was made, or is there with another configuration
	 */
	abstract boolean create();

	abstract String unchangeableAction();

	abstract NatsEvent event(Connection connection, ProvisioningAction action, List<OptionDifference> changes);

}
