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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.benchmarks.comparison.Operation;
import io.github.natskv.benchmarks.comparison.Side;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.nats.client.Connection;
import io.nats.client.JetStream;

/**
 * Many keys at once: by jnats with requests of which up to 1,000 are underway, as it has
 * no operation for that.
 */
final class BulkOperations {

	private static final int WINDOW = 1000;

	private final Comparison comparison;

	private final KeyValueBucket<byte[]> bucket;

	private final String name;

	private final List<String> keys;

	private final Map<String, byte[]> values = new LinkedHashMap<>();

	BulkOperations(Comparison comparison, String bucket, int keys, byte[] value) {
		this.comparison = comparison;
		this.bucket = comparison.bean(KeyValueBuckets.class).bucket(bucket, byte[].class);
		this.name = bucket;
		this.keys = IntStream.range(0, keys).mapToObj((i) -> "keys.number-" + i).toList();
		this.keys.forEach((key) -> this.values.put(key, value));
	}

	Operation put(Side side) {
		if (side == Side.NATS_KV) {
			return () -> done(this.bucket.putAll(this.values).size());
		}
		return () -> {
			JetStream jetStream = this.comparison.connection(side).jetStream();
			return done(pipelined((i) -> jetStream.publishAsync(subject(i), this.values.get(this.keys.get(i)))));
		};
	}

	Operation get(Side side) {
		if (side == Side.NATS_KV) {
			return () -> done(this.bucket.getAll(this.keys).size());
		}
		Connection connection = this.comparison.connection(side);
		String prefix = "$JS.API.DIRECT.GET.KV_" + this.name + ".";
		byte[] nothing = new byte[0];
		return () -> done(pipelined((i) -> connection.request(prefix + subject(i), nothing)));
	}

	private String subject(int number) {
		return "$KV." + this.name + "." + this.keys.get(number);
	}

	private int pipelined(IntFunction<CompletableFuture<?>> request) throws Exception {
		int answers = 0;
		for (int from = 0; from < this.keys.size(); from += WINDOW) {
			List<CompletableFuture<?>> underway = new ArrayList<>();
			for (int i = from; i < Math.min(from + WINDOW, this.keys.size()); i++) {
				underway.add(request.apply(i));
			}
			for (CompletableFuture<?> answer : underway) {
				answer.get();
				answers++;
			}
		}
		return answers;
	}

	private AutoCloseable done(int keys) {
		if (keys != this.keys.size()) {
			throw new IllegalStateException("%d of %d keys".formatted(keys, this.keys.size()));
		}
		return Operation.NOTHING;
	}

}
