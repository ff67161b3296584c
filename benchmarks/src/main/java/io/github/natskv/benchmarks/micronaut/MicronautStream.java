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

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.benchmarks.Payload;
import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.benchmarks.comparison.Operation;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.nats.jetstream.annotation.JetStreamListener;
import io.micronaut.nats.jetstream.annotation.PushConsumer;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a stream has by one of Micronaut's listeners, which start with their
 * application: it waits with its first message until it is measured.
 */
public final class MicronautStream implements Operation {

	private static final String CONSUMER = "reader-4";

	private static final String PROPERTY = "benchmark.payload";

	private static final AtomicInteger handled = new AtomicInteger();

	private static volatile CountDownLatch begun = new CountDownLatch(0);

	private final String url;

	private final Payload payload;

	private final String stream;

	private final int count;

	private @Nullable ApplicationContext context;

	public MicronautStream(String url, Payload payload, String stream, int count) {
		this.url = url;
		this.payload = payload;
		this.stream = stream;
		this.count = count;
	}

	@Override
	public void prepare() {
		begun = new CountDownLatch(1);
		handled.set(0);
		String definition = "nats.default.jetstream.streams." + this.stream;
		this.context = ApplicationContext
			.run(Map.<String, Object>of("nats.default.addresses", List.of(this.url), definition + ".storage-type",
					"Memory", definition + ".subjects", this.stream, PROPERTY, this.payload.name()));
	}

	@Override
	public AutoCloseable run() throws Exception {
		begun.countDown();
		Comparison.await("%d messages of Micronaut".formatted(this.count), () -> handled.get() == this.count);
		ApplicationContext started = Objects.requireNonNull(this.context);
		return () -> {
			started.getBean(Connection.class).jetStreamManagement().deleteConsumer(this.stream, CONSUMER);
			started.close();
		};
	}

	private static void handled() throws InterruptedException {
		begun.await();
		handled.incrementAndGet();
	}

	@JetStreamListener
	@Requires(property = PROPERTY, value = "BYTES")
	static class Bytes {

		@PushConsumer(value = "small", subject = "small", durable = CONSUMER, maxAckPending = 1000)
		void bytes(byte[] payload) throws InterruptedException {
			Objects.requireNonNull(payload);
			handled();
		}

	}

	@JetStreamListener
	@Requires(property = PROPERTY, value = "JSON")
	static class Json {

		@PushConsumer(value = "orders", subject = "orders", durable = CONSUMER, maxAckPending = 1000)
		void json(MicronautConsumer.Order order) throws InterruptedException {
			Objects.requireNonNull(order);
			handled();
		}

	}

}
