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

package io.github.natskv.listener.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.github.natskv.core.NatsConnections;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError.Kind;
import io.github.natskv.jetstream.JetStreamLevel;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.listener.stream.DeclaredConsumer;
import io.github.natskv.listener.stream.Restoration;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.Definition;
import io.github.natskv.provisioning.Provisioner;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.github.natskv.provisioning.StreamDefinition;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;

/**
 * The stream and the consumer of a listener as they are declared, by configuration or by
 * the listener itself.
 */
final class StreamDeclarations {

	private static final DeclaredStreams NONE = new DeclaredStreams(ProvisioningPolicy.CREATE, List.of(), List.of());

	private static final String SEVERAL_FILTERS = "2.10.0";

	/** The default number of messages that may be unacknowledged. */
	private static final int MAX_ACK_PENDING = 1000;

	private final ListenerBeans beans;

	private final ListenerMethod method;

	private final String listenerId;

	private final String connection;

	private final JetStreamClient client;

	private final JetStreamOptions options;

	private final DeclaredStreams declared;

	StreamDeclarations(ListenerBeans beans, ListenerMethod method, String listenerId, String connection,
			JetStreamClient client, JetStreamOptions options) {
		this.beans = beans;
		this.method = method;
		this.listenerId = listenerId;
		this.connection = connection;
		this.client = client;
		this.options = options;
		this.declared = beans.ofConnection(connection, DeclaredStreams.class, NONE);
	}

	String nameOf(String stream) {
		return this.declared.nameOf(stream);
	}

	// the key of a stream, or its name if it has none
	String labelOf(String stream) {
		StreamDefinition definition = this.declared.stream(stream);
		return (definition != null) ? definition.key() : stream;
	}

	boolean isDeclared(String stream, String consumer) {
		return this.declared.consumer(stream, consumer) != null;
	}

	Restoration ofStream(String stream) {
		StreamDefinition definition = this.declared.stream(stream);
		return (missing) -> missing == Kind.STREAM_NOT_FOUND && definition != null && definition.policy().creates()
				&& restore(definition);
	}

	DeclaredConsumer consumer(String stream, String name, List<SubjectPattern> subjects, int window,
			List<Duration> backoff) {
		ConsumerDefinition found = this.declared.consumer(stream, name);
		ConsumerDefinition definition = (found != null) ? found : undeclared(stream, name, subjects, window);
		Restoration ofStream = ofStream(stream);
		Restoration restoration = (missing) -> switch (missing) {
			case CONSUMER_NOT_FOUND -> definition.policy().creates() && restore(checked(definition));
			case STREAM_NOT_FOUND ->
				ofStream.restore(missing) && (!definition.policy().creates() || restore(checked(definition)));
			default -> false;
		};
		return new DeclaredConsumer(definition.stream(), definition.name(), definition.maxDeliver(),
				definition.backoff(), backoff, restoration);
	}

	private ConsumerDefinition undeclared(String stream, String name, List<SubjectPattern> subjects, int window) {
		ConsumerConfiguration.Builder configuration = ConsumerConfiguration.builder()
			.durable(name)
			.ackPolicy(AckPolicy.Explicit)
			.maxDeliver(-1);
		if (!subjects.isEmpty()) {
			configuration.filterSubjects(subjects.stream().map(SubjectPattern::subject).toList());
		}
		if (window > MAX_ACK_PENDING) {
			configuration.maxAckPending(window);
		}
		String prefix = this.connection.equals(NatsConnections.DEFAULT) ? "nats"
				: "nats.connections." + this.connection;
		return new ConsumerDefinition(prefix, nameOf(stream), name, "listener '%s'".formatted(this.listenerId),
				this.declared.policyOf(stream), configuration.build(), Set.of(), null, List.of());
	}

	private ConsumerDefinition checked(ConsumerDefinition definition) {
		Connection connection = this.client.connection();
		List<String> filters = definition.configuration().getFilterSubjects();
		if (filters != null && filters.size() > 1
				&& !JetStreamLevel.of(connection, this.client.prefix()).has(SEVERAL_FILTERS)) {
			throw this.method.invalid(
					"its consumer has several subjects, for which nats-server %s is needed, not %s"
						.formatted(SEVERAL_FILTERS, connection.getServerInfo().getVersion()),
					"Use one subject, or a newer server");
		}
		return definition;
	}

	// of what only the listener declares, each time is the first
	private boolean restore(Definition definition) {
		Provisioner bean = this.beans.findOfConnection(this.connection, Provisioner.class);
		Provisioner provisioner = (bean != null) ? bean : ownProvisioner();
		if (this.declared.all().contains(definition)) {
			provisioner.restore(definition);
		}
		else {
			provisioner.provision(definition);
		}
		return true;
	}

	// without Spring Boot there may be none
	private Provisioner ownProvisioner() {
		try {
			Connection connection = this.client.connection();
			return new Provisioner(connection, connection.jetStreamManagement(this.options), this.declared.all());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
