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
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The declared streams of a connection and their consumers. Wherever one is named in
 * code, that is its key, else the server's name.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public final class DeclaredStreams {

	private final ProvisioningPolicy policy;

	private final List<StreamDefinition> streams;

	private final List<ConsumerDefinition> consumers;

	/**
	 * Create an instance.
	 * @param policy the policy of consumers whose stream is not declared
	 * @param streams the streams
	 * @param consumers their consumers
	 */
	public DeclaredStreams(ProvisioningPolicy policy, Collection<StreamDefinition> streams,
			Collection<ConsumerDefinition> consumers) {
		this.policy = policy;
		this.streams = List.copyOf(streams);
		this.consumers = List.copyOf(consumers);
	}

	/**
	 * Return the streams.
	 * @return the definitions
	 */
	public List<StreamDefinition> streams() {
		return this.streams;
	}

	/**
	 * Return the consumers of all streams.
	 * @return the definitions
	 */
	public List<ConsumerDefinition> consumers() {
		return this.consumers;
	}

	/**
	 * Return all there is to provision.
	 * @return streams and consumers
	 */
	public List<Definition> all() {
		List<Definition> all = new ArrayList<>(this.streams);
		all.addAll(this.consumers);
		return all;
	}

	/**
	 * Return the server's name of a stream.
	 * @param stream the stream key, else the name
	 * @return the name
	 */
	public String nameOf(String stream) {
		StreamDefinition definition = stream(stream);
		return (definition != null) ? definition.name() : stream;
	}

	/**
	 * Find a stream.
	 * @param stream the stream key, else the server's name
	 * @return the definition, {@code null} if it is not declared
	 */
	public @Nullable StreamDefinition stream(String stream) {
		return find(this.streams, stream);
	}

	/**
	 * Find a consumer.
	 * @param stream the stream key, else the server's name
	 * @param consumer the key of the consumer, else its name
	 * @return the definition, {@code null} if it is not declared
	 */
	public @Nullable ConsumerDefinition consumer(String stream, String consumer) {
		String name = nameOf(stream);
		return find(this.consumers.stream().filter((definition) -> definition.stream().equals(name)).toList(),
				consumer);
	}

	/**
	 * Return the policy of consumers of a stream that are not declared.
	 * @param stream the stream key, else the server's name
	 * @return the policy
	 */
	public ProvisioningPolicy policyOf(String stream) {
		StreamDefinition definition = stream(stream);
		return (definition != null) ? definition.policy() : this.policy;
	}

	// keys come first
	private static <D extends Definition> @Nullable D find(List<D> definitions, String name) {
		for (D definition : definitions) {
			if (definition.key().equals(name)) {
				return definition;
			}
		}
		return definitions.stream().filter((definition) -> definition.name().equals(name)).findFirst().orElse(null);
	}

}
