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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Nats;
import io.nats.client.Options;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * The least one can do: a jnats dispatcher, and for JSON a prepared Jackson reader. It
 * reads subjects beyond ASCII like this project, which jnats does not by default.
 */
public final class RawConsumer {

	static final String DEFAULTS = "raw-plain";

	private RawConsumer() {
	}

	public static void main(String[] args) throws IOException, InterruptedException {
		Options.Builder options = new Options.Builder().server(args[0]);
		Connection connection = Nats
			.connect((args[1].equals(DEFAULTS) ? options : options.supportUTF8Subjects()).build());
		connection.createDispatcher((message) -> bytes(message.getData())).subscribe(args[1] + ".bytes");
		ObjectReader reader = new JsonMapper().readerFor(SpringConsumer.Order.class);
		connection.createDispatcher((message) -> json(reader.readValue(message.getData())))
			.subscribe(args[1] + ".json");
		connection.createDispatcher(sideBySide((message) -> json16(reader.readValue(message.getData()))))
			.subscribe(args[1] + ".json16");
		connection.createDispatcher((message) -> connection.publish(message.getReplyTo(), message.getData()))
			.subscribe(args[1] + ".echo");
		Meter.start(args[1], args[0]);
	}

	private static MessageHandler sideBySide(Consumer<Message> handler) {
		Semaphore permits = new Semaphore(SpringConsumer.CONCURRENCY);
		ExecutorService threads = Executors.newFixedThreadPool(SpringConsumer.CONCURRENCY);
		return (message) -> {
			permits.acquire();
			threads.execute(() -> {
				try {
					handler.accept(message);
				}
				finally {
					permits.release();
				}
			});
		};
	}

	private static void json16(SpringConsumer.Order order) {
		Objects.requireNonNull(order);
		Meter.countConcurrently();
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
