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

import java.util.concurrent.locks.Lock;

import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.benchmarks.comparison.Operation;
import io.github.natskv.benchmarks.comparison.Side;
import io.github.natskv.cache.NatsCacheManager;
import io.github.natskv.lock.BucketLocks;
import io.nats.client.KeyValue;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cache.Cache;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Configuration;

/**
 * Compares locks, caches and local copies with puts and gets of jnats, and prints a
 * table.
 */
public final class FeatureBenchmarks {

	/** Reads from memory are repeated, as the clock of CPU time is coarse. */
	private static final int FROM_MEMORY = 1000;

	private final Comparison comparison;

	private final BucketOperations operations;

	private FeatureBenchmarks(Comparison comparison) {
		this.comparison = comparison;
		this.operations = new BucketOperations(comparison);
	}

	public static void main(String[] args) throws Exception {
		try (Comparison comparison = Comparison.start(Application.class, args, "nats.locks.bucket=locks",
				"nats.kv.buckets.locks.history=1", "nats.kv.buckets.locks.limit-marker-ttl=2",
				"nats.kv.buckets.copied.history=1", "nats.kv.buckets.copied.local-copy.enabled=true",
				"nats.kv.buckets.cached.history=1", "nats.cache.bucket=cached", "nats.cache.caches.near.local=true",
				"nats.cache.caches.far.local=false")) {
			new FeatureBenchmarks(comparison).run();
		}
	}

	private void run() throws Exception {
		int count = this.comparison.isQuick() ? 2000 : 10_000;
		this.comparison.measure("Lock and unlock (raw: one put)", "operation", count, 5, (side) -> lock(side, count));
		this.comparison.measure("Cache, hit on the server (raw: get and Jackson)", "operation", count, 5,
				(side) -> hit(side, "far", count));
		this.comparison.measure("Cache, hit in memory (raw: get and Jackson)", "operation",
				(side) -> repeated(side, count), 5, (side) -> hit(side, "near", repeated(side, count)));
		this.comparison.measure("Local copy, get (raw: get and Jackson)", "operation", (side) -> repeated(side, count),
				5, (side) -> this.operations.get(side, "copied", repeated(side, count)));
		this.comparison.print();
	}

	private static int repeated(Side side, int count) {
		return (side == Side.NATS_KV) ? count * FROM_MEMORY : count;
	}

	private Operation lock(Side side, int count) {
		if (side == Side.NATS_KV) {
			Lock lock = this.comparison.bean(BucketLocks.class).getLock("benchmark");
			return () -> {
				for (int i = 0; i < count; i++) {
					lock.lock();
					lock.unlock();
				}
				return Operation.NOTHING;
			};
		}
		KeyValue raw = this.operations.raw(side, "locks");
		byte[] value = new byte[32];
		String key = "put." + side;
		return () -> {
			for (int i = 0; i < count; i++) {
				raw.put(key, value);
			}
			return Operation.NOTHING;
		};
	}

	private Operation hit(Side side, String name, int count) {
		Cache cache = this.comparison.bean(NatsCacheManager.class).getCache(name);
		if (cache == null) {
			throw new IllegalStateException("No cache " + name);
		}
		return this.operations.hit(side, "cached", cache, count);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableCaching
	static class Application {

	}

}
