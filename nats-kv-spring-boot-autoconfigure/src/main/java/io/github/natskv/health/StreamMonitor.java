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

package io.github.natskv.health;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.core.NatsException;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamProbe;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.StreamDefinition;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;

/**
 * Asks for the status of the declared streams and consumers of a connection, for health
 * and endpoints.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public final class StreamMonitor implements AutoCloseable {

	private final List<StreamQuestion> streams;

	private final List<ConsumerQuestion> consumers;

	private final JetStreamProbe probe;

	private final DeclaredStreams declared;

	/**
	 * Create a monitor.
	 * @param connection the connection
	 * @param options the domain or prefix of JetStream
	 * @param declared the streams and consumers
	 */
	public StreamMonitor(Connection connection, JetStreamOptions options, DeclaredStreams declared) {
		this.declared = declared;
		this.streams = declared.streams().stream().map(StreamQuestion::new).toList();
		this.consumers = declared.consumers().stream().map(ConsumerQuestion::new).toList();
		this.probe = new JetStreamProbe(new JetStreamClient(connection, options,
				(failure) -> new NatsException(String.valueOf(failure.getMessage()), failure)));
	}

	/**
	 * Return what it asks about.
	 * @return the streams and consumers
	 */
	public DeclaredStreams declared() {
		return this.declared;
	}

	/**
	 * Ask the server about all of them at the same time.
	 * @param timeout how long it may take to answer
	 * @return completes within the timeout, and never with a failure
	 */
	public CompletableFuture<List<StreamStatus>> statuses(Duration timeout) {
		if (this.streams.isEmpty()) {
			return CompletableFuture.completedFuture(List.of());
		}
		CompletableFuture<List<ConsumerStatus>> asked = this.probe.ask(this.consumers, timeout);
		return this.probe.<StreamStatus>ask(this.streams, timeout)
			.thenCombine(asked,
					(found, used) -> found.stream()
						.map((stream) -> stream.withConsumers(used.stream()
							.filter((consumer) -> consumer.definition().stream().equals(stream.definition().name()))
							.toList()))
						.toList());
	}

	@Override
	public void close() {
		this.probe.close();
	}

	private record StreamQuestion(StreamDefinition definition) implements JetStreamProbe.Question<StreamStatus> {

		@Override
		public String subject() {
			return "STREAM.INFO." + this.definition.name();
		}

		@Override
		public StreamStatus read(Message message) throws JetStreamApiException {
			return StreamStatus.of(this.definition, new StreamInfo(message).throwOnHasError());
		}

		@Override
		public StreamStatus unusable(String problem) {
			return StreamStatus.unusable(this.definition, problem);
		}

	}

	private record ConsumerQuestion(ConsumerDefinition definition) implements JetStreamProbe.Question<ConsumerStatus> {

		@Override
		public String subject() {
			return "CONSUMER.INFO.%s.%s".formatted(this.definition.stream(), this.definition.name());
		}

		@Override
		public ConsumerStatus read(Message message) throws JetStreamApiException {
			return ConsumerStatus.of(this.definition, new ConsumerInfo(message).throwOnHasError());
		}

		@Override
		public ConsumerStatus unusable(String problem) {
			return ConsumerStatus.unusable(this.definition, problem);
		}

	}

}
