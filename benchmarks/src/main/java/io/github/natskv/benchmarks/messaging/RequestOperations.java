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

import java.time.Duration;

import io.github.natskv.benchmarks.Payload;
import io.github.natskv.benchmarks.comparison.Callers;
import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.benchmarks.comparison.Operation;
import io.github.natskv.benchmarks.comparison.Side;
import io.github.natskv.core.NatsOperations;
import io.nats.client.Connection;
import io.nats.client.Message;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests, by jnats and by {@link NatsOperations}.
 */
final class RequestOperations implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final Comparison comparison;

	private final NatsOperations operations;

	private final String subject;

	private final Callers callers = new Callers();

	private final ObjectReader reader;

	private final ObjectWriter writer;

	RequestOperations(Comparison comparison, String subject) {
		this.comparison = comparison;
		this.operations = comparison.bean(NatsOperations.class);
		this.subject = subject;
		JsonMapper mapper = new JsonMapper();
		this.reader = mapper.readerFor(Order.class);
		this.writer = mapper.writerFor(Order.class);
	}

	Operation requests(Side side, Payload payload, int callers, int count) {
		Connection connection = this.comparison.connection(side);
		Operation each = (payload == Payload.BYTES) ? bytes(side, connection, count / callers)
				: json(side, connection, count / callers);
		return this.callers.all(each, callers);
	}

	private Operation bytes(Side side, Connection connection, int count) {
		byte[] data = Payload.BYTES.data();
		return () -> {
			for (int i = 0; i < count; i++) {
				byte[] reply = (side == Side.NATS_KV) ? this.operations.request(this.subject, data, byte[].class)
						: request(connection, data);
				if (reply.length != data.length) {
					throw new IllegalStateException("Another reply");
				}
			}
			return Operation.NOTHING;
		};
	}

	private Operation json(Side side, Connection connection, int count) {
		return () -> {
			for (int i = 0; i < count; i++) {
				Order order = Order.of(i);
				Order reply = (side == Side.NATS_KV) ? this.operations.request(this.subject, order, Order.class)
						: this.reader.readValue(request(connection, this.writer.writeValueAsBytes(order)));
				if (reply.quantity() != i) {
					throw new IllegalStateException("Another reply");
				}
			}
			return Operation.NOTHING;
		};
	}

	private byte[] request(Connection connection, byte[] data) throws InterruptedException {
		Message reply = connection.request(this.subject, data, TIMEOUT);
		if (reply == null) {
			throw new IllegalStateException("No reply");
		}
		return reply.getData();
	}

	@Override
	public void close() {
		this.callers.close();
	}

}
