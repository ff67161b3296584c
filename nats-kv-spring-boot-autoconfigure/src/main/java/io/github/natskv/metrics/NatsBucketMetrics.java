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

import java.util.function.ToDoubleFunction;

import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketStatus;
import io.github.natskv.kv.WatchStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of the configured buckets and of the watches on them. The server is asked at
 * most every 10 s, however many gauges are read.
 *
 * @since 0.1.0
 */
public final class NatsBucketMetrics implements MeterBinder {

	private final BucketMonitor buckets;

	private final BucketStatusCache statuses;

	/**
	 * Create the metrics.
	 * @param buckets the buckets
	 */
	public NatsBucketMetrics(BucketMonitor buckets) {
		this.buckets = buckets;
		this.statuses = new BucketStatusCache(buckets);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.buckets.names().forEach((key, name) -> bind(registry, key, name));
	}

	private void bind(MeterRegistry registry, String key, String name) {
		Tags tags = Tags.of("bucket", key);
		gauge(registry, "nats.kv.bucket.values", key, BucketStatus::values, tags, null,
				"Revisions the bucket holds, deletion markers included");
		gauge(registry, "nats.kv.bucket.bytes", key, BucketStatus::bytes, tags, BaseUnits.BYTES,
				"Bytes the bucket takes");
		gauge(registry, "nats.kv.bucket.max.bytes", key,
				(status) -> (status.maxBytes() > 0) ? status.maxBytes() : Double.NaN, tags, BaseUnits.BYTES,
				"Bytes the bucket may take");
		gauge(registry, "nats.kv.bucket.replicas.current", key, BucketStatus::currentReplicas, tags, null,
				"Copies of the bucket that are up to date");
		Gauge.builder("nats.kv.watch.lag", () -> lag(name))
			.description("Changes that the slowest watch of the bucket has not handled")
			.tags(tags)
			.register(registry);
		FunctionCounter.builder("nats.kv.watch.recoveries", this.buckets, (source) -> source.recoveries(name))
			.description("How often watches of the bucket lost touch with it and had to get back")
			.tags(tags)
			.register(registry);
	}

	private void gauge(MeterRegistry registry, String name, String key, ToDoubleFunction<BucketStatus> value, Tags tags,
			@Nullable String unit, String description) {
		Gauge.builder(name, () -> value(key, value))
			.description(description)
			.tags(tags)
			.baseUnit(unit)
			.register(registry);
	}

	private double value(String key, ToDoubleFunction<BucketStatus> value) {
		BucketStatus status = this.statuses.get(key);
		return (status != null && status.problem() == null) ? value.applyAsDouble(status) : Double.NaN;
	}

	private long lag(String name) {
		return this.buckets.watches()
			.stream()
			.filter((watch) -> watch.bucket().equals(name))
			.mapToLong(WatchStatus::lag)
			.max()
			.orElse(0);
	}

}
