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

package io.github.natskv.benchmarks.micronaut;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.natskv.benchmarks.Meter;
import io.micronaut.context.ApplicationContext;
import io.micronaut.nats.annotation.NatsListener;
import io.micronaut.nats.annotation.Subject;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Micronaut's listeners.
 */
public final class MicronautConsumer {

	private MicronautConsumer() {
	}

	public static void main(String[] args) throws IOException, InterruptedException {
		ApplicationContext.run(Map.<String, Object>of("nats.default.addresses", List.of(args[0])));
		Meter.start("micronaut", args[0]);
	}

	@NatsListener
	static class Listeners {

		@Subject("micronaut.bytes")
		void bytes(byte[] payload) {
			Objects.requireNonNull(payload);
			Meter.count();
		}

		@Subject("micronaut.json")
		void json(Order order) {
			Objects.requireNonNull(order);
			Meter.count();
		}

		@Subject("micronaut.echo")
		byte[] echo(byte[] payload) {
			return payload;
		}

	}

	@Serdeable
	record Order(String id, String customer, int quantity, double price, boolean express) {
	}

}
