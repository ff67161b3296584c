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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.BucketWrites;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous operations of a bucket.
 *
 * @param <V> the type of the values
 */
final class AsyncOperations<V> {

	private final BucketStore store;

	private final BucketKeys keys;

	private final BucketValues<V> values;

	private final BucketWrites writes;

	AsyncOperations(BucketStore store, BucketValues<V> values, BucketWrites writes) {
		this.store = store;
		this.keys = values.keys();
		this.values = values;
		this.writes = writes;
	}

	CompletableFuture<@Nullable V> get(String key) {
		return this.<@Nullable V>read(key, this.values::value);
	}

	CompletableFuture<@Nullable BucketEntry<V>> getEntry(String key) {
		return this.<@Nullable BucketEntry<V>>read(key, (message) -> this.values.entry(key, message));
	}

	private <R extends @Nullable Object> CompletableFuture<R> read(String key, Function<MessageInfo, R> reader) {
		return begun(() -> {
			String encoded = this.keys.encodeExisting(key);
			return BucketKeys.isReserved(encoded) ? CompletableFuture.<R>completedFuture(null)
					: then(this.store.lastAsync(encoded),
							(message) -> BucketValues.isPut(message) ? reader.apply(message) : null);
		});
	}

	CompletableFuture<Long> put(String key, V value) {
		return write(key, value, () -> null);
	}

	CompletableFuture<Long> update(String key, V value, long expectedRevision) {
		return write(key, value, () -> BucketWrites.update(expectedRevision));
	}

	private CompletableFuture<Long> write(String key, V value, Supplier<@Nullable Headers> headers) {
		return begun(() -> this.store.writeAsync(this.keys.encode(key), headers.get(), this.values.encode(value)));
	}

	CompletableFuture<Long> delete(String key) {
		return begun(() -> this.store.writeAsync(this.keys.encode(key), BucketWrites.delete(), null));
	}

	CompletableFuture<Long> create(String key, V value) {
		return begun(() -> {
			String encoded = this.keys.encode(key);
			byte[] bytes = this.values.encode(value);
			CompletableFuture<Long> created = new CompletableFuture<>();
			this.store.writeAsync(encoded, BucketWrites.update(0), bytes).whenComplete((revision, failure) -> {
				if (cause(failure) instanceof RevisionConflictException) {
					// there is a value or a marker
					complete(created, () -> this.writes.create(encoded, bytes, null));
				}
				else {
					complete(created, revision, failure);
				}
			});
			return created;
		});
	}

	private static <R extends @Nullable Object> CompletableFuture<R> begun(Supplier<CompletableFuture<R>> operation) {
		try {
			return operation.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	// As thenApply, but the failure stays what it is.
	private static <T extends @Nullable Object, R extends @Nullable Object> CompletableFuture<R> then(
			CompletableFuture<T> stage, Function<T, R> mapper) {
		CompletableFuture<R> result = new CompletableFuture<>();
		BiConsumer<T, @Nullable Throwable> completion = (value, failure) -> {
			if (failure != null) {
				result.completeExceptionally(failure);
			}
			else {
				complete(result, () -> mapper.apply(value));
			}
		};
		stage.whenComplete(completion);
		return result;
	}

	private static <R extends @Nullable Object> void complete(CompletableFuture<R> future, Supplier<R> result) {
		R value;
		try {
			value = result.get();
		}
		catch (Throwable ex) {
			future.completeExceptionally(ex);
			return;
		}
		future.complete(value);
	}

	private static <R extends @Nullable Object> void complete(CompletableFuture<R> future, R result,
			@Nullable Throwable failure) {
		if (failure != null) {
			future.completeExceptionally(failure);
		}
		else {
			future.complete(result);
		}
	}

	static @Nullable Throwable cause(@Nullable Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

}
