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
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.lock.LockListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Metrics of the locks of this application. Names of locks are not among the tags.
 *
 * @since 0.1.0
 */
public final class NatsLockMetrics implements MeterBinder {

	private final DefaultBucketLocks locks;

	private final Tags tags;

	/**
	 * Create the metrics.
	 * @param locks the locks
	 * @param connection the value of the tag {@code connection}
	 * @param bucket the bucket key
	 */
	public NatsLockMetrics(DefaultBucketLocks locks, String connection, String bucket) {
		this.locks = locks;
		this.tags = Tags.of("connection", connection, "bucket", bucket);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("nats.kv.lock.held", this.locks, DefaultBucketLocks::held)
			.description("Locks this application holds")
			.tags(this.tags)
			.register(registry);
		Gauge.builder("nats.kv.lock.waiting", this.locks, DefaultBucketLocks::waiting)
			.description("Threads that wait for locks")
			.tags(this.tags)
			.register(registry);
		FunctionCounter.builder("nats.kv.lock.lost", this.locks, DefaultBucketLocks::lost)
			.description("Locks that were not renewed in time, or whose key was removed by others")
			.tags(this.tags)
			.register(registry);
		Map<LockListener.Outcome, Timer> timers = new EnumMap<>(LockListener.Outcome.class);
		for (LockListener.Outcome outcome : LockListener.Outcome.values()) {
			timers.put(outcome, timer(registry, outcome));
		}
		this.locks.addListener(new LockListener() {

			@Override
			public void attempted(Outcome outcome, Duration time) {
				Objects.requireNonNull(timers.get(outcome)).record(time);
			}

			@Override
			public void lost(BucketLease lease) {
				// counted above
			}

		});
	}

	private Timer timer(MeterRegistry registry, LockListener.Outcome outcome) {
		return Timer.builder("nats.kv.lock.acquisition")
			.description("How long it took to acquire locks, or not to")
			.tags(this.tags)
			.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
			.register(registry);
	}

}
