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
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.github.natskv.jetstream.StatusCache;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketStatus;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.WatchStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
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

	private final Map<String, BucketMonitor> monitors;

	/**
	 * Create the metrics.
	 * @param monitors the buckets of each connection, by the value of the tag
	 * {@code connection}
	 */
	public NatsBucketMetrics(Map<String, BucketMonitor> monitors) {
		this.monitors = Map.copyOf(monitors);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.monitors.forEach((connection, buckets) -> {
			StatusCache<BucketStatus> statuses = new StatusCache<>(buckets::statuses, BucketStatus::bucketKey);
			buckets.serverNames()
				.forEach((key, name) -> bind(registry, buckets, statuses, key, name,
						Tags.of("connection", connection, "bucket", key)));
			buckets.copied()
				.forEach((key) -> bindCopy(registry, buckets, key, Tags.of("connection", connection, "bucket", key)));
		});
	}

	private static void bind(MeterRegistry registry, BucketMonitor buckets, StatusCache<BucketStatus> statuses,
			String key, String name, Tags tags) {
		gauge(registry, statuses, "nats.kv.bucket.entries", key, BucketStatus::entries, tags, null,
				"Revisions the bucket holds of all its keys, deletion markers included");
		gauge(registry, statuses, "nats.kv.bucket.bytes", key, BucketStatus::bytes, tags, BaseUnits.BYTES,
				"Bytes the bucket takes");
		gauge(registry, statuses, "nats.kv.bucket.max.bytes", key,
				(status) -> (status.maxBytes() > 0) ? status.maxBytes() : Double.NaN, tags, BaseUnits.BYTES,
				"Bytes the bucket may take");
		gauge(registry, statuses, "nats.kv.bucket.replicas.current", key, BucketStatus::currentReplicas, tags, null,
				"Copies of the bucket that are up to date");
		Gauge.builder("nats.kv.watch.lag", () -> lag(buckets, name))
			.description("Changes that the slowest watch of the bucket has not handled")
			.tags(tags)
			.register(registry);
		FunctionCounter.builder("nats.kv.watch.recoveries", buckets, (source) -> source.recoveries(name))
			.description("How often watches of the bucket lost touch with it and had to get back")
			.tags(tags)
			.register(registry);
	}

	private static void bindCopy(MeterRegistry registry, BucketMonitor buckets, String key, Tags tags) {
		Gauge.builder("nats.kv.local.copy.entries", () -> copied(buckets, key, LocalCopyStatus::entries))
			.description("Keys the local copy of the bucket holds")
			.tags(tags)
			.register(registry);
		Gauge.builder("nats.kv.local.copy.bytes", () -> copied(buckets, key, LocalCopyStatus::bytes))
			.description("Bytes of the keys and values the local copy holds")
			.baseUnit(BaseUnits.BYTES)
			.tags(tags)
			.register(registry);
		TimeGauge
			.builder("nats.kv.local.copy.age", () -> copied(buckets, key, (copy) -> copy.age().toMillis()),
					TimeUnit.MILLISECONDS)
			.description("For how long the local copy has been out of touch with the bucket")
			.tags(tags)
			.register(registry);
		count(registry, buckets, "nats.kv.local.copy.hits", key, LocalCopyStatus::hits, tags,
				"Reads answered from memory");
		count(registry, buckets, "nats.kv.local.copy.misses", key, LocalCopyStatus::misses, tags,
				"Reads that asked the server");
		count(registry, buckets, "nats.kv.local.copy.evictions", key, LocalCopyStatus::evictions, tags,
				"Entries not held because of max-entries");
	}

	private static void count(MeterRegistry registry, BucketMonitor buckets, String name, String key,
			ToDoubleFunction<LocalCopyStatus> value, Tags tags, String description) {
		FunctionCounter.builder(name, buckets, (source) -> copied(source, key, value))
			.description(description)
			.tags(tags)
			.register(registry);
	}

	private static double copied(BucketMonitor buckets, String key, ToDoubleFunction<LocalCopyStatus> value) {
		LocalCopyStatus status = buckets.localCopy(key);
		return (status != null) ? value.applyAsDouble(status) : 0;
	}

	private static void gauge(MeterRegistry registry, StatusCache<BucketStatus> statuses, String name, String key,
			ToDoubleFunction<BucketStatus> value, Tags tags, @Nullable String unit, String description) {
		Gauge.builder(name, () -> value(statuses, key, value))
			.description(description)
			.tags(tags)
			.baseUnit(unit)
			.register(registry);
	}

	private static double value(StatusCache<BucketStatus> statuses, String key, ToDoubleFunction<BucketStatus> value) {
		BucketStatus status = statuses.get(key);
		return (status != null && status.problem() == null) ? value.applyAsDouble(status) : Double.NaN;
	}

	private static long lag(BucketMonitor buckets, String name) {
		return buckets.watches()
			.stream()
			.filter((watch) -> watch.bucketName().equals(name))
			.mapToLong(WatchStatus::lag)
			.max()
			.orElse(0);
	}

}
