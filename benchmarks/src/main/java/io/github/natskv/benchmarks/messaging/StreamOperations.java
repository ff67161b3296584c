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

package io.github.natskv.benchmarks.messaging;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.benchmarks.Payload;
import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.benchmarks.comparison.Operation;
import io.github.natskv.benchmarks.comparison.Side;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.listener.NatsListenerRegistry;
import io.nats.client.ConsumeOptions;
import io.nats.client.JetStream;
import io.nats.client.Message;
import io.nats.client.MessageConsumer;
import io.nats.client.StreamContext;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PublishAck;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sending to streams and reading them, by jnats and by this project.
 */
final class StreamOperations {

	static final int PREFETCH = 500;

	/**
	 * Followed by a digit, as each byte of a subject of acknowledgements costs something.
	 */
	static final String CONSUMER = "reader-";

	private static final int WINDOW = 1000;

	private final Comparison comparison;

	private final NatsOperations operations;

	private final NatsListenerRegistry registry;

	private final StreamListeners listeners;

	private final ObjectReader reader = new JsonMapper().readerFor(Order.class);

	StreamOperations(Comparison comparison) {
		this.comparison = comparison;
		this.operations = comparison.bean(NatsOperations.class);
		this.registry = comparison.bean(NatsListenerRegistry.class);
		this.listeners = comparison.bean(StreamListeners.class);
	}

	Operation send(Side side, String subject, byte[] data, int count) {
		JetStream raw = jetStream(side);
		return () -> {
			for (int i = 0; i < count; i++) {
				PublishAck acknowledgement = (side == Side.NATS_KV) ? this.operations.send(subject, data)
						: raw.publish(subject, data);
				verify(acknowledgement);
			}
			return Operation.NOTHING;
		};
	}

	Operation pipelined(Side side, String subject, byte[] data, int count) {
		JetStream raw = jetStream(side);
		return () -> {
			CompletableFuture<?>[] underway = new CompletableFuture<?>[WINDOW];
			for (int i = 0; i < count; i += WINDOW) {
				for (int j = 0; j < WINDOW; j++) {
					underway[j] = (side == Side.NATS_KV) ? this.operations.sendAsync(subject, data)
							: raw.publishAsync(subject, data);
				}
				for (CompletableFuture<?> acknowledgement : underway) {
					verify((PublishAck) acknowledgement.get());
				}
			}
			return Operation.NOTHING;
		};
	}

	private static void verify(PublishAck acknowledgement) {
		if (acknowledgement.getSeqno() <= 0) {
			throw new IllegalStateException("Not stored");
		}
	}

	/**
	 * Read what a stream has by a new consumer, which acknowledges each message.
	 */
	Operation read(Side side, Payload payload, String stream, int count) {
		return (side == Side.NATS_KV) ? listen(payload, stream, count) : consume(side, payload, stream, count);
	}

	private Operation listen(Payload payload, String stream, int count) {
		String id = payload.name();
		return () -> {
			int before = this.listeners.handled();
			this.registry.start(id);
			Comparison.await("%d messages of %s".formatted(count, id),
					() -> this.listeners.handled() - before == count);
			return () -> {
				this.registry.stop(id);
				stream(Side.NATS_KV, stream).deleteConsumer(CONSUMER + Side.NATS_KV.ordinal());
			};
		};
	}

	private Operation consume(Side side, Payload payload, String stream, int count) {
		StreamContext context = stream(side, stream);
		return () -> {
			AtomicInteger handled = new AtomicInteger();
			String name = CONSUMER + side.ordinal();
			ConsumerConfiguration configuration = ConsumerConfiguration.builder()
				.durable(name)
				.maxAckPending(2L * PREFETCH)
				.build();
			MessageConsumer consumer = context.createOrUpdateConsumer(configuration)
				.consume(ConsumeOptions.builder().batchSize(PREFETCH).build(), (message) -> {
					handle(payload, message);
					message.ack();
					handled.incrementAndGet();
				});
			Comparison.await("%d messages of %s".formatted(count, name), () -> handled.get() == count);
			return () -> {
				consumer.close();
				context.deleteConsumer(name);
			};
		};
	}

	private void handle(Payload payload, Message message) {
		if (payload == Payload.JSON) {
			Order order = this.reader.readValue(message.getData());
			StreamListeners.verify(order.id().length());
		}
		else {
			StreamListeners.verify(message.getData().length);
		}
	}

	private JetStream jetStream(Side side) {
		try {
			return this.comparison.connection(side).jetStream();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private StreamContext stream(Side side, String stream) {
		try {
			return this.comparison.connection(side).getStreamContext(stream);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
