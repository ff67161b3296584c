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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketStatus;
import org.jspecify.annotations.Nullable;

/**
 * Caches the status of buckets for up to 10 s. Whoever finds that outdated asks the
 * server about all of them, and waits a little. If it takes longer, what there was before
 * is shown until that has ended.
 */
final class BucketStatusCache {

	private static final Duration MAX_AGE = Duration.ofSeconds(10);

	private static final Duration PATIENCE = Duration.ofMillis(250);

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private final BucketMonitor buckets;

	private final Duration maxAge;

	private @Nullable CompletableFuture<Map<String, BucketStatus>> request;

	private long requested;

	private Map<String, BucketStatus> latest = Map.of();

	BucketStatusCache(BucketMonitor buckets) {
		this(buckets, MAX_AGE);
	}

	BucketStatusCache(BucketMonitor buckets, Duration maxAge) {
		this.buckets = buckets;
		this.maxAge = maxAge;
	}

	synchronized @Nullable BucketStatus get(String key) {
		CompletableFuture<Map<String, BucketStatus>> current = this.request;
		takeOver(current);
		if (current == null || (current.isDone() && System.nanoTime() - this.requested > this.maxAge.toNanos())) {
			this.requested = System.nanoTime();
			current = this.buckets.statuses(TIMEOUT).thenApply(BucketStatusCache::byKey);
			this.request = current;
			await(current);
			takeOver(current);
		}
		return this.latest.get(key);
	}

	private void takeOver(@Nullable CompletableFuture<Map<String, BucketStatus>> ended) {
		if (ended != null && ended.isDone()) {
			this.latest = ended.join();
		}
	}

	private static Map<String, BucketStatus> byKey(List<BucketStatus> statuses) {
		return statuses.stream().collect(Collectors.toMap(BucketStatus::bucketKey, Function.identity()));
	}

	private static void await(CompletableFuture<?> request) {
		try {
			request.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			// what there was before has to do
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
