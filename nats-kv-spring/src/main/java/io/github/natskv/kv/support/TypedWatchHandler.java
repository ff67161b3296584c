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

package io.github.natskv.kv.support;

import java.util.function.BiFunction;
import java.util.function.IntConsumer;

import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.WatchFilters;
import io.github.natskv.kv.watch.WatchHandler;
import io.github.natskv.kv.watch.WatchListener;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;

/**
 * Hands the changes of a watch on as changes of values of a type.
 *
 * @param <V> the type of the values
 */
public final class TypedWatchHandler<V> implements WatchHandler, WatchListener {

	private final BucketValues<V> values;

	private final WatchFilters filters;

	private final BucketWatchHandler<V> handler;

	private final IntConsumer recovered;

	private TypedWatchHandler(BucketValues<V> values, WatchFilters filters, BucketWatchHandler<V> handler,
			IntConsumer recovered) {
		this.values = values;
		this.filters = filters;
		this.handler = handler;
		this.recovered = recovered;
	}

	/**
	 * Create a watch of values.
	 * @param values turns entries into values
	 * @param options what to deliver
	 * @param handler given each change
	 * @param recovered told how often the watch has recovered, each time it has
	 * @param factory creates the watch of the store, with filters as on the server
	 * @param <V> the type of the values
	 * @param <W> the type of the watch
	 * @return the watch
	 */
	public static <V, W> W watch(BucketValues<V> values, WatchOptions options, BucketWatchHandler<V> handler,
			IntConsumer recovered, BiFunction<WatchOptions, TypedWatchHandler<V>, W> factory) {
		WatchOptions encoded = options
			.withFilters(options.filters().stream().map(values.keys()::encodeFilter).toList());
		return factory.apply(encoded,
				new TypedWatchHandler<>(values, new WatchFilters(encoded.filters()), handler, recovered));
	}

	@Override
	public void handle(WatchEntry entry) throws Exception {
		if (!this.values.isShown(entry)) {
			return;
		}
		this.handler.handle(change(entry));
	}

	@Override
	public boolean isRetryable(Throwable failure) {
		return !(failure instanceof ValueDecodingException) && this.handler.isRetryable(failure);
	}

	@Override
	public @Nullable BackOff backOff() {
		return this.handler.backOff();
	}

	@Override
	public void failed(WatchEntry entry, Throwable failure) {
		this.handler.failed(change(entry), failure);
	}

	@Override
	public void caughtUp() {
		this.handler.caughtUp();
	}

	@Override
	public void recovered(int recoveries) {
		this.recovered.accept(recoveries);
	}

	private BucketChange<V> change(WatchEntry entry) {
		return new WatchedChange<>(entry, this.values, this.filters);
	}

}
