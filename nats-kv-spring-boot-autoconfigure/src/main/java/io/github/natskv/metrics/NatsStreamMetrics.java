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

import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.github.natskv.health.ConsumerStatus;
import io.github.natskv.health.StreamMonitor;
import io.github.natskv.health.StreamStatus;
import io.github.natskv.jetstream.StatusCache;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * {@link MeterBinder} for declared streams and consumers. The server is asked about all
 * of them at most every 10 s.
 *
 * @since 0.1.0
 */
public final class NatsStreamMetrics implements MeterBinder {

	private final Map<String, StreamMonitor> monitors;

	/**
	 * Create the metrics.
	 * @param monitors the streams of each connection, by the value of the tag
	 * {@code connection}
	 */
	public NatsStreamMetrics(Map<String, StreamMonitor> monitors) {
		this.monitors = Map.copyOf(monitors);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.monitors.forEach((connection, monitor) -> {
			StatusCache<StreamStatus> statuses = new StatusCache<>(monitor::statuses,
					(status) -> status.definition().name());
			monitor.declared().streams().forEach((stream) -> {
				Tags tags = Tags.of("connection", connection, "stream", stream.key());
				bindStream(registry, statuses, stream.name(), tags);
				monitor.declared()
					.consumers()
					.stream()
					.filter((consumer) -> consumer.stream().equals(stream.name()))
					.forEach((consumer) -> bindConsumer(registry, statuses, consumer,
							tags.and("consumer", consumer.key())));
			});
		});
	}

	private static void bindStream(MeterRegistry registry, StatusCache<StreamStatus> statuses, String name, Tags tags) {
		gauge(registry, "nats.stream.messages", statuses, name, StreamStatus::messages, tags, null,
				"Messages the stream holds");
		gauge(registry, "nats.stream.bytes", statuses, name, StreamStatus::bytes, tags, BaseUnits.BYTES,
				"Bytes the stream takes");
		gauge(registry, "nats.stream.replicas.current", statuses, name, StreamStatus::currentReplicas, tags, null,
				"Copies of the stream that are up to date");
	}

	private static void bindConsumer(MeterRegistry registry, StatusCache<StreamStatus> statuses,
			ConsumerDefinition consumer, Tags tags) {
		gauge(registry, ConsumerMeter.PENDING, statuses, consumer, ConsumerStatus::pending, tags);
		gauge(registry, ConsumerMeter.ACK_PENDING, statuses, consumer, ConsumerStatus::ackPending, tags);
		gauge(registry, ConsumerMeter.REDELIVERED, statuses, consumer, ConsumerStatus::redelivered, tags);
	}

	private static void gauge(MeterRegistry registry, ConsumerMeter meter, StatusCache<StreamStatus> statuses,
			ConsumerDefinition consumer, ToDoubleFunction<ConsumerStatus> value, Tags tags) {
		gauge(registry, meter.meterName(), statuses, consumer.stream(),
				(stream) -> stream.consumers()
					.stream()
					.filter((status) -> status.definition().equals(consumer) && status.problem() == null)
					.mapToDouble(value)
					.findFirst()
					.orElse(Double.NaN),
				tags, BaseUnits.MESSAGES, meter.description());
	}

	private static void gauge(MeterRegistry registry, String meter, StatusCache<StreamStatus> statuses, String stream,
			ToDoubleFunction<StreamStatus> value, Tags tags, @Nullable String unit, String description) {
		Gauge.builder(meter, () -> {
			StreamStatus status = statuses.get(stream);
			return (status != null && status.problem() == null) ? value.applyAsDouble(status) : Double.NaN;
		}).description(description).tags(tags).baseUnit(unit).register(registry);
	}

}
