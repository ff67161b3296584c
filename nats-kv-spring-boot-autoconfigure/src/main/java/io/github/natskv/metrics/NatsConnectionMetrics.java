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

package io.github.natskv.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.nats.client.Connection;
import io.nats.client.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of connections.
 *
 * @since 0.1.0
 */
public final class NatsConnectionMetrics implements MeterBinder {

	private static final Duration PATIENCE = Duration.ofMillis(100);

	private static final Duration PAUSE = Duration.ofNanos(50_000);

	private static final String DROPPED = "Messages dropped because too many were waiting to be handled or to be sent";

	private final Map<String, Connection> connections;

	private final Predicate<Connection> writing;

	/**
	 * Create the metrics.
	 * @param connections the connections, by the value of the tag {@code connection}
	 */
	public NatsConnectionMetrics(Map<String, Connection> connections) {
		this(connections, (connection) -> false);
	}

	/**
	 * Create the metrics.
	 * @param connections the connections, by the value of the tag {@code connection}
	 * @param writing whether a connection sends something at the moment. It is not asked
	 * how many messages wait meanwhile: jnats makes that wait for the server to take what
	 * is sent, and reconnecting wait for that
	 */
	public NatsConnectionMetrics(Map<String, Connection> connections, Predicate<Connection> writing) {
		this.connections = Map.copyOf(connections);
		this.writing = writing;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.connections.forEach((name, connection) -> bind(registry, connection, Tags.of("connection", name)));
	}

	private void bind(MeterRegistry registry, Connection connection, Tags tags) {
		Gauge
			.builder("nats.connection.connected", connection,
					(source) -> (source.getStatus() == Connection.Status.CONNECTED) ? 1 : 0)
			.description("1 while there is a connection to a server, else 0")
			.tags(tags)
			.register(registry);
		pending(registry, connection, "nats.connection.pending.messages", tags, Connection::outgoingPendingMessageCount,
				BaseUnits.MESSAGES, "Messages that wait to be sent");
		pending(registry, connection, "nats.connection.pending.bytes", tags, Connection::outgoingPendingBytes,
				BaseUnits.BYTES, "Bytes that wait to be sent");
		Tags in = tags.and("direction", "in");
		Tags out = tags.and("direction", "out");
		count(registry, connection, "nats.connection.messages", in, Statistics::getInMsgs, BaseUnits.MESSAGES,
				"Messages received and sent");
		count(registry, connection, "nats.connection.messages", out, Statistics::getOutMsgs, BaseUnits.MESSAGES,
				"Messages received and sent");
		count(registry, connection, "nats.connection.bytes", in, Statistics::getInBytes, BaseUnits.BYTES,
				"Bytes of messages received and sent");
		count(registry, connection, "nats.connection.bytes", out, Statistics::getOutBytes, BaseUnits.BYTES,
				"Bytes of messages received and sent");
		count(registry, connection, "nats.connection.reconnects", tags, Statistics::getReconnects, null,
				"How often the connection was re-established");
		count(registry, connection, "nats.connection.dropped", in, Statistics::getDroppedCount, BaseUnits.MESSAGES,
				DROPPED);
		count(registry, connection, "nats.connection.errors", tags, Statistics::getErrs, null,
				"Errors the server reported");
		if (connection.getOptions().getErrorListener() instanceof ConnectionCounts counts) {
			FunctionCounter.builder("nats.connection.lame.duck", counts, ConnectionCounts::lameDuckNotices)
				.description("Servers that said they are about to stop")
				.tags(tags)
				.register(registry);
			FunctionCounter.builder("nats.connection.dropped", counts, ConnectionCounts::discardedMessages)
				.description(DROPPED)
				.tags(out)
				.baseUnit(BaseUnits.MESSAGES)
				.register(registry);
		}
	}

	private void pending(MeterRegistry registry, Connection connection, String name, Tags tags,
			ToDoubleFunction<Connection> pending, String unit, String description) {
		Gauge.builder(name, connection, (source) -> awaitPause(source) ? pending.applyAsDouble(source) : Double.NaN)
			.description(description)
			.tags(tags)
			.baseUnit(unit)
			.register(registry);
	}

	private boolean awaitPause(Connection connection) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (this.writing.test(connection)) {
			if (System.nanoTime() - end > 0) {
				return false;
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
		return true;
	}

	private static void count(MeterRegistry registry, Connection connection, String name, Tags tags,
			ToDoubleFunction<Statistics> count, @Nullable String unit, String description) {
		FunctionCounter.builder(name, connection, (source) -> count.applyAsDouble(source.getStatistics()))
			.description(description)
			.tags(tags)
			.baseUnit(unit)
			.register(registry);
	}

}
