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

package io.github.natskv.benchmarks.bucket;

import java.time.Duration;

import io.github.natskv.benchmarks.Measurement;
import io.github.natskv.benchmarks.comparison.Callers;
import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.benchmarks.comparison.Side;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * Compares operations on buckets, listings and watches with those of jnats, and prints a
 * table.
 */
public final class BucketBenchmarks {

	private static final byte[] VALUE = new byte[128];

	private final Comparison comparison;

	private final BucketOperations operations;

	private BucketBenchmarks(Comparison comparison) {
		this.comparison = comparison;
		this.operations = new BucketOperations(comparison);
	}

	public static void main(String[] args) throws Exception {
		try (Comparison comparison = Comparison.start(Application.class, args, "nats.kv.buckets.orders.history=1",
				"nats.kv.buckets.small.history=1", "nats.kv.buckets.revised.history=5",
				"nats.kv.buckets.large.history=1", "nats.kv.buckets.large-revised.history=5",
				"nats.kv.buckets.idle.history=1", "nats.kv.buckets.bulk.history=1")) {
			new BucketBenchmarks(comparison).run();
		}
	}

	private void run() throws Exception {
		int count = this.comparison.isQuick() ? 2000 : 10_000;
		this.comparison.measure("Put, typed", "operation", count, 5,
				(side) -> this.operations.put(side, "orders", count));
		this.comparison.measure("Get, typed", "operation", count, 5,
				(side) -> this.operations.get(side, "orders", count));
		try (Callers callers = new Callers()) {
			this.comparison.measure("Put, typed, 16 callers", "operation", count, 5,
					(side) -> callers.all(this.operations.put(side, "orders", count / 16), 16));
			this.comparison.measure("Get, typed, 16 callers", "operation", count, 5,
					(side) -> callers.all(this.operations.get(side, "orders", count / 16), 16));
		}
		BulkOperations bulk = new BulkOperations(this.comparison, "bulk", 10_000, VALUE);
		this.comparison.measure("`putAll` of 10,000 keys", "key", 10_000, 5, bulk::put);
		this.comparison.measure("`getAll` of 10,000 keys", "key", 10_000, 5, bulk::get);
		listing("Listing 10,000 keys", "small", 10_000, 1, 10);
		listing("Listing 10,000 keys of 5 revisions", "revised", 10_000, 5, 10);
		listing("Listing 100,000 keys", "large", 100_000, 1, 1);
		listing("Listing 100,000 keys of 5 revisions", "large-revised", 100_000, 5, 1);
		if (this.comparison.isSelected("Snapshot of a watch, 100,000 keys")) {
			fill("large", 100_000, 1);
			this.comparison.measure("Snapshot of a watch, 100,000 keys", "watch", 1, 5,
					(side) -> this.operations.snapshot(side, "large", 100_000));
		}
		idle(50);
		idle(100);
		this.comparison.print();
	}

	private void listing(String label, String bucket, int keys, int revisions, int times) throws Exception {
		if (this.comparison.isSelected(label)) {
			fill(bucket, keys, revisions);
			this.comparison.measure(label, "listing", times, 5,
					(side) -> this.operations.keys(side, bucket, keys, times));
		}
	}

	private void idle(int watches) throws Exception {
		String label = watches + " idle watches";
		if (this.comparison.isSelected(label)) {
			fill("idle", 100, 1);
			Measurement<Side> row = this.comparison.row(label + ": messages per second", 1);
			for (Side side : Side.values()) {
				row.add(side, this.operations.idle(side, "idle", watches,
						Duration.ofSeconds(this.comparison.isQuick() ? 10 : 30)));
			}
		}
	}

	private void fill(String bucket, int keys, int revisions) throws Exception {
		this.comparison.fill((i) -> "$KV." + bucket + ".keys.number-" + i % keys, VALUE, keys * revisions);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
