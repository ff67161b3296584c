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

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.github.natskv.listener.ListenerBacklog;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of listeners.
 *
 * @since 0.1.0
 */
public final class NatsListenerMetrics implements ListenerInstrumentation {

	private final MeterRegistry registry;

	/**
	 * Create the metrics.
	 * @param registry the registry
	 */
	public NatsListenerMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public Recorder register(String id, String connection, Supplier<@Nullable ListenerStatus> status) {
		Tags tags = Tags.of("listener.id", id, "connection", connection);
		Totals totals = new Totals(status, (of, reads) -> backlog(of, tags, connection, reads));
		totals.handlings.forEach((outcome, handlings) -> FunctionTimer
			.builder("nats.listener.handling", handlings, (source) -> source.messages.sum(),
					(source) -> source.nanos.sum(), TimeUnit.NANOSECONDS)
			.description("Handling of messages or changes")
			.tags(tags)
			.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
			.register(this.registry));
		FunctionTimer
			.builder("nats.listener.ack.latency", totals.acknowledgements, (source) -> source.messages.sum(),
					(source) -> source.nanos.sum(), TimeUnit.NANOSECONDS)
			.description("From receiving messages of streams to acknowledging them")
			.tags(tags)
			.register(this.registry);
		count("nats.listener.replies.refused", totals, (source) -> source.repliesRefused.sum(), tags,
				"Replies not sent because the sender may not choose where they were to go");
		count("nats.listener.dropped", totals, (source) -> source.read(ListenerStatus::dropped, 0), tags,
				"Messages dropped because too many were waiting to be handled");
		count("nats.listener.dead.letters", totals, (source) -> source.read(ListenerStatus::deadLetters, 0), tags,
				"Messages of streams that went to the dead letters");
		gauge("nats.listener.in.flight", totals, ListenerStatus::inFlight, tags,
				"Messages or changes that are being handled");
		gauge("nats.listener.pending", totals, ListenerStatus::pending, tags,
				"Messages or changes that wait to be handled");
		Gauge
			.builder("nats.listener.paused", totals,
					(source) -> source.read((listener) -> listener.paused() ? 1 : 0, 0))
			.description("Whether the listener is paused")
			.tags(tags)
			.register(this.registry);
		return totals;
	}

	private void backlog(Totals totals, Tags tags, String connection, StreamReads reads) {
		if (reads.deadLetters()) {
			backlog("nats.listener.dead.letters.waiting", totals, ListenerBacklog::deadLetters, tags,
					"Messages that wait on the listener's subject for dead letters");
		}
		String consumer = reads.consumer();
		if (consumer != null) {
			Tags ofConsumer = Tags.of("connection", connection, "stream", reads.stream(), "consumer", consumer);
			backlog(ConsumerMeter.PENDING, totals, ListenerBacklog::pending, ofConsumer);
			backlog(ConsumerMeter.ACK_PENDING, totals, ListenerBacklog::ackPending, ofConsumer);
			backlog(ConsumerMeter.REDELIVERED, totals, ListenerBacklog::redelivered, ofConsumer);
		}
	}

	private void backlog(ConsumerMeter meter, Totals totals, Function<ListenerBacklog, @Nullable Long> value,
			Tags tags) {
		backlog(meter.meterName(), totals, value, tags, meter.description());
	}

	private void backlog(String name, Totals totals, Function<ListenerBacklog, @Nullable Long> value, Tags tags,
			String description) {
		gauge(name, totals, (listener) -> {
			ListenerBacklog backlog = listener.backlog();
			Long messages = (backlog != null) ? value.apply(backlog) : null;
			return (messages != null) ? messages : Double.NaN;
		}, tags, description);
	}

	private void count(String name, Totals totals, ToDoubleFunction<Totals> count, Tags tags, String description) {
		FunctionCounter.builder(name, totals, count)
			.description(description)
			.tags(tags)
			.baseUnit(BaseUnits.MESSAGES)
			.register(this.registry);
	}

	private void gauge(String name, Totals totals, ToDoubleFunction<ListenerStatus> value, Tags tags,
			String description) {
		Gauge.builder(name, totals, (source) -> source.read(value, Double.NaN))
			.description(description)
			.tags(tags)
			.baseUnit(BaseUnits.MESSAGES)
			.register(this.registry);
	}

	/**
	 * The totals so far. A timer of Micrometer would read the clock once more for each
	 * message.
	 */
	private static final class Totals implements Recorder {

		private final Supplier<@Nullable ListenerStatus> status;

		private final Map<HandlingOutcome, Handlings> handlings = new EnumMap<>(HandlingOutcome.class);

		private final Handlings acknowledgements = new Handlings(new LongAdder(), new LongAdder());

		private final LongAdder repliesRefused = new LongAdder();

		private final BiConsumer<Totals, StreamReads> onStream;

		Totals(Supplier<@Nullable ListenerStatus> status, BiConsumer<Totals, StreamReads> onStream) {
			this.status = status;
			this.onStream = onStream;
			for (HandlingOutcome outcome : HandlingOutcome.values()) {
				this.handlings.put(outcome, new Handlings(new LongAdder(), new LongAdder()));
			}
		}

		double read(ToDoubleFunction<ListenerStatus> value, double absent) {
			ListenerStatus status = this.status.get();
			return (status != null) ? value.applyAsDouble(status) : absent;
		}

		@Override
		public void handled(HandlingOutcome outcome, int messages, long nanos) {
			Handlings handlings = Objects.requireNonNull(this.handlings.get(outcome));
			handlings.messages.add(messages);
			handlings.nanos.add(nanos);
		}

		@Override
		public void readsStream(String stream, @Nullable String consumer, boolean deadLetters) {
			this.onStream.accept(this, new StreamReads(stream, consumer, deadLetters));
		}

		@Override
		public void acknowledged(long nanos) {
			this.acknowledgements.messages.increment();
			this.acknowledgements.nanos.add(nanos);
		}

		@Override
		public void replyRefused() {
			this.repliesRefused.increment();
		}

	}

	private record StreamReads(String stream, @Nullable String consumer, boolean deadLetters) {

	}

	/**
	 * Handlings that have ended alike.
	 *
	 * @param messages how many messages or changes
	 * @param nanos how long they took
	 */
	private record Handlings(LongAdder messages, LongAdder nanos) {

	}

}
