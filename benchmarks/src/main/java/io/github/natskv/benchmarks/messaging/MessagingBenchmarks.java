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

import java.util.List;

import io.github.natskv.benchmarks.ConsumerProcess;
import io.github.natskv.benchmarks.Contestant;
import io.github.natskv.benchmarks.Payload;
import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.benchmarks.comparison.Side;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Compares requests, messages to streams and listeners on streams with those of jnats,
 * and prints a table.
 */
public final class MessagingBenchmarks {

	private final Comparison comparison;

	private MessagingBenchmarks(Comparison comparison) {
		this.comparison = comparison;
	}

	public static void main(String[] args) throws Exception {
		try (Comparison comparison = Comparison.start(Application.class, args,
				"nats.streams.definitions.small.subjects=small", "nats.streams.definitions.orders.subjects=orders",
				"nats.streams.definitions.sent.subjects=sent", "nats.streams.definitions.small.storage=memory",
				"nats.streams.definitions.orders.storage=memory", "nats.streams.definitions.sent.storage=memory",
				"nats.jetstream.listener.prefetch=" + StreamOperations.PREFETCH)) {
			new MessagingBenchmarks(comparison).run();
		}
	}

	private void run() throws Exception {
		requests();
		StreamOperations streams = new StreamOperations(this.comparison);
		int count = this.comparison.isQuick() ? 2000 : 10_000;
		byte[] data = Payload.JSON.data();
		this.comparison.measure("`send`", "message", (side) -> count, 5, (side) -> true,
				(side) -> streams.send(side, "sent", data, count));
		int many = 10 * count;
		this.comparison.measure("`sendAsync`, 1,000 in flight", "message", (side) -> many, 5, (side) -> true,
				(side) -> streams.pipelined(side, "sent", data, many));
		read(streams, Payload.BYTES, "small", 50_000);
		read(streams, Payload.JSON, "orders", 50_000);
		this.comparison.print();
	}

	private void requests() throws Exception {
		int count = this.comparison.isQuick() ? 4000 : 16_000;
		try (ConsumerProcess responder = ConsumerProcess.start(Contestant.RAW, this.comparison.connection(Side.RAW));
				RequestOperations requests = new RequestOperations(this.comparison, responder.echoSubject())) {
			for (Payload payload : List.of(Payload.BYTES, Payload.JSON)) {
				for (int callers : new int[] { 1, 16 }) {
					this.comparison.measure(
							"Request, %s, %s".formatted(payload, (callers != 1) ? callers + " callers" : "1 caller"),
							"request", (side) -> count, 5, (side) -> true,
							(side) -> requests.requests(side, payload, callers, count));
				}
			}
		}
	}

	private void read(StreamOperations streams, Payload payload, String stream, int count) throws Exception {
		String label = "Listener on a stream, " + payload;
		if (this.comparison.isSelected(label)) {
			this.comparison.fill((i) -> stream, payload.data(), count);
			this.comparison.measure(label, "message", (side) -> count, 3, (side) -> true,
					(side) -> streams.read(side, payload, stream, count));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		StreamListeners listeners() {
			return new StreamListeners();
		}

	}

}
