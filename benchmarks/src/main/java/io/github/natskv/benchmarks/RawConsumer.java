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

package io.github.natskv.benchmarks;

import java.io.IOException;
import java.util.Objects;

import io.nats.client.Connection;
import io.nats.client.Nats;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * The least one can do: a jnats dispatcher, and for JSON a prepared Jackson reader.
 */
public final class RawConsumer {

	private RawConsumer() {
	}

	public static void main(String[] args) throws IOException, InterruptedException {
		Connection connection = Nats.connect(args[0]);
		connection.createDispatcher((message) -> bytes(message.getData())).subscribe(args[1] + ".bytes");
		ObjectReader reader = new JsonMapper().readerFor(SpringConsumer.Order.class);
		connection.createDispatcher((message) -> json(reader.readValue(message.getData())))
			.subscribe(args[1] + ".json");
		connection.createDispatcher((message) -> connection.publish(message.getReplyTo(), message.getData()))
			.subscribe(args[1] + ".echo");
		Meter.start(args[1], args[0]);
	}

	private static void bytes(byte[] payload) {
		Objects.requireNonNull(payload);
		Meter.count();
	}

	private static void json(SpringConsumer.Order order) {
		Objects.requireNonNull(order);
		Meter.count();
	}

}
