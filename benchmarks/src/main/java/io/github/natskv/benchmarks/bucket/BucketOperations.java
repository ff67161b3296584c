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

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.benchmarks.comparison.Operation;
import io.github.natskv.benchmarks.comparison.Side;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.Statistics;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cache.Cache;

/**
 * The work that is compared, by jnats and by this project.
 */
final class BucketOperations {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final int KEYS = 100;

	private final Comparison comparison;

	private final KeyValueBuckets buckets;

	private final ObjectReader reader;

	private final ObjectWriter writer;

	BucketOperations(Comparison comparison) {
		this.comparison = comparison;
		this.buckets = comparison.bean(KeyValueBuckets.class);
		JsonMapper mapper = new JsonMapper();
		this.reader = mapper.readerFor(Order.class);
		this.writer = mapper.writerFor(Order.class);
	}

	KeyValue raw(Side side, String bucket) {
		try {
			return this.comparison.connection(side).keyValue(bucket);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	Operation put(Side side, String bucket, int count) {
		KeyValueBucket<Order> own = this.buckets.bucket(bucket, Order.class);
		KeyValue raw = raw(side, bucket);
		String prefix = side + ".";
		return () -> {
			for (int i = 0; i < count; i++) {
				Order order = Order.of(i);
				String key = prefix + i % 100;
				if (side == Side.NATS_KV) {
					own.put(key, order);
				}
				else {
					raw.put(key, this.writer.writeValueAsBytes(order));
				}
			}
			return Operation.NOTHING;
		};
	}

	Operation get(Side side, String bucket, int count) {
		KeyValueBucket<Order> own = this.buckets.bucket(bucket, Order.class);
		KeyValue raw = raw(side, bucket);
		String[] keys = keys(side);
		write(side, bucket, keys);
		return () -> {
			for (int i = 0; i < count; i++) {
				String key = keys[i % KEYS];
				verify((side == Side.NATS_KV) ? own.get(key) : read(raw.get(key)), key);
			}
			return Operation.NOTHING;
		};
	}

	/**
	 * Read through a cache; raw jnats gets, and Jackson reads.
	 */
	Operation hit(Side side, String bucket, Cache cache, int count) {
		KeyValue raw = raw(side, bucket);
		String[] keys = keys(side);
		if (side == Side.NATS_KV) {
			for (int i = 0; i < KEYS; i++) {
				cache.put(keys[i], Order.of(i));
			}
		}
		else {
			write(side, bucket, keys);
		}
		return () -> {
			for (int i = 0; i < count; i++) {
				String key = keys[i % KEYS];
				verify((side == Side.NATS_KV) ? cache.get(key, Order.class) : read(raw.get(key)), key);
			}
			return Operation.NOTHING;
		};
	}

	private static String[] keys(Side side) {
		return IntStream.range(0, KEYS).mapToObj((i) -> side + "-" + i).toArray(String[]::new);
	}

	private void write(Side side, String bucket, String[] keys) {
		KeyValueBucket<Order> bucketOfOrders = this.buckets.bucket(bucket, Order.class);
		for (int i = 0; i < keys.length; i++) {
			bucketOfOrders.put(keys[i], Order.of(i));
		}
	}

	private static void verify(@Nullable Order order, String key) {
		if (order == null || order.quantity() < 0) {
			throw new IllegalStateException("No value of " + key);
		}
	}

	private Order read(KeyValueEntry entry) {
		return this.reader.readValue(entry.getValue());
	}

	Operation keys(Side side, String bucket, int keys, int times) {
		KeyValueBucket<byte[]> own = this.buckets.bucket(bucket, byte[].class);
		KeyValue raw = raw(side, bucket);
		return () -> {
			for (int i = 0; i < times; i++) {
				int found = ((side == Side.NATS_KV) ? own.keys() : raw.keys()).size();
				if (found != keys) {
					throw new IllegalStateException("%s listed %d of %d keys".formatted(side, found, keys));
				}
			}
			return Operation.NOTHING;
		};
	}

	Operation snapshot(Side side, String bucket, int keys) {
		KeyValueBucket<byte[]> own = this.buckets.bucket(bucket, byte[].class);
		KeyValue raw = raw(side, bucket);
		return () -> {
			AtomicInteger entries = new AtomicInteger();
			CountDownLatch end = new CountDownLatch(1);
			AutoCloseable watch = (side == Side.NATS_KV) ? watch(own, entries) : watch(raw, entries, end);
			boolean complete = (watch instanceof BucketWatch ours) ? ours.awaitSnapshot(PATIENCE)
					: end.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
			if (!complete || entries.get() != keys) {
				throw new IllegalStateException("%s had %d of %d keys".formatted(side, entries.get(), keys));
			}
			return watch;
		};
	}

	private static AutoCloseable watch(KeyValueBucket<byte[]> bucket, AtomicInteger entries) {
		return bucket.watch(">", (entry) -> entries.incrementAndGet());
	}

	private static AutoCloseable watch(KeyValue bucket, AtomicInteger entries, CountDownLatch end)
			throws JetStreamApiException, IOException, InterruptedException {
		return bucket.watchAll(new KeyValueWatcher() {

			@Override
			public void watch(KeyValueEntry entry) {
				entries.incrementAndGet();
			}

			@Override
			public void endOfData() {
				end.countDown();
			}

		});
	}

	/**
	 * Count the messages of idle watches.
	 * @return how many there are a second
	 */
	double idle(Side side, String bucket, int watches, Duration duration) throws Exception {
		KeyValueBucket<byte[]> own = this.buckets.bucket(bucket, byte[].class);
		List<AutoCloseable> running = new ArrayList<>();
		for (int i = 0; i < watches; i++) {
			AtomicInteger entries = new AtomicInteger();
			CountDownLatch end = new CountDownLatch(1);
			running.add((side == Side.NATS_KV) ? watch(own, entries) : watch(raw(side, bucket), entries, end));
		}
		TimeUnit.SECONDS.sleep(10);
		long before = messages(side);
		TimeUnit.NANOSECONDS.sleep(duration.toNanos());
		long after = messages(side);
		for (AutoCloseable watch : running) {
			watch.close();
		}
		return (after - before) * 1e9 / duration.toNanos();
	}

	private long messages(Side side) {
		Statistics statistics = this.comparison.connection(side).getStatistics();
		return statistics.getInMsgs() + statistics.getOutMsgs();
	}

	record Order(String id, String customer, int quantity, double price, boolean express) {

		static Order of(int number) {
			return new Order("order-" + number, "Alice Smith", number, 99.5, true);
		}

	}

}
