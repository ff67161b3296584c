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

package io.github.natskv.jetstream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Caches the status of buckets, streams or consumers for up to 10 s. Whoever finds that
 * outdated asks the server about all of them, and waits a little. If it takes longer,
 * what there was before is shown until that has ended.
 *
 * @param <T> the type of a status
 */
public final class StatusCache<T> {

	private static final Duration MAX_AGE = Duration.ofSeconds(10);

	private static final Duration PATIENCE = Duration.ofMillis(250);

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private final Function<Duration, CompletableFuture<List<T>>> source;

	private final Function<T, String> keys;

	private final Duration maxAge;

	private @Nullable CompletableFuture<Map<String, T>> request;

	private long requested;

	private Map<String, T> latest = Map.of();

	/**
	 * Create a cache.
	 * @param source asks the server within a time
	 * @param keys the key of a status
	 */
	public StatusCache(Function<Duration, CompletableFuture<List<T>>> source, Function<T, String> keys) {
		this(source, keys, MAX_AGE);
	}

	/**
	 * Create a cache.
	 * @param source asks the server within a time
	 * @param keys the key of a status
	 * @param maxAge after which the server is asked again
	 */
	public StatusCache(Function<Duration, CompletableFuture<List<T>>> source, Function<T, String> keys,
			Duration maxAge) {
		this.source = source;
		this.keys = keys;
		this.maxAge = maxAge;
	}

	/**
	 * Return the status that is known. Waits for an answer at most 250 ms, and not at all
	 * while somebody else's question is not answered.
	 * @return the status, {@code null} if there is none yet
	 */
	public synchronized @Nullable T get(String key) {
		CompletableFuture<Map<String, T>> current = this.request;
		takeOver(current);
		if (current == null || (current.isDone() && System.nanoTime() - this.requested > this.maxAge.toNanos())) {
			this.requested = System.nanoTime();
			current = this.source.apply(TIMEOUT).thenApply(this::byKey);
			this.request = current;
			await(current);
			takeOver(current);
		}
		return this.latest.get(key);
	}

	private void takeOver(@Nullable CompletableFuture<Map<String, T>> ended) {
		if (ended != null && ended.isDone()) {
			this.latest = ended.join();
		}
	}

	private Map<String, T> byKey(List<T> statuses) {
		return statuses.stream().collect(Collectors.toMap(this.keys, Function.identity()));
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
